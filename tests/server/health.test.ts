import type { QueryResultRow } from 'pg';
import { startCluster, type Cluster } from '../../server/postgres/embedded/cluster';
import { migrate } from '../../server/postgres/migrate';
import { setUpServer, withClient } from '../../server/postgres/setup';
import { TEST_SECRET } from '../helpers/actors';
import { Proxy } from '../helpers/proxy';
import { ask, atTheEnd, emptyFolder, eventually, serve, type GatewayProcess } from '../helpers/process';

const proxy = new Proxy();
let dataDir = '';
let cluster: Cluster;
let port = 0;
let gateway: GatewayProcess;
let starved: GatewayProcess;

const urlOf = (user: string, password: string, database: string) =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
const rootUrl = () => urlOf('postgres', 'root', 'postgres');
const startDatabase = async () => {
  cluster = await startCluster({
    dataDir,
    superuserPassword: 'root',
    initdbArguments: ['--no-sync'],
    parameters: { fsync: 'off' },
  });
  proxy.target = cluster.port;
};
const asRoot = <T extends QueryResultRow>(sql: string): Promise<T[]> =>
  withClient(rootUrl(), async (client) => {
    const { rows } = await client.query<T>(sql);
    return rows;
  });
const busy = (where: string) =>
  asRoot<{ pid: number }>(
    `select pid from pg_stat_activity where application_name = 'reigh-gateway' and ${where}`,
  );
const sleeping = (seconds: number) => `{ slow(seconds: ${seconds}) }`;
const readiness = async ({ url }: GatewayProcess) => {
  const response = await fetch(`${url}/readyz`);
  return [response.status, (await response.json()) as unknown];
};
const READY = [200, { status: 'ready' }];
const expectUnavailable = (answer: Awaited<ReturnType<typeof ask>>) =>
  expect(answer.errors?.map((error) => error.extensions)).toEqual([{ code: 'UNAVAILABLE', retryable: true }]);
const QUERY = '{ slow(seconds: 0) }';
const expectRecovery = (which: GatewayProcess) =>
  eventually(async () => expect(await ask(which.url, QUERY)).toEqual({ status: 200, data: { slow: 1 } }));

beforeAll(async () => {
  dataDir = await emptyFolder();
  port = await proxy.listen();
  await startDatabase();
  const urls = {
    root: rootUrl(),
    owner: urlOf('reigh_owner', 'owner', 'reigh'),
    auth: urlOf('reigh_authenticator', 'auth', 'reigh'),
  };
  await setUpServer(urls);
  await migrate(urls);
  await withClient(urls.owner, (client) =>
    client.query(`
      create function public.slow(seconds float) returns int language plpgsql volatile set search_path = ''
      as $$ begin perform pg_catalog.pg_sleep(seconds); return 1; end $$;
      alter function public.slow(float) stable;
      grant execute on function public.slow(float) to anon;
    `),
  );
  const env = { AUTH_DATABASE_URL: urls.auth, JWT_SECRET: TEST_SECRET };
  [gateway, starved] = await Promise.all([
    serve(env),
    serve({
      ...env,
      DATABASE_POOL_SIZE: '1',
      REQUESTS_PER_CALLER_MAX: '100',
      DATABASE_CONNECT_TIMEOUT_MS: '300',
    }),
  ]);
});

atTheEnd(async () => {
  for (const one of [gateway, starved]) {
    one?.signal('SIGTERM');
    expect((await one?.exit)?.code).toBe(0);
  }
  await proxy.close();
  await cluster?.stop();
});

test('a gateway that serves is alive and ready', async () => {
  const response = await fetch(`${gateway.url}/healthz`);
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
  expect(await readiness(gateway)).toEqual(READY);
});

describe('connections that are terminated', () => {
  test('while they are idle are replaced', async () => {
    await Promise.all(Array.from({ length: 5 }, () => ask(gateway.url, sleeping(0.05))));
    const idle = await busy(`state = 'idle'`);
    expect(idle.length).toBeGreaterThan(1);
    await asRoot(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'reigh-gateway'`,
    );
    await gateway.prints(/an idle database connection died/);
    await expectRecovery(gateway);
    await eventually(async () => expect(await readiness(gateway)).toEqual(READY));
  });

  test('under their queries end these with a coded error, and are replaced', async () => {
    const running = Array.from({ length: 5 }, () => ask(gateway.url, sleeping(30)));
    await eventually(async () => expect(await busy(`wait_event = 'PgSleep'`)).toHaveLength(5));
    await asRoot(`select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`);
    for (const answer of await Promise.all(running)) expectUnavailable(answer);
    await expectRecovery(gateway);
    await eventually(async () => expect(await busy(`state <> 'idle'`)).toEqual([]));
  });
});

test('a pool without a free connection is told soon, and serves again when there is one', async () => {
  const holding = ask(starved.url, sleeping(1.5));
  await eventually(async () => expect(await busy(`wait_event = 'PgSleep'`)).toHaveLength(1));
  const begun = performance.now();
  const refused = await Promise.all(Array.from({ length: 20 }, () => ask(starved.url, QUERY)));
  expect(performance.now() - begun).toBeLessThan(1_100);
  for (const answer of refused) expectUnavailable(answer);
  expect(await holding).toEqual({ status: 200, data: { slow: 1 } });
  // More than there are connections: had one leaked, none of these would be answered.
  for (let i = 0; i < 5; i++) expect((await ask(starved.url, QUERY)).status).toBe(200);
  expect(await readiness(starved)).toEqual(READY);
});

describe('while its database is away', () => {
  test('a gateway lives, is not ready, refuses with a retryable error, and recovers without a restart', async () => {
    const running = ask(gateway.url, sleeping(30));
    await eventually(async () => expect(await busy(`wait_event = 'PgSleep'`)).toHaveLength(1));
    await cluster.stop();
    expectUnavailable(await running);

    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
    expect(await readiness(gateway)).toEqual([503, { status: 'unready', failing: ['database'] }]);
    for (const one of [gateway, starved]) {
      const answers = await Promise.all(Array.from({ length: 30 }, () => ask(one.url, QUERY)));
      for (const answer of answers) expectUnavailable(answer);
    }

    await startDatabase();
    for (const one of [gateway, starved]) {
      await expectRecovery(one);
      // What it looked at last is told for a moment.
      await eventually(async () => expect(await readiness(one)).toEqual(READY));
    }
    expect(gateway.stdout()).not.toMatch(/"level":50/);
    expect(gateway.stderr()).toBe('');
  });

  test('a new gateway does not start, and says why', async () => {
    await cluster.stop();
    await expect(
      serve({ AUTH_DATABASE_URL: urlOf('reigh_authenticator', 'auth', 'reigh'), JWT_SECRET: TEST_SECRET }),
    ).rejects.toThrow(/ended \(1\)[^]*cannot be reached/);
    await startDatabase();
    await expectRecovery(gateway);
  });
});
