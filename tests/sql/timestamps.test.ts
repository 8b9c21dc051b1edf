import { service } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt, insertOf, updateOf } from '../rls/attempt';
import { subject, SUBJECT_NAMES, type SubjectName } from '../rls/subjects';
import { ACTORS, fill, makeWorld, type World } from '../rls/world';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeWorld(database);
});
afterAll(() => database.drop());

/** One subject of each table that has updated_at. The ledger has none, and of a view it is the table's. */
const tables = [...new Map(SUBJECT_NAMES.map((name) => [subject(name).table, name])).values()].filter(
  (name) => name !== 'the ledger' && subject(name).table !== 'public.storage_objects',
);

const LONG_AGO = '2001-01-01T00:00:00Z';

describe.each(tables)('updated_at of %s', (name: SubjectName) => {
  const { table, row, change, insert, insertByService } = subject(name);

  test('moves on with every change', async () => {
    const times = `select updated_at > created_at as later, updated_at = now() as now from ${table} where id = $1`;
    const outcome = await database.as(service, async (client) => {
      await client.query(...updateOf(table, fill(change, world), row(world)));
      return (await client.query<{ later: boolean; now: boolean }>(times, [row(world)])).rows;
    });
    expect(outcome).toEqual([{ later: true, now: true }]);
  });

  test('cannot be set by who changes the row, not even a service', async () => {
    const [sql, values] = updateOf(table, { ...fill(change, world), updated_at: LONG_AGO }, row(world));
    const outcome = await attempt(database, service, `${sql} returning updated_at = now() as now`, values);
    expect(outcome).toMatchObject({ ok: true, rows: [{ now: true }] });
  });

  test('is refused to a user by name, in a change and in a new row', async () => {
    const changed = await attempt(
      database,
      ACTORS.owner,
      ...updateOf(table, { updated_at: LONG_AGO }, row(world)),
    );
    const made = await attempt(
      database,
      ACTORS.owner,
      ...insertOf(table, fill({ ...insert, updated_at: LONG_AGO }, world)),
    );
    expect(changed).toMatchObject({ ok: false, code: '42501' });
    expect(made).toMatchObject({ ok: false, code: '42501' });
  });

  test('and created_at are now in a new row', async () => {
    const [sql, values] = insertOf(table, fill({ ...insert, ...insertByService }, world));
    const outcome = await attempt(
      database,
      service,
      `${sql} returning created_at = now() as created, updated_at = now() as updated`,
      values,
    );
    expect(outcome).toMatchObject({ ok: true, rows: [{ created: true, updated: true }] });
  });
});
