import { readFileSync } from 'node:fs';
import { alice, service, TEST_SECRET } from '../helpers/actors';
import { eventually, serve, type GatewayProcess } from '../helpers/process';
import { Follower } from '../helpers/streamFollower';
import { openWorld, type World } from '../helpers/streamWorld';

// A client that stops reading while tens of thousands of changes pass, in a gateway of its own.

const STATEMENTS = 500;
const ROWS = 100;
/** What one client may cost: a socket's buffer and its queue, and what the heap takes before it is cleared. */
const BOUND_MB = 200;

let world: World;
let gateway: GatewayProcess;
const followers: Follower[] = [];
beforeAll(async () => {
  world = await openWorld();
  gateway = await serve({
    ...{ NODE_ENV: 'test', AUTH_DATABASE_URL: world.database.authUrl, JWT_SECRET: TEST_SECRET },
    ...{ LOG_LEVEL: 'warn', MAINTENANCE_INTERVAL_MS: '0' },
    // It does not answer pings either: that is not what ends it here.
    SOCKET_PING_INTERVAL_MS: '600000',
  });
});
afterAll(async () => {
  // Those of a test that failed would go on to connect.
  await Promise.all(followers.map((follower) => follower.stop()));
  gateway.signal('SIGTERM');
  await gateway.exit;
  await world.close();
});

const megabytes = (): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8'))![1]) / 1024;

const write = async (origin: string, rows = ROWS): Promise<void> => {
  await world.database.as(service, async (client) => {
    await client.query(`select set_config('request.client_id', $1, true)`, [origin]);
    await client.query(
      `insert into tasks (project_id, task_type, status) select $1, 'image', 'Failed' from generate_series(1, $2)`,
      [world.projects[0], rows],
    );
  });
};

test('costs the gateway little and others nothing, and is told to fetch anew when it reads again', async () => {
  const options = { url: gateway.url, actor: alice, projectId: world.projects[0]! };
  const gotAt = new Map<string, number>();
  const reader = await new Follower({
    ...options,
    onItem: (_, { changes }) => void gotAt.set(changes?.[0]?.originClientId ?? '', performance.now()),
  }).start();
  // With long rows, so that no system's buffers hold all of it.
  const paused = await new Follower({
    ...options,
    rows: 'more: after { location } task { id params createdAt updatedAt dependantOn resultData project { id name user { id } } }',
  }).start();
  followers.push(reader, paused);
  for (let n = 0; n < 20; n++) await write(`warm ${n}`);
  await Promise.all(
    [reader, paused].map((one) => one.until(() => one.received.length === 20 * ROWS, 'the first')),
  );
  const before = megabytes();
  paused.tcp().pause();

  const committedAt: number[] = [];
  let most = before;
  for (let n = 0; n < STATEMENTS; n++) {
    await write(`w ${n}`);
    committedAt.push(performance.now());
    most = Math.max(most, megabytes());
  }
  await reader.until(() => reader.countOf(`w ${STATEMENTS - 1}`) === ROWS, 'the last change');
  expect(reader.received).toHaveLength((20 + STATEMENTS) * ROWS);
  const order = [...new Set(reader.received.map(({ origin }) => origin))].filter((one) =>
    one.startsWith('w '),
  );
  expect(order).toEqual(committedAt.map((_, n) => `w ${n}`));
  const delays = committedAt.map((at, n) => gotAt.get(`w ${n}`)! - at).sort((a, b) => a - b);
  const p95 = delays[Math.floor(delays.length * 0.95)]!;
  console.log(
    `memory ${before.toFixed(0)} → ${most.toFixed(0)} MB; delays p50 ${delays[250]!.toFixed(0)} p95 ${p95.toFixed(0)} max ${delays.at(-1)!.toFixed(0)} ms`,
  );
  expect(most - before).toBeLessThan(BOUND_MB);

  paused.tcp().resume();
  await paused.until(() => paused.kinds.includes('RESYNC'), 'RESYNC');
  const { length } = paused.received;
  console.log('paused got', length, paused.connections, paused.errors.slice(0, 2));
  expect(length).toBeLessThan((20 + STATEMENTS) * ROWS);
  await write('after');
  await paused.until(() => paused.countOf('after') === ROWS, 'a live change');
  expect(paused.connections).toBe(1);
  // Once each, and what waited before it came in order.
  expect(new Set(paused.received.map(({ change }) => change)).size).toBe(paused.received.length);
  await eventually(() => expect(megabytes()).toBeLessThan(before + BOUND_MB));
});
