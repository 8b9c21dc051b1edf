import { alice, bob, gpu1, service } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { inLockstep, noticeDeadlocksSoon, type Statement } from '../helpers/race';
import { openStudio } from '../helpers/studio';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await noticeDeadlocksSoon(database);
});
afterAll(() => database?.drop());

// A heartbeat takes the rows of its tasks in the order of their ids; here one after the other.
const [low, high] = ['10000000-0000-4000-8000-000000000000', '20000000-0000-4000-8000-000000000000'];
const extend = `update tasks set lease_expires_at = now() + interval '2 minutes' where id = $1 and status = 'In Progress'`;
const heartbeat = {
  actor: service,
  statements: [
    [extend, [low]],
    [extend, [high]],
  ] satisfies Statement[],
};
const claimBoth = async () => {
  for (let i = 0; i < 2; i++) await database.query(gpu1, `select from claim_next_task('gpu-1', 'gpu')`);
  const running = await database.asOwner(`select id from tasks where status = 'In Progress' order by id`);
  expect(running).toEqual([{ id: low }, { id: high }]);
};
afterEach(() => database.asOwner('delete from projects'));

test('requeueing, user by user, does not wait for a task that a heartbeat has in hand', async () => {
  const [first, second] = [await openStudio(database, alice), await openStudio(database, bob)];
  await first.enqueue({ id: high });
  await second.enqueue({ id: low });
  await claimBoth();
  await first.expire(low, high);
  const codes = await inLockstep(database, heartbeat, {
    actor: service,
    statements: [
      ['select from requeue_stale_tasks()', []],
      ['select', []],
    ],
  });
  expect(codes).toEqual([]);
  // The heartbeat came first to one of them, the requeueing to the other.
  expect(await first.task(low)).toMatchObject({ status: 'In Progress', worker_id: 'gpu-1' });
  expect(await first.task(high)).toMatchObject({ status: 'Queued', worker_id: null });
});

test('cancelling takes tasks in the order of their ids, as a heartbeat does', async () => {
  const studio = await openStudio(database, alice);
  // The table has them the other way round.
  await studio.enqueue({ id: high }, { id: low });
  await claimBoth();
  const codes = await inLockstep(database, heartbeat, {
    actor: alice,
    statements: [
      ['select from cancel_tasks(array[$1, $2]::uuid[])', [high, low]],
      ['select', []],
    ],
  });
  expect(codes).toEqual([]);
  for (const id of [low, high]) expect(await studio.task(id)).toMatchObject({ status: 'Cancelled' });
});
