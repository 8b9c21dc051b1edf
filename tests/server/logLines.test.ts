import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { parse } from 'graphql';
import { Pool } from 'pg';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { warnWhenSlow } from '../../server/graphql/slowOperations';
import { createLogger, describeError } from '../../server/log';
import { withClient } from '../../server/postgres/setup';
import { alice, authorizationOf, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { atTheEnd, eventually, serve, type GatewayProcess } from '../helpers/process';
import { signIn } from '../helpers/sockets';

/** Stands in everything that a log must not repeat. */
const SECRET = 's3cr3t';
const METRICS_TOKEN = `${SECRET} of whoever watches`;
const FAULTS = `process.on('SIGUSR2', () => { throw Object.assign(new Error('thrown by a test'), { detail: 's3' + 'cr3t', client: { password: 's3' + 'cr3t' } }) });
process.on('SIGHUP', () => { void Promise.reject(new Error('rejected by a test')) });`;

interface Line {
  level: number;
  msg: string;
  requestId?: string;
  [field: string]: unknown;
}

let database: TestDatabase;
let gateway: GatewayProcess;
let other: GatewayProcess;
let authorization: string;
let project: string;

const linesOf = (one: GatewayProcess): Line[] =>
  one
    .stdout()
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
/** The line that says how a request or an operation ended. */
const lineOf = (fits: (line: Line) => boolean): Promise<Line> =>
  eventually(() => {
    const found = linesOf(gateway).find(fits);
    if (!found) throw new Error(`no such line in\n${gateway.stdout().slice(-3_000)}`);
    return found;
  });
let count = 0;
/** Asks, and gives the line of it. */
async function send(path: string, init: RequestInit = {}, given: Record<string, string> = {}): Promise<Line> {
  const requestId = `log-lines-test-${++count}`;
  const headers = { authorization, 'content-type': 'application/json', 'x-request-id': requestId, ...given };
  await (await fetch(gateway.url + path, { ...init, headers })).text();
  return lineOf((line) => line.msg === 'request' && line.requestId === requestId);
}
const post = (query: string, variables?: Record<string, unknown>, headers?: Record<string, string>) =>
  send('/graphql', { method: 'POST', body: JSON.stringify({ query, variables }) }, headers);

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.taskType('image_generation');
  project = await make.project(alice);
  await database.asOwner(`
    create function public.broken(secret text) returns int language plpgsql stable set search_path = '' as $$
    begin
      raise exception 'It broke.' using errcode = 'XX000', detail = secret, hint = secret, table = 'tasks';
    end $$;
    grant execute on function public.broken(text) to authenticated;
    create function public.slow(seconds float) returns int language plpgsql volatile set search_path = ''
      as $$ begin perform pg_catalog.pg_sleep(seconds); return 1; end $$;
    alter function public.slow(float) stable;
    grant execute on function public.slow(float) to authenticated;`);
  authorization = (await authorizationOf(alice))!;
  const env = {
    ...{
      AUTH_DATABASE_URL: database.authUrl,
      JWT_SECRET: TEST_SECRET,
      METRICS_TOKEN,
      SLOW_OPERATION_MS: '400',
    },
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(FAULTS)}`,
  };
  [gateway, other] = await Promise.all([serve(env), serve(env)]);
});
atTheEnd(() => database.drop());

describe('a request', () => {
  test('has one line that says who and what, and how it ended', async () => {
    const query = `query Named { project(id: "${project}") { name } }`;
    const line = await post(query, undefined, { 'x-client-id': 'window 1' });
    expect(line).toMatchObject({
      ...{ level: 30, method: 'POST', path: '/graphql', status: 200, role: 'authenticated' },
      ...{ operation: 'query', clientId: 'window 1', ms: expect.any(Number) as number },
    });
    expect(line).not.toHaveProperty('code');
  });

  const REFUSED: [string, () => Promise<Line>, Record<string, unknown>][] = [
    [
      'a document that does not fit',
      () => post('{ nothing }'),
      { code: 'GRAPHQL_VALIDATION_FAILED', operation: 'query' },
    ],
    ['a document that is none', () => post(`{ ${SECRET}`), { code: 'GRAPHQL_PARSE_FAILED' }],
    [
      'a body that is none',
      () => send('/graphql', { method: 'POST', body: `{"query": "${SECRET}` }),
      { code: 'BAD_REQUEST', status: 400 },
    ],
    [
      'a token that is none',
      () => post('{ __typename }', {}, { authorization: `Bearer ${SECRET}.${SECRET}.x` }),
      { code: 'UNAUTHENTICATED', status: 401 },
    ],
    [
      'an address that is none',
      () => send(`/nothing?token=${SECRET}`),
      { code: 'NOT_FOUND', status: 404, path: '/nothing' },
    ],
    [
      'a fault of ours',
      () => post(`{ broken(secret: "${SECRET}") }`),
      { code: 'INTERNAL', operation: 'query' },
    ],
    [
      'a rule of the database',
      () =>
        post(`mutation ($id: UUID!) { duplicateShot(input: {shotId: $id}) { shot { id } } }`, {
          id: alice.id,
        }),
      { code: 'NOT_FOUND', operation: 'mutation' },
    ],
  ];
  test.each(REFUSED)('that is refused says why: %s', async (_what, ask, told) => {
    expect(await ask()).toMatchObject(told);
  });

  test('that is made every few seconds by what watches is not told', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics'])
      await (
        await fetch(gateway.url + path, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })
      ).text();
    const last = await send('/ops/subscriptions', {}, { authorization: `Bearer ${METRICS_TOKEN}` });
    expect(last).toMatchObject({ level: 30, status: 200 });
    expect(linesOf(gateway).filter(({ path }) => /healthz|readyz|metrics/.test(String(path)))).toEqual([]);
  });
});

test('an operation on a socket has a line, and the socket’s end has one', async () => {
  const client = await signIn(gateway.url, { authorization, clientId: 'window 2' });
  const query = `subscription ($p: UUID!) { projectChanges(projectId: $p) { kind } }`;
  client.send({ type: 'subscribe', id: '1', payload: { query, variables: { p: project, unused: SECRET } } });
  await client.gets({ type: 'next', id: '1' });
  client.send({ type: 'subscribe', id: '2', payload: { query: `{ broken(secret: "${SECRET}") }` } });
  await client.gets({ type: 'next', id: '2' });
  client.send({ type: 'complete', id: '1' });
  const known = { role: 'authenticated', clientId: 'window 2', socket: expect.any(Number) as number };
  expect(
    await lineOf(({ msg, operation }) => msg === 'socket operation' && operation === 'query'),
  ).toMatchObject({
    ...{ ...known, code: 'INTERNAL', level: 30 },
  });
  expect(await lineOf(({ field }) => field === 'projectChanges')).toMatchObject({
    ...{ ...known, msg: 'socket operation', operation: 'subscription', delivered: 1 },
  });
  client.socket.close(1000);
  expect(await lineOf(({ msg }) => msg === 'socket closed')).toMatchObject({
    code: 1000,
    role: 'authenticated',
  });
});

test('a slow operation is told by the hash of its document', async () => {
  const query = `query Slow($s: Float!) { slow(seconds: $s) } # ${SECRET}`;
  const { requestId } = await post(query, { s: 0.5 });
  const line = await lineOf((one) => one.msg === 'slow operation' && one.requestId === requestId);
  expect(line).toMatchObject({
    ...{ level: 40, operation: 'query', role: 'authenticated' },
    documentHash: createHash('sha256').update(query).digest('hex'),
  });
  expect(line.ms).toBeGreaterThanOrEqual(500);
});

test('a quick one is not, nor any when there is no threshold', () => {
  const lines: string[] = [];
  const log = pino(new Writable({ write: (text, _, done) => (lines.push(String(text)), done()) }));
  const document = parse('{ a }');
  const contextValue = { log, requestId: 'x', claims: { role: 'anon' } };
  const args = { document, contextValue, schema: undefined as never };
  warnWhenSlow(args, 999, 1_000);
  warnWhenSlow(args, 99_999, 0);
  expect(lines).toEqual([]);
  warnWhenSlow(args, 1_000, 1_000);
  expect(lines).toHaveLength(1);
});

test('nothing of what was asked stands in the log: no token, variable, text or value of a row', async () => {
  await send(
    `/graphql?query=${encodeURIComponent(`{ broken(secret: "${SECRET}") }`)}&variables=${encodeURIComponent(`{"a":"${SECRET}"}`)}`,
  );
  const input = `input: {projectId: "${project}", tasks: [{taskType: "image_generation", params: {prompt: "${SECRET}"}}]}`;
  expect(await post(`mutation { enqueueTasks(${input}) { tasks { id } } }`)).toMatchObject({
    ...{ status: 200, operation: 'mutation' },
  });
  await post(`mutation ($t: JSON) { enqueueTasks(${input}, other: $t) { tasks { id } } }`, {
    t: { params: SECRET },
  });
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${SECRET}` } }));
  await new Promise((resolve) => socket.once('close', resolve));
  const last = await send('/graphql', { method: 'POST', body: JSON.stringify({ query: '{ __typename }' }) });
  expect(last.code).toBeUndefined();

  const whole = gateway.stdout() + gateway.stderr();
  expect(linesOf(gateway).filter(({ code }) => code === 'INTERNAL').length).toBeGreaterThanOrEqual(2);
  expect(whole).not.toContain(SECRET);
  expect(whole).not.toContain(authorization.slice('Bearer '.length));
  expect(whole).not.toContain(authorization.split('.')[2]);
  expect(whole).not.toContain(encodeURIComponent('{ broken'));
});

test('a fault of ours is logged with what happened and where, and none of what the library hangs on it', async () => {
  const { requestId } = await post(`{ broken(secret: "${SECRET}") }`);
  const { err, errorId } = await lineOf((line) => line.level === 50 && line.requestId === requestId);
  expect(errorId).toMatch(/^[0-9a-f-]{36}$/);
  expect(err).toMatchObject({
    ...{ message: 'It broke.', code: 'XX000', severity: 'ERROR', table: 'tasks' },
    stack: expect.stringContaining('It broke.') as string,
  });
  expect(Object.keys(err as object).sort()).toEqual(
    ['code', 'message', 'routine', 'severity', 'stack', 'table', 'type'].sort(),
  );
});

test('an error of a connection carries the connection, which is not written', async () => {
  const pool = new Pool({ connectionString: database.authUrl, max: 1 });
  try {
    const died = new Promise<Error>((resolve) => pool.once('error', resolve));
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    await withClient(testServer().rootUrl, (root) =>
      root.query('select pg_terminate_backend($1)', [rows[0]?.pid]),
    );
    const error = await died;
    expect(error).toHaveProperty('client');
    const text = JSON.stringify(describeError(error));
    expect(text).toContain('57P01');
    expect(text).not.toMatch(/secretKey|processID|password|connectionParameters/);
  } finally {
    await pool.end();
  }
});

test('causes and collections of errors are told, to a depth; what is no error is not', () => {
  const lines: string[] = [];
  const log = createLogger(
    { logLevel: 'info' },
    'test',
    new Writable({ write: (text, _, done) => (lines.push(String(text)), done()) }),
  );
  const around = new AggregateError(
    [new Error('one'), Object.assign(new Error('two'), { detail: SECRET })],
    'both',
  );
  log.error({ err: new Error('outer', { cause: around }) }, 'told');
  log.error(Object.assign(new Error('bare'), { parameters: [SECRET] }));
  log.error({ err: { params: SECRET } }, 'no error');
  let deep = new Error('deepest');
  for (let depth = 0; depth < 50; depth++) deep = new Error('deep', { cause: deep });
  log.error({ err: deep }, 'deep');
  const [told, bare, none, cut] = lines.map((line) => JSON.parse(line) as { err: Record<string, unknown> });
  expect(told!.err).toMatchObject({
    ...{ message: 'outer', cause: { message: 'both', errors: [{ message: 'one' }, { message: 'two' }] } },
  });
  expect(bare!.err).toMatchObject({ message: 'bare' });
  expect(none!.err).toEqual({ message: 'object' });
  expect(JSON.stringify(cut)).not.toContain('deepest');
  expect(lines.join('')).not.toContain(SECRET);
});

describe('what nobody caught ends the process, by one line and code 1', () => {
  test.each([
    ['thrown', 'SIGUSR2' as const, () => gateway, 'uncaughtException'],
    ['rejected', 'SIGHUP' as const, () => other, 'unhandledRejection'],
  ])('%s', async (what, signal, which, origin) => {
    which().signal(signal);
    expect(await which().exit).toEqual({ code: 1, signal: null });
    expect(linesOf(which()).filter(({ level }) => level === 60)).toMatchObject([
      { ...{ msg: 'an unexpected fault ends the process', origin }, err: { message: `${what} by a test` } },
    ]);
    expect(which().stderr()).toBe('');
    expect(which().stdout()).not.toContain(SECRET);
  });
});
