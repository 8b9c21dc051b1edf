import { StorageClient } from '@supabase/storage-js';
import { alice, bob } from '../helpers/actors';
import { packed, pngHeader, pngOf } from '../helpers/pictures';
import { eventually } from '../helpers/process';
import { NAME_ATTACKS } from './hostileNames';
import { REQUEST_ATTACKS } from './hostileRequests';
import { tokenAttacks } from './hostileTokens';
import { UPLOAD_ATTACKS } from './hostileUploads';
import { openHostileWorld, tokens, type Attack, type HostileWorld, type Told } from './hostileWorld';
import { files } from './samples';

let world: HostileWorld;
let before: unknown;
const signed = { read: '', upload: '' };
const text = `${alice.id}/kept.txt`;
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
const clientOf = (authorization = '') =>
  new StorageClient(`${world.gateway.url}/storage/v1`, { authorization });

beforeAll(async () => {
  world = await openHostileWorld();
  const [hers, his, operator] = [tokens.alice, tokens.bob, tokens.service].map(clientOf);
  const end = ['IEND', Buffer.alloc(0)] as [string, Buffer];
  const bomb = pngOf(['IHDR', pngHeader(60_000, 60_000)], ['IDAT', packed(1_000_000)], end);
  const hidden = pngOf(['IHDR', pngHeader(10, 10)], ['IDAT', packed(200_000_000)], end);
  const made = await Promise.all([
    hers!.from('training-data').upload(text, 'kept'),
    his!.from('training-data').upload(`${bob.id}/kept.txt`, 'his'),
    operator!.createBucket('pictures', { public: false, allowedMimeTypes: ['image/*'] }),
    hers!
      .from('public')
      .upload(`${alice.id}/kept.png`, pngOf(['IHDR', pngHeader(1, 1)], ['IDAT', packed(2)], end), {
        contentType: 'image/png',
      }),
    hers!.from('public').upload(`${alice.id}/bomb.png`, bomb, { contentType: 'image/png' }),
    hers!
      .from('public')
      .upload(`${alice.id}/packed.png`, hidden.subarray(0, 100_000), { contentType: 'image/png' }),
    hers!.from('public').upload(`${alice.id}/kept.svg`, SVG, { contentType: 'image/svg+xml' }),
    hers!.from('lora_files').upload(`${alice.id}/bomb.zip`, files.zip, { contentType: 'application/zip' }),
  ]);
  expect(made.map(({ error }) => error)).toEqual(made.map(() => null));
  const { data: read } = await hers!.from('training-data').createSignedUrl(text, 600);
  signed.read = new URL(read!.signedUrl).searchParams.get('token') ?? '';
  const { data: upload } = await hers!.from('training-data').createSignedUploadUrl(`${alice.id}/new.txt`);
  signed.upload = upload!.token;
  before = await world.stored();
});
afterAll(() => world?.end());

/** What only the gateway's own people are to see. */
const INSIDE =
  /storage_versions|app_private|put_row|begin_upload|syntax error|postgres|sqlstate|node:|node_modules|\.ts\b|ENOENT|EACCES|\/tmp|JWSSignature|ZodError|\[object|stack/i;

function expectRefusal({ status, head, body }: Told, told: string): void {
  // Its sender has gone, and may not hear it; or Node says it, without a word.
  if (told === 'Nothing' && (status === 0 || status === 417)) return;
  expect(body).not.toMatch(INSIDE);
  expect(head).toMatch(/^content-type: application\/json/im);
  expect(head).not.toMatch(/^(set-cookie|location)/im);
  const answer = JSON.parse(body) as Record<string, unknown>;
  if (told === 'NotHttp' || told === 'Nothing') {
    // Not a request yet: nobody knows whose it would be.
    expect(status >= 400 && status < 500).toBe(true);
    expect(answer).toMatchObject({ errors: [{ extensions: { code: expect.any(String) as string } }] });
    return;
  }
  expect({ code: answer.code, words: String(answer.message).slice(0, 90) }).toEqual({
    code: told,
    words: expect.stringMatching(/^[\x20-\x7e’“”—…–]{8,}$/) as string,
  });
  expect(Object.keys(answer).sort()).toEqual(['code', 'error', 'message', 'statusCode']);
  expect(Number(answer.statusCode)).toBeGreaterThanOrEqual(400);
  expect(Number(answer.statusCode)).toBeLessThan(500);
  expect(status >= 400 && status < 500).toBe(true);
  expect(String(answer.message).length).toBeLessThan(700);
}

async function withstand({ sent, told }: Attack): Promise<void> {
  expectRefusal(await world.send(sent), told);
  // What was broken off is given up a moment after the caller has gone.
  await eventually(async () => expect(await world.stored()).toEqual(before));
}

const rows = (attacks: Attack[]) => attacks.map((attack) => [attack.name, attack] as const);

describe.each([
  ['names', NAME_ATTACKS],
  ['uploads', UPLOAD_ATTACKS],
  ['requests', REQUEST_ATTACKS],
])('hostile %s are refused with a reason, and nothing is stored of them', (_, attacks) => {
  test.each(rows(attacks))('%s', (_, attack) => withstand(attack));
});

test('forms that break off give the places of their caller back', async () => {
  const [broken] = UPLOAD_ATTACKS.filter(({ name }) => name === 'a form: that is not whole');
  // More than a caller can have under way.
  for (let i = 0; i < 25; i++) await world.send(broken!.sent);
  await eventually(async () => expect(await world.stored()).toEqual(before));
  const { error } = await clientOf(tokens.alice).from('training-data').upload(text, 'kept');
  expect(error).toMatchObject({ statusCode: '409', message: 'The resource already exists' });
});

test('so are tokens that were made for something else', async () => {
  const attacks = await tokenAttacks(tokens.alice!.slice('Bearer '.length), signed);
  for (const attack of attacks) {
    try {
      await withstand(attack);
    } catch (error) {
      throw new Error(`${attack.name}: ${String(error)}`, { cause: error });
    }
  }
});

test('a signed URL of which any one character is another is refused', async () => {
  const { read } = signed;
  const path = `/object/sign/training-data/${text}?token=`;
  expect((await world.send({ method: 'GET', path: path + read, as: 'nobody' })).body).toBe('kept');
  const places = [...read].map((_, index) => index);
  for (let at = 0; at < places.length; at += 20) {
    const answers = await Promise.all(
      places.slice(at, at + 20).map((index) => {
        const other = read[index] === 'A' ? 'B' : 'A';
        const changed = read.slice(0, index) + other + read.slice(index + 1);
        return world.send({ method: 'GET', path: path + changed, as: 'nobody' });
      }),
    );
    for (const answer of answers) expectRefusal(answer, 'InvalidJWT');
  }
});

describe('what is no attack, whatever it looks like', () => {
  const read = (headers: Record<string, string>, path = `/object/training-data/${text}`) =>
    world.send({ method: 'GET', path, headers });

  test.each([
    ['no range', 'lines=1-2'],
    ['a range that is none', 'bytes=a-b'],
    ['a range from behind to before', 'bytes=3-1'],
    ['a thousand ranges', `bytes=${'0-1,'.repeat(1_000)}2-3`],
  ])('%s is answered with the whole', async (_, range) => {
    expect(await read({ range })).toMatchObject({ status: 200, body: 'kept' });
  });

  test('a range that is not there is refused with its length', async () => {
    const answer = await read({ range: 'bytes=999-' });
    expectRefusal(answer, 'InvalidRange');
    expect(answer.head).toMatch(/content-range: bytes \*\/4/i);
  });

  test.each([
    ['if-none-match', '"', 200],
    ['if-modified-since', 'yesterday', 200],
    ['if-unmodified-since', 'never', 200],
    ['if-range', 'W/"x', 200],
    ['if-match', '"another"', 412],
  ])('the condition %s: %s gives %i', async (name, value, status) => {
    expect(await read({ [name]: value })).toMatchObject({
      status,
      body: expect.stringMatching(status === 200 ? /^kept$/ : /^(0\r\n\r\n)?$/) as string,
    });
  });

  test('a name to be saved by cannot end the header', async () => {
    const answer = await read(
      {},
      `/object/training-data/${text}?download=${encodeURIComponent('a"\r\nset-cookie: a=b\0/../x.exe')}`,
    );
    expect(answer.status).toBe(200);
    expect(answer.head).toMatch(/^content-disposition: attachment; filename="[^\r\n]+"$/im);
    expect(answer.head).not.toMatch(/^set-cookie/im);
  });

  test('a picture that could run is saved and not shown, and cannot run', async () => {
    const { head } = await world.send({
      method: 'GET',
      path: `/object/public/public/${alice.id}/kept.svg`,
      as: 'nobody',
    });
    expect(head).toMatch(/^content-disposition: attachment/im);
    expect(head).toMatch(/^content-security-policy: default-src 'none'.*; sandbox/im);
    expect(head).toMatch(/^x-content-type-options: nosniff/im);
  });

  test('the names of the machine and of the language are names like others, and change nothing', async () => {
    const hers = clientOf(tokens.alice).from('training-data');
    const names = [
      '__proto__',
      'constructor',
      'CON',
      'NUL.txt',
      '.htaccess',
      '-rf',
      '$(id)',
      'a;b&c',
      '=1+1',
    ];
    for (const name of names) {
      const path = `${alice.id}/${name}`;
      const metadata = JSON.parse('{"__proto__":{"admin":true},"constructor":1}') as Record<string, unknown>;
      expect((await hers.upload(path, name, { metadata })).error).toBeNull();
      expect(await (await hers.download(path)).data?.text()).toBe(name);
      // Its client makes objects of what it reads, so this is looked at as it was sent.
      const { body } = await world.send({
        method: 'GET',
        path: `/object/info/training-data/${encodeURI(path)}`,
      });
      expect(body).toContain('"__proto__":{"admin":true}');
    }
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
    const { data } = await hers.remove(names.map((name) => `${alice.id}/${name}`));
    expect(data).toHaveLength(names.length);
  });

  test('a signed URL is of the gateway, whatever host the caller names', async () => {
    const { body } = await world.send({
      path: `/object/sign/training-data/${text}`,
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      body: '{"expiresIn":60}',
    });
    expect(JSON.parse(body)).toEqual({
      signedURL: expect.stringMatching(/^\/object\/sign\/training-data\//) as string,
    });
  });
});

test('after all that it serves as before, nothing of it lies on the disk, and nothing was a fault of its own', async () => {
  expect(await (await clientOf(tokens.alice).from('training-data').download(text)).data?.text()).toBe('kept');
  expect((await world.gateway.ask(alice, '{ __typename }')).status).toBe(200);
  expect(await world.stored()).toEqual(before);
  expect(await world.sweep()).toEqual({ files: 7, versions: 7 });
  const faults = world
    .log()
    .split('\n')
    .filter((line) => /"level":(50|60)/.test(line));
  expect(faults).toEqual([]);
});
