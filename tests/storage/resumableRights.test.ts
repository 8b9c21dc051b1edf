import { randomBytes } from 'node:crypto';
import { createSigner } from '../../server/storage/signing';
import { alice, anonymous, bob, claimsFor, TEST_SECRET, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { queueOf } from '../helpers/queue';
import { BASE_PATH, SIZE_MAX } from '../helpers/resumableGateway';
import { createResumableWorld, type ResumableWorld } from '../helpers/resumableWorld';
import { append, ask, begin, offsetAt, picture, post, refusal, upload } from '../helpers/tus';

let world: ResumableWorld;
let number = 0;
const newName = () => `${alice.id}/b/${++number}.png`;

beforeAll(async () => {
  world = await createResumableWorld();
});
afterAll(() => world.end());

describe('refused, and nothing stays:', () => {
  test.each<[string, Actor, Record<string, string>, Record<string, string>, number, RegExp]>([
    ['another’s folder', alice, { objectName: `${bob.id}/a.png` }, {}, 403, /row-level security/],
    ['nobody', anonymous, { objectName: `${alice.id}/a.png` }, {}, 403, /row-level security/],
    ['no such bucket', alice, { bucketName: 'none', objectName: 'a' }, {}, 404, /Bucket not found/],
    [
      'more than there may be',
      alice,
      {},
      { 'upload-length': String(SIZE_MAX + 1) },
      413,
      /maximum allowed size/,
    ],
    ['a type the bucket does not take', alice, { contentType: 'text/html' }, {}, 415, /takes image/],
    ['a type that is none', alice, { contentType: 'a\r\nb: c' }, {}, 415, /not a type/],
    ['metadata that is no JSON', alice, { metadata: '{' }, {}, 400, /JSON object/],
    ['metadata with NUL', alice, { metadata: '{"a":"\\u0000"}' }, {}, 400, /JSON object/],
    ['cacheControl of two headers', alice, { cacheControl: 'a\r\nb: c' }, {}, 400, /Cache-Control/],
    ['no name', alice, { objectName: '' }, {}, 400, /bucketName and objectName/],
    ['a name that leads out', alice, { objectName: `${alice.id}/../../etc/passwd` }, {}, 400, /dots/],
    ['a name with NUL', alice, { objectName: `${alice.id}/a\0.png` }, {}, 400, /not allowed/],
    ['a name with a backslash', alice, { objectName: `${alice.id}\\a.png` }, {}, 400, /not allowed/],
    ['a name that is encoded', alice, { objectName: `${alice.id}/%2e%2e/a.png` }, {}, 400, /not allowed/],
    [
      'a name with letters that look like others',
      alice,
      { objectName: `${alice.id}/а.png` },
      {},
      400,
      /not allowed/,
    ],
    ['a name of 2,000 bytes', alice, { objectName: `${alice.id}/${'a'.repeat(2_000)}` }, {}, 400, /longer/],
    ['a bucket that leads out', alice, { bucketName: '../public' }, {}, 400, /bucket/i],
    ['a length below zero', alice, {}, { 'upload-length': '-1' }, 400, /upload-length/],
    ['no length', alice, {}, { 'upload-length': '' }, 400, /upload-length/],
    ['pieces side by side', alice, {}, { 'upload-concat': 'partial' }, 501, /Concatenation/],
    ['another protocol', alice, {}, { 'tus-resumable': '0.2.2' }, 400, /tus-resumable/],
    ['metadata that is none', alice, {}, { 'upload-metadata': 'bucketName !!' }, 400, /upload-metadata/],
    ['a forged token', alice, {}, { authorization: 'Bearer a.b.c' }, 400, /./],
  ])('%s', async (_what, actor, metadata, headers, status, text) => {
    const before = await world.statesOf();
    const all = { objectName: newName(), ...metadata };
    const answer = await post(world.gateway.url, actor, all, { 'upload-length': '1000', ...headers });
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringMatching(text)]);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.headers.get('tus-resumable')).toBe('1.0.0');
    expect({ ...(await world.statesOf()), garbage: 0 }).toEqual({ ...before, garbage: 0 });
  });

  test('metadata with a key twice, with one that every object has, and none at all', async () => {
    for (const header of [`objectName YQ==,objectName YQ==`, 'constructor YQ==', '']) {
      const answer = await post(
        world.gateway.url,
        alice,
        {},
        { 'upload-length': '1', 'upload-metadata': header },
      );
      expect(answer.status).toBe(400);
    }
  });
});

describe('an upload is its caller’s alone:', () => {
  test('to others it is as one that is not there', async () => {
    const name = newName();
    const address = await begin(world.gateway.url, alice, { objectName: name }, 1_000);
    await append(address, alice, 0, picture(100));
    const nowhere = `${world.gateway.url}${BASE_PATH}/${randomBytes(16).toString('base64url')}`;
    for (const actor of [bob, anonymous]) {
      for (const method of ['HEAD', 'PATCH', 'DELETE']) {
        const tried = await Promise.all(
          [address, nowhere].map(async (at) => {
            const headers: Record<string, string> = method === 'PATCH' ? { 'upload-offset': '100' } : {};
            const answer = await ask(method, at, actor, headers, method === 'PATCH' ? 'x' : undefined);
            return `${answer.status} ${await answer.text()}`;
          }),
        );
        expect(tried[0]).toBe(tried[1]);
        expect(tried[0]).toMatch(/^404/);
      }
    }
    const elsewhere = address.replace('/resumable/', '/resumable/sign/');
    expect((await ask('HEAD', elsewhere, alice)).status).toBe(400);
    expect(await offsetAt(address, alice)).toBe(100);
  });

  test('with a signed token it is the token’s, for its name and until it ends', async () => {
    const signer = createSigner(TEST_SECRET);
    const name = newName();
    const claims = { role: 'authenticated' as const, sub: alice.id };
    const sign = (upsert: boolean, of = name, seconds = 60) =>
      signer.sign({ bucket: 'public', name: of, act: 'upload', claims, upsert }, seconds);
    const signature = await sign(false);
    const bytes = picture(3_000);
    const url = await upload(
      { ...world.gateway, signature },
      anonymous,
      bytes,
      { objectName: name },
      { chunkSize: 1_000 },
    );
    expect(url).toContain(`${BASE_PATH}/sign/`);
    const [row] = await world.rowsOf(name);
    expect(row?.owner).toBe(claimsFor(alice).sub);
    expect((await world.bytesOf(row!)).equals(bytes)).toBe(true);

    const head = (token: string) => ask('HEAD', url, anonymous, { 'x-signature': token });
    expect((await head(signature)).headers.get('upload-offset')).toBe('3000');
    const statuses = [await sign(false, `${alice.id}/other.png`), `${signature.slice(0, -2)}AA`, 'none'].map(
      async (token) => (await head(token)).status,
    );
    expect(await Promise.all(statuses)).toEqual([404, 400, 400]);
    expect((await ask('HEAD', url.replace('/sign', ''), alice)).status).toBe(404);
    const ended = createSigner(TEST_SECRET, () => Date.now() - 100_000);
    const old = await ended.sign({ bucket: 'public', name, act: 'upload', claims }, 60);
    expect((await head(old)).status).toBe(400);

    const again = (token: string, of = name) =>
      upload(
        { ...world.gateway, signature: token },
        anonymous,
        picture(50),
        { objectName: of },
        { headers: { 'x-upsert': 'true' } },
      );
    expect(await refusal(again(signature))).toMatch(/^409/);
    expect(await refusal(again(signature, newName()))).toMatch(/^400/);
    await again(await sign(true));
    expect(await world.rowsOf(name)).toMatchObject([{ metadata: { size: 50 } }]);
  });

  test('a worker’s is the worker’s, as long as it holds the task', async () => {
    const queue = queueOf(world.database);
    await queue.types();
    await queue.grant(alice, 10);
    const project = await builders(world.database).project(alice);
    const held = [];
    for (const key of ['one', 'two']) {
      await queue.enqueue(alice, project, [{ idempotency_key: key }]);
      held.push((await queue.claim('gpu-1'))!);
    }
    const [gpu, other]: Actor[] = [
      { kind: 'worker', id: 'gpu-1' },
      { kind: 'worker', id: 'gpu-2' },
    ] as const;
    const [kept, lost] = held.map((task) => `${alice.id}/tasks/${task.id}/out.png`) as [string, string];
    const bytes = picture(1_000);

    const address = await begin(world.gateway.url, gpu, { objectName: kept }, 1_000);
    expect((await ask('HEAD', address, other)).status).toBe(404);
    expect((await append(address, other, 0, bytes)).status).toBe(404);
    expect((await append(address, gpu, 0, bytes)).status).toBe(204);
    expect(await world.rowsOf(kept)).toMatchObject([{ owner: alice.id }]);

    const late = await begin(world.gateway.url, gpu, { objectName: lost }, 1_000);
    await append(late, gpu, 0, bytes.subarray(0, 500));
    await queue.cancel(alice, [held[1]!.id]);
    expect((await append(late, gpu, 500, bytes.subarray(500))).status).toBe(403);
    expect(await world.rowsOf(lost)).toEqual([]);
    expect((await ask('HEAD', late, gpu)).status).toBe(410);
  });
});
