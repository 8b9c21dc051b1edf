import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { createTokenVerifier, signToken, TokenError } from '../../server/auth/token';
import { StorageError } from '../../server/storage/errors';
import { createSigner, type Signed } from '../../server/storage/signing';

const SECRET = 'a secret of the tests, long enough to be one';
const START = Date.UTC(2026, 0, 1);
let now = START;
const signer = createSigner(SECRET, () => now);
const cat: Signed = { bucket: 'public', name: 'alice/cat (1).png', act: 'read' };
beforeEach(() => (now = START));

const refusalOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => 'it was accepted',
    (thrown: unknown) => thrown,
  );
  return error instanceof StorageError ? `${error.code}: ${error.message}` : String(error);
};
const FORGED = 'InvalidJWT: signature verification failed';
const ELSEWHERE = 'InvalidSignature: Invalid signature';

describe('a signed URL', () => {
  test('gives back what was signed, until it expires', async () => {
    const signed: Signed = {
      ...cat,
      act: 'upload',
      upsert: true,
      claims: { role: 'authenticated', sub: 'a11ce000-0000-4000-8000-0000000000aa' },
    };
    const token = await signer.sign(signed, 60);
    const exp = START / 1000 + 60;
    await expect(signer.verify(token, signed)).resolves.toEqual({ ...signed, exp });
    now = START + 59_999;
    await expect(signer.verify(token, signed)).resolves.toMatchObject({ exp });
    now = START + 60_000;
    expect(await refusalOf(signer.verify(token, signed))).toBe(
      'InvalidJWT: "exp" claim timestamp check failed',
    );
  });

  test('is for its object and act alone', async () => {
    const token = await signer.sign(cat, 60);
    for (const asked of [
      { ...cat, bucket: 'training-data' },
      { ...cat, name: 'alice/cat (1).pn' },
      { ...cat, name: 'Alice/cat (1).png' },
      { ...cat, bucket: 'public/alice', name: 'cat (1).png' },
      { ...cat, act: 'upload' as const },
      { ...cat, act: 'render' as const },
    ])
      expect(await refusalOf(signer.verify(token, asked))).toBe(ELSEWHERE);
  });

  test('that was forged says so, expired or not: nobody learns of its claims', async () => {
    const other = createSigner(`${SECRET}!`, () => START);
    const token = await other.sign(cat, 1);
    now = START + 5_000;
    expect(await refusalOf(signer.verify(token, cat))).toBe(FORGED);
  });

  test.each([
    0,
    -1,
    1.5,
    NaN,
    Infinity,
    3_153_600_001,
    '60' as unknown as number,
    undefined as unknown as number,
  ])('cannot live for %s seconds', async (seconds) => {
    expect(await refusalOf(signer.sign(cat, seconds))).toMatch(
      /^InvalidRequest: expiresIn must be a whole number/,
    );
  });

  test('lives a second at least and a hundred years at most', async () => {
    for (const seconds of [1, 3_153_600_000])
      await expect(signer.verify(await signer.sign(cat, seconds), cat)).resolves.toMatchObject(cat);
  });

  test('needs a secret', () => {
    expect(() => createSigner('')).toThrow('needs a secret');
  });
});

describe('a signed URL and an access token', () => {
  const settings = { secret: SECRET, jwksUrl: undefined, audience: 'authenticated', issuer: undefined };
  const claims = { role: 'authenticated' as const, sub: 'a11ce000-0000-4000-8000-0000000000aa' };

  test('are not taken for each other though they have one secret', async () => {
    const live = createSigner(SECRET);
    const url = await live.sign({ ...cat, claims }, 60);
    await expect(createTokenVerifier(settings)(url)).rejects.toThrow(TokenError);
    const access = await signToken({ ...claims, expires: 60 }, settings);
    expect(await refusalOf(live.verify(access, cat))).toBe(FORGED);
  });

  const key = new Uint8Array(hkdfSync('sha256', SECRET, '', 'reigh-gateway signed storage URL, 1', 32));
  const payload = { ...cat, aud: 'storage', exp: START / 1000 + 60 };
  const header = { alg: 'HS256', typ: 'storage-url+jwt' };
  const forgeries: [string, () => Promise<string>][] = [
    [
      'with the secret itself',
      () => new SignJWT(payload).setProtectedHeader(header).sign(Buffer.from(SECRET)),
    ],
    [
      'with the key, but of another type',
      () => new SignJWT(payload).setProtectedHeader({ ...header, typ: 'JWT' }).sign(key),
    ],
    [
      'with the key, for another audience',
      () => new SignJWT({ ...payload, aud: 'authenticated' }).setProtectedHeader(header).sign(key),
    ],
    [
      'with the key, without an end',
      () => new SignJWT({ ...cat, aud: 'storage' }).setProtectedHeader(header).sign(key),
    ],
    [
      'by HS512',
      () =>
        new SignJWT(payload).setProtectedHeader({ ...header, alg: 'HS512' }).sign(Buffer.concat([key, key])),
    ],
    ['not at all', async () => new UnsecuredJWT(payload).encode()],
    ['as garbage', async () => 'garbage'],
    ['as three parts of garbage', async () => 'YQ.YQ.YQ'],
    ['as nothing', async () => ''],
    ['in four parts', async () => `${await signer.sign(cat, 60)}.YQ`],
    ['too long', () => signer.sign({ ...cat, transform: { padding: 'x'.repeat(8_192) } }, 60)],
  ];
  test.each(forgeries)('signed %s is refused', async (_how, forge) => {
    expect(await refusalOf(signer.verify(await forge(), cat))).toBe(FORGED);
  });

  test('the same with the key and all as it must be is accepted', async () => {
    const token = await new SignJWT(payload).setProtectedHeader(header).sign(key);
    await expect(signer.verify(token, cat)).resolves.toMatchObject(cat);
  });
});

describe('any change', () => {
  const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

  test('of one character of the token is refused, wherever and whichever', async () => {
    const token = await signer.sign(cat, 60);
    const changed: string[] = [];
    for (let at = 0; at < token.length; at++) {
      const before = token.slice(0, at);
      const after = token.slice(at + 1);
      for (let bit = 0; bit < 8; bit++)
        changed.push(before + String.fromCharCode(token.charCodeAt(at) ^ (1 << bit)) + after);
      changed.push(before + after, `${before}${token[at]}${token[at]}${after}`);
    }
    // The last character of each part, in all its spellings: some of them decode to the same bytes.
    const ends = token.split('.').map((_part, index, parts) => parts.slice(0, index + 1).join('.').length);
    for (const end of ends)
      for (const character of BASE64URL)
        if (token[end - 1] !== character)
          changed.push(token.slice(0, end - 1) + character + token.slice(end));
    for (const padding of ['=', '==', ' ', '\n', '.', '\0', '%3D'])
      changed.push(
        token + padding,
        padding + token,
        ...ends.map((end) => token.slice(0, end) + padding + token.slice(end)),
      );
    changed.push(token.replaceAll('-', '+').replaceAll('_', '/').concat('='), token.toUpperCase());

    await expect(signer.verify(token, cat)).resolves.toMatchObject(cat);
    expect(changed).not.toContain(token);
    for (const one of changed) expect(await refusalOf(signer.verify(one, cat))).toBe(FORGED);
  });

  test('of one byte of the path is refused', async () => {
    const token = await signer.sign(cat, 60);
    const path = Buffer.from(`${cat.bucket}/${cat.name}`);
    for (let at = 0; at < path.length; at++)
      for (let bit = 0; bit < 8; bit++) {
        const other = Buffer.from(path);
        other[at] = (other[at] ?? 0) ^ (1 << bit);
        const [bucket = '', ...parts] = other.toString('latin1').split('/');
        expect(await refusalOf(signer.verify(token, { bucket, name: parts.join('/'), act: 'read' }))).toBe(
          ELSEWHERE,
        );
      }
  });

  const object = fc.record({
    bucket: fc.string({ minLength: 1, maxLength: 20 }),
    name: fc.string({ minLength: 1, maxLength: 60 }),
    act: fc.constantFrom('read' as const, 'render' as const, 'upload' as const),
  });
  test('whatever is signed comes back, and no other object, act or second is allowed by it', async () => {
    await fc.assert(
      fc.asyncProperty(
        object,
        object,
        fc.integer({ min: 1, max: 31_536_000 }),
        async (mine, other, seconds) => {
          now = START;
          const token = await signer.sign(mine, seconds);
          expect(await signer.verify(token, mine)).toEqual({ ...mine, exp: START / 1000 + seconds });
          if (JSON.stringify(mine) !== JSON.stringify(other))
            expect(await refusalOf(signer.verify(token, other))).toBe(ELSEWHERE);
          now = START + seconds * 1000;
          expect(await refusalOf(signer.verify(token, mine))).toMatch(/^InvalidJWT: "exp"/);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a transform comes from the token alone', async () => {
    const token = await signer.sign(
      { ...cat, act: 'render', transform: { width: 100, resize: 'cover' } },
      60,
    );
    await expect(signer.verify(token, { ...cat, act: 'render' })).resolves.toMatchObject({
      transform: { width: 100, resize: 'cover' },
    });
    expect(decodeJwt(token)).not.toHaveProperty('claims');
  });
});
