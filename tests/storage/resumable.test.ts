import { Readable } from 'node:stream';
import { alice } from '../helpers/actors';
import { BASE_PATH, SIZE_MAX } from '../helpers/resumableGateway';
import { createResumableWorld, type ResumableWorld } from '../helpers/resumableWorld';
import {
  append,
  ask,
  begin,
  headersOf,
  offsetAt,
  picture,
  post,
  refusal,
  said,
  upload,
} from '../helpers/tus';

let world: ResumableWorld;
let number = 0;
const newName = () => `${alice.id}/a/${++number}.png`;

beforeAll(async () => {
  world = await createResumableWorld();
});
afterAll(() => world.end());

describe('an upload in pieces', () => {
  test('becomes an object, with the type of its content and what was said of it', async () => {
    const name = newName();
    const bytes = picture(3_500_000);
    const metadata = {
      ...{ objectName: name, contentType: 'image/png', cacheControl: '3600' },
      metadata: JSON.stringify({ seed: 7 }),
    };
    const seen: (string | undefined)[] = [];
    const url = await upload(world.gateway, alice, bytes, metadata, {
      chunkSize: 1_000_000,
      onAfterResponse: (_request, answer) => void seen.push(answer.getHeader('Upload-Expires')),
    });
    expect(url).toMatch(new RegExp(`${BASE_PATH}/[\\w-]{22}$`));
    const [row, ...others] = await world.rowsOf(name);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      owner: alice.id,
      user_metadata: { seed: 7 },
      metadata: { size: 3_500_000, mimetype: 'image/png', cacheControl: 'max-age=3600' },
    });
    expect((await world.bytesOf(row!)).equals(bytes)).toBe(true);
    const hours = (Date.parse(seen[1] ?? '') - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThan(24.1);
    expect((await world.statesOf()).reserved).toBe(0);
  });

  test.each<[string, (bytes: Buffer) => [Buffer | Readable, object]]>([
    ['along with its creation', (bytes) => [bytes, { uploadDataDuringCreation: true }]],
    [
      'of a length that is told at the end',
      (bytes) => [Readable.from([bytes]), { uploadLengthDeferred: true, chunkSize: 4_000 }],
    ],
    ['by POST, where PATCH does not come through', (bytes) => [bytes, { overridePatchMethod: true }]],
  ])('arrives %s', async (_what, way) => {
    const name = newName();
    const bytes = picture(10_000);
    const [source, options] = way(bytes);
    await upload(world.gateway, alice, source, { objectName: name }, options);
    const rows = await world.rowsOf(name);
    expect(rows).toHaveLength(1);
    expect((await world.bytesOf(rows[0]!)).equals(bytes)).toBe(true);
  });

  test('of nothing is an empty object', async () => {
    const name = `${alice.id}/empty.txt`;
    await upload(world.gateway, alice, Buffer.alloc(0), { objectName: name, contentType: 'text/plain' });
    expect(await world.rowsOf(name)).toMatchObject([{ metadata: { size: 0, mimetype: 'text/plain' } }]);
  });

  test('is complete for whoever did not hear so, and one object', async () => {
    const name = newName();
    const bytes = picture(1_000);
    const address = await begin(world.gateway.url, alice, { objectName: name }, 1_000);
    expect((await append(address, alice, 0, bytes)).status).toBe(204);
    const again = await append(address, alice, 0, bytes);
    expect([again.status, await offsetAt(address, alice)]).toEqual([409, 1_000]);
    const rest = await append(address, alice, 1_000, '');
    expect([rest.status, rest.headers.get('upload-offset')]).toEqual([204, '1000']);
    expect(await world.rowsOf(name)).toHaveLength(1);
    expect((await ask('DELETE', address, alice)).status).toBe(400);
    expect(await world.rowsOf(name)).toHaveLength(1);
  });

  test('that has been an object for a day is asked about no more; one that is under way is kept', async () => {
    const name = newName();
    const whole = await begin(world.gateway.url, alice, { objectName: name }, 100);
    await append(whole, alice, 0, picture(100));
    const half = await begin(world.gateway.url, alice, { objectName: newName() }, 100);
    const forget = () => world.database.query({ kind: 'service' }, 'select storage.forget_resumables()');
    expect(await forget()).toEqual([{ forget_resumables: 0 }]);
    await world.database.asOwner(
      `alter table app_private.storage_versions disable trigger _100_touch_updated_at;
       update app_private.storage_versions set updated_at = now() - interval '2 days';
       alter table app_private.storage_versions enable trigger _100_touch_updated_at`,
    );
    await forget();
    expect((await ask('HEAD', whole, alice)).status).toBe(404);
    expect(await world.rowsOf(name)).toHaveLength(1);
    expect(await offsetAt(half, alice)).toBe(0);
    await ask('DELETE', half, alice);
  });

  test('replaces an object only when that was asked for, at its beginning and at its end', async () => {
    const name = newName();
    await upload(world.gateway, alice, picture(100), { objectName: name });
    const [first] = await world.rowsOf(name);
    expect(await refusal(upload(world.gateway, alice, picture(200), { objectName: name }))).toBe(
      '409 The resource already exists',
    );
    await upload(
      world.gateway,
      alice,
      picture(300),
      { objectName: name },
      { headers: { 'x-upsert': 'true' } },
    );
    const [second] = await world.rowsOf(name);
    expect([first?.metadata.size, second?.metadata.size]).toEqual([100, 300]);

    const raced = newName();
    const late = await begin(world.gateway.url, alice, { objectName: raced }, 500);
    await upload(world.gateway, alice, picture(100), { objectName: raced });
    expect((await append(late, alice, 0, picture(500))).status).toBe(409);
    expect(await world.rowsOf(raced)).toMatchObject([{ metadata: { size: 100 } }]);
    expect((await ask('HEAD', late, alice)).status).toBe(410);
    expect((await world.statesOf()).reserved).toBe(0);
  });

  test('that is ended or has expired is gone', async () => {
    const ended = await begin(world.gateway.url, alice, { objectName: newName() }, 1_000);
    await append(ended, alice, 0, picture(100));
    expect((await ask('DELETE', ended, alice)).status).toBe(204);
    const late = await begin(world.gateway.url, alice, { objectName: newName() }, 1_000);
    await append(late, alice, 0, picture(100));
    expect(await offsetAt(late, alice)).toBe(100);
    await world.database.asOwner(
      `update app_private.storage_versions set expires_at = now() - interval '1 second' where state = 'reserved'`,
    );
    for (const address of [ended, late]) {
      expect((await ask('HEAD', address, alice)).status).toBe(410);
      expect((await append(address, alice, 100, 'more')).status).toBe(410);
    }
    const garbage = await world.database.query<{ take_garbage: string }>(
      { kind: 'service' },
      'select storage.take_garbage(1000)',
    );
    await world.gateway.backend.remove(garbage.map((row) => row.take_garbage));
    expect((await world.statesOf()).reserved).toBe(0);
  });
});

describe('content', () => {
  test('content that is not what it was said to be, once it is there', async () => {
    const before = (await world.statesOf()).live;
    const html = Buffer.from('<!doctype html><script>alert(1)</script>');
    for (const contentType of ['image/png', 'application/octet-stream']) {
      const name = newName();
      expect(await refusal(upload(world.gateway, alice, html, { objectName: name, contentType }))).toMatch(
        /^415 /,
      );
      expect(await world.rowsOf(name)).toEqual([]);
    }
    expect(await world.statesOf()).toMatchObject({ live: before });
    expect((await world.statesOf()).reserved).toBe(0);
  });

  test('more bytes than the bucket takes, however their number is told', async () => {
    await world.database.asOwner(`update storage.buckets set file_size_limit = 1000 where id = 'lora_files'`);
    const there = { bucketName: 'lora_files', objectName: newName() };
    const deferred = async () => {
      const answer = await post(world.gateway.url, alice, there, { 'upload-defer-length': '1' });
      expect(answer.status).toBe(201);
      return world.gateway.url + (answer.headers.get('location') ?? '');
    };
    expect((await post(world.gateway.url, alice, there, { 'upload-length': '1001' })).status).toBe(413);
    const told = await ask(
      'PATCH',
      await deferred(),
      alice,
      { 'upload-offset': '0', 'upload-length': '1001' },
      'a',
    );
    expect(told.status).toBe(413);
    const counted = await deferred();
    const stream = Readable.toWeb(Readable.from([Buffer.alloc(800), Buffer.alloc(800)])) as ReadableStream;
    const answer = await fetch(counted, {
      ...{ method: 'PATCH', body: stream, duplex: 'half' },
      headers: {
        ...(await headersOf(alice)),
        ...{ 'content-type': 'application/offset+octet-stream', 'upload-offset': '0' },
      },
    });
    expect(answer.status).toBe(413);
    expect(await offsetAt(counted, alice)).toBeLessThanOrEqual(1_000);
    const short = await begin(world.gateway.url, alice, { objectName: newName() }, 10);
    expect((await append(short, alice, 0, 'eleven bytes')).status).toBe(413);
    expect(await offsetAt(short, alice)).toBe(0);
  });
});

describe('what is spoken', () => {
  test('is told, and no header of other origins, which are the app’s', async () => {
    const answer = await fetch(`${world.gateway.url}${BASE_PATH}`, { method: 'OPTIONS' });
    expect(answer.status).toBe(204);
    const headers: Record<string, string> = {};
    answer.headers.forEach((value, name) => (headers[name] = value));
    expect(headers).toMatchObject({
      'tus-version': '1.0.0',
      'tus-extension': 'creation,creation-with-upload,creation-defer-length,termination,expiration',
      'tus-max-size': String(SIZE_MAX),
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('is TUS alone', async () => {
    const address = await begin(world.gateway.url, alice, { objectName: newName() }, 10);
    const { authorization = '' } = await headersOf(alice);
    const statuses = async (method: string, at: string) =>
      (await fetch(at, { method, headers: { authorization } })).status;
    expect(await statuses('GET', address)).toBe(405);
    expect(await statuses('PUT', address)).toBe(405);
    expect(await statuses('HEAD', address)).toBe(412);
    // Its last letter has bits that decoders drop.
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const own = address.slice(-22);
    const respelled = own.slice(0, -1) + letters[letters.indexOf(own.slice(-1)) + 1];
    for (const id of [respelled, 'x', '..%2f..%2fetc', `${'A'.repeat(21)}B`, 'A'.repeat(22) + '/A']) {
      expect((await ask('HEAD', `${world.gateway.url}${BASE_PATH}/${id}`, alice)).status).toBe(404);
    }
    const echoed = await ask('HEAD', address, alice);
    expect(echoed.headers.get('upload-metadata')).toMatch(/^bucketName cHVibGlj,objectName /);
    expect(echoed.headers.get('cache-control')).toBe('no-store');
    expect(said({ bucketName: 'public' })).toBe('bucketName cHVibGlj');
  });
});
