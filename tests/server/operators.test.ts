import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../server/app';
import { KeysUnavailableError } from '../../server/auth/keys';
import type { VerifyToken } from '../../server/auth/token';
import { parseSettings } from '../../server/config';
import { openGate } from '../../server/graphql/gate';
import { createLogger } from '../../server/log';
import { createMetrics } from '../../server/ops/metrics/metrics';
import { alice, authorizationOf, gpu1, service, TEST_SECRET } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

const TOKEN = 'a token of whoever watches';
const ROUTES = ['/metrics', '/ops/subscriptions'];

let database: TestDatabase;
const gateways: Record<string, TestGateway> = {};
beforeAll(async () => {
  database = await createTestDatabase();
  gateways.development = await startTestGateway(database, { NODE_ENV: 'development' });
  gateways.hidden = await startTestGateway(database, { NODE_ENV: 'production' });
  gateways.guarded = await startTestGateway(database, { NODE_ENV: 'production', METRICS_TOKEN: TOKEN });
});
afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway.stop();
  await database?.drop();
});

const ask = async (url: string, route: string, authorization?: string) => {
  const response = await fetch(url + route, { headers: authorization ? { authorization } : {} });
  const text = await response.text();
  const code = response.ok
    ? undefined
    : (JSON.parse(text) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;
  return { ok: response.ok, status: response.status, code, text, headers: response.headers };
};

const WHO: Record<string, () => Promise<string | undefined>> = {
  nobody: async () => undefined,
  'who has METRICS_TOKEN': async () => `Bearer ${TOKEN}`,
  'who has it, in small letters': async () => `bearer ${TOKEN}`,
  'who has a token that begins like it': async () => `Bearer ${TOKEN.slice(0, -1)}`,
  'who has half a header': async () => 'Bearer',
  'a service': () => authorizationOf(service),
  'a service of another issuer': () => authorizationOf(service, 'x'.repeat(40)),
  'a user': () => authorizationOf(alice),
  'a worker': () => authorizationOf(gpu1),
};
type Answers = [development: string, hidden: string, guarded: string];
const [YES, NONE, UNKNOWN, REFUSED] = ['200', '404 NOT_FOUND', '401 UNAUTHENTICATED', '403 FORBIDDEN'];
const ANSWERS: Record<string, Answers> = {
  nobody: [YES, NONE, UNKNOWN],
  'who has METRICS_TOKEN': [UNKNOWN, NONE, YES],
  'who has it, in small letters': [UNKNOWN, NONE, YES],
  'who has a token that begins like it': [UNKNOWN, NONE, UNKNOWN],
  'who has half a header': [UNKNOWN, NONE, UNKNOWN],
  'a service': [YES, YES, YES],
  'a service of another issuer': [UNKNOWN, NONE, UNKNOWN],
  'a user': [YES, NONE, REFUSED],
  'a worker': [YES, NONE, REFUSED],
};

describe.each(ROUTES)('%s', (route) => {
  describe.each(Object.keys(WHO))('for %s', (who) => {
    test.each(['development', 'hidden', 'guarded'])('where it is %s', async (where) => {
      const answer = await ask(gateways[where]!.url, route, await WHO[who]!());
      const told = [answer.status, answer.code].filter(Boolean).join(' ');
      expect(told).toBe(ANSWERS[who]![['development', 'hidden', 'guarded'].indexOf(where)]);
      if (answer.status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      if (answer.ok) expect(answer.headers.get('cache-control')).toBe('no-store');
    });
  });

  test('where it is hidden is answered as what does not exist', async () => {
    const { url } = gateways.hidden!;
    expect((await ask(url, route)).text).toBe((await ask(url, '/nothing')).text);
  });

  test('takes no other method', async () => {
    const response = await fetch(gateways.development!.url + route, { method: 'POST' });
    expect(response.status).toBe(404);
  });
});

/** The routes alone, at a moment of a gateway's life that does not last. */
async function serveApp(
  life: { isReady: boolean; isDraining: boolean },
  verifyToken: VerifyToken,
  METRICS_TOKEN = TOKEN,
) {
  const settings = parseSettings({ NODE_ENV: 'production', METRICS_TOKEN, JWT_SECRET: TEST_SECRET });
  const log = createLogger({ logLevel: 'silent' });
  const unasked = () => {
    throw new Error('asked too early');
  };
  const server: Server = createServer(
    createApp({
      ...{ settings, log, metrics: createMetrics(log), verifyToken, isReady: () => life.isReady },
      health: {
        readiness: async () => ({ failing: [], degraded: [] }),
        isDraining: () => life.isDraining,
      },
      graphql: { schema: unasked, constraints: () => new Map(), execute: unasked, gate: openGate(settings) },
      sockets: { sockets: () => [], count: () => 0 },
      ...{
        rates: { count: unasked, countGuess: unasked, countRead: unasked },
        storage: unasked,
        addressOf: () => '127.0.0.1',
      },
      studio: { publicUrl: () => 'http://127.0.0.1', secret: () => undefined },
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test.each([
  ['starts', { isReady: false, isDraining: false }],
  ['stops', { isReady: true, isDraining: true }],
])('a gateway that %s can be watched', async (_when, life) => {
  const { server, url } = await serveApp(life, () => Promise.reject(new Error('asked before it was ready')));
  try {
    for (const route of ROUTES)
      expect(await ask(url, route, `Bearer ${TOKEN}`)).toMatchObject({ status: 200 });
    expect((await ask(url, '/metrics', `Bearer ${TOKEN}`)).text).toContain('\nreigh_database_up 0\n');
    expect((await ask(url, '/metrics')).code).toBe('UNAUTHENTICATED');
    // A token cannot be checked yet: that is no fault of its owner.
    if (!life.isReady)
      expect(await ask(url, '/metrics', await authorizationOf(service))).toMatchObject({
        ...{ status: 503, code: 'UNAVAILABLE' },
      });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('when the issuer of tokens does not answer, METRICS_TOKEN still opens', async () => {
  const away = () => Promise.reject(new KeysUnavailableError(new Error('no answer')));
  const { server, url } = await serveApp({ isReady: true, isDraining: false }, away);
  try {
    expect(await ask(url, '/metrics', `Bearer ${TOKEN}`)).toMatchObject({ status: 200 });
    expect(await ask(url, '/metrics', await authorizationOf(service))).toMatchObject({
      ...{ status: 503, code: 'UNAVAILABLE' },
    });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('when the issuer of tokens does not answer, what is hidden is still answered as what does not exist', async () => {
  const away = () => Promise.reject(new KeysUnavailableError(new Error('no answer')));
  const { server, url } = await serveApp({ isReady: true, isDraining: false }, away, '');
  try {
    const nothing = await ask(url, '/nothing', await authorizationOf(service));
    expect(nothing.status).toBe(404);
    for (const route of ROUTES) {
      const { status, text } = await ask(url, route, await authorizationOf(service));
      expect({ status, text }).toEqual({ status: 404, text: nothing.text });
    }
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
