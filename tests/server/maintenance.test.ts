import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';
import { gpu1, TEST_SECRET } from '../helpers/actors';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { startTestGateway } from '../helpers/gateway';
import { atTheEnd, eventually, serve, type GatewayProcess } from '../helpers/process';
import { openStudio, type Studio } from '../helpers/studio';

let database: TestDatabase;
let studio: Studio;
beforeAll(async () => {
  database = await createTestDatabase();
  studio = await openStudio(database);
});
atTheEnd(() => database.drop());

const start = (env: Record<string, string> = {}) =>
  serve({
    AUTH_DATABASE_URL: database.authUrl,
    JWT_SECRET: TEST_SECRET,
    LOG_LEVEL: 'debug',
    MAINTENANCE_INTERVAL_MS: '20',
    ...env,
  });
const stop = async (...gateways: GatewayProcess[]) => {
  for (const gateway of gateways) gateway.signal('SIGTERM');
  for (const gateway of gateways) expect(await gateway.exit).toEqual({ code: 0, signal: null });
};

interface Line {
  msg: string;
  level: number;
  tasks?: { id: string; attempts: number }[];
}
const linesOf = (gateway: GatewayProcess): Line[] =>
  gateway
    .stdout()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
const told = (message: RegExp, ...gateways: GatewayProcess[]) =>
  gateways.flatMap(linesOf).filter((line) => message.test(line.msg));
const skipped = /another gateway does it/;

/** Tasks that a worker claimed and never reported again. */
async function abandon(count: number, order: { type?: string; params?: Record<string, unknown> } = {}) {
  const ids = await studio.enqueue(...Array.from({ length: count }, () => order));
  const claimed = new Set<string>();
  for (let i = 0; i < count; i++) {
    const [task] = await database.query<{ id: string }>(
      gpu1,
      `select id from claim_next_task('gpu-1', 'gpu')`,
    );
    claimed.add(task?.id ?? '');
  }
  expect([...claimed].sort()).toEqual([...ids].sort());
  await studio.expire(...ids);
  return ids;
}
/** Puts everything that waits out of the way of the next test. */
afterEach(() =>
  database.asOwner(`update tasks set status = 'Cancelled' where status in ('Queued', 'In Progress')`),
);

test('a gateway gives tasks of a worker that died back to the queue, and fails those that had their attempts', async () => {
  const [task = ''] = await abandon(1, { params: { prompt: 'nobody reads this in a log' } });
  const [once = ''] = await abandon(1, { type: 'test_once' });
  const gateway = await start();
  await eventually(async () => {
    expect(await studio.task(task)).toMatchObject({ status: 'Queued', attempts: 1, worker_id: null });
    expect(await studio.task(once)).toMatchObject({ status: 'Failed', attempts: 1, worker_id: 'gpu-1' });
  });
  expect((await studio.task(once)).error_message).toBe('Worker gpu-1 did not report in time (attempt 1).');
  await eventually(() => {
    expect(told(/requeued tasks/, gateway)).toEqual([
      expect.objectContaining({ level: 30, job: 'requeue stale tasks', tasks: [{ id: task, attempts: 1 }] }),
    ]);
    expect(told(/^failed tasks/, gateway)).toEqual([
      expect.objectContaining({ level: 30, tasks: [{ id: once, attempts: 1 }] }),
    ]);
  });
  await stop(gateway);
  expect(gateway.stdout()).not.toContain('nobody reads this');
});

test('two gateways do it once, whoever has the lock; MAINTENANCE_INTERVAL_MS=0 does nothing', async () => {
  const tasks = await abandon(4);
  const off = await start({ MAINTENANCE_INTERVAL_MS: '0' });
  const client = await database.pool.connect();
  const gateways: GatewayProcess[] = [];
  try {
    await client.query(
      `begin; select pg_advisory_xact_lock(hashtextextended('maintenance requeue stale tasks', 0))`,
    );
    gateways.push(...(await Promise.all([start(), start()])));
    for (const gateway of gateways)
      await eventually(() => expect(told(skipped, gateway).length).toBeGreaterThan(3));
    for (const task of tasks) expect(await studio.task(task)).toMatchObject({ status: 'In Progress' });
    await client.query('commit');
  } finally {
    client.release();
  }
  await eventually(async () => {
    for (const task of tasks)
      expect(await studio.task(task)).toMatchObject({ status: 'Queued', attempts: 1 });
  });
  await stop(off, ...gateways);
  const requeued = told(/requeued tasks/, ...gateways).flatMap((line) => line.tasks ?? []);
  expect(requeued.map(({ id }) => id).sort()).toEqual([...tasks].sort());
  expect(told(/maintenance|requeued|another gateway/, off)).toEqual([]);
});

test('SIGTERM lets the round that runs end, and a gateway in a test has none by default', async () => {
  const [task = ''] = await abandon(1);
  const [{ body } = { body: '' }] = await database.asOwner<{ body: string }>(
    `select pg_get_functiondef('public.requeue_stale_tasks'::regproc) as body`,
  );
  const sleeping = () =>
    withClient(withDatabase(testServer().rootUrl, databaseOf(database.ownerUrl)), (root) =>
      root.query(
        `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
      ),
    );
  await database.asOwner(body.replace(/\nbegin\n/, '\nbegin\n  perform pg_catalog.pg_sleep(1);\n'));
  try {
    const quiet = await startTestGateway(database);
    const gateway = await start();
    await eventually(async () => expect((await sleeping()).rowCount).toBe(1));
    await stop(gateway);
    await quiet.stop();
  } finally {
    await database.asOwner(body);
  }
  expect(await studio.task(task)).toMatchObject({ status: 'Queued', attempts: 1 });
});
