import { alice, service } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt } from '../rls/attempt';
import { makeWorld, type World } from '../rls/world';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeWorld(database);
});
afterAll(() => database.drop());

type Rows = Record<string, unknown>[];

/** Does things as a service and looks at what is left, in a transaction that is undone. */
async function after(
  change: [sql: string, ...values: unknown[]][],
  look: string,
  ...values: unknown[]
): Promise<Rows> {
  let rows: Rows = [];
  const undone = new Error('undone');
  await database
    .as(service, async (client) => {
      for (const [sql, ...given] of change) {
        const { rowCount } = await client.query(sql, given);
        expect(rowCount).toBe(1);
      }
      rows = (await client.query<Record<string, unknown>>(look, values)).rows;
      throw undone;
    })
    .catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  return rows;
}

describe('deleting a task', () => {
  test('leaves its generations in their project, without a task', async () => {
    const { generation, project } = world.owner;
    const rows = await after(
      [
        ['update generations set task_id = $2 where id = $1', generation, world.queued],
        ['delete from tasks where id = $1', world.queued],
      ],
      'select task_id, project_id from generations where id = $1',
      generation,
    );
    expect(rows).toEqual([{ task_id: null, project_id: project }]);
  });

  test('takes the tasks that it directs along', async () => {
    const rows = await after(
      [
        ['update tasks set parent_task_id = $2 where id = $1', world.held, world.queued],
        ['delete from tasks where id = $1', world.queued],
      ],
      'select id from tasks where id = any ($1)',
      [world.held, world.queued, world.finished],
    );
    expect(rows).toEqual([{ id: world.finished }]);
  });
});

describe('deleting a generation', () => {
  test('leaves what is based on it, in its project', async () => {
    const { generation, secondGeneration, project } = world.owner;
    const rows = await after(
      [
        ['update generations set based_on = $2 where id = $1', secondGeneration, generation],
        ['delete from generations where id = $1', generation],
      ],
      'select based_on, project_id from generations where id = $1',
      secondGeneration,
    );
    expect(rows).toEqual([{ based_on: null, project_id: project }]);
  });

  test('takes its parts, its variants and its places in shots along', async () => {
    const { generation, secondGeneration, variant, link } = world.owner;
    const rows = await after(
      [
        [
          'update generations set parent_generation_id = $2, is_child = true where id = $1',
          secondGeneration,
          generation,
        ],
        ['delete from generations where id = $1', generation],
      ],
      `select id from generations where id = any ($1)
       union all select id from generation_variants where id = any ($1)
       union all select id from shot_generations where id = any ($1)`,
      [generation, secondGeneration, variant, link],
    );
    expect(rows).toEqual([]);
  });
});

test('deleting a shot leaves its generations, without a shot', async () => {
  const { generation, project, shot } = world.owner;
  const rows = await after(
    [
      ['update generations set shot_id = $2 where id = $1', generation, shot],
      ['delete from shots where id = $1', shot],
    ],
    'select shot_id, project_id from generations where id = $1',
    generation,
  );
  expect(rows).toEqual([{ shot_id: null, project_id: project }]);
});

test('deleting a variant leaves its generation, which no longer names it', async () => {
  const { generation, project, variant } = world.owner;
  const rows = await after(
    [
      ['update generations set primary_variant_id = $2 where id = $1', generation, variant],
      ['delete from generation_variants where id = $1', variant],
    ],
    'select primary_variant_id is distinct from $2 as gone, project_id from generations where id = $1',
    generation,
    variant,
  );
  expect(rows).toEqual([{ gone: true, project_id: project }]);
});

test('deleting a worker leaves its tasks', async () => {
  const rows = await after(
    [['delete from workers where id = $1', 'gpu-2']],
    'select worker_id from tasks where id = $1',
    world.finished,
  );
  expect(rows).toEqual([{ worker_id: null }]);
});

const IN_PROJECT = ['shots', 'generations', 'generation_variants', 'shot_generations', 'tasks'];

test.each(IN_PROJECT)('deleting a project takes its %s along, and nobody else’s', async (table) => {
  const count = `select project_id from ${table} group by project_id`;
  const before = await database.query<{ project_id: string }>(service, count);
  expect(before.map((row) => row.project_id)).toEqual(expect.arrayContaining([world.owner.project]));
  const rows = await after([['delete from projects where id = $1', world.owner.project]], count);
  const others = before.filter((row) => row.project_id !== world.owner.project);
  expect(others.length).toBeGreaterThan(0);
  expect(new Set(rows.map((row) => row.project_id))).toEqual(new Set(others.map((row) => row.project_id)));
});

test('an owner deletes his project with everything in it, by one statement', async () => {
  expect(
    await attempt(database, alice, 'delete from projects where id = $1', [world.owner.project]),
  ).toMatchObject({
    ok: true,
    count: 1,
  });
});

test('deleting a batch takes its videos and their segments along', async () => {
  const { batch, video, segment } = world.owner;
  const rows = await after(
    [['delete from training_data_batches where id = $1', batch]],
    'select id from training_data where id = $1 union all select id from training_data_segments where id = $2',
    video,
    segment,
  );
  expect(rows).toEqual([]);
});

test('a user on whom the ledger has entries cannot be deleted', async () => {
  const outcome = await attempt(database, service, 'delete from users where id = $1', [alice.id]);
  expect(outcome).toMatchObject({ ok: false, code: '23503', constraint: 'credits_ledger_user_id_fkey' });
});

test('a task type that a task refers to cannot be deleted, and is renamed with its tasks', async () => {
  const refused = await attempt(database, service, 'delete from task_types where id = $1', [
    world.activeType,
  ]);
  expect(refused).toMatchObject({ ok: false, code: '23503', constraint: 'tasks_task_type_fkey' });
  const rows = await after(
    [[`update task_types set name = 'renamed' where id = $1`, world.activeType]],
    'select task_type from tasks where id = $1',
    world.held,
  );
  expect(rows).toEqual([{ task_type: 'renamed' }]);
});

test('a bucket with files in it cannot be deleted', async () => {
  const outcome = await attempt(database, service, `delete from storage.buckets where id = 'public'`);
  expect(outcome).toMatchObject({ ok: false, code: '23503' });
});
