import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';
import {
  codeOf,
  openQueue,
  type OpenQueue,
  type Queue,
  type Task,
  type TaskRequest,
  worker,
} from '../helpers/queue';
import { brokenQueue } from '../helpers/queueInvariants';
import { inLockstep, RACE_ROUNDS, type Statement } from '../helpers/race';

/** Two ends of one task at once: one of them happens, and the other leaves no trace. */
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
  expect(await brokenInvariants(database)).toEqual({});
  await database.query(alice, 'delete from projects');
});
afterAll(() => close?.());

async function running(request: TaskRequest = {}): Promise<Task> {
  const [task] = await queue.enqueue(alice, project, [request]);
  const held = await queue.claim('gpu-1');
  expect(held?.id).toBe(task!.id);
  return held!;
}

const now = async (task: Task) => (await queue.look([task.id]))[0]!;

/** All that the ends of a task leave behind. */
async function traces(task: Task) {
  const [row] = await database.asOwner<{ generations: number; entries: number }>(
    `select (select count(*)::int from generations where task_id = $1) as generations,
      (select count(*)::int from credits_ledger where task_id = $1) as entries`,
    [task.id],
  );
  return row!;
}

test('a completion sent ten times at once: one output, one bill, ten equal answers', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const held = await running();
    const answers = await Promise.all(Array.from({ length: 10 }, () => queue.complete(held)));
    expect(answers[0]).toMatchObject({ id: held.id, status: 'Complete', cost: '0.0500' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await traces(held)).toEqual({ generations: 1, entries: 1 });
  }
});

test('a completion that was aimed at a generation, ten times: one variant', async () => {
  const target = await builders(database).generation(alice, project);
  const held = await running({ params: { generation_id: target } });
  await Promise.all(Array.from({ length: 10 }, () => queue.complete(held)));
  expect(
    await database.query(alice, 'select from generation_variants where generation_id = $1', [target]),
  ).toHaveLength(2);
});

test('complete and cancel: one of them, and cancel names the task only if it was cancelled', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const held = await running();
    // Each side begins first in half of the rounds, or the slower of the two would never win.
    let code: string, cancelled: Task[];
    if (round % 2)
      [code, cancelled] = await Promise.all([codeOf(queue.complete(held)), queue.cancel(alice, [held.id])]);
    else
      [cancelled, code] = await Promise.all([queue.cancel(alice, [held.id]), codeOf(queue.complete(held))]);
    const { status, cost } = await now(held);
    if (status === 'Complete') {
      expect({ code, cancelled, cost }).toEqual({ code: 'done', cancelled: [], cost: '0.0500' });
      expect(await traces(held)).toEqual({ generations: 1, entries: 1 });
    } else {
      expect({ status, code, cost }).toEqual({ status: 'Cancelled', code: 'RG410', cost: null });
      expect(cancelled.map(({ id }) => id)).toEqual([held.id]);
      expect(await traces(held)).toEqual({ generations: 0, entries: 0 });
    }
  }
});

test.each(['complete', 'cancel'])(
  'step by step, %s first: the other waits and finds it done',
  async (which) => {
    const held = await running();
    const complete = {
      actor: worker('gpu-1'),
      statements: [[`select complete_task($1, 1, 'a.png')`, [held.id]]] as Statement[],
    };
    const cancel = { actor: alice, statements: [['select cancel_tasks($1)', [[held.id]]]] as Statement[] };
    const [first, second] = which === 'complete' ? [complete, cancel] : [cancel, complete];
    first.statements.push(['select 1', []]);
    expect(await inLockstep(database, first, second)).toEqual(which === 'complete' ? [] : ['RG410']);
    expect((await now(held)).status).toBe(which === 'complete' ? 'Complete' : 'Cancelled');
    const made = which === 'complete' ? 1 : 0;
    expect(await traces(held)).toEqual({ generations: made, entries: made });
  },
);

test.each([false, true])('complete and fail (retryable: %s): one of them', async (retryable) => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const held = await running();
    const [completed, failed] = await Promise.all([
      codeOf(queue.complete(held)),
      codeOf(queue.fail(held, retryable)),
    ]);
    const { status } = await now(held);
    if (status === 'Complete') {
      expect({ completed, failed }).toEqual({ completed: 'done', failed: 'RG410' });
      expect(await traces(held)).toEqual({ generations: 1, entries: 1 });
    } else {
      // Given back it is another attempt's; failed for good it is over.
      expect({ status, completed, failed }).toEqual(
        retryable
          ? { status: 'Queued', completed: 'RG411', failed: 'done' }
          : { status: 'Failed', completed: 'RG410', failed: 'done' },
      );
      expect(await traces(held)).toEqual({ generations: 0, entries: 0 });
    }
    await queue.cancel(alice, [held.id]);
  }
});

test('claim and cancel of one waiting task: it is cancelled, whoever came first', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const [task] = await queue.enqueue(alice, project, [{}]);
    const [claimed, cancelled] = await Promise.all([queue.claim('gpu-1'), queue.cancel(alice, [task!.id])]);
    expect(cancelled.map(({ id }) => id)).toEqual([task!.id]);
    const { status, attempts } = await now(task!);
    expect({ status, attempts }).toEqual({ status: 'Cancelled', attempts: claimed ? 1 : 0 });
    if (claimed)
      expect(await queue.heartbeat('gpu-1', [claimed.id])).toEqual({
        extended: [],
        cancelled: [claimed.id],
        lost: [],
      });
  }
});

test('claim and the end of the project: the task or nothing, and no error', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const doomed = await builders(database).project(alice);
    await queue.enqueue(alice, doomed, [{}]);
    const [claimed] = await Promise.all([
      queue.claim('gpu-1'),
      sessions.query(alice, 'delete from projects where id = $1', [doomed]),
    ]);
    expect(await database.asOwner('select from tasks where project_id = $1', [doomed])).toEqual([]);
    if (claimed) {
      expect(await codeOf(queue.complete(claimed))).toBe('RG404');
      expect((await queue.heartbeat('gpu-1', [claimed.id])).lost).toEqual([claimed.id]);
    }
    expect(await queue.claim('gpu-1')).toBeUndefined();
  }
});

test('enqueued ten times at once under the same keys: the same tasks', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const requests = ['a', 'b', 'c'].map((key) => ({ idempotency_key: `${key}${round}` }));
    const calls = await Promise.all(
      Array.from({ length: 10 }, (_, n) => queue.enqueue(n % 2 ? alice : service, project, requests)),
    );
    const [first] = calls;
    expect(new Set(first!.map(({ id }) => id)).size).toBe(3);
    for (const call of calls) expect(call).toEqual(first);
  }
  expect(await database.query(alice, 'select from tasks')).toHaveLength(3 * RACE_ROUNDS);
});

test('bookings and completions at once: credits are their sum', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const [before] = await database.query<{ credits: string }>(alice, 'select credits from me()');
    await queue.enqueue(alice, project, [{}, {}, {}]);
    const held = [await queue.claim('gpu-1'), await queue.claim('gpu-1'), await queue.claim('gpu-1')];
    await Promise.all([
      ...held.map((task) => queue.complete(task!)),
      ...[1, -2, 3, 4].map((amount) => queue.grant(alice, amount)),
      sessions.query(
        service,
        `insert into credits_ledger (user_id, amount, type) select $1, n, 'manual' from generate_series(1, 3) n`,
        [alice.id],
      ),
    ]);
    const [after] = await database.query<{ credits: string }>(alice, 'select credits from me()');
    expect(Number(after!.credits) - Number(before!.credits)).toBeCloseTo(1 - 2 + 3 + 4 + 6 - 0.15, 4);
    expect(await brokenQueue(database)).toEqual({});
  }
});
