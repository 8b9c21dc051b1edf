import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt, insertOf, updateOf } from './attempt';
import { GRANTED, known, writable } from './columns';
import { subject, SUBJECT_NAMES } from './subjects';
import { ACTORS, fill, makeWorld, type World } from './world';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeWorld(database);
});
afterAll(() => database.drop());

/** The first subject of a table: its row is the owner's, its insert a valid one. */
function sampleOf(table: string) {
  const name = SUBJECT_NAMES.find((candidate) => subject(candidate).table === table);
  if (!name) throw new Error(`No subject stands for ${table}.`);
  return subject(name);
}

/** A missing grant, and not a policy. */
const expectedRefusal = expect.stringMatching(/^permission denied for/) as string;

const cases = GRANTED.map((granted) => ({ granted, actor: granted.actor, table: granted.table }));

async function columnsInDatabase(table: string): Promise<string[]> {
  const rows = await database.asOwner<{ attname: string }>(
    'select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped',
    [table],
  );
  return rows.map((row) => row.attname).sort();
}

test('the lists name every table of the matrix', () => {
  const tables = SUBJECT_NAMES.map((name) => subject(name).table);
  expect(new Set(GRANTED.map((granted) => granted.table))).toEqual(new Set(tables));
});

describe.each(cases)('the $actor, writing $table', ({ granted }) => {
  const { actor, table, insert, update, computed = [] } = granted;
  const refusal = (column: string) =>
    computed.includes(column)
      ? { ok: false, code: '0A000' }
      : { ok: false, code: '42501', message: expectedRefusal };
  const refused = (verb: 'insert' | 'update') =>
    known(granted).filter((column) => !writable(granted)[verb].includes(column));

  test('every column of the table is granted or refused by the list', async () => {
    expect(known(granted)).toEqual(await columnsInDatabase(table));
  });

  for (const values of insert) {
    test(`may give ${Object.keys(values).join(', ')} to a new row`, async () => {
      const all = fill({ ...sampleOf(table).insert, ...values }, world, actor);
      const outcome = await attempt(database, ACTORS[actor], ...insertOf(table, all));
      expect(outcome).toMatchObject({ ok: true, count: 1 });
    });
  }

  for (const values of update) {
    test(`may change ${Object.keys(values).join(', ')}`, async () => {
      const filled = fill(values, world, actor);
      const outcome = await attempt(
        database,
        ACTORS[actor],
        ...updateOf(table, filled, sampleOf(table).row(world)),
      );
      expect(outcome).toMatchObject({ ok: true, count: 1 });
    });
  }

  test.each(refused('insert'))('may not give %s to a new row', async (column) => {
    // A row that would be taken, and one column too many, so that nothing but the column is refused.
    const rest = fill(sampleOf(table).insert, world, actor);
    delete rest[column];
    const columns = [column, ...Object.keys(rest)].map((name) => `"${name}"`);
    const places = ['default', ...Object.keys(rest).map((_name, index) => `$${index + 1}`)];
    const outcome = await attempt(
      database,
      ACTORS[actor],
      `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
      Object.values(rest),
    );
    expect(outcome).toMatchObject(refusal(column));
  });

  test.each(refused('update'))('may not change %s', async (column) => {
    const outcome = await attempt(
      database,
      ACTORS[actor],
      `update ${table} set "${column}" = default where id = $1`,
      [sampleOf(table).row(world)],
    );
    expect(outcome).toMatchObject(refusal(column));
  });
});
