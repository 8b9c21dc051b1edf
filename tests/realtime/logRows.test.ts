import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { readerOf, told, type Reader } from './log';

let database: TestDatabase;
let reader: Reader;
let project: string;
let other: string;
let shot: string;
let generation: string;
let part: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.taskType('image_generation');
  [project, other] = [await make.project(alice), await make.project(alice)];
  shot = await make.shot(alice, project);
  generation = await make.generation(alice, project, null);
  part = await make.generation(alice, project, null);
  await database.asOwner('update generations set parent_generation_id = $1, is_child = true where id = $2', [
    generation,
    part,
  ]);
  await make.worker('gpu-1');
});
afterAll(() => database.drop());
beforeEach(async () => {
  reader = await readerOf(database);
});

const owner = (sql: string, values: unknown[] = []) => database.asOwner<{ id: string }>(sql, values);
const news = async () => (await reader.news()).map(told);
const of = async (table: string) => (await news()).filter(({ log_table }) => log_table === table);

test('a generation: made, changed, deleted, with what it is aimed at and its small columns', async () => {
  const [{ id }] = (await owner(
    `insert into generations (project_id, parent_generation_id, is_child, thumbnail_url, params)
     values ($1, $2, true, 't.png', '{"prompt": "secret"}') returning id`,
    [project, generation],
  )) as [{ id: string }];
  const keys = { log_table: 'GENERATIONS', row_id: id, generation_id: id, parent_generation_id: generation };
  const made = { location: null, thumbnailUrl: 't.png', starred: false, timelineFrame: null };
  expect(await news()).toEqual([
    { ...keys, operation: 'INSERT', after: made },
    // The parent's list of its children follows, and is logged after what it follows from.
    expect.objectContaining({ row_id: generation, operation: 'UPDATE', changed_columns: ['children'] }),
  ]);
  await owner(`update generations set starred = true, params = '{"prompt": "b"}' where id = $1`, [id]);
  const starred = { ...made, starred: true };
  expect(await news()).toEqual([
    {
      ...{ ...keys, operation: 'UPDATE', before: made, after: starred },
      changed_columns: expect.arrayContaining(['starred', 'params', 'prompt']) as string[],
    },
  ]);
  await owner('delete from generations where id = $1', [id]);
  expect((await news())[0]).toEqual({ ...keys, operation: 'DELETE', before: starred });
});

test('a variant: made, changed, deleted, and what follows for its generation in the order it happened', async () => {
  const id = await builders(database).variant(alice, generation, 'v.png');
  const keys = { log_table: 'GENERATION_VARIANTS', row_id: id, generation_id: generation };
  const made = { location: 'v.png', thumbnailUrl: null, starred: false, isPrimary: true, viewedAt: null };
  const [first, ...rest] = await news();
  expect(first).toEqual({ ...keys, operation: 'INSERT', after: made });
  expect(rest.at(-1)).toMatchObject({ row_id: generation, after: { location: 'v.png' } });
  await owner(`update generation_variants set viewed_at = '2026-01-02 03:04:05.678Z' where id = $1`, [id]);
  const [seen] = await news();
  expect(seen).toMatchObject({ ...keys, operation: 'UPDATE', changed_columns: ['viewedAt'], before: made });
  expect(new Date((seen!.after as { viewedAt: string }).viewedAt).toISOString()).toBe(
    '2026-01-02T03:04:05.678Z',
  );
  await owner('delete from generation_variants where id = $1', [id]);
  expect((await news())[0]).toMatchObject({ ...keys, operation: 'DELETE', before: { location: 'v.png' } });
});

test('a link: made, dragged, deleted', async () => {
  const id = await builders(database).link(alice, shot, generation);
  const keys = { log_table: 'SHOT_GENERATIONS', row_id: id, shot_id: shot, generation_id: generation };
  const made = { timelineFrame: null, position: null };
  expect(await of('SHOT_GENERATIONS')).toEqual([{ ...keys, operation: 'INSERT', after: made }]);
  await owner(
    `update shot_generations set timeline_frame = 7, position = 0, metadata = '{"a": 1}' where id = $1`,
    [id],
  );
  const dragged = { timelineFrame: 7, position: 0 };
  expect(await of('SHOT_GENERATIONS')).toEqual([
    {
      ...{ ...keys, operation: 'UPDATE', before: made, after: dragged },
      changed_columns: expect.arrayContaining(['timelineFrame', 'position', 'metadata']) as string[],
    },
  ]);
  await owner('delete from shot_generations where id = $1', [id]);
  expect(await of('SHOT_GENERATIONS')).toEqual([{ ...keys, operation: 'DELETE', before: dragged }]);
});

test('a task: made, begun, deleted, with what it is aimed at; a lease made longer is no news', async () => {
  const [{ id }] = (await owner(
    `insert into tasks (project_id, task_type, params) values ($1, 'image_generation', $2) returning id`,
    [project, { shot_id: shot, parent_generation_id: generation, prompt: 'secret' }],
  )) as [{ id: string }];
  const [row] = await owner(
    'select target_shot_id as s, target_generation_id as g from tasks where id = $1',
    [id],
  );
  const { s, g } = row as unknown as { s: string | null; g: string | null };
  expect([s, g]).toContain(shot);
  const keys = {
    ...{ log_table: 'TASKS', row_id: id },
    ...(s ? { shot_id: s } : {}),
    ...(g ? { generation_id: g } : {}),
  };
  expect(await news()).toEqual([{ ...keys, operation: 'INSERT', after: { status: 'Queued' } }]);
  await owner(`update tasks set status = 'In Progress', worker_id = 'gpu-1' where id = $1`, [id]);
  expect(await news()).toEqual([
    {
      ...{ ...keys, operation: 'UPDATE', before: { status: 'Queued' }, after: { status: 'In Progress' } },
      changed_columns: expect.arrayContaining(['status', 'attempts']) as string[],
    },
  ]);
  await owner(`update tasks set lease_expires_at = now() + interval '1 hour' where id = $1`, [id]);
  const beat = await database.query<{ extended: string[] }>(
    { kind: 'worker', id: 'gpu-1' },
    'select extended from heartbeat($1, task_ids => $2)',
    ['gpu-1', [id]],
  );
  expect(beat[0]!.extended).toEqual([id]);
  expect(await news()).toEqual([]);
  await owner('delete from tasks where id = $1', [id]);
  expect(await news()).toEqual([{ ...keys, operation: 'DELETE', before: { status: 'In Progress' } }]);
});

test('nothing is logged when nothing differs', async () => {
  await owner('update generations set starred = starred, name = name where id = $1', [generation]);
  await owner(`update generations set updated_at = now() + interval '1 day' where id = $1`, [generation]);
  await owner('update generations set starred = true where false');
  await owner('delete from tasks where false');
  await owner('insert into generations (project_id) select id from projects where false');
  await owner('update tasks set status = status');
  expect(await news()).toEqual([]);
  await owner('update generations set starred = not starred where id = $1', [generation]);
  expect(await news()).toHaveLength(1);
});

test('a row that goes to another project is deleted here and made there, in this order', async () => {
  const id = await builders(database).task(project);
  const read = await reader.news();
  expect(read).toHaveLength(1);
  await owner('update tasks set project_id = $2 where id = $1', [id, other]);
  const moved = await reader.news();
  expect(moved.map(({ operation, project_id, row_id }) => [operation, project_id, row_id])).toEqual([
    ['DELETE', project, id],
    ['INSERT', other, id],
  ]);
  expect(moved.map(({ before, after }) => [before, after])).toEqual([
    [{ status: 'Queued' }, null],
    [null, { status: 'Queued' }],
  ]);
});

test('statements are logged in their order, those undone not at all', async () => {
  const [a, b, c] = [
    await builders(database).task(project),
    await builders(database).task(project),
    await builders(database).task(project),
  ];
  await reader.news();
  await database.as(service, async (client) => {
    const note = (id: string) => client.query(`update tasks set error_message = 'e' where id = $1`, [id]);
    await note(c);
    await client.query('savepoint before_b');
    await note(b);
    await client.query('rollback to before_b');
    await client.query('savepoint before_a');
    await note(a);
    await client.query('release before_a');
  });
  const entries = await reader.news();
  expect(entries.map(({ row_id }) => row_id)).toEqual([c, a]);
  expect(new Set(entries.map(({ xid }) => xid)).size).toBe(1);
  await expect(
    database.as(service, async (client) => {
      await client.query(`update tasks set error_message = 'f' where id = $1`, [a]);
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  expect(await reader.news()).toEqual([]);
});

test('of several rows each has its entry, in the order of the statement', async () => {
  const rows = await owner(
    `insert into tasks (project_id, task_type) select $1, 'image_generation' from generate_series(1, 5) returning id`,
    [project],
  );
  const ids = rows.map(({ id }) => id);
  expect((await news()).map(({ row_id }) => row_id)).toEqual(ids);
  await owner(`update tasks set error_message = 'x' where id = any ($1)`, [ids.slice(1, 4)]);
  expect((await news()).map(({ row_id }) => row_id).sort()).toEqual(ids.slice(1, 4).sort());
});

test.each([
  [
    'upsert',
    `insert into tasks (id, project_id, task_type) values ($1, $3, 'image_generation'), ($2, $3, 'image_generation')
     on conflict (id) do update set error_message = 'again'`,
    ['INSERT', 'UPDATE'],
  ],
  [
    'upsert that does nothing',
    `insert into tasks (id, project_id, task_type) values ($1, $3, 'image_generation'), ($2, $3, 'image_generation')
     on conflict (id) do nothing`,
    ['INSERT'],
  ],
  [
    'merge',
    `merge into tasks t using (values ($1::uuid, true), ($2::uuid, false)) w (id, gone) on t.id = w.id
     when matched and w.gone then delete
     when not matched then insert (id, project_id, task_type) values (w.id, $3, 'image_generation')`,
    ['DELETE', 'INSERT'],
  ],
])('%s logs what it did', async (_, sql, operations) => {
  const id = await builders(database).task(project);
  const [{ id: fresh }] = (await owner('select gen_random_uuid() as id')) as [{ id: string }];
  await reader.news();
  await owner(sql, [id, fresh, project]);
  const entries = await reader.news();
  expect(entries.map(({ operation }) => operation).sort()).toEqual(operations);
  const rowOf = (operation: string) => entries.find((entry) => entry.operation === operation)?.row_id;
  expect(rowOf('INSERT')).toBe(fresh);
  if (operations.length > 1) expect(rowOf(operations.find((each) => each !== 'INSERT')!)).toBe(id);
});
