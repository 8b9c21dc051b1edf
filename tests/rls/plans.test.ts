import { alice, bob } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { planOf, projectLookups, readersOf, usesOf, type PlanNode } from './plan';
import { ACTIVE_TYPE } from './world';

const GENERATIONS = 20_000;

let database: TestDatabase;
let project: string;
let shot: string;
let generation: string;
let target: string;

/** As many rows as a busy person has, and as many of somebody else, so that statistics are those of real use. */
beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.account(bob);
  await make.taskType(ACTIVE_TYPE);
  project = await make.project(alice);
  for (let each = 0; each < 20; each += 1) await make.project(alice, `Project ${each}`);
  const foreign = await make.project(bob);
  shot = await make.shot(alice, project);
  target = await make.shot(alice, project);
  generation = await make.generation(alice, project);
  const fill = async (into: string, count: number) => {
    await database.asOwner(
      `insert into generations (project_id, type, starred, created_at, params)
       select $1, 'image', n % 20 = 0, now() - n * interval '1 minute', jsonb_build_object('prompt', 'Image ' || n)
       from generate_series(1, $2::int) n`,
      [into, count],
    );
    await database.asOwner(
      `insert into generation_variants (generation_id, project_id, location)
       select g.id, g.project_id, 'public/v.png' from generations g where g.project_id = $1`,
      [into],
    );
    await database.asOwner(
      `insert into tasks (project_id, task_type, status, params, created_at)
       select $1, $2, case when n % 100 = 0 then 'Queued' else 'Complete' end::task_status,
         jsonb_build_object(
           'shot_id', case when n % 1000 = 0 then $4::text else gen_random_uuid()::text end,
           'generation_id', case when n % 1000 = 0 then $5::text else gen_random_uuid()::text end
         ),
         now() - n * interval '1 minute'
       from generate_series(1, $3::int) n`,
      [into, ACTIVE_TYPE, count / 2, target, generation],
    );
  };
  await fill(project, GENERATIONS);
  await fill(foreign, GENERATIONS / 4);
  await database.asOwner(
    `insert into shot_generations (shot_id, generation_id, project_id, position)
     select $1, id, project_id, (row_number() over ())::int - 1
     from (select id, project_id from generations where project_id = $2 limit 500) g`,
    [shot, project],
  );
  await database.query(
    alice,
    `update generations set based_on = $1
     where id in (select id from generations where project_id = $2 and id <> $1 limit 20)`,
    [generation, project],
  );
  await database.asOwner('analyze');
});
afterAll(() => database.drop());

const GALLERY = 'select * from generations where project_id = $1 order by created_at desc limit 50';

/** A query for one thing, and the index that has to find it under row-level security. */
const HOT: { name: string; table: string; sql: string; index: string | RegExp; values: () => unknown[] }[] = [
  {
    name: 'the gallery, newest first',
    table: 'generations',
    sql: GALLERY,
    index: 'idx_generations_project_created_desc',
    values: () => [project],
  },
  {
    name: 'the next page of the gallery',
    table: 'generations',
    sql: `select * from generations where project_id = $1 and created_at < now() - interval '5 days'
      order by created_at desc limit 50`,
    index: 'idx_generations_project_created_desc',
    values: () => [project],
  },
  {
    name: 'the starred ones of the gallery',
    table: 'generations',
    sql: 'select * from generations where project_id = $1 and starred order by created_at desc limit 50',
    index: 'idx_generations_project_starred_created',
    values: () => [project],
  },
  {
    name: 'a generation by its id',
    table: 'generations',
    sql: 'select * from generations where id = $1',
    index: /^generations_(pkey|id_project_id_key)$/,
    values: () => [generation],
  },
  {
    name: 'what is based on a generation',
    table: 'generations',
    sql: 'select * from generations where based_on = $1',
    index: 'idx_generations_based_on',
    values: () => [generation],
  },
  {
    name: 'the variants of a generation',
    table: 'generation_variants',
    sql: 'select * from generation_variants where generation_id = $1',
    index: /^(idx_generation_variants_generation_id|generation_variants_newest_idx)$/,
    values: () => [generation],
  },
  {
    name: 'the images of a shot, in order',
    table: 'shot_generations',
    sql: 'select * from shot_generations where shot_id = $1 order by position limit 20',
    index: 'idx_shot_generations_shot_id_position',
    values: () => [shot],
  },
  {
    name: 'the open tasks of a shot',
    table: 'tasks',
    sql: 'select * from tasks where target_shot_id = $1 and pane_group < 2',
    index: 'tasks_open_target_shot_idx',
    values: () => [target],
  },
  // As PendingWork asks (web/src/graphql/tasks.graphql).
  {
    name: 'the pending work of a shot',
    table: 'tasks',
    sql: `select * from tasks where project_id = $1 and pane_group < 2 and target_shot_id = $2
      order by pane_group, pane_position, id limit 100`,
    index: 'tasks_open_target_shot_idx',
    values: () => [project, target],
  },
  {
    name: 'the pending work of a generation',
    table: 'tasks',
    sql: `select * from tasks where project_id = $1 and pane_group < 2 and target_generation_id = $2
      order by pane_group, pane_position, id limit 100`,
    index: 'tasks_open_target_generation_idx',
    values: () => [project, generation],
  },
  {
    name: 'the tasks pane',
    table: 'tasks',
    sql: `select * from tasks where project_id = $1 and parent_task_id is null
      order by pane_group, pane_position, id limit 50`,
    index: 'tasks_pane_idx',
    values: () => [project],
  },
];

describe.each(HOT)('$name', ({ table, sql, index, values }) => {
  let plan: PlanNode[];
  beforeAll(async () => {
    plan = await planOf(database, alice, sql, values());
  });

  test('is found by its index', () => {
    const names = readersOf(plan, table).map((node) => node['Index Name'] ?? node['Node Type']);
    const bitmaps = plan.filter((node) => node['Node Type'] === 'Bitmap Index Scan');
    expect([...names, ...bitmaps.map((node) => node['Index Name'])]).toContainEqual(
      typeof index === 'string' ? index : expect.stringMatching(index),
    );
    expect(names).not.toContain('Seq Scan');
  });

  test('asks once whose projects they are', () => {
    expect(projectLookups(plan)).toBe(1);
  });

  test('gives the owner something to read', async () => {
    expect((await database.query(alice, sql, values())).length).toBeGreaterThan(0);
  });
});

/** Statements that touch many rows, where a policy asked for each would be paid for 20,000 times. */
const WIDE: [name: string, sql: string][] = [
  ['counting generations', 'select count(*) from generations'],
  ['counting variants', 'select count(*) from generation_variants'],
  ['counting tasks', 'select count(*) from tasks'],
  ['counting the links of shots', 'select count(*) from shot_generations'],
  ['changing generations', `update generations set name = 'Changed' where project_id = '$project'`],
  ['changing variants', `update generation_variants set name = 'Changed' where project_id = '$project'`],
  [
    'joining generations and variants',
    'select count(*) from generations g join generation_variants v on v.generation_id = g.id',
  ],
];

test.each(WIDE)(
  '%s asks for the caller’s projects once for each table, never for each row',
  async (_, sql) => {
    const plan = await planOf(database, alice, sql.replace('$project', project), []);
    const looks = projectLookups(plan);
    expect(looks).toBeGreaterThan(0);
    // A joined or written table has a policy of its own, and an update a using and a check.
    expect(looks).toBeLessThanOrEqual(4);
  },
);

test('who is calling is asked once for each time the projects are', async () => {
  const plan = await planOf(database, alice, 'select count(*) from generations', []);
  const asked = plan.filter((node) => node['Parent Relationship'] === 'InitPlan');
  expect(asked.length).toBeGreaterThan(0);
  expect(asked.every((node) => node['Actual Loops'] === 1)).toBe(true);
});

describe('a policy that asked for each row', () => {
  test('would be seen by these tests', async () => {
    const worse = await createTestDatabase();
    try {
      const make = builders(worse);
      await make.account(alice);
      const own = await make.project(alice);
      await worse.asOwner(
        `alter policy generations_owner_select on generations using (
           exists (select from projects p where p.id = project_id and p.user_id = (select auth.uid()) offset 0)
         )`,
      );
      await worse.asOwner('insert into generations (project_id) select $1 from generate_series(1, 300)', [
        own,
      ]);
      const plan = await planOf(worse, alice, 'select count(*) from generations', []);
      expect(projectLookups(plan)).toBe(300);
    } finally {
      await worse.drop();
    }
  });

  test('is not the only trap that is seen: an enum is no index condition for a user', async () => {
    const plan = await planOf(
      database,
      alice,
      `select * from tasks where target_shot_id = $1 and status = 'Queued'`,
      [target],
    );
    expect(usesOf(plan, 'tasks_open_target_shot_idx')).toEqual([]);
  });
});
