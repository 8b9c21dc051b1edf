import type { User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import {
  chanceOf,
  installLook,
  observeWhile,
  workOff,
  type Claimer,
  type Delivery,
} from '../helpers/claimers';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { openSessions, queueOf, someone, type Queue, type TaskRequest } from '../helpers/queue';
import { brokenQueue } from '../helpers/queueInvariants';

/** 500 tasks and 32 workers that claim at once. By hand: `QUEUE=full` for 2,000 tasks, `QUEUE_SEED` for one run again. */
const TASKS = process.env.QUEUE === 'full' ? 2000 : 500;
const CLAIMERS = 32;
const MODELS = ['', 'flux', 'wan', 'qwen'];
const SEED = Number(process.env.QUEUE_SEED ?? Date.now() % 2 ** 31);

let database: TestDatabase;
let sessions: ReturnType<typeof openSessions>;
let queue: Queue;
let deliveries: Delivery[];
let observed: { looks: number; most: number };
const chance = chanceOf(SEED);
const among = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!;

/** Anna and Ben have what everybody has; the others each have something that claims must heed. */
const people = Object.fromEntries(
  ['anna', 'ben', 'chains', 'conducts', 'poor', 'local'].map((name) => [name, someone(name)]),
) as Record<'anna' | 'ben' | 'chains' | 'conducts' | 'poor' | 'local', User>;
const CLAIMERS_ALL: Claimer[] = Array.from({ length: CLAIMERS }, (_, n) => ({
  id: `worker-${n}`,
  runType: n % 4 === 3 ? 'api' : 'gpu',
  model: n % 2 ? '' : MODELS[1 + ((n / 2) % 3)]!,
  sameModelOnly: n % 8 === 0,
}));

/** Ten tasks of one user: any type and model; of some users in chains, or parts of a conductor. */
async function enqueueTen(name: string, user: User, project: string): Promise<void> {
  const requests: TaskRequest[] = Array.from({ length: 10 }, () => ({
    id: crypto.randomUUID(),
    task_type: chance() < 0.3 ? 'remote' : 'image',
    params: { model: among(MODELS) },
  }));
  if (name === 'chains')
    requests.forEach((request, place) => {
      const before = requests.slice(0, place).filter(() => chance() < 0.3);
      request.dependant_on = before.map(({ id }) => id!);
    });
  if (name === 'conducts')
    requests.forEach((request, place) => {
      if (place === 0 || chance() < 0.3) request.task_type = 'conduct';
      else request.parent_task_id = requests[0]!.id!;
    });
  await queue.enqueue(user, project, requests);
}

beforeAll(async () => {
  database = await createTestDatabase();
  sessions = openSessions(database, CLAIMERS + 4);
  queue = queueOf(sessions);
  await queue.types();
  await installLook(database);
  const make = builders(database);
  const projects: [string, User, string][] = [];
  for (const [name, user] of Object.entries(people)) {
    await make.account(user);
    if (name !== 'poor') await queue.grant(user, 1000);
    projects.push([name, user, await make.project(user)], [name, user, await make.project(user)]);
  }
  await database.query(
    people.local,
    `select patch_settings('user', $1, 'ui', '{"generationMethods": {"inCloud": false}}')`,
    [people.local.id],
  );
  for (let n = 0; n < TASKS; n += 10) await enqueueTen(...among(projects));
  for (const { id, model } of CLAIMERS_ALL) await queue.heartbeat(id, [], model);
  const work = workOff(sessions, CLAIMERS_ALL, chance);
  observed = await observeWhile(database, work);
  deliveries = await work;
}, 300_000);
afterAll(async () => {
  await sessions?.end();
  await database?.drop();
});

const told = ({ claimer, task, look }: Delivery) => ({
  seed: SEED,
  claimer: claimer.id,
  task: task.id,
  ...look,
});
const failing = (rule: (delivery: Delivery) => boolean) => deliveries.filter((each) => !rule(each)).map(told);
const modelOf = ({ task }: Delivery) => (task.params.model as string | undefined) ?? '';

test(`of ${TASKS} tasks each attempt is handed out once, and every one that may run has run`, async () => {
  const attempts = deliveries.map(({ task }) => `${task.id} ${task.attempts}`);
  expect(new Set(attempts).size).toBe(attempts.length);
  const [sums] = await database.asOwner<{ attempts: number; complete: number; failed: number; open: number }>(
    `select sum(attempts)::int as attempts, count(*) filter (where status = 'Complete')::int as complete,
       count(*) filter (where status = 'Failed')::int as failed,
       count(*) filter (where status in ('Queued', 'In Progress') and p.user_id <> all ($1))::int as open
     from tasks t join projects p on p.id = t.project_id`,
    [[people.poor.id, people.local.id]],
  );
  expect(sums).toMatchObject({ attempts: attempts.length, open: 0 });
  expect(sums!.complete).toBeGreaterThan(TASKS / 4);
  expect(sums!.failed).toBeGreaterThan(0);
  expect(deliveries.filter(({ task }) => task.attempts === 2).length).toBeGreaterThan(0);
});

test('nobody ever has more than five running, by each claim and by an observer; five are reached', () => {
  expect(failing(({ look }) => look.running <= 5)).toEqual([]);
  expect(observed.most).toBeLessThanOrEqual(5);
  expect(observed.looks).toBeGreaterThan(10);
  expect(deliveries.filter(({ look }) => look.running === 5).length).toBeGreaterThan(0);
});

test('oldest first: nothing older of the same owner, run type and model was waiting', () => {
  expect(failing(({ look }) => look.older_of_model === 0)).toEqual([]);
});

test('a worker without a model gets the oldest of the owner, whatever its model', () => {
  const free = deliveries.filter(({ claimer }) => claimer.model === '');
  expect(new Set(free.map(modelOf)).size).toBe(MODELS.length);
  expect(failing(({ claimer, look }) => claimer.model !== '' || look.older === 0)).toEqual([]);
});

test('a worker with a model gets another only where the owner has none for it, and then the oldest', () => {
  const others = deliveries.filter(
    (each) => each.claimer.model !== '' && modelOf(each) !== each.claimer.model,
  );
  expect(others.length).toBeGreaterThan(0);
  expect(others.filter(({ look }) => look.of_loaded_model > 0 || look.older > 0).map(told)).toEqual([]);
});

test('sameModelOnly gets no other model', () => {
  const strict = deliveries.filter(({ claimer }) => claimer.sameModelOnly);
  expect(strict.length).toBeGreaterThan(0);
  expect(strict.filter((each) => modelOf(each) !== each.claimer.model).map(told)).toEqual([]);
});

test('dependencies are complete, the run type is the worker’s, the owner has credits and wants the cloud', () => {
  expect(deliveries.some(({ task }) => task.dependant_on.length > 0)).toBe(true);
  expect(
    failing(({ look }) => look.unmet === 0 && look.is_of_run_type && look.credits > 0 && look.wants_cloud),
  ).toEqual([]);
});

test('whoever has no credits, or does not want the cloud, waits until he has and does', async () => {
  const blocked = await database.asOwner<{ user_id: string; n: number }>(
    `select p.user_id, count(*) filter (where t.attempts = 0 and t.status = 'Queued')::int as n from tasks t join projects p on p.id = t.project_id
     where p.user_id = any ($1) group by 1 having bool_and(t.status = 'Queued')`,
    [[people.poor.id, people.local.id]],
  );
  expect(blocked).toHaveLength(2);
  expect(await queue.claim('late')).toBeUndefined();
  await queue.grant(people.poor, 1);
  expect((await queue.claim('late'))?.project_id).toBe(await projectOfOldest(people.poor));
  await database.query(people.local, `update users set settings = '{}'`);
  const waiting = (await queue.claim('late'))!;
  expect([await projectOfOldest(people.local), await projectOfOldest(people.poor)]).toContain(
    waiting.project_id,
  );
  expect(await brokenQueue(database)).toEqual({});
});

const projectOfOldest = async (user: User) =>
  (
    await database.asOwner<{ project_id: string }>(
      `select t.project_id from tasks t join projects p on p.id = t.project_id
       where p.user_id = $1 and t.task_type = 'image' order by t.created_at, t.id limit 1`,
      [user.id],
    )
  )[0]!.project_id;

test('queue, lanes and credits are what the tasks and the ledger say', async () => {
  expect(await brokenQueue(database)).toEqual({});
});
