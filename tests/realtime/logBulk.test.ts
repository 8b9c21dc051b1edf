import { alice, bob, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { readerOf, told, type Reader } from './log';

let database: TestDatabase;
let reader: Reader;
let one: string;
let two: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.account(bob);
  await make.taskType('image_generation');
});
afterAll(() => database.drop());
beforeEach(async () => {
  one = await builders(database).project(alice);
  two = await builders(database).project(alice);
  reader = await readerOf(database);
});

const TASKS = `insert into tasks (project_id, task_type) select p, 'image_generation' from unnest($1::uuid[]) p, generate_series(1, $2::int)`;
const insertTasks = (projects: string[], count: number) => database.asOwner(TASKS, [projects, count]);
const places = async () =>
  (await reader.news()).map(({ project_id, operation }) => `${project_id} ${operation}`).sort();
const stored = async () =>
  (await database.asOwner<{ n: number }>('select count(*)::int as n from realtime.changes'))[0]!.n;

test('a thousand rows of one statement are told one by one', async () => {
  await insertTasks([one], 1000);
  const entries = await reader.news();
  expect(entries).toHaveLength(1000);
  expect(new Set(entries.map(({ operation }) => operation))).toEqual(new Set(['INSERT']));
});

test.each(['insert', 'update', 'delete'])('more by one %s are one RESYNC for each project', async (verb) => {
  if (verb !== 'insert') {
    await insertTasks([one, two], 501);
    await reader.news();
  }
  const before = await stored();
  if (verb === 'insert') await insertTasks([one, two], 501);
  if (verb === 'update')
    await database.asOwner(`update tasks set error_message = 'x' where project_id = any ($1)`, [[one, two]]);
  if (verb === 'delete')
    await database.asOwner('delete from tasks where project_id = any ($1)', [[one, two]]);
  expect(await places()).toEqual([`${one} RESYNC`, `${two} RESYNC`].sort());
  expect((await stored()) - before).toBe(2);
});

test('rows that move by the thousand are a RESYNC where they were and where they are', async () => {
  await insertTasks([one], 1001);
  await reader.news();
  await database.asOwner('update tasks set project_id = $2 where project_id = $1', [one, two]);
  expect(await places()).toEqual([`${one} RESYNC`, `${two} RESYNC`].sort());
});

test.each([1000, 1001])('%d changes of one transaction by many statements', async (count) => {
  const task = await builders(database).task(one);
  await reader.news();
  await database.as(service, async (client) => {
    await client.query(`set local request.client_id = 'me'`);
    await client.query(
      `do $$ begin for n in 1..${count} loop update tasks set error_message = n::text where id = '${task}'; end loop; end $$`,
    );
    await client.query(TASKS, [[two], 1]);
  });
  const entries = await reader.news();
  const [ones, twos] = [one, two].map((id) => entries.filter(({ project_id }) => project_id === id));
  expect(twos!.map(told)).toMatchObject([{ operation: 'INSERT', origin_client_id: 'me' }]);
  if (count === 1000) expect(ones).toHaveLength(1000);
  else expect(ones!.map(told)).toEqual([{ operation: 'RESYNC', origin_client_id: 'me' }]);
});

test('of too much in one transaction the RESYNC is told, and what becomes of the project', async () => {
  await database.as(service, async (client) => {
    await client.query(TASKS, [[one], 600]);
    await client.query(TASKS, [[one], 600]);
  });
  await database.asOwner(
    `begin; update tasks set error_message = 'a' where id in (select id from tasks where project_id = '${one}' limit 900);
     update tasks set error_message = 'b' where id in (select id from tasks where project_id = '${one}' limit 900);
     update projects set user_id = '${bob.id}' where id = '${one}'; commit`,
  );
  const entries = (await reader.news()).map(told);
  expect(entries).toEqual([
    { operation: 'RESYNC' },
    { operation: 'RESYNC' },
    { operation: 'UPDATE', log_table: 'PROJECTS', row_id: one, after: { userId: bob.id } },
  ]);
});

test('a project that gets another id is gone for those who follow it', async () => {
  await database.asOwner('delete from shots where project_id = $1', [one]);
  await database.asOwner('delete from tasks where project_id = $1', [one]);
  await database.asOwner('delete from generations where project_id = $1', [one]);
  await reader.news();
  const [moved] = await database.query<{ id: string }>(
    service,
    'update projects set id = gen_random_uuid() where id = $1 returning id',
    [one],
  );
  expect((await reader.news()).map(told)).toEqual([
    { operation: 'DELETE', log_table: 'PROJECTS', row_id: one },
  ]);
  expect(moved!.id).not.toBe(one);
});

test('a project with all that is in it is deleted by one entry', async () => {
  const shot = await builders(database).shot(alice, one);
  await database.asOwner(
    `insert into generations (project_id, location) select $1, 'l' || n from generate_series(1, 3000) n`,
    [one],
  );
  await database.asOwner(
    'insert into shot_generations (shot_id, generation_id) select $1, id from generations where project_id = $2 limit 900',
    [shot, one],
  );
  await insertTasks([one], 100);
  await reader.news();
  await database.query(alice, 'delete from projects where id = $1', [one]);
  expect((await reader.news()).map(told)).toEqual([
    { operation: 'DELETE', log_table: 'PROJECTS', row_id: one },
  ]);
});

test('a user who is deleted takes his projects along, each with one entry', async () => {
  await database.asOwner('update projects set user_id = $1 where id = any ($2)', [bob.id, [one, two]]);
  await builders(database).generation(bob, one);
  await builders(database).shot(bob, two);
  await insertTasks([one, two], 3);
  await reader.news();
  await database.asOwner('delete from users where id = $1', [bob.id]);
  const entries = (await reader.news()).map(told);
  for (const id of [one, two])
    expect(entries).toContainEqual({ operation: 'DELETE', log_table: 'PROJECTS', row_id: id });
  expect(entries.filter(({ log_table }) => log_table !== 'PROJECTS')).toEqual([]);
  await builders(database).account(bob);
});

test('only another owner is news of a project', async () => {
  await database.query(alice, `update projects set name = 'new' where id = $1`, [one]);
  await database.asOwner('update projects set user_id = user_id where id = $1', [one]);
  expect(await reader.news()).toEqual([]);
  await database.asOwner('update projects set user_id = $1 where id = $2', [bob.id, one]);
  expect((await reader.news()).map(told)).toEqual([
    { operation: 'UPDATE', log_table: 'PROJECTS', row_id: one, after: { userId: bob.id } },
  ]);
});

test('a table that is truncated is a RESYNC for every project, and the projects themselves are deleted', async () => {
  const all = await database.asOwner<{ id: string }>('select id from projects');
  await database.asOwner('truncate shot_generations');
  expect(await places()).toEqual(all.map(({ id }) => `${id} RESYNC`).sort());
  await database.asOwner('truncate projects cascade');
  const entries = await reader.news();
  expect(entries.map(told)).toHaveLength(all.length);
  expect(new Set(entries.map(({ log_table, operation }) => `${log_table} ${operation}`))).toEqual(
    new Set(['PROJECTS DELETE']),
  );
});
