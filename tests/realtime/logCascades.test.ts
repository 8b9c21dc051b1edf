import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { readerOf } from './log';

/** What references do in the same statement is logged after it, though it happened before: the last word must be true. */
let database: TestDatabase;
let project: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  project = await builders(database).project(alice);
});
afterAll(() => database.drop());

const generation = () => builders(database).generation(alice, project, null);

test('after the primary variant is deleted, the last entry of the generation shows the next one', async () => {
  const id = await generation();
  const first = await builders(database).variant(alice, id, 'first.png');
  await builders(database).variant(alice, id, 'second.png');
  await database.asOwner(
    'update generation_variants set is_primary = (id = $1) where generation_id = $2 and is_primary <> (id = $1)',
    [first, id],
  );
  const reader = await readerOf(database);
  await database.query(alice, 'delete from generation_variants where id = $1', [first]);
  const entries = (await reader.news()).filter(({ row_id }) => row_id === id);
  expect(entries.flatMap(({ changed_columns }) => changed_columns)).toEqual(
    expect.arrayContaining(['primaryVariantId', 'location']),
  );
  expect(entries.at(-1)!.after).toMatchObject({ location: 'second.png' });
});

test('a part deleted with its whole is not told of again', async () => {
  const [whole, part, source, follower] = [
    await generation(),
    await generation(),
    await generation(),
    await generation(),
  ];
  await database.asOwner(
    'update generations set parent_generation_id = $1, based_on = $1, is_child = true where id = $2',
    [whole, part],
  );
  await database.asOwner('update generations set based_on = $1 where id = $2', [source, follower]);
  const reader = await readerOf(database);
  await database.query(alice, 'delete from generations where id = any ($1)', [[whole, source]]);
  const entries = (await reader.news()).filter(({ log_table }) => log_table === 'GENERATIONS');
  const operations = (id: string) =>
    entries.filter(({ row_id }) => row_id === id).map(({ operation }) => operation);
  expect([whole, part, source, follower].map(operations)).toEqual([
    ['DELETE'],
    ['DELETE'],
    ['DELETE'],
    ['UPDATE'],
  ]);
});

test('a row that two references change in one statement has an entry for each, and no other', async () => {
  const [source, follower] = [await generation(), await generation()];
  await builders(database).taskType('image_generation');
  const task = await builders(database).task(project);
  await database.asOwner('update generations set based_on = $1, task_id = $2 where id = $3', [
    source,
    task,
    follower,
  ]);
  const reader = await readerOf(database);
  await database.asOwner(
    'with gone as (delete from tasks where id = $1) delete from generations where id = $2',
    [task, source],
  );
  const entries = (await reader.news()).filter(({ row_id }) => row_id === follower);
  expect(entries.map(({ changed_columns }) => changed_columns).sort()).toEqual([['basedOn'], ['taskId']]);
});
