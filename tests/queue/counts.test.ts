import fc from 'fast-check';
import type { PoolClient } from 'pg';
import { alice, bob, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { makeStudio, queueOf, undone, type Queue } from './studio';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);
const STATES = ['Queued', 'In Progress', 'Complete', 'Failed', 'Cancelled'] as const;

let database: TestDatabase;
let queue: Queue;
let projects: [string, string, string];

beforeAll(async () => {
  database = await createTestDatabase();
  queue = queueOf(database);
  await queue.type('image');
  await queue.type('direct', { category: 'orchestration', unit_cost: null, content_type: null });
  await queue.type('retired', { is_active: false });
  await queue.type('outside', { run_type: 'api' });
  projects = [
    await makeStudio(database, alice, 0),
    await builders(database).project(alice),
    await makeStudio(database, bob, 0),
  ];
});
afterAll(() => database?.drop());

interface Row {
  project: number;
  type: string;
  status: (typeof STATES)[number];
  /** Minutes since it was made, and since it ended. */
  age: number;
  ended: number;
  /** Places in the list of tasks before it. */
  parent: number | null;
  waitsFor: number[];
  model: string | null;
}
const row: fc.Arbitrary<Row> = fc.record({
  project: fc.nat(2),
  type: fc.oneof(
    { weight: 6, arbitrary: fc.constant('image') },
    { weight: 2, arbitrary: fc.constantFrom('direct', 'outside') },
    { weight: 1, arbitrary: fc.constant('retired') },
  ),
  status: fc.oneof(
    { weight: 5, arbitrary: fc.constant('Queued' as const) },
    { weight: 3, arbitrary: fc.constantFrom(...STATES) },
  ),
  age: fc.nat(200),
  ended: fc.nat(120),
  parent: fc.option(fc.nat(30), { freq: 3 }),
  waitsFor: fc.oneof(
    { weight: 3, arbitrary: fc.constant<number[]>([]) },
    fc.array(fc.nat(40), { maxLength: 2 }),
  ),
  model: fc.option(fc.constantFrom('flux', 'wan'), { nil: null }),
});
const world = fc.record({
  rows: fc.array(row, { maxLength: 40, size: 'max' }),
  credits: fc.tuple(fc.constantFrom(0, 5, 5), fc.constantFrom(0, 5, 5)),
  clouds: fc.tuple(fc.constantFrom(true, true, undefined, false), fc.constantFrom(true, undefined)),
});
type World = typeof world extends fc.Arbitrary<infer T> ? T : never;

/** Writes the world as a service does, in a transaction that is undone. */
async function arrange(client: PoolClient, { rows, credits, clouds }: World): Promise<void> {
  for (const [place, user] of [alice, bob].entries()) {
    await client.query('update users set settings = $2 where id = $1', [
      user.id,
      { ui: { generationMethods: { inCloud: clouds[place] } } },
    ]);
    if (credits[place]) await client.query('select grant_credits($1, $2)', [user.id, credits[place]]);
  }
  const ids: { id: string; project: number }[] = [];
  for (const each of rows) {
    const before = ids.filter(({ project }) => project === each.project).map(({ id }) => id);
    const pick = (place: number) => before[place % before.length];
    const { rows: made } = await client.query<{ id: string }>(
      `insert into tasks (project_id, task_type, status, params, parent_task_id, dependant_on, created_at, generation_processed_at)
       values ($1, $2, $3, $4, $5, $6, now() - make_interval(mins => $7), now() - make_interval(mins => $8)) returning id`,
      [
        ...[projects[each.project], each.type, each.status, { model: each.model }],
        ...[each.parent === null || before.length === 0 ? null : pick(each.parent)],
        ...[before.length === 0 ? [] : each.waitsFor.map(pick), each.age, each.ended],
      ],
    );
    ids.push({ id: made[0]!.id, project: each.project });
  }
}

interface Counts {
  eligible: number;
  active: number;
  blocked_by_dependency: number;
  blocked_by_credits: number;
  blocked_by_cap: number;
  blocked_by_settings: number;
  blocked_by_type: number;
}

test('task_counts says how many claims would hand out a task, and why the others wait', async () => {
  const met = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(world, fc.constantFrom('gpu', 'api'), async (given, runType) => {
      await undone(database, service, async (client) => {
        await arrange(client, given);
        const { rows: told } = await client.query<Counts>('select * from task_counts($1)', [runType]);
        const counts = told[0]!;
        const { rows: open } = await client.query<{ waiting: number; running: number }>(
          `select count(*) filter (where t.status = 'Queued')::int as waiting,
             count(*) filter (where t.status = 'In Progress')::int as running
           from tasks t join task_types k on k.name = t.task_type where k.run_type = $1`,
          [runType],
        );
        let claims = 0;
        for (;;) {
          const { rows } = await client.query<{ id: string | null }>(
            `select id from claim_next_task('gpu-9', $1)`,
            [runType],
          );
          if (!rows[0]?.id) break;
          claims += 1;
        }
        const { active, ...reasons } = counts;
        expect({ eligible: counts.eligible, active }).toEqual({ eligible: claims, active: open[0]!.running });
        expect(Object.values(reasons).reduce((sum, each) => sum + each, 0)).toBe(open[0]!.waiting);
        // After the claims nothing more can be claimed, and what was eligible runs.
        const { rows: after } = await client.query<Counts>('select * from task_counts($1)', [runType]);
        expect(after[0]).toMatchObject({ eligible: 0, active: active + claims });
        for (const [reason, count] of Object.entries(counts) as [string, number][])
          if (count > 0) met.set(reason, (met.get(reason) ?? 0) + 1);
      });
    }),
    { numRuns: RUNS },
  );
  // Each reason came up: none is counted by chance only.
  expect([...met.keys()].sort()).toEqual([
    ...['active', 'blocked_by_cap', 'blocked_by_credits', 'blocked_by_dependency'],
    ...['blocked_by_settings', 'blocked_by_type', 'eligible'],
  ]);
}, 300_000);

test('task_status_counts counts the root tasks of a project: open ones, and those that ended within the hour', async () => {
  const met = { processing: 0, completed: 0, failed: 0 };
  await fc.assert(
    fc.asyncProperty(world, async (given) => {
      await undone(database, service, async (client) => {
        await arrange(client, given);
        for (const project of projects) {
          const { rows: told } = await client.query<typeof met>('select * from task_status_counts($1)', [
            project,
          ]);
          const { rows: expected } = await client.query<typeof met>(
            `select (count(*) filter (where status in ('Queued', 'In Progress')))::int as processing,
               (count(*) filter (where status = 'Complete' and generation_processed_at >= now() - interval '1 hour'))::int as completed,
               (count(*) filter (where status in ('Failed', 'Cancelled') and generation_processed_at >= now() - interval '1 hour'))::int as failed
             from tasks where project_id = $1 and parent_task_id is null`,
            [project],
          );
          expect(told).toEqual(expected);
          for (const key of Object.keys(met) as (keyof typeof met)[]) met[key] += told[0]![key];
        }
      });
    }),
    { numRuns: RUNS },
  );
  expect(Math.min(...Object.values(met))).toBeGreaterThan(0);
}, 300_000);

test('a child is not counted, and its owner sees the same as a service', async () => {
  const [parent] = await queue.enqueue(alice, projects[0], [{ task_type: 'image' }]);
  await queue.enqueue(alice, projects[0], [{ task_type: 'image', parent_task_id: parent!.id }]);
  for (const actor of [alice, service])
    expect(await database.query(actor, 'select * from task_status_counts($1)', [projects[0]])).toEqual([
      { processing: 1, completed: 0, failed: 0 },
    ]);
  await queue.cancel(alice, [parent!.id]);
  expect(await database.query(alice, 'select * from task_status_counts($1)', [projects[0]])).toEqual([
    { processing: 0, completed: 0, failed: 1 },
  ]);
});

test('task_counts needs a run type', async () => {
  await expect(database.query(service, 'select * from task_counts(null)')).rejects.toMatchObject({
    code: 'RG400',
    message: 'runType is required.',
  });
});
