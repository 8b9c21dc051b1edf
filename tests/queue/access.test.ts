import { alice, anonymous, bob, gpu2, service, type Actor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt } from '../rls/attempt';
import { holder, makeHeldTask } from './heldTask';

let database: TestDatabase;
const NOBODY = '00000000-0000-4000-8000-00000000dead';
let world: Awaited<ReturnType<typeof makeHeldTask>>;

const ACTORS = {
  anonymous,
  owner: alice,
  stranger: bob,
  holder,
  idler: gpu2,
  service,
} as const satisfies Record<string, Actor>;
type Name = keyof typeof ACTORS;
const NAMES = Object.keys(ACTORS) as Name[];

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeHeldTask(database);
});
afterAll(() => database?.drop());

/** Who may call what: `yes`, or the code of the refusal. 42501 is PostgreSQL's: not granted. */
type Answer = 'yes' | 'RG403' | 'RG404' | '42501';
type Line = [call: string, sql: () => string, answers: Record<Name, Answer>];
const NOT = '42501';
const USERS: Record<Name, Answer> = {
  anonymous: NOT,
  owner: 'yes',
  stranger: 'RG404',
  holder: NOT,
  idler: NOT,
  service: 'yes',
};
const HOLDERS: Record<Name, Answer> = {
  anonymous: NOT,
  owner: NOT,
  stranger: NOT,
  holder: 'yes',
  idler: 'RG404',
  service: 'yes',
};
const SERVICES: Record<Name, Answer> = {
  anonymous: NOT,
  owner: NOT,
  stranger: NOT,
  holder: NOT,
  idler: NOT,
  service: 'yes',
};
const WORKERS: Record<Name, Answer> = { ...SERVICES, holder: 'yes', idler: 'yes' };
const NAMED: Record<Name, Answer> = { ...WORKERS, idler: 'RG403' };
const EVERYBODY: Record<Name, Answer> = { ...WORKERS, owner: 'yes', stranger: 'yes' };

const LINES: Line[] = [
  [
    'enqueue_tasks',
    () =>
      `enqueue_tasks('${world.project}', array[row(null, 'image', '{}', null, null, null)]::task_request[])`,
    USERS,
  ],
  ['cancel_tasks', () => `cancel_tasks('{${world.open}}')`, USERS],
  ['task_status_counts', () => `task_status_counts('${world.project}')`, USERS],
  ['claim_next_task', () => `claim_next_task('gpu-1', 'gpu')`, NAMED],
  ['heartbeat', () => `heartbeat('gpu-1', task_ids => '{${world.held}}')`, NAMED],
  ['start_generation', () => `start_generation('${world.held}', 1)`, HOLDERS],
  ['complete_task', () => `complete_task('${world.held}', 1, 'a.png')`, HOLDERS],
  ['fail_task', () => `fail_task('${world.held}', 1, 'It broke.', false)`, HOLDERS],
  ['worker_task_context', () => `worker_task_context('${world.held}')`, HOLDERS],
  ['task_counts', () => `task_counts('gpu')`, WORKERS],
  ['requeue_stale_tasks', () => `requeue_stale_tasks()`, SERVICES],
  ['grant_credits', () => `grant_credits('${alice.id}', 1)`, SERVICES],
  ['refund_task', () => `refund_task('${world.paid}', 'A test.')`, SERVICES],
  ['task_cost_estimate', () => `task_cost_estimate('image')`, EVERYBODY],
];

describe.each(LINES)('%s', (call, sql, answers) => {
  test.each(NAMES)(`for %s`, async (name) => {
    const outcome = await attempt(database, ACTORS[name], `select * from ${sql()}`);
    expect(outcome.ok ? 'yes' : outcome.code).toBe(answers[name]);
    // What is not granted is not granted by name: no rule inside had to say so.
    if (answers[name] === NOT)
      expect(outcome).toMatchObject({ message: `permission denied for function ${call}` });
  });
});

test('every function of the queue and of credits stands in the matrix', async () => {
  const rows = await database.asOwner<{ name: string }>(`
    select p.proname::text as name from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and (p.prorettype in ('tasks'::regtype, 'credits_ledger'::regtype) or p.proname ~ 'task|worker|heartbeat|credit')
      and coalesce(obj_description(p.oid), '') !~ '@(omit|fieldsOf)' and pg_get_function_arguments(p.oid) !~ '^task tasks'
    order by 1`);
  expect(rows.map(({ name }) => name)).toEqual(LINES.map(([name]) => name).sort());
});

describe('what is said of another’s task is what is said of none', () => {
  const CALLS: [string, Actor, (id: string) => string][] = [
    ['cancel_tasks', bob, (id) => `cancel_tasks('{${id}}')`],
    [
      'enqueue_tasks, project',
      bob,
      (id) => `enqueue_tasks('${id}', array[row(null, 'image', '{}', null, null, null)]::task_request[])`,
    ],
    ...[
      'start_generation(%, 1)',
      'start_generation(%, null)',
      'complete_task(%, 1)',
      `fail_task(%, 1, 'x')`,
      'worker_task_context(%)',
    ].map((call): [string, Actor, (id: string) => string] => [
      call,
      gpu2,
      (id) => call.replace('%', `'${id}'`),
    ]),
    ['heartbeat', gpu2, (id) => `heartbeat('gpu-2', task_ids => '{${id}}')`],
  ];
  test.each(CALLS)('%s', async (_what, actor, sql) => {
    const ask = async (id: string) =>
      JSON.stringify(await attempt(database, actor, `select * from ${sql(id)}`)).replaceAll(id, 'ID');
    for (const id of [world.held, world.open, world.paid, world.project])
      expect(await ask(id)).toBe(await ask(NOBODY));
  });
});

describe('nobody writes by hand what functions decide', () => {
  const WRITES: [string, () => string][] = [
    ['move a task', () => `update tasks set status = 'Complete' where id = '${world.held}'`],
    ['cancel it by hand', () => `update tasks set status = 'Cancelled' where id = '${world.open}'`],
    ['set a cost', () => `update tasks set cost = 0 where id = '${world.held}'`],
    ['change an attempt', () => `update tasks set attempts = 9 where id = '${world.held}'`],
    ['lengthen a lease', () => `update tasks set lease_expires_at = 'infinity' where id = '${world.held}'`],
    ['move its start', () => `update tasks set generation_started_at = now() where id = '${world.held}'`],
    ['change its params', () => `update tasks set params = '{}' where id = '${world.open}'`],
    ['take it away', () => `delete from tasks where id = '${world.open}'`],
    ['make one', () => `insert into tasks (project_id, task_type) values ('${world.project}', 'image')`],
    [
      'book credits',
      () => `insert into credits_ledger (user_id, amount, type) values ('${alice.id}', 5, 'manual')`,
    ],
    ['write a balance', () => `update users set credits = 5`],
    ['change a price', () => `update task_types set unit_cost = 0`],
    ['pretend to be a machine', () => `insert into workers (id) values ('gpu-7')`],
    ['look into the queue', () => `select from app_private.queue`],
    ['look into its lanes', () => `select from app_private.queue_lanes`],
    ['look at lost attempts', () => `select from app_private.lost_attempts`],
    ['write a lane', () => `update app_private.queue_lanes set is_open = true`],
  ];
  test.each(WRITES)('%s', async (_what, sql) => {
    for (const name of ['anonymous', 'owner', 'stranger', 'holder', 'idler'] as const)
      expect(await attempt(database, ACTORS[name], sql())).toMatchObject({ ok: false, code: '42501' });
  });
});

test('a user sees his task, and no worker; a worker sees what it holds, and no project, person or account', async () => {
  const seen = async (actor: Actor, table: string) => {
    const outcome = await attempt(database, actor, `select * from ${table}`);
    return outcome.ok ? outcome.rows.length : outcome.code;
  };
  expect(await seen(alice, 'tasks')).toBe(3);
  expect(await seen(bob, 'tasks')).toBe(0);
  expect(await seen(alice, 'workers')).toBe('42501');
  expect(await attempt(database, holder, 'select id from tasks')).toMatchObject({
    rows: [{ id: world.held }],
  });
  expect(await seen(gpu2, 'tasks')).toBe(0);
  expect(await seen(service, 'workers')).toBe(2);
  for (const table of [
    'projects',
    'users',
    'credits_ledger',
    'generations',
    'shots',
    'generation_variants',
    'shot_generations',
  ])
    expect([table, await seen(holder, table)]).toEqual([table, '42501']);
});
