import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import express from 'express';
import { parseSettings } from '../../server/config';
import { studioPage } from '../../server/studio/page';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { emptyFolder } from '../helpers/process';
import { SAMPLE } from '../helpers/studioPage';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** As a page of the gateway does, which names itself with a POST; `origin: ''`: names none. fetch() lets no Host be written. */
function ask(
  gateway: { url: string },
  way: string,
  { method = 'GET', ...headers }: Record<string, string> = {},
): Promise<Answer> {
  const own = method === 'POST' ? `http://${headers.host ?? new URL(gateway.url).host}` : '';
  const { origin = own, ...others } = headers;
  const sent = origin ? { ...others, origin } : others;
  return new Promise((resolve, reject) => {
    const asked = request(`${gateway.url}${way}`, { method, headers: sent }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (body += part));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.on('error', reject).end();
  });
}

describe('signing in as a sample user', () => {
  const TOKEN = `/studio/people/${SAMPLE.alice.id}/token`;
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway(database, { SAMPLE_SIGN_IN: 'true', CORS_ORIGINS: '*' });
  });
  afterAll(() => gateway?.stop());

  test('the sample users are named, and the token of one is his and no other', async () => {
    const people = JSON.parse((await ask(gateway, '/studio/people')).body) as { people: { id: string }[] };
    expect(people.people.map(({ id }) => id)).toEqual(Object.values(SAMPLE).map(({ id }) => id));
    const given = await ask(gateway, TOKEN, { method: 'POST' });
    expect(given.headers['cache-control']).toBe('no-store');
    const { token, expiresInSeconds } = JSON.parse(given.body) as { token: string; expiresInSeconds: number };
    expect(expiresInSeconds).toBe(3_600);
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: 'mutation { ensureUser(input: {}) { user { id email } } }' }),
    });
    expect(await response.json()).toEqual({
      data: { ensureUser: { user: { id: SAMPLE.alice.id, email: SAMPLE.alice.email } } },
    });
  });

  test.each([
    ['a page elsewhere whose name leads here', { host: 'evil.example' }],
    ['a name that only begins like ours', { host: 'localhost.evil.example' }],
    ['a page of another origin, which may ask the API', { origin: 'https://friend.example' }],
    ['a page of a file', { origin: 'null' }],
    ['somebody behind a proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['somebody behind a proxy that says `Forwarded`', { forwarded: 'for=203.0.113.9' }],
    ['somebody behind a proxy that says `X-Real-IP`', { 'x-real-ip': '203.0.113.9' }],
    ['somebody behind a proxy that says whom he asked', { 'x-forwarded-host': 'studio.example' }],
    ['somebody behind a proxy that says how he asked', { 'x-forwarded-proto': 'https' }],
    ['somebody behind a proxy that says `Via`', { via: '1.1 proxy' }],
  ])('%s is given neither names nor tokens', async (_who, headers: Record<string, string>) => {
    for (const [way, method] of [
      ['/studio/people', 'GET'],
      [TOKEN, 'POST'],
    ] as const) {
      const { status, body } = await ask(gateway, way, { method, ...headers });
      expect({ status, code: codeOf(body) }).toEqual({ status: 403, code: 'FORBIDDEN' });
      expect(body).not.toContain(SAMPLE.alice.email);
    }
  });

  test('a token is for a page that names itself: what calls from behind a silent proxy is not given one', async () => {
    const { status, body } = await ask(gateway, TOKEN, { method: 'POST', origin: '' });
    expect({ status, code: codeOf(body) }).toEqual({ status: 403, code: 'FORBIDDEN' });
    expect((await ask(gateway, TOKEN, { method: 'POST', origin: gateway.url })).status).toBe(200);
  });

  test('nobody else can be signed in as, and a token is not given to a GET', async () => {
    for (const [way, method] of [
      ['/studio/people/00000000-0000-4000-8000-000000000000/token', 'POST'],
      ['/studio/people/service_role/token', 'POST'],
      [TOKEN, 'GET'],
    ] as const) {
      const { status, body } = await ask(gateway, way, { method });
      expect({ way, status, code: codeOf(body) }).toEqual({ way, status: 404, code: 'NOT_FOUND' });
    }
  });

  test.each([
    ['with a database of one’s own', {}],
    ['behind proxies', { SAMPLE_SIGN_IN: 'true', TRUSTED_PROXIES: '1' }],
    ['where others reach it', { SAMPLE_SIGN_IN: 'true', PUBLIC_URL: 'https://studio.example' }],
  ])('it is not there %s', async (_where, variables: Record<string, string>) => {
    const closed = await startTestGateway(database, variables);
    try {
      expect((await ask(closed, '/studio/people')).status).toBe(404);
      expect((await ask(closed, TOKEN, { method: 'POST' })).status).toBe(404);
    } finally {
      await closed.stop();
    }
  });

  test('by itself it is on for the embedded database alone, and never in production', () => {
    const isOn = (variables: Record<string, string>) =>
      parseSettings({ JWT_SECRET: randomBytes(32).toString('hex'), ...variables }).studio.sampleSignIn;
    expect(isOn({})).toBe(true);
    expect(isOn({ PUBLIC_URL: 'http://localhost:5678' })).toBe(true);
    expect(isOn({ PUBLIC_URL: 'http://[::1]:5678/deep' })).toBe(true);
    expect(isOn({ NODE_ENV: 'production' })).toBe(false);
    expect(isOn({ AUTH_DATABASE_URL: 'postgres://gateway@127.0.0.1/reigh' })).toBe(false);
    expect(isOn({ PUBLIC_URL: 'http://localhost.studio.example' })).toBe(false);
    for (const SAMPLE_SIGN_IN of ['true', '1']) {
      expect(() => isOn({ NODE_ENV: 'production', SAMPLE_SIGN_IN })).toThrow(
        'SAMPLE_SIGN_IN: not in production',
      );
    }
  });
});

describe('the page', () => {
  let server: Server;
  let gateway: { url: string };
  let folder: string;

  beforeAll(async () => {
    folder = await emptyFolder();
    const app = express();
    app.use(studioPage(() => 'https://media.example.com/deep', folder));
    app.use((_request, response) => void response.status(404).send('none'));
    server = createServer(app);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    gateway = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  test('that is not built says how to build it, and is not remembered', async () => {
    const { status, headers, body } = await ask(gateway, '/');
    expect({ status, cache: headers['cache-control'] }).toEqual({ status: 503, cache: 'no-store' });
    expect(body).toContain('npm run build');
  });

  test('is the same at each of its addresses, always asked for anew; what it loads is kept for good', async () => {
    await mkdir(path.join(folder, 'assets'));
    await writeFile(path.join(folder, 'index.html'), '<p>studio</p>');
    await writeFile(path.join(folder, 'assets', 'page-1a2b.js'), 'let it = 1;');
    for (const way of ['/', '/projects', '/projects/some-id/shots/another', '/projects/x?item=1']) {
      const { status, headers, body } = await ask(gateway, way);
      expect({ way, status, body, cache: headers['cache-control'] }).toEqual({
        ...{ way, status: 200, body: '<p>studio</p>', cache: 'no-cache' },
      });
    }
    const asset = await ask(gateway, '/assets/page-1a2b.js');
    expect(asset).toMatchObject({ status: 200, body: 'let it = 1;' });
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  });

  test('nothing beside it is served', async () => {
    for (const way of [
      '/assets/',
      '/assets/none.js',
      '/assets/..%2findex.html',
      '/assets/%2e%2e/index.html',
      '/project',
      '/index.html',
    ]) {
      expect({ way, status: (await ask(gateway, way)).status }).toEqual({ way, status: 404 });
    }
  });

  test('scripts come from here alone, and files from where the gateway says they are', async () => {
    const { headers } = await ask(gateway, '/');
    const rules = new Map(
      String(headers['content-security-policy'])
        .split('; ')
        .map((rule) => [rule.split(' ')[0], rule.split(' ').slice(1).join(' ')]),
    );
    expect(rules.get('default-src')).toBe("'none'");
    expect(rules.get('script-src')).toBe("'self'");
    expect(rules.get('img-src')).toBe("'self' data: blob: https: https://media.example.com");
    expect(rules.get('connect-src')).toBe("'self' https://media.example.com wss://media.example.com");
    expect(rules.get('frame-ancestors')).toBe("'none'");
  });
});

test('where STUDIO is false there is no page', async () => {
  const gateway = await startTestGateway(database, { STUDIO: 'false', SAMPLE_SIGN_IN: 'true' });
  try {
    for (const way of ['/', '/projects/x', '/studio/people']) {
      expect({ way, status: (await ask(gateway, way)).status }).toEqual({ way, status: 404 });
    }
  } finally {
    await gateway.stop();
  }
});

function codeOf(body: string): string | undefined {
  return (JSON.parse(body) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;
}
