import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { parseSettings } from '../../server/config';
import { connectionsOf } from '../../server/postgres/connections';
import { withClient } from '../../server/postgres/setup';
import { alice, authorizationOf, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { holdingsOf, MAKE, READ, READY, readinessOf, startLoad, type Answered } from '../helpers/load';
import { startOwnServer, type OwnServer } from '../helpers/ownServer';
import { ask, atTheEnd, eventually, serve, type GatewayProcess } from '../helpers/process';
import { Proxy } from '../helpers/proxy';
import { openClient } from '../helpers/sockets';

// The database goes away under load, the network swallows what is sent, connections end in the middle of a COMMIT,
// all of a pool is in use: what callers are told meanwhile, what is true afterwards, and what the gateway keeps of it.

/** `FAULT_SECONDS=20` by hand: for how long the database stays away. Without it, until so many were refused. */
const OUTAGE_MS = Number(process.env.FAULT_SECONDS ?? 0) * 1000;
const REFUSALS = 300;
const CALLERS = 12;
/** The longest that the settings below allow: a connection, a statement, its answer; and what a busy machine adds. */
const LONGEST_MS = 1_000 + 2_000 + 7_000;
const DATABASE_SETTINGS = {
  DATABASE_POOL_SIZE: '6',
  DATABASE_CONNECT_TIMEOUT_MS: '1000',
  STATEMENT_TIMEOUT_MS: '1000',
};

let own: OwnServer;
let proxy: Proxy;
let database: TestDatabase;
let gateway: GatewayProcess;
let token: string;
let projectId: string;

beforeAll(async () => {
  own = await startOwnServer();
  database = await createTestDatabase(undefined, own.server);
  const build = builders(database);
  await build.account(alice);
  projectId = await build.project(alice, 'before');
  proxy = new Proxy();
  proxy.target = own.server.port;
  const url = new URL(database.authUrl);
  url.port = String(await proxy.listen());
  token = (await authorizationOf(alice))!.slice('Bearer '.length);
  gateway = await serve({
    ...{ AUTH_DATABASE_URL: url.toString(), JWT_SECRET: TEST_SECRET, MAINTENANCE_INTERVAL_MS: '500' },
    ...DATABASE_SETTINGS,
    // One user is all callers here.
    ...{ REQUESTS_PER_CALLER_MAX: '100', RATE_USER_MAX: '0' },
  });
  atTheEnd(async () => {
    gateway.signal('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
    await proxy.close();
    await database.pool.end();
    await own.stop();
  });
});

const untilItServes = () =>
  eventually(async () => expect((await ask(gateway.url, READ, token)).errors).toBeUndefined());
const untilReady = () => eventually(async () => expect(await readinessOf(gateway.url)).toEqual(READY));
const alive = async () => expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);

/** Everybody was answered in time, by what is so or by a code that says whether it may be tried again. */
function expectToldWell(answers: Answered[]): void {
  const kindOf = ({ code, retryable }: Answered) => `${String(code)} ${String(retryable)}`;
  const allowed = ['undefined undefined', 'UNAVAILABLE true', 'OUTCOME_UNKNOWN undefined'];
  expect(answers.filter((answer) => !allowed.includes(kindOf(answer)))).toEqual([]);
  expect(answers.filter(({ kind, code }) => kind === 'query' && code === 'OUTCOME_UNKNOWN')).toEqual([]);
  expect(answers.filter(({ ms }) => ms > LONGEST_MS)).toEqual([]);
}

/** What was promised is there once, and what was refused in a way that may be tried again is not. */
async function expectTruth(answers: Answered[]): Promise<void> {
  const rows = await eventually(() => database.asOwner<{ name: string }>('select name from projects'));
  const times = new Map<string, number>();
  for (const { name } of rows) times.set(name, (times.get(name) ?? 0) + 1);
  const mutations = answers.filter(({ kind }) => kind === 'mutation');
  const wrong = mutations.filter(({ name, code }) => {
    const count = times.get(name) ?? 0;
    if (code === 'OUTCOME_UNKNOWN') return count > 1;
    return count !== (code === undefined ? 1 : 0);
  });
  expect(wrong).toEqual([]);
}

const failing = (part: string) => [503, { status: 'unready', failing: [part] }];

describe('the database goes away under load', () => {
  const outages = [
    ['is stopped', () => own.halt('fast')],
    ['is killed', () => own.halt('crash')],
    ['is stopped again', () => own.halt('fast')],
  ] as const;
  const holdings: Awaited<ReturnType<typeof holdingsOf>>[] = [];

  test.each(outages)('it %s, and comes back', async (_name, halt) => {
    const socket = await openClient(gateway.url);
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await socket.gets({ type: 'connection_ack' });
    const query = `subscription { projectChanges(projectId: "${projectId}") { kind } }`;
    socket.send({ id: 'follow', type: 'subscribe', payload: { query } });
    await socket.gets({ type: 'next', id: 'follow' });
    const load = startLoad(gateway.url, token, CALLERS);
    const good = () => load.answers.filter(({ code }) => code === undefined).length;
    await eventually(() => expect(good()).toBeGreaterThan(100));

    await halt();
    const gone = performance.now();
    const refused = () => load.answers.filter(({ code }) => code !== undefined).length;
    await eventually(async () =>
      expect(await readinessOf(gateway.url)).toEqual([
        503,
        { status: 'unready', failing: ['database'], degraded: ['listener'] },
      ]),
    );
    await eventually(async () => {
      await alive();
      expect(refused()).toBeGreaterThan(REFUSALS);
      expect(performance.now() - gone).toBeGreaterThan(OUTAGE_MS);
    }, OUTAGE_MS + 20_000);

    await own.start();
    const back = performance.now();
    const before = good();
    await eventually(() => expect(good()).toBeGreaterThan(before));
    const serving = performance.now() - back;
    await untilReady();
    await load.stop();
    console.log(
      `served again ${Math.round(serving)} ms after the database was back, ready after ${Math.round(performance.now() - back)} ms;`,
      `${load.answers.length} answers, ${refused()} refused, longest ${Math.round(Math.max(...load.answers.map(({ ms }) => ms)))} ms,`,
      `${load.answers.filter(({ code }) => code === 'OUTCOME_UNKNOWN').length} unknown`,
    );
    expect(serving).toBeLessThan(10_000);
    expectToldWell(load.answers);
    await expectTruth(load.answers);
    // The subscription has stayed, and tells on.
    const told = socket.frames.length;
    await eventually(async () => {
      await database.asOwner(`insert into shots (project_id, name) values ('${projectId}', 'after')`);
      await database.asOwner(`insert into generations (project_id) values ('${projectId}')`);
      expect(socket.frames.length).toBeGreaterThan(told);
    });
    expect(socket.frames.filter(({ type }) => type === 'error' || type === 'complete')).toEqual([]);
    socket.socket.terminate();
    await socket.closed;
    holdings.push(await holdingsOf(gateway.pid));
  });

  test('and nothing of it is left: no fault in the log, no connection, no file, no memory', async () => {
    expect(gateway.stdout()).not.toMatch(/"level":[56]0/);
    expect(gateway.stderr()).toBe('');
    const [first, , last] = holdings;
    console.log('after each outage:', holdings);
    expect(last!.files - first!.files).toBeLessThan(20);
    expect(last!.memoryMB - first!.memoryMB).toBeLessThan(100);
    const connections = await database.asOwner<{ application_name: string; count: string }>(
      `select application_name, count(*) from pg_stat_activity where application_name like 'reigh-gateway%' group by 1`,
    );
    const given = { AUTH_DATABASE_URL: database.authUrl, JWT_SECRET: TEST_SECRET, ...DATABASE_SETTINGS };
    const sum = connections.reduce((all, { count }) => all + Number(count), 0);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThanOrEqual(connectionsOf(parseSettings(given)));
    const named = connections.filter(({ application_name: name }) => name !== 'reigh-gateway');
    expect(named.filter(({ count }) => Number(count) > 1)).toEqual([]);
  });
});

test('a network that swallows everything: requests end in time, and the next ones are served', async () => {
  // As many as there are connections: none of these is of use afterwards.
  await Promise.all(Array.from({ length: 6 }, () => ask(gateway.url, READ, token)));
  const swallow = () => undefined;
  proxy.take = swallow;
  proxy.pass = swallow;
  const load = startLoad(gateway.url, token, 8);
  await eventually(async () => expect(await readinessOf(gateway.url)).toEqual(failing('database')));
  await eventually(() => expect(load.answers.length).toBeGreaterThan(24));
  await alive();
  proxy.take = (packet, send) => send(packet);
  proxy.pass = (packet, send) => send(packet);
  // What was swallowed is gone, and so are these connections.
  proxy.cut();
  await untilItServes();
  await untilReady();
  await load.stop();
  expect(load.answers.filter(({ code }) => code === 'UNAVAILABLE').length).toBeGreaterThan(20);
  expectToldWell(load.answers);
  await expectTruth(load.answers);
});

describe('a connection that ends', () => {
  const send = (name: string) => ask(gateway.url, MAKE, token, { name });
  const count = async (name: string) =>
    (await database.asOwner('select from projects where name = $1', [name])).length;
  /** Of a packet: the word that PostgreSQL answers COMMIT with, or the statement itself. */
  const isAnswer = (packet: Buffer) => packet.includes('COMMIT\0');
  const isQuestion = (packet: Buffer) => packet.includes('commit\0');
  afterEach(async () => {
    proxy.take = (packet, pass) => pass(packet);
    proxy.pass = (packet, pass) => pass(packet);
    await untilItServes();
  });

  test.each([
    ['after COMMIT was done, and before its answer came', 1],
    ['before COMMIT came to the database', 0],
  ])('%s: nobody is told to try again', async (_when, times) => {
    const name = randomUUID();
    // Of this mutation alone: the gateway's own jobs commit beside it.
    let ours: Socket | undefined;
    proxy.take = (packet, pass, client) => {
      if (packet.includes(name)) ours = client;
      if (times === 0 && client === ours && isQuestion(packet)) client.destroy();
      else pass(packet);
    };
    proxy.pass = (packet, pass, client) => {
      if (times === 1 && client === ours && isAnswer(packet)) client.destroy();
      else pass(packet);
    };
    const answer = await send(name);
    expect(answer).toMatchObject({ data: null, errors: [{ extensions: { code: 'OUTCOME_UNKNOWN' } }] });
    expect(answer.errors?.[0]?.extensions).not.toHaveProperty('retryable');
    expect(await count(name)).toBe(times);
  });

  test('under a statement before that: it has not happened, and may be tried again', async () => {
    const name = randomUUID();
    proxy.take = (packet, pass) => (packet.includes(name) ? proxy.cut() : pass(packet));
    const answer = await send(name);
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'UNAVAILABLE', retryable: true },
    ]);
    expect(await count(name)).toBe(0);
  });

  test('under the end of a query changes nothing: it may be tried again', async () => {
    proxy.take = (packet, pass) => (isQuestion(packet) ? proxy.cut() : pass(packet));
    const answer = await ask(gateway.url, READ, token);
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'UNAVAILABLE', retryable: true },
    ]);
  });
});

test('all connections in use: told soon, in words of its own, and named by /readyz until there is one', async () => {
  const load = await withClient(database.ownerUrl, async (owner) => {
    await owner.query('begin; lock table projects in access exclusive mode');
    const started = startLoad(gateway.url, token, 30);
    await eventually(async () =>
      expect(await readinessOf(gateway.url)).toEqual([200, { status: 'degraded', degraded: ['pool'] }]),
    );
    await alive();
    await eventually(async () =>
      expect((await ask(gateway.url, '{ __typename }')).errors).toMatchObject([
        {
          message: 'All connections of this gateway to the database are in use. Try again.',
          extensions: { code: 'UNAVAILABLE', retryable: true },
        },
      ]),
    );
    await owner.query('rollback');
    return started;
  });
  await untilReady();
  await load.stop();
  // Those that had a connection and waited for the lock were ended by their own time.
  const ended = load.answers.filter(({ code }) => code === 'LIMIT_EXCEEDED');
  expect(ended.length).toBeGreaterThan(0);
  const others = load.answers.filter(({ code }) => code !== 'LIMIT_EXCEEDED');
  expectToldWell(others);
  await expectTruth([...others, ...ended.map((answer) => ({ ...answer, code: 'UNAVAILABLE' }))]);
});
