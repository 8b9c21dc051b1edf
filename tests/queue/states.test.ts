import { alice, gpu1, gpu2, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { makeStudio, queueOf, refusalOf, type Queue, type Task } from './studio';

let database: TestDatabase;
let queue: Queue;
let project: string;
const worker = gpu1 as Extract<Actor, { kind: 'worker' }>;
const second = gpu2 as Extract<Actor, { kind: 'worker' }>;

beforeAll(async () => {
  database = await createTestDatabase();
  queue = queueOf(database);
  await queue.type('image', { max_attempts: 3 });
  await queue.type('once', { max_attempts: 1 });
  project = await makeStudio(database, alice);
  await builders(database).worker(worker.id);
});
afterAll(() => database?.drop());
afterEach(() => database.asOwner('delete from tasks'));

const STATES = ['Queued', 'In Progress', 'Complete', 'Failed', 'Cancelled'] as const;
type State = (typeof STATES)[number];
/** The state machine of behaviour 3. Complete, Failed and Cancelled are final. */
const MOVES: Record<State, readonly State[]> = {
  Queued: ['In Progress', 'Failed', 'Cancelled'],
  'In Progress': ['Complete', 'Failed', 'Cancelled', 'Queued'],
  Complete: [],
  Failed: [],
  Cancelled: [],
};
const PAIRS = STATES.flatMap((from) => STATES.map((to) => ({ from, to, allowed: MOVES[from].includes(to) })));

async function enqueue(type = 'image'): Promise<string> {
  return (await queue.enqueue(alice, project, [{ task_type: type }]))[0]!.id;
}
/** A task that came into this state the way tasks do. */
async function taskIn(state: State, type = 'image'): Promise<Task> {
  const id = await enqueue(type);
  if (state === 'Cancelled') await queue.cancel(alice, [id]);
  if (['In Progress', 'Complete', 'Failed'].includes(state))
    expect(await queue.claim(worker)).toMatchObject({ id });
  if (state === 'Complete') await queue.complete(worker, id, 1);
  if (state === 'Failed') await queue.fail(worker, id, 1);
  const task = await queue.task(id);
  expect(task.status).toBe(state);
  return task;
}
const write = (id: string, to: State) =>
  database.query(service, 'update tasks set status = $2, worker_id = $3 where id = $1', [id, to, worker.id]);

describe('written by a service', () => {
  test.each(PAIRS.filter(({ allowed }) => allowed))('$from becomes $to', async ({ from, to }) => {
    const { id, attempts } = await taskIn(from);
    await write(id, to);
    const task = await queue.task(id);
    expect(task).toMatchObject({ status: to, attempts: to === 'In Progress' ? attempts + 1 : attempts });
    // What belongs to the state came with it.
    expect({
      lease: task.lease_expires_at !== null,
      ended: task.generation_processed_at !== null,
      held: task.worker_id !== null,
    }).toEqual({ lease: to === 'In Progress', ended: MOVES[to].length === 0, held: to !== 'Queued' });
  });

  test.each(PAIRS.filter(({ from, to, allowed }) => !allowed && from !== to))(
    '$from never becomes $to',
    async ({ from, to }) => {
      const task = await taskIn(from);
      expect(await refusalOf(write(task.id, to))).toMatchObject({
        code: 'RG410',
        message: `Task ${task.id} is ${from}: it cannot become ${to}.`,
      });
      expect(await queue.task(task.id)).toEqual(task);
    },
  );

  test.each(STATES)('%s stays what it is', async (state) => {
    const { id, attempts, generation_processed_at, lease_expires_at } = await taskIn(state);
    await database.query(service, 'update tasks set status = $2 where id = $1', [id, state]);
    expect(await queue.task(id)).toMatchObject({
      status: state,
      attempts,
      generation_processed_at,
      lease_expires_at,
    });
  });

  test('of many in one statement none moves when one may not', async () => {
    const [open, done] = [await taskIn('Queued'), await enqueue('once')];
    await queue.cancel(alice, [done]);
    expect(await refusalOf(database.query(service, `update tasks set status = 'Failed'`))).toMatchObject({
      code: 'RG410',
    });
    expect(await queue.task(open.id)).toMatchObject({ status: 'Queued' });
  });
});

/** What each function answers in each state, to the worker that holds or held the task and to a service. */
const call = {
  start: (actor: Actor, id: string, attempt: number) => queue.start(actor, id, attempt),
  complete: (actor: Actor, id: string, attempt: number) => queue.complete(actor, id, attempt),
  fail: (actor: Actor, id: string, attempt: number) => queue.fail(actor, id, attempt),
};
type Call = keyof typeof call;
const RUNNING: [Call, State, string][] = [
  ['start', 'Complete', 'is Complete: it is not running.'],
  ['start', 'Failed', 'is Failed: it is not running.'],
  ['start', 'Cancelled', 'is Cancelled: it is not running.'],
  ['complete', 'Failed', 'is Failed: it cannot become Complete.'],
  ['complete', 'Cancelled', 'is Cancelled: it cannot become Complete.'],
  ['fail', 'Complete', 'is Complete: it cannot become Failed.'],
  ['fail', 'Cancelled', 'is Cancelled: it cannot become Failed.'],
  ['start', 'Queued', 'is Queued: it was never handed out.'],
  ['complete', 'Queued', 'is Queued: it was never handed out.'],
  ['fail', 'Queued', 'is Queued: it was never handed out.'],
];

describe.each(RUNNING)('%s of a task that is %s', (name, state, words) => {
  test('is refused and leaves no trace', async () => {
    let task = await taskIn(state === 'Cancelled' ? 'In Progress' : state);
    if (state === 'Cancelled') [task] = (await queue.cancel(alice, [task.id])) as [Task];
    const ledger = await database.asOwner('select * from credits_ledger order by created_at');
    const generations = await database.asOwner('select * from generations');
    for (const actor of state === 'Queued' ? [service] : [worker, service]) {
      expect(await refusalOf(call[name](actor, task.id, task.attempts))).toMatchObject({
        code: 'RG410',
        message: `Task ${task.id} ${words}`,
      });
    }
    expect(await queue.task(task.id)).toEqual(task);
    expect(await database.asOwner('select * from credits_ledger order by created_at')).toEqual(ledger);
    expect(await database.asOwner('select * from generations')).toEqual(generations);
  });
});

describe.each(['start', 'complete', 'fail'] as const)('%s', (name) => {
  test('of an attempt that is over is refused, whoever has the task now', async () => {
    const { id } = await taskIn('In Progress');
    await queue.fail(worker, id, 1, true);
    const stale = {
      code: 'RG411',
      message: `Attempt 1 of task ${id} is over: it was given up or its lease ran out.`,
    };
    for (const actor of [worker, service])
      expect(await refusalOf(call[name](actor, id, 1))).toEqual(expect.objectContaining(stale));
    expect(await queue.claim(second)).toMatchObject({ id, attempts: 2 });
    for (const actor of [worker, second, service])
      expect(await refusalOf(call[name](actor, id, 1))).toEqual(expect.objectContaining(stale));
    // Not even with the number that is right, for it is another's.
    expect(await refusalOf(call[name](worker, id, 2))).toMatchObject({ code: 'RG411' });
    expect(await queue.task(id)).toMatchObject({ status: 'In Progress', worker_id: second.id, attempts: 2 });
  });

  test('of an attempt that is not yet, or of none, is refused', async () => {
    const { id } = await taskIn('In Progress');
    for (const attempt of [0, 2, -1])
      expect(await refusalOf(call[name](worker, id, attempt))).toMatchObject({ code: 'RG411' });
    expect(await refusalOf(call[name](worker, id, null as unknown as number))).toMatchObject({
      code: 'RG400',
      message: 'attempt is required: the number that came with the task.',
    });
  });
});

describe('said again', () => {
  test('complete gives the same answer and does nothing twice, whatever is said with it', async () => {
    const { id } = await taskIn('In Progress');
    const done = await queue.complete(worker, id, 1);
    for (const actor of [worker, service])
      expect(await queue.complete(actor, id, 1, 'another/place.png')).toEqual(done);
    expect(await database.asOwner('select from generations where task_id = $1', [id])).toHaveLength(1);
    expect(await database.asOwner('select from credits_ledger where task_id = $1', [id])).toHaveLength(1);
  });

  test('fail gives the same answer', async () => {
    const { id } = await taskIn('In Progress');
    const failed = await queue.fail(worker, id, 1, false, 'Out of memory.');
    expect(failed).toMatchObject({ status: 'Failed', error_message: 'Out of memory.' });
    for (const retryable of [false, true])
      expect(await queue.fail(worker, id, 1, retryable, 'Other words.')).toEqual(failed);
  });

  test('cancel gives what is cancelled, and changes nothing', async () => {
    const { id } = await taskIn('Queued');
    expect(await queue.cancel(alice, [id])).toMatchObject([{ id, status: 'Cancelled' }]);
    const task = await queue.task(id);
    expect(await queue.cancel(alice, [id])).toEqual([]);
    expect(await queue.task(id)).toEqual(task);
  });
});
