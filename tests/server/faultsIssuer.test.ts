import { createServer, type AddressInfo } from 'node:net';
import { createIssuerKeys, KeysUnavailableError } from '../../server/auth/keys';
import { createTokenVerifier } from '../../server/auth/token';
import { alice } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { Issuer } from '../helpers/issuer';
import { READY, readinessOf } from '../helpers/load';
import { ask, atTheEnd, eventually, serve, type GatewayProcess } from '../helpers/process';
import { openClient } from '../helpers/sockets';

// The issuer of tokens cannot be reached, or answers nonsense.

const user = { role: 'authenticated', sub: alice.id };
const QUERY = '{ projects { nodes { id } } }';
const AWAY = {
  status: 503,
  errors: [
    {
      message: 'Tokens cannot be checked now: their issuer does not answer. Try again.',
      extensions: { code: 'UNAVAILABLE', retryable: true },
    },
  ],
};
const UNREADY = [503, { status: 'unready', failing: ['keys'] }];

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  atTheEnd(() => database.drop());
});

const start = async (jwksUrl: string): Promise<GatewayProcess> => {
  const gateway = await serve({ AUTH_DATABASE_URL: database.authUrl, JWT_JWKS_URL: jwksUrl, JWT_SECRET: '' });
  atTheEnd(async () => {
    gateway.signal('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
  });
  return gateway;
};

/** A port that nobody listens on. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a name that does not resolve: named by /readyz, told to whoever has a token, and nobody else is harmed', async () => {
  const stranger = await Issuer.start();
  const token = await Issuer.sign(await stranger.addKey('any'), user);
  await stranger.stop();
  const gateway = await start('http://issuer.invalid/jwks.json');
  expect(await readinessOf(gateway.url)).toEqual(UNREADY);
  expect(await ask(gateway.url, QUERY, token)).toEqual(AWAY);
  const socket = await openClient(gateway.url);
  socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
  expect(await socket.closed).toMatchObject({
    code: 1013,
    reason: expect.stringMatching(/issuer/) as string,
  });
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  expect((await ask(gateway.url, '{ __typename }')).data).toEqual({ __typename: 'Query' });
  expect(gateway.stdout()).not.toMatch(/"level":[56]0/);
});

test('an issuer that is away at the start and comes; then fails, hangs, and goes: keys that were read go on', async () => {
  const port = await deadPort();
  const gateway = await start(`http://127.0.0.1:${port}/jwks.json`);
  expect(await readinessOf(gateway.url)).toEqual(UNREADY);
  const issuer = await Issuer.start(port);
  const known = await Issuer.sign(await issuer.addKey('known'), user);
  await eventually(async () => expect(await ask(gateway.url, QUERY, known)).toMatchObject({ status: 200 }));
  await eventually(async () => expect(await readinessOf(gateway.url)).toEqual(READY));

  const unknown = await Issuer.sign(await issuer.addKey('unknown'), user);
  const goOn = async () => {
    expect((await ask(gateway.url, QUERY, known)).status).toBe(200);
    expect(await readinessOf(gateway.url)).toEqual(READY);
  };
  issuer.answer = (response) => response.writeHead(500).end('no');
  await goOn();
  // An unknown key is not asked for again within five seconds.
  await eventually(async () => expect(await ask(gateway.url, QUERY, unknown)).toEqual(AWAY));
  await goOn();
  issuer.answer = undefined;
  expect((await ask(gateway.url, QUERY, unknown)).status).toBe(200);
  await issuer.stop();
  await goOn();
  expect(gateway.stdout()).not.toMatch(/"level":[56]0/);
});

describe('the keys', () => {
  let issuer: Issuer;
  let token: string;
  beforeEach(async () => {
    issuer = await Issuer.start();
    token = await Issuer.sign(await issuer.addKey('key'), user);
  });
  afterEach(() => issuer.stop());
  const settings = () => ({
    secret: undefined,
    jwksUrl: issuer.url,
    audience: 'authenticated',
    issuer: undefined,
  });

  test.each<[string, Issuer['answer']]>([
    ['nothing', () => undefined],
    ['half of it', (response) => response.writeHead(200, { 'content-length': '100' }).write('{"keys":')],
    ['no connection', (response) => response.destroy()],
    ['an error', (response) => response.writeHead(500).end('{"keys":[]}')],
    ['another address', (response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['a page', (response) => response.end('<html>')],
    ['no list', (response) => response.end('{"keys":{}}')],
    ['null', (response) => response.end('null')],
    [
      'a key that is none',
      (response) => response.end('{"keys":[{"kty":"RSA","kid":"key","alg":"RS256","n":"!","e":"AQAB"}]}'),
    ],
    [
      'a key that is too short',
      (response) =>
        response.end(
          '{"keys":[{"kty":"RSA","kid":"key","alg":"RS256","n":"u1SU1LfVLPHCozMxH2Mo","e":"AQAB"}]}',
        ),
    ],
  ])(
    'an issuer that answers %s: not the fault of the token, and mended when it is',
    async (_what, answer) => {
      const keys = createIssuerKeys(issuer.url, { timeoutMs: 300, pauseMs: 0, cooldownMs: 0, lifeMs: 1 });
      const verify = createTokenVerifier(settings(), keys);
      issuer.answer = answer;
      await expect(verify(token)).rejects.toBeInstanceOf(KeysUnavailableError);
      issuer.answer = undefined;
      await expect(eventually(() => verify(token))).resolves.toMatchObject({ sub: alice.id });
    },
  );

  test('are asked for anew beside the requests, used while the issuer is away, and not for ever', async () => {
    const keys = createIssuerKeys(issuer.url, { refreshMs: 1, lifeMs: 60_000, pauseMs: 0 });
    const verify = createTokenVerifier(settings(), keys);
    expect(await keys.state()).toBe('usable');
    const { reads } = issuer;
    await eventually(async () => {
      await verify(token);
      expect(issuer.reads).toBeGreaterThan(reads);
    });
    issuer.answer = (response) => response.destroy();
    await eventually(async () => expect(await keys.state()).toBe('old'));
    await expect(verify(token)).resolves.toMatchObject({ sub: alice.id });
    issuer.answer = undefined;
    await eventually(async () => expect(await keys.state()).toBe('usable'));

    const shortLived = createIssuerKeys(issuer.url, { lifeMs: 200, refreshMs: 1, pauseMs: 0 });
    expect(await shortLived.state()).toBe('usable');
    issuer.answer = (response) => response.destroy();
    await eventually(async () => expect(await shortLived.state()).toBe('expired'));
    await expect(createTokenVerifier(settings(), shortLived)(token)).rejects.toBeInstanceOf(
      KeysUnavailableError,
    );
  });

  test('nobody waits for an issuer that has just not answered', async () => {
    const keys = createIssuerKeys(issuer.url, { pauseMs: 60_000 });
    const verify = createTokenVerifier(settings(), keys);
    issuer.answer = (response) => response.destroy();
    for (let turn = 0; turn < 20; turn++) {
      await expect(verify(token)).rejects.toBeInstanceOf(KeysUnavailableError);
    }
    expect(issuer.reads).toBe(1);
    expect(await keys.state()).toBe('missing');
  });
});
