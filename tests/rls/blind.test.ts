import { alice, bob, gpu1, type Actor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt } from './attempt';
import { cell } from './matrix';
import { subject, SUBJECT_NAMES, type SubjectName } from './subjects';
import { ACTOR_NAMES, ACTORS, fill, makeWorld, type World } from './world';

/*
 * A statement with a `where` reads the row it writes, so the policy for select stands behind the one for
 * update or delete. Without a `where` the latter stands alone: what it forgets is lost here only.
 */

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeWorld(database);
});
afterAll(() => database.drop());

/** Runs a statement as the actor, looks as a service whether it reached the subject's row, and undoes it. */
async function reaches(actor: Actor, name: SubjectName, sql: string, values: unknown[]): Promise<boolean> {
  const { table, row } = subject(name);
  let untouched = 0;
  const undone = new Error('undone');
  await database
    .as(actor, async (client) => {
      await client.query(sql, values);
      await client.query('set local role service_role');
      const look = `select from ${table} where id = $1 and xmin <> pg_current_xact_id()::xid`;
      untouched = (await client.query(look, [row(world)])).rows.length;
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  return untouched === 0;
}

const PAIRS = SUBJECT_NAMES.flatMap((name) => ACTOR_NAMES.map((actor) => ({ name, actor })));
const changing = PAIRS.filter(({ name, actor }) => ['allowed', 'noop'].includes(cell(name, actor, 'update')));
const deleting = PAIRS.filter(
  ({ name, actor }) => actor !== 'service' && ['allowed', 'noop'].includes(cell(name, actor, 'delete')),
);

describe('without saying which', () => {
  test.each(changing)('the $actor changes all of $name that he may, and no more', async ({ name, actor }) => {
    const [column, value] = Object.entries(fill(subject(name).change, world))[0]!;
    const sql = `update ${subject(name).table} set "${column}" = $1`;
    expect(await reaches(ACTORS[actor], name, sql, [value])).toBe(cell(name, actor, 'update') === 'allowed');
  });

  test.each(deleting)('the $actor deletes all of $name that he may, and no more', async ({ name, actor }) => {
    const sql = `delete from ${subject(name).table}`;
    expect(await reaches(ACTORS[actor], name, sql, [])).toBe(cell(name, actor, 'delete') === 'allowed');
  });

  test.each([
    ['a user', 'the folder of another', alice, () => `${bob.id}/moved.png`],
    ['a user', 'no folder', alice, () => 'moved.png'],
    [
      'a worker',
      'the folder of a task it does not hold',
      gpu1,
      () => `${alice.id}/tasks/${world.queued}/moved.png`,
    ],
    ['a worker', 'the folder of the owner', gpu1, () => `${alice.id}/moved.png`],
  ])('%s cannot move files to %s', async (_, __, actor, path) => {
    const outcome = await attempt(database, actor, 'update storage.objects set name = $1', [path()]);
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });
});
