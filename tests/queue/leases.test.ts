import { alice, bob, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import {
  codeOf,
  expire,
  openQueue,
  type OpenQueue,
  worker,
  type Queue,
  type Task,
  type TaskRequest,
} from '../helpers/queue';
import { brokenQueue } from '../helpers/queueInvariants';
import { RACE_ROUNDS } from '../helpers/race';

/** A worker that comes late finds its attempt gone; the task goes on without it. */
let database: TestDatabase;
let sessions: OpenQueue['sessions'];
let close: OpenQueue['close'] | undefined;
let queue: Queue;
let project = '';

beforeAll(async () => {
  ({ database, sessions, queue, close } = await openQueue([alice], 12));
});
beforeEach(async () => {
  project = await builders(database).project(alice);
});
afterEach(async () => {
  expect(await brokenQueue(database)).toEqual({});
  await database.query(alice, 'delete from projects');
});
afterAll(() => close?.());

const idsOf = (tasks: Task[]) => tasks.map(({ id }) => id).sort();

async function running(workerId: string, ...requests: TaskRequest[]): Promise<Task[]> {
  await queue.enqueue(alice, project, requests);
  const held: Task[] = [];
  for (let claimed; (claimed = await queue.claim(workerId));) held.push(claimed);
  return held;
}

/** All that a task is and left behind. */
const state = async (id: string) =>
  (
    await database.asOwner(
      `select to_jsonb(t) as task, (select count(*)::int from generations where project_id = t.project_id) as generations,
        (select count(*)::int from credits_ledger where task_id = t.id) as entries,
        (select to_jsonb(q) from app_private.queue q where q.task_id = t.id) as queued
       from tasks t where t.id = $1`,
      [id],
    )
  )[0];

describe('a task that went to another worker', () => {
  let late: Task;
  let current: Task;
  beforeEach(async () => {
    [late] = (await running('gpu-1', {})) as [Task];
    await expire(database, [late.id]);
    expect(await queue.requeueStale()).toMatchObject([
      {
        id: late.id,
        status: 'Queued',
        worker_id: null,
        error_message: expect.stringContaining('gpu-1') as string,
      },
    ]);
    current = (await queue.claim('gpu-2'))!;
    expect(current).toMatchObject({ id: late.id, attempts: 2, worker_id: 'gpu-2' });
  });

  const LATE: [string, () => Promise<unknown>][] = [
    ['complete_task', () => queue.complete(late)],
    ['fail_task', () => queue.fail(late)],
    ['fail_task, retryable', () => queue.fail(late, true)],
    ['start_generation', () => queue.start(late)],
    ['complete_task under the new number', () => queue.complete(current, 'a.png', worker('gpu-1'))],
    ['fail_task under the new number', () => queue.fail(current, true, worker('gpu-1'))],
    ['complete_task by a service', () => queue.complete(late, 'a.png', service)],
  ];
  test.each(LATE)('%s of the first is STALE_ATTEMPT, without a trace', async (_, call) => {
    const before = await state(late.id);
    expect(await codeOf(call())).toBe('RG411');
    expect(await state(late.id)).toEqual(before);
    expect(await queue.complete(current)).toMatchObject({ status: 'Complete' });
    // And when the other has finished, it is still not the first one's.
    const after = await state(late.id);
    expect(await codeOf(call())).toBe('RG411');
    expect(await state(late.id)).toEqual(after);
  });

  test('a heartbeat of the first says lost, and does not lengthen the lease of the second', async () => {
    const before = await state(late.id);
    expect(await queue.heartbeat('gpu-1', [late.id])).toEqual({
      extended: [],
      cancelled: [],
      lost: [late.id],
    });
    expect(await state(late.id)).toEqual(before);
    expect((await queue.heartbeat('gpu-2', [late.id])).extended).toEqual([late.id]);
  });

  test('a worker that never held it is not told that there is one', async () => {
    expect(await codeOf(queue.complete(current, 'a.png', worker('gpu-3')))).toBe('RG404');
    expect((await queue.heartbeat('gpu-3', [late.id])).lost).toEqual([late.id]);
  });
});

test('two services that take back what is stale: each task once', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const held = await running('gpu-1', {}, {}, {}, {}, {});
    await expire(database, idsOf(held));
    const calls = await Promise.all([queue.requeueStale(), queue.requeueStale(), queue.requeueStale()]);
    expect(idsOf(calls.flat())).toEqual(idsOf(held));
    const lost = await database.asOwner(
      'select from app_private.lost_attempts where task_id = any ($1) and attempt = 1',
      [idsOf(held)],
    );
    expect(lost).toHaveLength(5);
    await queue.cancel(alice, idsOf(held));
  }
});

test('a heartbeat that comes at the last moment: the worker keeps the task or is told that it lost it', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const held = idsOf(await running('gpu-1', {}, {}, {}));
    await expire(database, held);
    const [beat, requeued] = await Promise.all([queue.heartbeat('gpu-1', held), queue.requeueStale()]);
    const lost = idsOf(requeued);
    // Kept or taken back, never both; one that was just being taken back is told by the next heartbeat.
    expect(lost).toEqual(expect.arrayContaining(beat.lost));
    const kept = held.filter((id) => !lost.includes(id));
    expect(kept).toEqual(expect.arrayContaining(beat.extended));
    for (const task of await queue.look(kept))
      expect(task).toMatchObject({ status: 'In Progress', worker_id: 'gpu-1', attempts: 1 });
    expect(await queue.heartbeat('gpu-1', held)).toMatchObject({ extended: [...kept].sort(), lost });
    await queue.cancel(alice, held);
  }
});

test('a completion that comes at the last moment: it counts, or the task is another’s', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const [held] = (await running('gpu-1', {})) as [Task];
    await expire(database, [held.id]);
    const [code, requeued] = await Promise.all([codeOf(queue.complete(held)), queue.requeueStale()]);
    expect({ code, requeued: requeued.length }).toEqual(
      requeued.length ? { code: 'RG411', requeued: 1 } : { code: 'done', requeued: 0 },
    );
    await queue.cancel(alice, [held.id]);
  }
});

test('nobody waits for an owner who is busy: his stale tasks are left, others’ are taken back', async () => {
  await builders(database).account(bob);
  await queue.grant(bob, 10);
  const his = await builders(database).project(bob);
  await queue.enqueue(bob, his, [{}]);
  const held = idsOf(await running('gpu-1', {}));
  expect(held).toHaveLength(2);
  await expire(database, held);
  await sessions.as(bob, async (client) => {
    await client.query(`update projects set name = 'Busy' where id = $1`, [his]);
    expect((await queue.requeueStale()).map(({ project_id }) => project_id)).toEqual([project]);
  });
  expect((await queue.requeueStale()).map(({ project_id }) => project_id)).toEqual([his]);
  await database.query(bob, 'delete from projects');
});

test('at the last attempt it fails, and all that waits for it; each message names the task', async () => {
  const [first] = (await running('gpu-1', {})) as [Task];
  const [second] = await queue.enqueue(alice, project, [{ dependant_on: [first.id] }]);
  const [third, apart] = await queue.enqueue(alice, project, [{ dependant_on: [second!.id] }, {}]);
  const after = [second!.id, third!.id];
  await expire(database, [first.id]);
  await queue.requeueStale();
  const again = (await queue.claim('gpu-2'))!;
  expect(again).toMatchObject({ id: first.id, attempts: 2 });
  await expire(database, [first.id]);
  expect(await queue.requeueStale()).toMatchObject([
    { id: first.id, status: 'Failed', error_message: 'Worker gpu-2 did not report in time (attempt 2).' },
  ]);
  for (const task of await queue.look(after))
    expect(task).toMatchObject({
      status: 'Failed',
      error_message: `Task ${first.id} (image), which it depends on, failed.`,
    });
  expect((await queue.look([apart!.id]))[0]).toMatchObject({ status: 'Queued', error_message: null });
  expect(await codeOf(queue.complete(again))).toBe('RG410');
});
