import { alice, bob } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { openSessions, queueOf } from '../helpers/queue';

let database: TestDatabase;
let sessions: ReturnType<typeof openSessions>;
let queue: ReturnType<typeof queueOf>;
let hers = '';
let his = '';

beforeEach(async () => {
  database = await createTestDatabase();
  sessions = openSessions(database, 4);
  queue = queueOf(sessions);
  await queue.types();
  const make = builders(database);
  for (const user of [alice, bob]) {
    await make.account(user);
    await make.ledgerEntry(user);
  }
  hers = await make.project(alice);
  his = await make.project(bob);
});
afterEach(async () => {
  await sessions?.end();
  await database?.drop();
});

test('a claim that finds only a busy owner gives up while he is busy still, and one that waits finds the tasks of others', async () => {
  const [first] = await queue.enqueue(alice, hers, [{}]);
  await sessions.as(alice, async (client) => {
    await client.query(`update projects set name = 'Busy' where id = $1`, [hers]);
    // It ends before the owner does: her lock is given back only after this.
    expect(await queue.claim('gpu-1')).toBeUndefined();
    const waiting = queue.claim('gpu-2');
    const [second] = await queue.enqueue(bob, his, [{}]);
    // Unless it gave up before he had enqueued: then the next one.
    const found = (await waiting) ?? (await queue.claim('gpu-2'));
    expect(found?.id).toBe(second?.id);
  });
  expect((await queue.claim('gpu-3'))?.id).toBe(first?.id);
});

/** Fills the queue's own table alone: so many tasks would take the test minutes. */
async function fill(count: number, isReady: boolean): Promise<void> {
  await database.asOwner(`
    alter table app_private.queue drop constraint queue_task_id_fkey;
    alter table app_private.queue disable trigger user;
    insert into app_private.queue (task_id, user_id, run_type, model, is_orchestration, is_active, is_ready, is_running, created_at)
    select gen_random_uuid(), '${alice.id}', 'gpu', '', false, true, ${isReady}, false, now() from generate_series(1, ${count});
    alter table app_private.queue enable trigger user`);
}

const refusal = (message: string) => ({ code: 'RG413', message });

test('an account has 100,000 open tasks and not one more', async () => {
  await fill(99_999, true);
  await expect(queue.enqueue(alice, hers, [{}, {}])).rejects.toMatchObject(
    refusal('An account has at most 100,000 tasks that wait or run.'),
  );
  await queue.enqueue(alice, hers, [{}]);
  await expect(queue.enqueue(alice, hers, [{}])).rejects.toMatchObject({ code: 'RG413' });
  await queue.enqueue(bob, his, [{}, {}]);
});

test('an account has 20,000 tasks that wait for others and not one more', async () => {
  const [root] = await queue.enqueue(alice, hers, [{}]);
  await fill(19_999, false);
  const follower = { dependant_on: [root!.id] };
  await expect(queue.enqueue(alice, hers, [follower, follower])).rejects.toMatchObject(
    refusal('An account has at most 20,000 tasks that wait for others.'),
  );
  await queue.enqueue(alice, hers, [follower, {}]);
  await expect(queue.enqueue(alice, hers, [follower])).rejects.toMatchObject({ code: 'RG413' });
  await queue.enqueue(alice, hers, [{}]);
});

test('params have 256 kB', async () => {
  const params = { prompt: 'x'.repeat(262_144 - '{"prompt": ""}'.length) };
  await queue.enqueue(alice, hers, [{ params }]);
  const more = { prompt: `${params.prompt}x` };
  await expect(queue.enqueue(alice, hers, [{}, { params: more }])).rejects.toMatchObject(
    refusal('tasks[1]: params must be at most 256 kB. Store what is larger and name its place.'),
  );
});
