import { alice, anonymous, authorizationOf, bob, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { ask as asking, openClient, signIn } from '../helpers/sockets';
import { eventually } from '../helpers/process';

let database: TestDatabase;
let gateway: TestGateway;
let project = '';

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  await builders(database).account(bob);
  project = await builders(database).project(alice);
  await database.asOwner(`
    create function public.pause(seconds float) returns text language sql stable set search_path = ''
    as $$ select pg_catalog.pg_sleep(seconds)::text $$;
    grant execute on function public.pause(float) to anon, authenticated, reigh_introspector;
  `);
});
afterEach(async () => {
  await gateway?.stop();
  await database.asOwner('truncate app_private.rate_limits');
});
afterAll(() => database?.drop());
const start = async (variables: Record<string, string>) =>
  (gateway = await startTestGateway(database, variables));

const ME = '{ me { id } }';
const send = async (actor: Actor | string, query: string, headers: Record<string, string> = {}) => {
  const authorization = typeof actor === 'string' ? actor : await authorizationOf(actor);
  return fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}), ...headers },
    body: JSON.stringify({ query }),
  });
};
const statusOf = async (...given: Parameters<typeof send>) => (await send(...given)).status;

describe('requests per caller', () => {
  test('one too many is a 429 that says when to come again, before its document is looked at', async () => {
    await start({ RATE_USER_MAX: '2', RATE_WINDOW_SECONDS: '1000' });
    expect([await statusOf(alice, ME), await statusOf(alice, '{ this is no document')]).toEqual([200, 200]);
    const refused = await send(alice, '{ this is no document');
    expect(refused.status).toBe(429);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(900);
    expect(wait).toBeLessThanOrEqual(1_000);
    const { errors } = (await refused.json()) as { errors: { extensions: Record<string, unknown> }[] };
    expect(errors).toEqual([
      {
        message: expect.stringContaining('2 operations in 1000 s') as string,
        extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) as number },
      },
    ]);
    expect(await statusOf(bob, ME)).toBe(200);
    expect(await statusOf(anonymous, ME)).toBe(200);
  });

  test('operations on sockets are the same ones, a subscription when it begins', async () => {
    await start({ RATE_USER_MAX: '3', RATE_WINDOW_SECONDS: '1000' });
    const client = await signIn(gateway.url, { authorization: (await authorizationOf(alice)) ?? '' });
    client.send(asking('1', `subscription { projectChanges(projectId: "${project}") { kind } }`));
    await client.gets({ type: 'next', id: '1' });
    client.send(asking('2', ME));
    await client.gets({ type: 'complete', id: '2' });
    expect(await statusOf(alice, ME)).toBe(200);
    client.send(asking('3', ME));
    expect(await client.gets({ type: 'error', id: '3' })).toMatchObject({
      payload: [
        { extensions: { code: 'RATE_LIMITED', retryable: true, retryAfterMs: expect.any(Number) as number } },
      ],
    });
    expect(await statusOf(alice, ME)).toBe(429);
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    client.socket.terminate();
  });

  test('guessing tokens counts against the address, over HTTP and on sockets', async () => {
    await start({ RATE_ANON_MAX: '3', RATE_WINDOW_SECONDS: '1000' });
    const guess = () => statusOf('Bearer a.b.c', ME);
    expect([await guess(), await guess()]).toEqual([401, 401]);
    const closing = async () => {
      const client = await openClient(gateway.url);
      client.send({ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } });
      const { code, reason } = await client.closed;
      return [code, reason.split(':')[0]];
    };
    expect(await closing()).toEqual([4403, 'TOKEN_MALFORMED']);
    expect([await guess(), await closing()]).toEqual([429, [1013, 'RATE_LIMITED']]);
    expect([await statusOf(anonymous, ME), await statusOf(alice, ME)]).toEqual([429, 200]);
  });

  test('who has no token is his address, which a proxy that is trusted says', async () => {
    await start({ RATE_ANON_MAX: '1', RATE_WINDOW_SECONDS: '1000', TRUSTED_PROXIES: '1' });
    const as = (forwarded: string) => statusOf(anonymous, ME, { 'x-forwarded-for': forwarded });
    expect([await as('1.2.3.4'), await as('1.2.3.4'), await as('9.9.9.9, 1.2.3.4')]).toEqual([200, 429, 429]);
    expect([await as('1.2.3.5'), await as('2001:db8::1'), await as('2001:db8::2')]).toEqual([200, 200, 429]);
    await gateway.stop();
    await start({ RATE_ANON_MAX: '2', RATE_WINDOW_SECONDS: '1000' });
    expect([await as('1.2.3.6'), await as('1.2.3.7'), await as('1.2.3.8')]).toEqual([200, 200, 429]);
  });

  test('0 is any number', async () => {
    await start({ RATE_ANON_MAX: '0' });
    expect(await Promise.all(Array.from({ length: 30 }, () => statusOf(anonymous, ME)))).toEqual(
      Array(30).fill(200),
    );
    expect(await database.asOwner('select from app_private.rate_limits')).toEqual([]);
  });
});

describe('operations of one caller at once', () => {
  const rename = (name: string) =>
    `mutation { updateProject(input: { id: "${project}", patch: { name: "${name}" } }) { project { name } } }`;

  /** Holds the row of the project until `during` has ended. */
  async function whileLocked(during: (someoneWaits: () => Promise<void>) => Promise<void>): Promise<void> {
    await database.as(alice, async (client) => {
      await client.query('select from projects where id = $1 for update', [project]);
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      await during(() =>
        eventually(async () => {
          const sql = 'select from pg_stat_activity where pg_blocking_pids(pid) @> array[$1::int]';
          expect(await database.asOwner(sql, [rows[0]?.pid])).not.toEqual([]);
        }),
      );
    });
  }

  test('those that wait behind his own lock leave connections to everybody else', async () => {
    await start({
      // Who gets none of four connections would be told so before those that wait for the lock are given up.
      ...{ DATABASE_POOL_SIZE: '4', DATABASE_CONNECT_TIMEOUT_MS: '10000', STATEMENT_TIMEOUT_MS: '60000' },
    });
    let renamed: Promise<number[]> | undefined;
    await whileLocked(async (someoneWaits) => {
      renamed = Promise.all(Array.from({ length: 12 }, (_, i) => statusOf(alice, rename(`n${i}`))));
      await someoneWaits();
      // All of them are there: three hold connections, nine wait for these.
      const answers = await Promise.all(Array.from({ length: 20 }, () => gateway.ask(bob, ME)));
      expect(answers.map(({ data }) => data)).toEqual(Array(20).fill({ me: { id: bob.id } }));
    });
    expect(await renamed).toEqual(Array(12).fill(200));
  });

  test('one that waits too long is refused, with nothing done, and told so on a socket too', async () => {
    await start({
      DATABASE_POOL_SIZE: '4',
      REQUESTS_PER_CALLER_MAX: '1',
      DATABASE_CONNECT_TIMEOUT_MS: '300',
    });
    let first: Promise<number> | undefined;
    await whileLocked(async (someoneWaits) => {
      first = statusOf(alice, rename('first'));
      await someoneWaits();
      const second = await send(alice, rename('second'));
      expect([second.status, second.headers.get('retry-after')]).toEqual([429, '1']);
      expect(await second.json()).toMatchObject({
        errors: [{ extensions: { code: 'RATE_LIMITED', retryable: true } }],
      });
      const client = await signIn(gateway.url, { authorization: (await authorizationOf(alice)) ?? '' });
      client.send(asking('1', rename('third')));
      expect(await client.gets({ id: '1' })).toMatchObject({
        payload: { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
      });
      client.socket.terminate();
      expect(await statusOf(bob, ME)).toBe(200);
    });
    expect(await first).toBe(200);
    expect(await gateway.ask(alice, `{ project(id: "${project}") { name } }`)).toMatchObject({
      data: { project: { name: 'first' } },
    });
  });

  test('a query that is given up while it waits takes no place', async () => {
    await start({
      DATABASE_POOL_SIZE: '4',
      REQUESTS_PER_CALLER_MAX: '1',
      DATABASE_CONNECT_TIMEOUT_MS: '30000',
    });
    let first: Promise<number> | undefined;
    await whileLocked(async (someoneWaits) => {
      first = statusOf(alice, rename('again'));
      await someoneWaits();
      const client = await signIn(gateway.url, { authorization: (await authorizationOf(alice)) ?? '' });
      client.send(asking('1', '{ pause(seconds: 3600) }'));
      client.send({ type: 'complete', id: '1' });
      client.send(asking('2', ME));
      client.send({ type: 'ping' });
      await client.gets({ type: 'pong' });
    });
    expect(await first).toBe(200);
    expect(await statusOf(alice, ME)).toBe(200);
  });
});

test('a statement may take as long as its caller’s role says', async () => {
  await start({ STATEMENT_TIMEOUT_ANON_MS: '100', STATEMENT_TIMEOUT_MS: '60000' });
  const pause = '{ pause(seconds: 0.3) }';
  expect(await gateway.ask(anonymous, pause)).toMatchObject({
    errors: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
  });
  expect((await gateway.ask(alice, pause)).errors).toBeUndefined();
});

test('an operation may take as long as two of its statements', async () => {
  await start({ STATEMENT_TIMEOUT_MS: '1000' });
  const pauses = Array.from({ length: 8 }, (_, n) => `p${n}: pause(seconds: 0.6)`).join(' ');
  const begun = performance.now();
  const { errors } = await gateway.ask(alice, `{ ${pauses} }`);
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining('2000 ms') as string,
    extensions: { code: 'LIMIT_EXCEEDED' },
  });
  // Eight of them would take 4.8 s.
  expect(performance.now() - begun).toBeLessThan(4_500);
});

test('an answer of the database that is too large is not read to its end, and nothing of it is done', async () => {
  await start({ RESULT_LIMIT_BYTES: '100000', DATABASE_POOL_SIZE: '2' });
  const text = 'a'.repeat(30_000);
  const generation = await builders(database).generation(alice, project);
  await database.asOwner(
    `update generations set params = jsonb_build_object('text', '${text}') where id = '${generation}'`,
  );
  const asking = (times: number) =>
    Array.from({ length: times }, (_, n) => `p${n}: generation(id: "${generation}") { params }`).join(' ');
  for (const query of [
    `{ ${asking(4)} }`,
    `{ generation(id: "${generation}") { ${Array.from({ length: 4 }, (_, n) => `p${n}: params`).join(' ')} } }`,
    `mutation { updateProject(input: { id: "${project}", patch: { name: "changed" } }) { query { ${asking(4)} } } }`,
  ]) {
    const { data, errors } = await gateway.ask(alice, query);
    expect([data, errors]).toMatchObject([
      null,
      [
        {
          message: expect.stringContaining('100000 bytes') as string,
          extensions: { code: 'LIMIT_EXCEEDED' },
        },
      ],
    ]);
  }
  // As often as there are connections, and more: each was given up, and is there again.
  expect((await gateway.ask(alice, `{ ${asking(2)} }`)).errors).toBeUndefined();
  expect(await database.asOwner(`select from projects where name = 'changed'`)).toEqual([]);
});

test('a page of somebody else opens no socket', async () => {
  await start({ CORS_ORIGINS: 'https://studio.example' });
  const open = (origin: string) => openClient(gateway.url, { origin });
  await expect(open('https://evil.example')).rejects.toThrow(/403/);
  for (const origin of ['https://studio.example', gateway.url]) (await open(origin)).socket.terminate();
});
