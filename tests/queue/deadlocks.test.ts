import { alice, bob, service, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';
import { expire, openQueue, type OpenQueue, type Queue, type Task } from '../helpers/queue';
import { brokenQueue } from '../helpers/queueInvariants';
import { noticeDeadlocksSoon, race, RACE_ROUNDS, type Racer } from '../helpers/race';

/** What workers, services and owners do at once must not end in a deadlock for any of them. */
let database: TestDatabase;
let sessions: OpenQueue['sessions'];
let close: OpenQueue['close'] | undefined;
let make: ReturnType<typeof builders>;
let queue: Queue;
let projects: Record<string, string>;

beforeAll(async () => {
  ({ database, sessions, queue, close } = await openQueue([alice, bob], 40, noticeDeadlocksSoon));
  make = builders(database);
});
beforeEach(async () => {
  projects = { [alice.id]: await make.project(alice), [bob.id]: await make.project(bob) };
});
afterEach(async () => {
  expect(await brokenQueue(database)).toEqual({});
  expect(await brokenInvariants(database)).toEqual({});
  for (const user of [alice, bob]) await database.query(user, 'delete from projects');
});
afterAll(() => close?.());

const projectOf = (user: User) => projects[user.id]!;
const writes =
  (user: User, sql: string, values: unknown[] = []): Racer =>
  () =>
    sessions.query(user, sql, values);

/** Tasks that one worker holds, five of each user. */
async function held(workerId: string, params: Record<string, unknown> = {}): Promise<Task[]> {
  const tasks: Task[] = [];
  // What an earlier round left is not of this one.
  await database.query(
    service,
    `update tasks set status = 'Cancelled' where status in ('Queued', 'In Progress')`,
  );
  for (const user of [alice, bob])
    await queue.enqueue(
      user,
      projectOf(user),
      Array.from({ length: 5 }, () => ({ params: user === alice ? params : {} })),
    );
  for (let claimed; (claimed = await queue.claim(workerId));) tasks.push(claimed);
  expect(tasks).toHaveLength(10);
  return tasks;
}

async function rounds(prepare: (round: number) => Promise<Racer[]>, allowed: string[] = []): Promise<void> {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const { codes } = await race(...(await prepare(round)));
    expect({ round, codes: codes.filter((code) => !allowed.includes(code)) }).toEqual({ round, codes: [] });
  }
}

test('heartbeats, and the same tasks cancelled by their owners', () =>
  rounds(async () => {
    const ids = (await held('gpu-1')).map(({ id }) => id);
    const backwards = [...ids].reverse();
    const of = (user: User) => async () => {
      const mine = await sessions.query<{ id: string }>(user, 'select id from tasks where id = any ($1)', [
        ids,
      ]);
      await queue.cancel(
        user,
        mine.map(({ id }) => id),
      );
    };
    return [
      () => queue.heartbeat('gpu-1', ids),
      () => queue.heartbeat('gpu-1', backwards),
      of(alice),
      of(bob),
      () => queue.heartbeat('gpu-1', ids),
    ];
  }));

test('heartbeats of late workers, and two services that take the tasks from them', () =>
  rounds(async () => {
    const ids = (await held('gpu-1')).map(({ id }) => id);
    await expire(database, ids);
    return [
      () => queue.heartbeat('gpu-1', ids),
      () => queue.requeueStale(),
      () => queue.heartbeat('gpu-1', [...ids].reverse()),
      () => queue.requeueStale(),
      () => queue.cancel(alice, []),
    ];
  }));

test('heartbeats, and the project deleted that the tasks are of', () =>
  rounds(async () => {
    const ids = (await held('gpu-1')).map(({ id }) => id);
    const gone = [alice, bob].map(projectOf);
    projects = { [alice.id]: await make.project(alice), [bob.id]: await make.project(bob) };
    return [
      () => queue.heartbeat('gpu-1', ids),
      writes(alice, 'delete from projects where id = $1', [gone[0]]),
      writes(bob, 'delete from projects where id = $1', [gone[1]]),
      () => queue.heartbeat('gpu-1', ids),
    ];
  }));

test('a type retired and brought back by a service, and tasks of it claimed, completed and cancelled', () =>
  rounds(async () => {
    // Of the two of the round before, either may have come last.
    await database.asOwner('update task_types set is_active = true');
    const running = await held('gpu-1');
    const retire = (active: boolean) => () =>
      sessions.query(service, `update task_types set is_active = $1 where name = 'image'`, [active]);
    const waiting = await queue.enqueue(bob, projectOf(bob), [{}, {}, {}]);
    return [
      retire(false),
      ...running.slice(0, 5).map((task) => () => queue.complete(task)),
      ...running.slice(5).map((task) => () => queue.fail(task, true)),
      () => queue.claim('gpu-2'),
      retire(true),
      () => queue.cancel(bob, [waiting[0]!.id]),
      () => queue.claim('gpu-3'),
    ];
  }).then(() => database.asOwner('update task_types set is_active = true')));
