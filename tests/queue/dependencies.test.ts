import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import { codeOf, openQueue, type OpenQueue, type Queue, type Task } from '../helpers/queue';
import { brokenQueue } from '../helpers/queueInvariants';
import { inTurn, RACE_ROUNDS } from '../helpers/race';

/** What waits for several tasks is freed by the last of them, and never left waiting for what cannot come. */
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

const enqueue = async (count: number, dependant_on: string[] = []) =>
  (
    await queue.enqueue(
      alice,
      project,
      Array.from({ length: count }, () => ({ dependant_on })),
    )
  ).map(({ id }) => id);
const claims = async (count: number) => {
  const held: Task[] = [];
  for (let n = 0; n < count; n++) held.push((await queue.claim(`gpu-${n}`))!);
  return held;
};
const claimed = async (id: string) => {
  const task = await queue.claim('gpu-9');
  expect(task?.id).toBe(id);
  return task!;
};
const now = async (id: string) => (await queue.look([id]))[0]!;

test('two dependencies completed at once: the third can be claimed', async () => {
  for (let round = 0; round < Math.max(50, RACE_ROUNDS); round++) {
    const both = await enqueue(2);
    const [last] = await enqueue(1, both);
    const held = await claims(2);
    expect(held.map(({ id }) => id)).toEqual(both);
    expect(await queue.claim('gpu-9')).toBeUndefined();
    await Promise.all(held.map((task) => queue.complete(task)));
    await queue.complete(await claimed(last!));
  }
});

test('five at once, each by a worker of its own, and two that wait for all of them', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const five = await enqueue(5);
    const waiting = await enqueue(2, five);
    const held = await claims(5);
    await Promise.all(held.map((task) => queue.complete(task)));
    for (const id of waiting) await queue.complete(await claimed(id));
  }
});

test('step by step, the states written by services: the second to end sees the first', async () => {
  const both = await enqueue(2);
  const [last] = await enqueue(1, both);
  await claims(2);
  const end = (id: string | undefined): [string, unknown[]] => [
    `update tasks set status = 'Complete' where id = $1`,
    [id],
  ];
  const codes = await inTurn(database, [service, end(both[0])], [service, end(both[1])]);
  expect(codes).toEqual([]);
  await claimed(last!);
  // A bill is the business of complete_task; what this test looks at is the queue.
  expect(Object.keys(await brokenQueue(database))).toEqual([
    'a complete task has one spend, its cost and an output, another has none',
  ]);
  await database.query(alice, 'delete from projects');
});

test('one completes while the other fails: the third fails, and says why', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const both = await enqueue(2);
    const [last] = await enqueue(1, both);
    const [first, second] = (await claims(2)) as [Task, Task];
    await Promise.all([queue.complete(first), queue.fail(second)]);
    expect(await now(last!)).toMatchObject({
      status: 'Failed',
      error_message: `Task ${second.id} (image), which it depends on, failed.`,
    });
  }
});

test('completed while something that waits for it is enqueued: it can be claimed', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const [first] = await enqueue(1);
    const held = await claimed(first!);
    const [[last]] = await Promise.all([enqueue(1, [first!]), queue.complete(held)]);
    await queue.complete(await claimed(last!));
  }
});

test('failed while something that waits for it is enqueued: refused, or failed with it', async () => {
  const seen = new Set<string>();
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const [first] = await enqueue(1);
    const held = await claimed(first!);
    let last: string | undefined;
    const [code] = await Promise.all([
      codeOf(enqueue(1, [first!]).then(([id]) => (last = id))),
      queue.fail(held),
    ]);
    seen.add(code);
    if (last) expect((await now(last)).status).toBe('Failed');
    expect(code).toBe(last ? 'done' : 'RG410');
    expect(await queue.claim('gpu-9')).toBeUndefined();
  }
  expect(seen.size).toBeGreaterThan(0);
});

test('a parent cancelled while its parts are completed and claimed: no part is left open', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const [parent] = await queue.enqueue(alice, project, [{ task_type: 'conduct' }]);
    const parts = await queue.enqueue(
      alice,
      project,
      Array.from({ length: 4 }, () => ({ parent_task_id: parent!.id })),
    );
    expect((await claimed(parent!.id)).task_type).toBe('conduct');
    const held = await claims(2);
    const [done, cancelled] = await Promise.all([
      codeOf(queue.complete(held[0]!)),
      queue.cancel(alice, [parent!.id]),
      codeOf(queue.complete(held[1]!)),
      queue.claim('gpu-3'),
    ]);
    const after = await queue.look(parts.map(({ id }) => id));
    expect((await now(parent!.id)).status).toBe('Cancelled');
    for (const part of after) expect(['Complete', 'Cancelled']).toContain(part.status);
    expect(after[0]!.status).toBe(done === 'done' ? 'Complete' : 'Cancelled');
    expect(cancelled.map(({ id }) => id).sort()).toEqual(
      [parent!.id, ...after.filter(({ status }) => status === 'Cancelled').map(({ id }) => id)].sort(),
    );
  }
});

test('a dependency deleted by a service while it is completed: the third runs or fails, but does not wait', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const [first] = await enqueue(1);
    const [last] = await enqueue(1, [first!]);
    const held = await claimed(first!);
    await Promise.all([
      codeOf(queue.complete(held)),
      codeOf(sessions.query(service, 'delete from tasks where id = $1', [first])),
    ]);
    const { status } = await now(last!);
    expect(['Queued', 'Failed']).toContain(status);
    if (status === 'Queued') await queue.complete(await claimed(last!));
  }
});

test('the id of a deleted task is taken while something waits for it: no circle by the back door', async () => {
  const [first] = await queue.enqueue(alice, project, [{ task_type: 'conduct' }]);
  const [second] = await enqueue(1);
  const [last] = await enqueue(1, [first!.id, second!]);
  await queue.complete(await claimed(first!.id));
  await database.query(service, 'delete from tasks where id = $1', [first!.id]);
  const again = () => codeOf(queue.enqueue(alice, project, [{ id: first!.id, dependant_on: [last!] }]));
  expect(await again()).toBe('RG409');
  await queue.complete(await claimed(second!));
  await queue.complete(await claimed(last!));
  expect(await again()).toBe('done');
});

test('the id of a deleted task is taken while a bill names it: a task is paid once', async () => {
  const [first] = await enqueue(1);
  await queue.complete(await claimed(first!));
  await database.query(service, 'delete from tasks where id = $1', [first]);
  expect(await codeOf(queue.enqueue(alice, project, [{ id: first }]))).toBe('RG409');
});

test.each(['repeatable read', 'serializable'])(
  'a dependency that ends in %s is refused: it would leave the third waiting for ever',
  async (level) => {
    const both = await enqueue(2);
    const [last] = await enqueue(1, both);
    const held = await claims(2);
    const client = await database.pool.connect();
    try {
      await client.query(`begin isolation level ${level}`);
      await client.query(
        `select set_config('role', 'service_role', true), set_config('request.jwt.claims', '{"role": "service_role"}', true)`,
      );
      await client.query('select from tasks');
      await queue.complete(held[0]!);
      const end = client.query(`update tasks set status = 'Complete' where id = $1`, [both[1]]);
      expect(await codeOf(end)).toBe('RG400');
    } finally {
      await client.query('rollback');
      client.release();
    }
    await queue.complete(held[1]!);
    await claimed(last!);
  },
);
