import type { Stock } from '../../server/ops/metrics/stock';
import { alice, anonymous, bob, gpu1, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { codeOf } from '../helpers/queue';
import { CLAIM, fillQueue, FINISHED, inviteCrowd, WAITING, type Crowd } from './crowd';
import { readsOf } from './reads';

if (process.env.QUEUE === 'full') jest.setTimeout(30 * 60_000);

const ASK = 'select public.gateway_metrics() as stock';
let database: TestDatabase;
let crowd: Crowd;
const stock = async () => (await database.query<{ stock: Stock }>(service, ASK))[0]!.stock;

beforeAll(async () => {
  database = await createTestDatabase();
  crowd = await inviteCrowd(database, 'dependency');
});
afterAll(() => database?.drop());

test('is for services alone', async () => {
  for (const actor of [anonymous, alice, gpu1])
    expect(await codeOf(database.query(actor, ASK))).toBe('42501');
  expect(await codeOf(database.query(service, ASK))).toBe('done');
});

test('an empty queue and an empty log are zeros, for every run type', async () => {
  await database.asOwner('delete from realtime.changes');
  const none = { ready: 0, held: 0, running: 0, stale: 0, oldestSeconds: 0 };
  expect(await stock()).toEqual({ tasks: { gpu: none, api: none }, log: { rows: 0, oldestSeconds: 0 } });
});

describe(`with ${FINISHED} tasks finished and ${2 * WAITING} open`, () => {
  beforeAll(() => fillQueue(database, crowd, 'dependency'));

  test('open tasks are counted by what keeps them', async () => {
    // Bob's wait for the one that runs. It was put there by hand and has a lease all the same.
    expect((await stock()).tasks.gpu).toMatchObject({ ready: WAITING, held: WAITING, running: 1, stale: 0 });
    await database.asOwner(
      `update tasks set lease_expires_at = now() - interval '1 second' where status = 'In Progress'`,
    );
    expect((await stock()).tasks.gpu).toMatchObject({ running: 1, stale: 1 });
  });

  test('the oldest that waits is the oldest that a worker could have', async () => {
    const [{ age } = { age: 0 }] = await database.asOwner<{ age: number }>(
      `select extract(epoch from now() - min(created_at))::float8 as age from tasks
       where project_id = $1 and status = 'Queued'`,
      [crowd.alice],
    );
    const { oldestSeconds } = (await stock()).tasks.gpu!;
    // Bob's are an hour older, and wait for another task.
    expect(oldestSeconds).toBeGreaterThanOrEqual(age);
    expect(oldestSeconds).toBeLessThan(age + 1_800);
    await database.query(
      service,
      `update users set settings = '{"ui": {"generationMethods": {"inCloud": false}}}' where id = $1`,
      [alice.id],
    );
    expect((await stock()).tasks.gpu).toMatchObject({ ready: WAITING, oldestSeconds: 0 });
    await database.query(service, `update users set settings = '{}' where id = $1`, [alice.id]);
  });

  test.each(['as they came', 'analysed'])(
    'no task is read but those that run, with statistics %s',
    async (how) => {
      if (how === 'analysed') await database.asOwner('analyze');
      const reads = await readsOf<{ stock: Stock }>(database, service, ASK);
      expect(reads.answer[0]?.stock.tasks.gpu).toMatchObject({ running: 1 });
      expect(reads.rows.tasks ?? 0).toBeLessThanOrEqual(4);
      expect(reads.whole).not.toContain('tasks');
      // Once for what is open, once by the index of what runs.
      expect(reads.rows.queue).toBeLessThanOrEqual(2 * (2 * WAITING + 10));
      if (process.env.QUEUE === 'full') {
        const begun = performance.now();
        await stock();
        process.stdout.write(`gateway_metrics: ${Math.round(performance.now() - begun)} ms, ${how}\n`);
      }
    },
  );

  test('these tests would see a plan that reads the tasks', async () => {
    const reads = await readsOf(database, service, `select count(*) from tasks where status = 'In Progress'`);
    expect(reads.rows.tasks).toBeGreaterThan(100);
  });

  test('a claim moves one from ready to running', async () => {
    const before = (await stock()).tasks.gpu!;
    await builders(database).worker('gpu-1');
    expect(await database.query(gpu1, CLAIM)).toHaveLength(1);
    const after = (await stock()).tasks.gpu!;
    expect([after.ready - before.ready, after.running - before.running]).toEqual([-1, 1]);
  });
});

test('the log is told by its ends: its length, and how old its oldest change is', async () => {
  await database.asOwner('delete from realtime.changes');
  const project = await builders(database).project(bob);
  for (let count = 0; count < 5; count++) await builders(database).generation(bob, project);
  const [{ rows } = { rows: 0 }] = await database.asOwner<{ rows: number }>(
    'select count(*)::int as rows from realtime.changes',
  );
  expect(rows).toBeGreaterThanOrEqual(5);
  expect((await stock()).log.rows).toBe(rows);
  await database.asOwner(
    `update realtime.changes set logged_at = logged_at - interval '1 hour'
     where (xid, id) = (select xid, id from realtime.changes order by xid, id limit 1)`,
  );
  const { oldestSeconds } = (await stock()).log;
  expect(oldestSeconds).toBeGreaterThanOrEqual(3_600);
  // Cleared of what is older, it is young again.
  await database.asOwner(
    `with gone as (delete from realtime.changes where logged_at < now() - interval '50 minutes' returning xid)
     update realtime.state set pruned_through = (select max(xid) from gone)`,
  );
  expect((await stock()).log.oldestSeconds).toBeLessThan(3_600);
});
