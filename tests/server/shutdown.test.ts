import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { waitForExit } from '../../server/postgres/embedded/postmaster';
import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';
import { TEST_SECRET } from '../helpers/actors';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import {
  ask,
  atTheEnd,
  emptyFolder,
  eventually,
  serve,
  serverOf,
  type GatewayProcess,
} from '../helpers/process';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.asOwner(`
    create function public.slow(seconds float) returns int language plpgsql stable set search_path = ''
    as $$ begin perform pg_catalog.pg_sleep(seconds); return 1; end $$;
    grant execute on function public.slow(float) to anon;
  `);
});
atTheEnd(() => database.drop());

const serveExternal = (env: Record<string, string> = {}) =>
  serve({
    AUTH_DATABASE_URL: database.authUrl,
    JWT_SECRET: TEST_SECRET,
    LOG_LEVEL: 'info',
    RATE_ANON_MAX: '0',
    ...env,
  });
const sleeping = (seconds: number) => `{ slow(seconds: ${seconds}) }`;
/** Until so many sleep, for so long already. */
const untilRunning = (atLeast: number, seconds = 0) =>
  eventually(async () => {
    // Only a superuser sees what others wait for.
    const rows = await withClient(withDatabase(testServer().rootUrl, databaseOf(database.ownerUrl)), (root) =>
      root.query(
        `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
           and clock_timestamp() - xact_start >= make_interval(secs => $1)`,
        [seconds],
      ),
    );
    expect(rows.rowCount).toBeGreaterThanOrEqual(atLeast);
  });

type Outcome = { status: number; body: string } | { failure: string; requestId: string };

/** One request on the agent's connection, kept alive. */
function post(url: string, agent: Agent, query: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const requestId = randomUUID();
    const headers = { 'content-type': 'application/json', 'x-request-id': requestId };
    const sent = request(`${url}/graphql`, { method: 'POST', agent, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.once('error', (error) => resolve({ failure: `in the answer: ${error.message}`, requestId }));
    });
    sent.once('error', (error: NodeJS.ErrnoException) =>
      resolve({
        failure: `${error.code ?? error.message}${sent.reusedSocket ? ' reused' : ' fresh'}`,
        requestId,
      }),
    );
    sent.end(JSON.stringify({ query }));
  });
}

/** Sends one request after another until no new connection is accepted. */
async function sendUntilRefused(url: string, query: () => string): Promise<Outcome[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const outcomes: Outcome[] = [];
  for (;;) {
    const outcome = await post(url, agent, query());
    if ('failure' in outcome && outcome.failure.startsWith('ECONNREFUSED')) break;
    outcomes.push(outcome);
    if ('failure' in outcome) break;
  }
  agent.destroy();
  return outcomes;
}

describe('SIGTERM under load', () => {
  test('lets every accepted request be answered whole, and ends with 0 within 10 s', async () => {
    const gateway = await serveExternal({ DATABASE_POOL_SIZE: '40', STATEMENT_TIMEOUT_ANON_MS: '20000' });
    const quick = Array.from({ length: 20 }, () => sendUntilRefused(gateway.url, () => '{ __typename }'));
    const slow = Array.from({ length: 8 }, () => sendUntilRefused(gateway.url, () => sleeping(0.7)));
    const slowest = Promise.all(Array.from({ length: 4 }, () => ask(gateway.url, sleeping(6))));
    slowest.catch(() => undefined);
    // Of those that sleep for less none gets so old.
    await untilRunning(4, 1);

    const begun = performance.now();
    gateway.signal('SIGTERM');
    expect(await gateway.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(10_000);

    const answers = (await Promise.all([...quick, ...slow])).flat();
    const quickOnes = answers.filter((answer) => 'body' in answer && answer.body.includes('__typename'));
    expect(quickOnes.length).toBeGreaterThan(100);
    const whole = ['{"data":{"__typename":"Query"}}', '{"data":{"slow":1}}'];
    const others = answers.filter(
      (answer) => !('body' in answer && answer.status === 200 && whole.includes(answer.body)),
    );
    // Closing a listening socket resets what the system has connected and nobody has accepted yet: the
    // log, which names every request that was read, knows nothing of these.
    const accepted = others.filter(
      (answer) =>
        !('failure' in answer) ||
        answer.failure !== 'ECONNRESET fresh' ||
        gateway.stdout().includes(answer.requestId),
    );
    expect(accepted).toEqual([]);
    for (const answer of await slowest) expect(answer).toEqual({ status: 200, data: { slow: 1 } });
  });

  test('waits no longer than it may for a request that does not end', async () => {
    const gateway = await serveExternal({ SHUTDOWN_TIMEOUT_MS: '500' });
    const endless = ask(gateway.url, sleeping(12));
    endless.catch(() => undefined);
    await untilRunning(1);
    const begun = performance.now();
    gateway.signal('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(4_000);
    await expect(endless).rejects.toThrow();
    await database.asOwner(
      `select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`,
    );
  });
});

test('while it drains, /readyz is 503 naming the shutdown and /healthz stays 200', async () => {
  const gateway = await serveExternal();
  const last = ask(gateway.url, sleeping(1));
  await untilRunning(1);
  gateway.signal('SIGTERM');
  await gateway.prints(/"msg":"shutting down"/);
  const ready = await fetch(`${gateway.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'unready', failing: ['shutdown'] }]);
  const health = await fetch(`${gateway.url}/healthz`);
  expect([health.status, health.headers.get('connection')]).toEqual([200, 'close']);
  expect(await last).toEqual({ status: 200, data: { slow: 1 } });
  expect((await gateway.exit).code).toBe(0);
});

describe('a second signal', () => {
  const busy = async (seconds = 2): Promise<{ gateway: GatewayProcess; dropped: Promise<unknown> }> => {
    const gateway = await serveExternal();
    const dropped = ask(gateway.url, sleeping(seconds)).then(
      (answer) => answer,
      () => 'dropped',
    );
    await untilRunning(1);
    return { gateway, dropped };
  };

  test('ends it at once, with 1', async () => {
    // Longer than it takes to notice, on a machine that is busy too.
    const { gateway, dropped } = await busy(10);
    gateway.signal('SIGTERM');
    // No new connections any more: well after the first signal.
    await eventually(() => expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow());
    gateway.signal('SIGTERM');
    expect(await gateway.exit).toEqual({ code: 1, signal: null });
    expect(await dropped).toBe('dropped');
  });

  test('that comes with the first is the same one, passed on by npm', async () => {
    const { gateway, dropped } = await busy();
    gateway.signal('SIGINT');
    gateway.signal('SIGTERM');
    expect(await dropped).toEqual({ status: 200, data: { slow: 1 } });
    expect(await gateway.exit).toEqual({ code: 0, signal: null });
  });

  test('leaves it to the guard to stop the embedded database', async () => {
    const dataDir = await emptyFolder();
    const gateway = await serve({ DATA_DIR: dataDir });
    const server = await serverOf(dataDir);
    // A request whose body does not come keeps the gateway waiting.
    const agent = new Agent({ keepAlive: true });
    const hanging = request(`${gateway.url}/graphql`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'content-length': 100 },
    });
    hanging.on('error', () => undefined);
    hanging.write('{');
    await new Promise((resolve) => hanging.once('socket', (socket) => socket.once('connect', resolve)));
    gateway.signal('SIGTERM');
    await eventually(() => expect(fetch(`${gateway.url}/healthz`)).rejects.toThrow());
    gateway.signal('SIGTERM');
    expect((await gateway.exit).code).toBe(1);
    expect(await waitForExit(server?.pid ?? 0, 10_000)).toBe(true);
    agent.destroy();
  });
});
