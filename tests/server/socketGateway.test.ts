import { createClient } from 'graphql-ws';
import { getIntrospectionQuery } from 'graphql';
import { WebSocket } from 'ws';
import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';
import { withScope } from '../../server/auth/scope';
import { alice, authorizationOf, claimsFor, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { atTheEnd, eventually, serve } from '../helpers/process';
import { ask, openClient, signIn } from '../helpers/sockets';

let database: TestDatabase;
let gateway: TestGateway;
let project = '';
beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  project = await builders(database).project(alice);
  await database.asOwner(`
    create function public.slow(seconds float) returns int language plpgsql volatile set search_path = ''
    as $$ begin perform pg_catalog.pg_sleep(seconds); return 1; end $$;
    create function public.window_of_caller() returns text language sql stable set search_path = ''
    as $$ select current_setting('request.client_id', true) $$;
    grant execute on function public.slow(float), public.window_of_caller() to anon, authenticated;
  `);
  gateway = await startTestGateway(database);
});
atTheEnd(async () => {
  await gateway?.stop();
  await database?.drop();
});

const untilSleeping = (count: number) =>
  eventually(async () => {
    const rows = await withClient(withDatabase(testServer().rootUrl, databaseOf(database.ownerUrl)), (root) =>
      root.query(
        `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`,
      ),
    );
    expect(rows.rowCount).toBe(count);
  });

test('the client of graphql-ws reads, writes and introspects as the caller', async () => {
  const client = createClient({
    ...{ url: `${gateway.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 },
    connectionParams: async () => ({ authorization: await authorizationOf(alice) }),
  });
  const once = async (query: string, variables?: Record<string, unknown>) => {
    for await (const result of client.iterate({ query, variables })) return result;
    throw new Error('no result');
  };
  const introspected = await once(getIntrospectionQuery());
  expect(introspected).toMatchObject({ data: { __schema: { queryType: { name: 'Query' } } } });
  const renamed = await once(
    'mutation ($id: UUID!) { updateProject(input: { id: $id, patch: { name: "By a socket" } }) { project { name } } }',
    { id: project },
  );
  expect(renamed).toEqual({ data: { updateProject: { project: { name: 'By a socket' } } } });
  expect(await once('{ projects { nodes { id name } } }')).toEqual({
    data: { projects: { nodes: [{ id: project, name: 'By a socket' }] } },
  });
  await client.dispose();
});

describe('errors are those of HTTP', () => {
  const documents: [string, Record<string, unknown>?][] = [
    ['{'],
    ['{ nothing }'],
    ['{ a nothing here }'],
    ['fragment F on Query { __typename }'],
    [`{ ${'nodes { '.repeat(40)} id ${'}'.repeat(41)}`],
    ['{ projects(first: 100000) { nodes { id } } }'],
    ['query ($id: UUID!) { project(id: $id) { id } }', { id: 'x' }],
    ['query ($id: UUID!) { project(id: $id) { id } }'],
    [
      'mutation { reorderShots(input: { projectId: "00000000-0000-4000-8000-000000000000", shotIds: [] }) { clientMutationId } }',
    ],
    [`{ ${Array.from({ length: 60 }, (_, index) => `x${index}`).join(' ')} }`],
    ['('.repeat(9_000)],
  ];
  test.each(documents.map(([query, variables], index) => ({ index, query, variables })))(
    '$index',
    async ({ query, variables }) => {
      const overHttp = await gateway.ask(alice, query, variables);
      const client = await signIn(gateway.url, { authorization: await authorizationOf(alice) });
      client.send(ask('1', query, variables));
      const answer = await Promise.race([client.gets({ type: 'error' }), client.gets({ type: 'next' })]);
      const errors =
        answer.type === 'error' ? answer.payload : (answer.payload as { errors: unknown }).errors;
      expect(errors).toEqual(overHttp.errors);
      expect(overHttp.errors?.length).toBeGreaterThan(0);
      client.socket.terminate();
    },
  );
});

describe('a client id', () => {
  const overHttp = async (clientId?: string) => {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(clientId === undefined ? {} : { 'x-client-id': clientId }),
      },
      body: JSON.stringify({ query: '{ windowOfCaller }' }),
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };

  test('of a header is known in the transaction, and to no other', async () => {
    const one = await startTestGateway(database, { DATABASE_POOL_SIZE: '1' });
    try {
      expect(await overHttp('window 1')).toEqual({
        status: 200,
        body: { data: { windowOfCaller: 'window 1' } },
      });
      const client = await signIn(one.url, { clientId: "it's 2" });
      client.send(ask('1', '{ windowOfCaller }'));
      expect(await client.gets({ type: 'next' })).toMatchObject({
        payload: { data: { windowOfCaller: "it's 2" } },
      });
      const none = await signIn(one.url);
      none.send(ask('1', '{ windowOfCaller }'));
      expect(await none.gets({ type: 'next' })).toMatchObject({ payload: { data: { windowOfCaller: '' } } });
      expect(await overHttp()).toEqual({ status: 200, body: { data: { windowOfCaller: '' } } });
    } finally {
      await one.stop();
    }
  });

  test.each(['x'.repeat(201), 'caf\u00e9', 'a\tb'])('that is none is refused: %j', async (clientId) => {
    expect(await overHttp(clientId)).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            message: expect.stringMatching(/200 printable/) as string,
            extensions: { code: 'INVALID_INPUT' },
          },
        ],
      },
    });
  });

  test('is part of the scope', async () => {
    const scope = { claims: claimsFor(alice), requestId: 'r', readOnly: true, statementTimeoutMs: 1_000 };
    const read = (clientId?: string) =>
      withScope(database.pool, { ...scope, clientId }, async (client) => {
        const { rows } = await client.query<{ id: string }>(
          `select current_setting('request.client_id', true) as id`,
        );
        return rows[0]?.id;
      });
    expect([await read('window 3'), await read()]).toEqual(['window 3', '']);
  });
});

describe('SIGTERM', () => {
  const serveExternal = (env: Record<string, string> = {}) =>
    serve({ AUTH_DATABASE_URL: database.authUrl, JWT_SECRET: TEST_SECRET, LOG_LEVEL: 'info', ...env });

  test('closes 100 sockets by 1012, those that do not answer too, and ends with 0 within 10 s', async () => {
    const process = await serveExternal();
    const clients = await Promise.all(Array.from({ length: 90 }, () => signIn(process.url)));
    const uninitialised = await Promise.all(Array.from({ length: 5 }, () => openClient(process.url)));
    const deaf = await Promise.all(Array.from({ length: 5 }, () => signIn(process.url)));
    deaf.forEach(({ socket }) => socket.pause());
    const begun = performance.now();
    process.signal('SIGTERM');
    const closings = await Promise.all([...clients, ...uninitialised].map(({ closed }) => closed));
    expect(new Set(closings.map(({ code }) => code))).toEqual(new Set([1012]));
    expect(await process.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(10_000);
    deaf.forEach(({ socket }) => socket.terminate());
  });

  test('lets a change be answered first, refuses others, and takes no new socket', async () => {
    const process = await serveExternal();
    const busy = await signIn(process.url);
    busy.send(ask('1', 'mutation { slow(input: { seconds: 2 }) { integer } }'));
    const idle = await signIn(process.url);
    await untilSleeping(1);
    process.signal('SIGTERM');
    expect((await idle.closed).code).toBe(1012);
    busy.send(ask('2', '{ __typename }'));
    expect(await busy.gets({ type: 'error', id: '2' })).toMatchObject({
      payload: [{ extensions: { code: 'UNAVAILABLE', retryable: true } }],
    });
    await expect(openClient(process.url)).rejects.toThrow();
    expect((await busy.closed).code).toBe(1012);
    expect(busy.frames.filter(({ id }) => id === '1')).toEqual([
      { id: '1', type: 'next', payload: { data: { slow: { integer: 1 } } } },
      { id: '1', type: 'complete' },
    ]);
    expect(await process.exit).toEqual({ code: 0, signal: null });
  });

  test('waits no longer for one than it may', async () => {
    const process = await serveExternal({ SHUTDOWN_TIMEOUT_MS: '1500' });
    const busy = await signIn(process.url);
    busy.send(ask('1', 'mutation { slow(input: { seconds: 12 }) { integer } }'));
    await untilSleeping(1);
    const begun = performance.now();
    process.signal('SIGTERM');
    expect((await busy.closed).code).toBe(1012);
    expect(await process.exit).toEqual({ code: 0, signal: null });
    expect(performance.now() - begun).toBeLessThan(5_000);
    await database.asOwner(
      `select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep'`,
    );
  });
});
