import { StorageClient } from '@supabase/storage-js';
import fc from 'fast-check';
import sharp from 'sharp';
import { alice, authorizationOf } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { emptyFolder } from '../helpers/process';

// Under whatever address an object is read, rows that hold the address name the object: else it is released while it
// is shown.

let database: TestDatabase;
let gateway: TestGateway;
let authorization: string;
let client: StorageClient;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  gateway = await startTestGateway(database, { STORAGE_DIR: await emptyFolder() });
  authorization = (await authorizationOf(alice))!;
  client = new StorageClient(`${gateway.url}/storage/v1`, { authorization });
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const pathsOf = async (locations: string[]) =>
  (
    await database.query<{ path: string | null }>(
      alice,
      'select storage.path_of(l) as path from unnest($1::text[]) with ordinality as l (l, place) order by place',
      [locations],
    )
  ).map(({ path }) => path);

/** Characters that names can have, those oftener that addresses write in another way or mean something by. */
const character = fc.oneof(fc.constantFrom(...`abzAZ09_-.!*'()&$@=;:+,`), fc.constantFrom(...' ?&=+'));
const part = fc
  .string({ unit: character, minLength: 1, maxLength: 20 })
  .filter((text) => !/^[. ]+$/.test(text) && text.trim() === text);
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const folder = fc.constantFrom(alice.id, 'b0b00000-0000-4000-8000-0000000000bb');
const place = fc.record({
  bucket: fc.constantFrom('public', 'training-data', 'lora_files'),
  name: fc
    .tuple(folder, fc.option(folder, { nil: undefined }), name)
    .map((parts) => parts.filter((each) => each !== undefined).join('/')),
});
const host = fc.constantFrom(
  'http://127.0.0.1:5678',
  'https://media.example.com',
  'https://a.example/below/it',
);
const query = fc.constantFrom(
  '',
  '?',
  '?token=a.b.c',
  '?download=/storage/v1/x&token=1',
  '#top',
  '?width=20#a/b',
);

/** How a path is written: as its client does, as careful people do, and with all that may be encoded. */
const written = fc.constantFrom<(path: string) => string>(
  (path) => encodeURI(path).replaceAll('?', '%3F'),
  (path) => path.split('/').map(encodeURIComponent).join('/'),
  (path) => encodeURIComponent(path),
  (path) =>
    Array.from(path, (each) => `%${each.charCodeAt(0).toString(16)}`)
      .join('')
      .replaceAll('%2f', '/'),
);
const way = fc.constantFrom(
  ...['object/public', 'object/sign', 'object/authenticated', 'object'],
  ...['render/image/public', 'render/image/sign', 'render/image/authenticated'],
);

test('every address of an object is known by its path', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ place, host, query, written, way, isShort: fc.boolean() }), {
        minLength: 20,
        maxLength: 40,
      }),
      async (all) => {
        const expected = all.map(({ place: { bucket, name } }) => `${bucket}/${name}`);
        const locations = all.map(({ place: { bucket, name }, host, query, written, way, isShort }) => {
          // Of the bucket `public` a public address may leave the bucket out.
          const isBare = isShort && bucket === 'public' && way.endsWith('/public');
          return `${host}/storage/v1/${way}/${written(isBare ? name : `${bucket}/${name}`)}${query}`;
        });
        expect(await pathsOf(locations)).toEqual(expected);
        expect(await pathsOf(expected)).toEqual(expected);
      },
    ),
    { numRuns: 50 },
  );
});

test('what is no address of an object names none, and nothing of it fails', async () => {
  const anything = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc
      .tuple(host, fc.constantFrom('/storage/v1/', '/storage/v2/', '/'), fc.string({ maxLength: 80 }))
      .map((parts) => parts.join('')),
    fc
      .tuple(
        host,
        fc.constantFrom('object/list', 'object/upload/sign', 'bucket', 'render/images', 'cdn'),
        place,
      )
      .map(([at, route, { bucket, name }]) => `${at}/storage/v1/${route}/${bucket}/${encodeURI(name)}`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { minLength: 20, maxLength: 40 }), async (locations) => {
      const usable = locations.map((each) => each.replaceAll('\0', ''));
      expect(await pathsOf(usable)).toEqual(usable.map(() => null));
    }),
    { numRuns: 50 },
  );
});

test('the addresses that the gateway and its client give are read, and known', async () => {
  const picture = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#c0ffee' } })
    .png()
    .toBuffer();
  for (const bucket of ['public', 'training-data']) {
    const path = `${alice.id}/a b/(1)+${bucket}.png`;
    const files = client.from(bucket);
    expect((await files.upload(path, picture, { contentType: 'image/png' })).error).toBeNull();
    const signed = async (options?: Parameters<typeof files.createSignedUrl>[2]) =>
      (await files.createSignedUrl(path, 60, options)).data!.signedUrl;
    const small = { transform: { width: 4 } };
    const many = (await files.createSignedUrls([path], 60)).data![0]!.signedUrl!;
    const shown = await gateway.ask<{ storageObjects: { nodes: { name: string; url: string }[] } }>(
      alice,
      '{ storageObjects { nodes { name url } } }',
    );
    const { url } = shown.data!.storageObjects.nodes.find((each) => each.name === path)!;
    const addresses = [
      await signed(),
      await signed({ ...small, download: true }),
      many,
      new URL(url, gateway.url).href,
    ];
    if (bucket === 'public')
      addresses.push(
        files.getPublicUrl(path).data.publicUrl,
        files.getPublicUrl(path, small).data.publicUrl,
        `${gateway.url}/storage/v1/object/public/${encodeURI(path)}`,
        `${gateway.url}/storage/v1/render/image/public/${encodeURI(path)}?width=4`,
      );
    const own = [
      `object/${bucket}`,
      `object/authenticated/${bucket}`,
      `render/image/authenticated/${bucket}`,
    ];
    addresses.push(...own.map((each) => `${gateway.url}/storage/v1/${each}/${encodeURI(path)}`));
    for (const address of addresses) {
      const isOwn = /\/object\/(training|public\/a11|authenticated)|image\/authenticated/.test(address);
      const answer = await fetch(address, { headers: isOwn ? { authorization } : {} });
      expect([address, answer.status]).toEqual([address, 200]);
      await answer.arrayBuffer();
    }
    expect(await pathsOf(addresses)).toEqual(addresses.map(() => `${bucket}/${path}`));
  }
});
