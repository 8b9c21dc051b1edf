import { service } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt, insertOf, updateOf, type Outcome } from './attempt';
import { cell, VERBS, type Cell, type Verb } from './matrix';
import { subject, SUBJECT_NAMES, type SubjectName } from './subjects';
import { ACTOR_NAMES, ACTORS, fill, makeWorld, type ActorName, type World } from './world';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeWorld(database);
});
afterAll(() => database.drop());

/** What the cell's verb is tried on. */
function rowFor(name: SubjectName, actor: ActorName, verb: Verb): string {
  const { row, spare } = subject(name);
  return (actor === 'service' && verb === 'delete' && spare ? spare : row)(world);
}

function statement(name: SubjectName, actor: ActorName, verb: Verb, expected: Cell): [string, unknown[]] {
  const { table, insert, insertByService, change } = subject(name);
  const row = rowFor(name, actor, verb);
  switch (verb) {
    case 'select':
      return [`select id from ${table} where id = $1`, [row]];
    case 'insert': {
      const values = fill(actor === 'service' ? { ...insert, ...insertByService } : insert, world, actor);
      const [sql, parameters] = insertOf(table, values);
      return [expected === 'own' ? `${sql} returning user_id` : sql, parameters];
    }
    case 'update':
      return updateOf(table, fill(change, world), row);
    case 'delete':
      return [`delete from ${table} where id = $1`, [row]];
  }
}

/** "Cannot see" says nothing of a row that is not there. */
async function isThere(name: SubjectName, row: string): Promise<boolean> {
  const found = await database.query(service, `select from ${subject(name).table} where id = $1`, [row]);
  return found.length === 1;
}

async function expectCell(
  expected: Cell,
  outcome: Outcome,
  name: SubjectName,
  actor: ActorName,
  row: string,
) {
  switch (expected) {
    case 'allowed':
      expect(outcome).toMatchObject({ ok: true, count: 1 });
      return;
    case 'own':
      expect(outcome).toMatchObject({ ok: true, rows: [{ user_id: (ACTORS[actor] as { id: string }).id }] });
      return;
    case 'hidden':
    case 'noop':
      expect(outcome).toMatchObject({ ok: true, count: 0 });
      expect(await isThere(name, row)).toBe(true);
      return;
    case 'refused':
      expect(outcome).toMatchObject({ ok: false, code: '42501' });
      return;
    case 'missing':
      expect(outcome).toMatchObject({ ok: false, code: expect.stringMatching(/^(RG404|23503)$/) as string });
  }
}

describe.each(SUBJECT_NAMES)('%s', (name) => {
  describe.each(ACTOR_NAMES)('%s', (actor) => {
    test.each(VERBS.map((verb) => ({ verb, expected: cell(name, actor, verb) })))(
      '$verb is $expected',
      async ({ verb, expected }) => {
        const outcome = await attempt(database, ACTORS[actor], ...statement(name, actor, verb, expected));
        await expectCell(expected, outcome, name, actor, rowFor(name, actor, verb));
      },
    );
  });
});
