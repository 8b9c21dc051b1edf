import { SignJWT } from 'jose';
import { alice, authorizationOf } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  database = await createTestDatabase();
  gateway = await startTestGateway(database);
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const post = (headers: Record<string, string>, body: unknown = { query: '{ projects { totalCount } }' }) =>
  fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

interface ErrorAnswer {
  errors: { message: string; extensions: Record<string, unknown> }[];
  data?: unknown;
}
const firstError = async (response: Response) => {
  const answer = (await response.json()) as ErrorAnswer;
  return { ...answer.errors[0], data: answer.data };
};

test('a good token is let in', async () => {
  const response = await post({ authorization: (await authorizationOf(alice)) ?? '' });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ data: { projects: { totalCount: 0 } } });
});

test('a bad token is a 401 with the class of refusal, and nothing of the token is said', async () => {
  const token = await new SignJWT({ role: 'authenticated', sub: alice.id, aud: 'authenticated' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode('some other secret of sufficient length'));
  const response = await post({ authorization: `Bearer ${token}` });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe(
    'Bearer error="invalid_token", error_description="The token is not signed by a key that is trusted here."',
  );
  const error = await firstError(response);
  expect(error.extensions).toEqual({ code: 'UNAUTHENTICATED', reason: 'TOKEN_SIGNATURE' });
  expect(JSON.stringify(error)).not.toContain(token.slice(0, 20));
});

test('a bad token is never anonymous, not even for what everybody may read', async () => {
  const query = { query: '{ resources { totalCount } }' };
  expect((await post({}, query)).status).toBe(200);
  expect((await post({ authorization: 'Bearer nonsense' }, query)).status).toBe(401);
  expect((await post({ authorization: '' }, query)).status).toBe(401);
});

test('no token asks to sign in where one is needed', async () => {
  const error = await firstError(await post({}));
  expect(error).toMatchObject({ message: 'Sign in to do this.', extensions: { code: 'UNAUTHENTICATED' } });
  expect(error.data).toEqual({ projects: null });
});

test('an issuer that does not answer is a 503 worth another try', async () => {
  const other = await startTestGateway(database, { JWT_JWKS_URL: 'http://127.0.0.1:9/jwks.json' });
  try {
    const head = Buffer.from('{"alg":"RS256","kid":"1"}').toString('base64url');
    const response = await fetch(`${other.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${head}.e30.c2ln` },
      body: '{"query":"{ __typename }"}',
    });
    expect(response.status).toBe(503);
    expect((await firstError(response)).extensions).toEqual({ code: 'UNAVAILABLE', retryable: true });
  } finally {
    await other.stop();
  }
});

describe('requests a browser can be tricked into sending', () => {
  test.each(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x'])(
    '%s is refused',
    async (type) => {
      const response = await post(
        { 'content-type': type },
        'query=mutation{ensureUser(input:{}){clientMutationId}}',
      );
      expect(response.status).toBe(415);
    },
  );

  test('a mutation by GET is refused', async () => {
    const query = encodeURIComponent('mutation { ensureUser(input: {}) { clientMutationId } }');
    const response = await fetch(`${gateway.url}/graphql?query=${query}`, {
      headers: { authorization: (await authorizationOf(alice)) ?? '' },
    });
    expect(response.status).toBe(405);
    expect(await database.asOwner('select from users where id = $1', [alice.id])).toHaveLength(0);
  });

  test('another origin is told nothing unless it is listed', async () => {
    const response = await post({ origin: 'https://evil.example' });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    const open = await startTestGateway(database, { CORS_ORIGINS: 'https://studio.example' });
    try {
      const allow = async (origin: string) => {
        const preflight = await fetch(`${open.url}/graphql`, {
          method: 'OPTIONS',
          headers: { origin, 'access-control-request-method': 'POST' },
        });
        return preflight.headers.get('access-control-allow-origin');
      };
      expect(await allow('https://studio.example')).toBe('https://studio.example');
      expect(await allow('https://evil.example')).toBeNull();
    } finally {
      await open.stop();
    }
  });
});

test('each answer names its request, and a caller may name it', async () => {
  expect((await post({})).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect((await post({ 'x-request-id': 'my-request-0001' })).headers.get('x-request-id')).toBe(
    'my-request-0001',
  );
  expect((await post({ 'x-request-id': 'no' })).headers.get('x-request-id')).not.toBe('no');
});
