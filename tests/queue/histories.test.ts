import fc from 'fast-check';
import { alice, bob, gpu1, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { Draw } from '../helpers/changes';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';
import { queueOf, type Task } from '../helpers/queue';
import { CALLS, EVENTS, type Call, type Scene } from '../helpers/queueChanges';
import { brokenQueue } from '../helpers/queueInvariants';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 100);
const SEED = process.env.PROPERTY_SEED ? Number(process.env.PROPERTY_SEED) : undefined;
/** Sequences run side by side, each lane in a database of its own. */
const LANES = 3;
const CHANGES = { ...CALLS, ...EVENTS };

/** A function of the queue says why it refuses; what is written past them may hit a reference or a right too. */
const refused = (change: string) =>
  change in EVENTS
    ? /^(RG\d{3}|23503|23514|42501)$/
    : change === 'refund'
      ? /^(RG\d{3}|23505)$/
      : /^RG\d{3}$/;

interface Step {
  change: string;
  draw: Draw;
}
type Known = Scene & { rows: (Task & { final: unknown })[] };

const databases: TestDatabase[] = [];

beforeAll(async () => {
  for (let lane = 0; lane < LANES; lane += 1) {
    const database = await createTestDatabase();
    databases.push(database);
    await queueOf(database).types();
    await builders(database).account(alice);
    await builders(database).account(bob);
    await database.asOwner('create table ledger_so_far as table credits_ledger');
  }
});
afterAll(() => Promise.all(databases.map((database) => database.drop())));

/** Two projects of Alice and one of Bob, five credits and one task's worth; a chain, a conductor, and some apart. */
const START = `
  delete from projects;
  delete from workers;
  update task_types set is_active = true, run_type = case name when 'remote' then 'api' else 'gpu' end::run_type;
  update users set settings = '{}';
  insert into credits_ledger (user_id, amount, type)
  select id, w.wanted - credits, 'manual' from users join (values ('${alice.id}'::uuid, 5), ('${bob.id}', 0.05)) w (id, wanted) using (id)
  where w.wanted <> credits;
  insert into projects (user_id, name) values ('${alice.id}', 'one'), ('${alice.id}', 'two'), ('${bob.id}', 'his');
  insert into shots (project_id, name) select id, 's' from projects;
  insert into generations (project_id, location) select p.id, 'l' || n from projects p, generate_series(1, 2) n;
  insert into workers (id, current_model) values ('gpu-1', 'flux'), ('gpu-2', null), ('api-1', null);
  insert into tasks (project_id, task_type, created_at, params)
  select p.id, t.type, now() - n * interval '1 second', jsonb_build_object('model', case n % 2 when 0 then 'flux' else '' end)
  from projects p, unnest(array['image', 'conduct', 'remote', 'image']) with ordinality t (type, n);
  insert into tasks (project_id, task_type, dependant_on, parent_task_id)
  select t.project_id, 'image', case n when 1 then array[t.id] else '{}' end, case n when 2 then t.id end
  from tasks t, generate_series(1, 2) n where t.task_type = 'conduct';
  update tasks set status = 'In Progress', worker_id = case task_type when 'remote' then 'api-1' else 'gpu-1' end
  where task_type in ('remote', 'conduct')`;

const SCENE = `
  select array(select id::text from projects order by user_id, name) as projects,
    array(select id::text from shots order by created_at, id) as shots,
    array(select id::text from generations order by created_at, id) as generations,
    coalesce((select jsonb_agg(to_jsonb(t) || jsonb_build_object('final', case when t.pane_group = 2 then
      jsonb_build_array(t.status, t.output_location, t.cost, t.error_message, t.result_data, t.generation_processed_at) end)
      order by t.created_at, t.id) from tasks t), '[]') as rows`;

async function sceneOf(database: TestDatabase, turn: number): Promise<Known> {
  const [scene] = await database.asOwner<Known & Record<string, unknown>>({ name: 'scene', text: SCENE });
  return { ...scene!, tasks: scene!.rows, turn };
}

const MOVES: Record<string, string[]> = {
  Queued: ['In Progress', 'Failed', 'Cancelled'],
  'In Progress': ['Complete', 'Failed', 'Cancelled', 'Queued'],
};

/** What no transaction may do to a task that is there before and after. */
function forbidden(before: Known, after: Known): string[] {
  const rows = new Map(after.rows.map((row) => [row.id, row]));
  return before.rows.flatMap((was) => {
    const is = rows.get(was.id);
    if (!is) return [];
    const faults: string[] = [];
    if (is.status !== was.status && !MOVES[was.status]?.includes(is.status))
      faults.push(`${was.id}: ${was.status} became ${is.status}`);
    if (was.final && JSON.stringify(was.final) !== JSON.stringify(is.final))
      faults.push(`${was.id}: a final task changed: ${JSON.stringify([was.final, is.final])}`);
    const started = is.status === 'In Progress' && was.status === 'Queued' ? 1 : 0;
    if (is.attempts !== was.attempts + started)
      faults.push(
        `${was.id}: ${was.attempts} attempts became ${is.attempts} from ${was.status} to ${is.status}`,
      );
    return faults;
  });
}

const LEDGER = `
  with missing as (
    select f.id from ledger_so_far f left join credits_ledger l on l.id = f.id where to_jsonb(l) is distinct from to_jsonb(f)
  ), noted as (
    insert into ledger_so_far select l.* from credits_ledger l where not exists (select from ledger_so_far f where f.id = l.id)
  )
  select id from missing`;

async function send(database: TestDatabase, { who, sql }: Call): Promise<number> {
  if (who === 'owner of the database')
    return (await database.asOwner(`with x as (${sql} returning 1) select from x`)).length;
  return database.as(who, async (client) => (await client.query(sql)).rowCount ?? 0);
}

/** One transaction; what a rule refuses is rolled back, any other error fails the property. */
async function run(database: TestDatabase, scene: Known, { change, draw }: Step): Promise<Call> {
  const call = CHANGES[change]!(scene, draw);
  await send(database, call).catch((error: { code?: string; message: string }) => {
    if (!refused(change).test(error.code ?? ''))
      throw new Error(`${change}: ${error.code} ${error.message}\n${call.sql}`, { cause: error });
  });
  return call;
}

async function play(database: TestDatabase, steps: Step[]): Promise<void> {
  await database.asOwner(START);
  let scene = await sceneOf(database, 1);
  for (const [turn, step] of steps.entries()) {
    const call = await run(database, scene, step);
    const after = await sceneOf(database, turn + 2);
    expect({
      call,
      queue: await brokenQueue(database),
      domain: await brokenInvariants(database),
      ledger: await database.asOwner({ name: 'ledger', text: LEDGER }),
      moves: forbidden(scene, after),
    }).toEqual({ call, queue: {}, domain: {}, ledger: [], moves: [] });
    scene = after;
  }
}

const draw = fc.tuple(fc.nat(65535), fc.nat(65535), fc.nat(65535), fc.nat(65535));
const stepOf = (changes: Record<string, unknown>) =>
  fc.record({ change: fc.constantFrom(...Object.keys(changes)), draw });
/** Claims and ends come often, or most tasks would never run. */
const step = fc.oneof(
  { weight: 3, arbitrary: stepOf(CALLS) },
  {
    weight: 2,
    arbitrary: fc.record({ change: fc.constantFrom('claim', 'claim three', 'complete', 'fail'), draw }),
  },
  { weight: 1, arbitrary: stepOf(EVENTS) },
);

test(`after every transaction of ${RUNS} random histories every invariant holds`, async () => {
  let sequences = 0;
  const lane = (database: TestDatabase, place: number) =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 12 }), async (steps) => {
        await play(database, steps);
        // Dead rows of thousands of sequences would make the checks slow.
        if (++sequences % 50 === 0) await database.asOwner('vacuum analyze');
      }),
      { numRuns: Math.ceil(RUNS / LANES), ...(SEED === undefined ? {} : { seed: SEED + place }) },
    );
  await Promise.all(databases.map(lane));
}, 3_600_000);

// A change that is only ever refused, or meets nothing, proves nothing.
test.each(Object.keys(CHANGES))('%s: can take effect', async (change) => {
  const [database] = databases as [TestDatabase];
  await database.asOwner(START);
  // Some that are stale, and one that is done, for what needs them.
  const queue = queueOf(database);
  const held = await queue.claim('gpu-1', 'gpu', false, gpu1);
  await queue.complete(held!);
  await database.asOwner(
    `update tasks set lease_expires_at = now() - interval '1 second' where task_type = 'conduct' and status = 'In Progress'`,
  );
  const world = `select md5(string_agg(x, ',')) as world from (
      select t::text as x from tasks t union all select u::text from users u union all select k::text from task_types k
      union all select p::text from projects p union all select s::text from shots s union all select g::text from generations g
      union all select w.id || w.current_model from workers w union all select q::text from app_private.queue q order by 1) all_of_it`;
  const [before] = await database.asOwner<{ world: string }>(world);
  for (const drawn of fc.sample(draw, { numRuns: 300, seed: 1 })) {
    await run(database, await sceneOf(database, 1), { change, draw: drawn });
    const [after] = await database.asOwner<{ world: string }>(world);
    if (change === 'complete again') {
      // It must have none: shown by a call that is answered and not refused.
      expect(after).toEqual(before);
      expect(await queue.complete(held!, 'again.png', service)).toMatchObject({ status: 'Complete' });
      return;
    }
    if (after!.world !== before!.world) return;
  }
  throw new Error(`no draw of three hundred made "${change}" change anything`);
});
