import { randomUUID } from 'node:crypto';
import { alice, bob, gpu1, service, type Actor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { makeStudio, queueOf, refusalOf, type Queue, type Request } from './studio';

let database: TestDatabase;
let queue: Queue;
let project: string;
const worker = gpu1 as Extract<Actor, { kind: 'worker' }>;

beforeAll(async () => {
  database = await createTestDatabase();
  queue = queueOf(database);
  await queue.type('image', { max_attempts: 3 });
  await queue.type('direct', { category: 'orchestration', unit_cost: null, content_type: null });
  project = await makeStudio(database, alice);
});
afterAll(() => database?.drop());
afterEach(() => database.asOwner('delete from tasks'));

const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
const enqueue = (...requests: Request[]) =>
  queue.enqueue(
    alice,
    project,
    requests.map((request) => ({ task_type: 'image', ...request })),
  );
const chainOf = (list: string[]) =>
  enqueue(...list.map((id, n) => ({ id, dependant_on: n > 0 ? [list[n - 1]!] : [] })));
const states = async (list: string[]) => Promise.all(list.map(async (id) => (await queue.task(id)).status));

describe('a failure', () => {
  test('that may be retried puts the task back, until its attempts are used up', async () => {
    const [task] = await enqueue({});
    for (const attempt of [1, 2]) {
      expect(await queue.claim(worker)).toMatchObject({ id: task!.id, attempts: attempt });
      expect(await queue.fail(worker, task!.id, attempt, true, `Try ${attempt}.`)).toMatchObject({
        ...{ status: 'Queued', attempts: attempt, worker_id: null, lease_expires_at: null },
        ...{
          generation_started_at: null,
          generation_processed_at: null,
          error_message: `Try ${attempt}.`,
          cost: null,
        },
      });
    }
    expect(await queue.claim(worker)).toMatchObject({ id: task!.id, attempts: 3 });
    expect(await queue.fail(worker, task!.id, 3, true)).toMatchObject({
      status: 'Failed',
      worker_id: worker.id,
    });
    expect(await queue.claim(worker)).toBeUndefined();
  });

  test('keeps its place in the queue: the oldest is handed out again', async () => {
    const [first, next] = await enqueue({}, {});
    expect(await queue.claim(worker)).toMatchObject({ id: first!.id });
    await queue.fail(worker, first!.id, 1, true);
    expect(await queue.claim(worker)).toMatchObject({ id: first!.id });
    expect(await queue.claim(worker)).toMatchObject({ id: next!.id });
  });

  test.each([null, '', '   '])('without words (%j) is refused', async (message) => {
    const [task] = await enqueue({});
    await queue.claim(worker);
    expect(await refusalOf(queue.fail(worker, task!.id, 1, false, message as string))).toMatchObject({
      code: 'RG400',
      message: 'message is required: say why the task failed.',
    });
  });

  test('is told in 10,000 letters at most', async () => {
    const [task] = await enqueue({});
    await queue.claim(worker);
    expect((await queue.fail(worker, task!.id, 1, false, 'é'.repeat(20_000))).error_message).toBe(
      'é'.repeat(10_000),
    );
  });

  test('takes what waits for it along, 50 deep, each naming it', async () => {
    const list = ids(50);
    await chainOf(list);
    const [elsewhere] = await enqueue({});
    await queue.claim(worker);
    await queue.fail(worker, list[0]!, 1);
    expect(await states(list)).toEqual(list.map(() => 'Failed'));
    const words = await Promise.all(list.slice(1).map(async (id) => (await queue.task(id)).error_message));
    expect(new Set(words)).toEqual(new Set([`Task ${list[0]} (image), which it depends on, failed.`]));
    expect(await states([elsewhere!.id])).toEqual(['Queued']);
  });

  test('that is retried takes nothing along', async () => {
    const list = ids(3);
    await chainOf(list);
    await queue.claim(worker);
    await queue.fail(worker, list[0]!, 1, true);
    expect(await states(list)).toEqual(['Queued', 'Queued', 'Queued']);
  });
});

describe('a cancellation', () => {
  test('of one that runs or waits takes what waits for it, 50 deep', async () => {
    const list = ids(50);
    await chainOf(list);
    await queue.claim(worker);
    const cancelled = await queue.cancel(alice, [list[0]!]);
    expect(cancelled.map(({ id }) => id)).toEqual(list);
    expect(await states(list)).toEqual(list.map(() => 'Cancelled'));
    expect(cancelled[49]).toMatchObject({ error_message: `Cancelled with task ${list[0]} (image).` });
    expect(await queue.claim(worker)).toBeUndefined();
  });

  test('of what directs others takes all they direct and all that waits for them; what is complete stays, and stays billed', async () => {
    const [root, done, part, below, waits, other] = ids(6) as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    await enqueue(
      { id: root, task_type: 'direct' },
      { id: done, parent_task_id: root },
      { id: part, parent_task_id: root },
      // Directed by one that is complete by then.
      { id: below, parent_task_id: done },
      { id: waits, dependant_on: [part] },
      { id: other, dependant_on: [done] },
    );
    expect(await queue.claim(worker)).toMatchObject({ id: root });
    expect(await queue.claim(worker)).toMatchObject({ id: done });
    await queue.complete(worker, done, 1);
    const cancelled = await queue.cancel(alice, [root]);
    expect(cancelled.map(({ id }) => id)).toEqual([root, part, below, waits]);
    expect(await states([root, done, part, below, waits, other])).toEqual([
      'Cancelled',
      'Complete',
      'Cancelled',
      'Cancelled',
      'Cancelled',
      'Queued',
    ]);
    expect(
      await database.query(alice, 'select amount from credits_ledger where task_id = $1', [done]),
    ).toEqual([{ amount: '-0.0500' }]);
  });

  test('of final ones touches nothing', async () => {
    const [done, failed, waits] = await enqueue({}, {}, {});
    await queue.claim(worker);
    await queue.claim(worker);
    await queue.complete(worker, done!.id, 1);
    await queue.fail(worker, failed!.id, 1);
    const before = [await queue.task(done!.id), await queue.task(failed!.id)];
    expect(await queue.cancel(alice, [done!.id, failed!.id, waits!.id])).toMatchObject([{ id: waits!.id }]);
    expect([await queue.task(done!.id), await queue.task(failed!.id)]).toEqual(before);
  });

  test('of unknown ids names them, and cancels nothing', async () => {
    const [open] = await enqueue({});
    const foreign = (await queue.enqueue(bob, await makeStudio(database, bob), [{ task_type: 'image' }]))[0]!
      .id;
    const [nobody] = ids(1);
    expect(await refusalOf(queue.cancel(alice, [open!.id, foreign, nobody!]))).toMatchObject({
      code: 'RG404',
      message: `There is no task ${foreign}, ${nobody}.`,
    });
    expect(await refusalOf(queue.cancel(alice, [open!.id, null]))).toMatchObject({
      code: 'RG404',
      message: 'There is no task null.',
    });
    expect(await states([open!.id, foreign])).toEqual(['Queued', 'Queued']);
    expect((await queue.cancel(service, [open!.id, foreign])).map(({ status }) => status)).toEqual([
      'Cancelled',
      'Cancelled',
    ]);
  });

  test('of nothing cancels nothing; no list and one that is too long are refused', async () => {
    expect(await queue.cancel(alice, [])).toEqual([]);
    for (const list of [null, ids(1001)])
      expect(await refusalOf(queue.cancel(alice, list))).toMatchObject({
        code: 'RG400',
        message: 'ids must be a list of up to 1000 tasks.',
      });
  });
});
