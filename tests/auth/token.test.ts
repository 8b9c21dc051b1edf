import { createHmac } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { claimsOf } from '../../server/auth/bearer';
import { createIssuerKeys, KeysUnavailableError } from '../../server/auth/keys';
import { createTokenVerifier, signToken, TokenError, type TokenFault } from '../../server/auth/token';
import { alice, TEST_SECRET } from '../helpers/actors';
import { Issuer } from '../helpers/issuer';

const now = () => Math.floor(Date.now() / 1000);
const user = { role: 'authenticated', sub: alice.id, aud: 'authenticated' };
const byHs256 = (claims: Record<string, unknown>, secret = TEST_SECRET, exp: number | null = now() + 300) => {
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' });
  if (exp !== null) token.setExpirationTime(exp);
  return token.sign(new TextEncoder().encode(secret));
};
const settings = { secret: TEST_SECRET, jwksUrl: undefined, audience: 'authenticated', issuer: undefined };

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it was accepted'),
    (thrown: Error) => thrown,
  );
  return error instanceof TokenError ? error.reason : String(error);
}

describe('a token signed with the secret', () => {
  const verify = createTokenVerifier(settings);

  test('is turned into its claims', async () => {
    const token = await byHs256({ ...user, email: alice.email, app_metadata: { plan: 'pro' } });
    await expect(verify(token)).resolves.toMatchObject({
      role: 'authenticated',
      sub: alice.id,
      app_metadata: { plan: 'pro' },
    });
  });

  test('is accepted for 30 s after it expired, and not longer', async () => {
    await expect(verify(await byHs256(user, TEST_SECRET, now() - 20))).resolves.toMatchObject({
      sub: alice.id,
    });
    expect(await refusal(verify(await byHs256(user, TEST_SECRET, now() - 40)))).toBe('TOKEN_EXPIRED');
  });

  const tampered = async () => {
    const [header, , signature] = (await byHs256(user)).split('.');
    const payload = Buffer.from(JSON.stringify({ ...user, sub: 'b0b00000-0000-4000-8000-0000000000bb' }));
    return `${header}.${payload.toString('base64url')}.${signature}`;
  };
  const refused: [string, TokenFault, () => Promise<string>][] = [
    ['by another secret', 'TOKEN_SIGNATURE', () => byHs256(user, `${TEST_SECRET}!`)],
    ['and then changed', 'TOKEN_SIGNATURE', tampered],
    [
      'that says alg none',
      'TOKEN_ALGORITHM',
      async () => new UnsecuredJWT(user).setExpirationTime('5m').encode(),
    ],
    ['for another audience', 'TOKEN_AUDIENCE', () => byHs256({ ...user, aud: 'somebody-else' })],
    ['for no audience', 'TOKEN_AUDIENCE', () => byHs256({ role: 'authenticated', sub: alice.id })],
    ['that is not valid yet', 'TOKEN_NOT_YET_VALID', () => byHs256({ ...user, nbf: now() + 120 })],
    ['without an expiry', 'TOKEN_CLAIMS', () => byHs256(user, TEST_SECRET, null)],
    ['without a role', 'TOKEN_CLAIMS', () => byHs256({ sub: alice.id, aud: 'authenticated' })],
    ['with a role of the server', 'TOKEN_CLAIMS', () => byHs256({ ...user, role: 'reigh_owner' })],
    ['with the introspector’s role', 'TOKEN_CLAIMS', () => byHs256({ ...user, role: 'reigh_introspector' })],
    [
      'for a user without a sub',
      'TOKEN_CLAIMS',
      () => byHs256({ role: 'authenticated', aud: 'authenticated' }),
    ],
    ['with a sub that is no uuid', 'TOKEN_CLAIMS', () => byHs256({ ...user, sub: "x' or true --" })],
    ['for a worker without an id', 'TOKEN_CLAIMS', () => byHs256({ role: 'worker', aud: 'authenticated' })],
    ['that is no JWT', 'TOKEN_MALFORMED', async () => 'garbage'],
    ['with three parts of garbage', 'TOKEN_MALFORMED', async () => 'a.b.c'],
    [
      'that is signed by HS512',
      'TOKEN_ALGORITHM',
      async () => {
        const token = new SignJWT(user).setProtectedHeader({ alg: 'HS512' }).setExpirationTime('5m');
        return token.sign(new TextEncoder().encode(TEST_SECRET.repeat(2)));
      },
    ],
  ];
  test.each(refused)('is refused %s: %s', async (_how, reason, make) => {
    expect(await refusal(verify(await make()))).toBe(reason);
  });

  test('is refused when only the issuer’s keys are trusted', async () => {
    const onlyKeys = createTokenVerifier({
      ...settings,
      secret: undefined,
      jwksUrl: 'http://127.0.0.1:1/jwks.json',
    });
    expect(await refusal(onlyKeys(await byHs256(user)))).toBe('TOKEN_ALGORITHM');
  });

  test('names its issuer where one is required', async () => {
    const strict = createTokenVerifier({ ...settings, issuer: 'https://issuer.example' });
    expect(await refusal(strict(await byHs256(user)))).toBe('TOKEN_ISSUER');
    await expect(strict(await byHs256({ ...user, iss: 'https://issuer.example' }))).resolves.toMatchObject(
      user,
    );
  });

  test('made by signToken is accepted', async () => {
    const token = await signToken({ role: 'worker', worker_id: 'gpu-1', expires: '1h' }, { ...settings });
    await expect(verify(token)).resolves.toMatchObject({ role: 'worker', worker_id: 'gpu-1' });
  });
});

describe('a token signed by the issuer’s key', () => {
  let issuer: Issuer;
  beforeAll(async () => {
    issuer = await Issuer.start();
  });
  afterAll(() => issuer.stop());

  test('is accepted for RS256 and ES256', async () => {
    const verify = createTokenVerifier({ ...settings, jwksUrl: issuer.url });
    const keys = [await issuer.addKey('rsa', 'RS256'), await issuer.addKey('ec', 'ES256')];
    for (const key of keys) {
      await expect(verify(await Issuer.sign(key, user))).resolves.toMatchObject({ sub: alice.id });
    }
  });

  test('is refused when it is signed with the public key as if that were the secret', async () => {
    const key = await issuer.addKey('confused');
    const pem = await Issuer.publicPem(key);
    const head = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'confused' })).toString('base64url');
    const body = Buffer.from(JSON.stringify({ ...user, exp: now() + 300 })).toString('base64url');
    const signature = createHmac('sha256', pem).update(`${head}.${body}`).digest('base64url');
    const token = `${head}.${body}.${signature}`;
    const both = createTokenVerifier({ ...settings, jwksUrl: issuer.url });
    expect(await refusal(both(token))).toBe('TOKEN_SIGNATURE');
    const onlyKeys = createTokenVerifier({ ...settings, secret: undefined, jwksUrl: issuer.url });
    expect(await refusal(onlyKeys(token))).toBe('TOKEN_ALGORITHM');
  });

  test('is refused when the issuer does not have the key', async () => {
    const verify = createTokenVerifier({ ...settings, jwksUrl: issuer.url });
    const stranger = await Issuer.start();
    const key = await stranger.addKey('unknown');
    await stranger.stop();
    expect(await refusal(verify(await Issuer.sign(key, user)))).toBe('TOKEN_SIGNATURE');
  });

  test('is refused when its algorithm is not the one of its key', async () => {
    const verify = createTokenVerifier({ ...settings, jwksUrl: issuer.url });
    const key = await issuer.addKey('pinned', 'ES256');
    const other = await issuer.addKey('other', 'RS256');
    const token = await Issuer.sign({ ...other, kid: key.kid }, user);
    expect(await refusal(verify(token))).toBe('TOKEN_SIGNATURE');
  });

  test('follows the keys as they rotate, without asking the issuer each time', async () => {
    const rotating = await Issuer.start();
    try {
      const verify = createTokenVerifier(
        { ...settings, jwksUrl: rotating.url },
        createIssuerKeys(rotating.url, { cooldownMs: 0 }),
      );
      const first = await rotating.addKey('2026-01');
      for (let i = 0; i < 5; i++) await verify(await Issuer.sign(first, user));
      expect(rotating.reads).toBe(1);
      const second = await rotating.addKey('2026-02');
      await expect(verify(await Issuer.sign(second, user))).resolves.toMatchObject({ sub: alice.id });
      expect(rotating.reads).toBe(2);
      rotating.removeKey('2026-01');
      const third = await rotating.addKey('2026-03');
      await verify(await Issuer.sign(third, user));
      expect(await refusal(verify(await Issuer.sign(first, user)))).toBe('TOKEN_SIGNATURE');
    } finally {
      await rotating.stop();
    }
  });

  test('cannot be checked while the issuer is away, and that is no fault of the token', async () => {
    const gone = await Issuer.start();
    const key = await gone.addKey('gone');
    const verify = createTokenVerifier({ ...settings, jwksUrl: gone.url });
    await gone.stop();
    await expect(verify(await Issuer.sign(key, user))).rejects.toBeInstanceOf(KeysUnavailableError);
  });
});

describe('the Authorization header', () => {
  const verify = createTokenVerifier(settings);

  test('is not needed: then the caller is anonymous', async () => {
    await expect(claimsOf(undefined, verify)).resolves.toEqual({ role: 'anon' });
  });

  test.each(['', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a b', 'Token abc'])(
    'is refused and never taken for none when it is %p',
    async (header) => {
      expect(await refusal(claimsOf(header, verify))).toBe('TOKEN_MALFORMED');
    },
  );
});
