import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Writable } from 'node:stream';
import { countObjects } from '../../server/ops/jobs/countObjects';
import { createStoreCheck, lookAtStore } from '../../server/ops/storageHealth';
import { createLogger } from '../../server/log';
import { alice, authorizationOf, service, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway } from '../helpers/gateway';
import { READY, readinessOf } from '../helpers/load';
import { scrape, sum } from '../helpers/metrics';
import { noise } from '../helpers/pictures';
import { emptyFolder, eventually, expectOneMessage, finish } from '../helpers/process';
import { S3_BUCKET, S3_KEYS, startS3, type S3Server } from '../helpers/s3';

// What a gateway tells of its store: in /readyz, at its start, to the doctor, and in its metrics.

let database: TestDatabase;
let authorization: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  authorization = (await authorizationOf(alice))!;
});
afterAll(() => database?.drop());

const settingsOf = (s3: S3Server, bucket = S3_BUCKET) => ({
  ...{ STORAGE_BACKEND: 's3', S3_ENDPOINT: s3.endpoint, S3_BUCKET: bucket, S3_FORCE_PATH_STYLE: 'true' },
  ...{ S3_ACCESS_KEY_ID: S3_KEYS.accessKeyId, S3_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey },
});
const addressOf = (url: string, name: string, bucket = 'public') =>
  `${url}/storage/v1/object/${bucket}/${alice.id}/${name}`;
const store = (url: string, name: string, bytes: Uint8Array | string, bucket?: string) =>
  fetch(addressOf(url, name, bucket), {
    ...{ method: 'POST', body: bytes as string, headers: { authorization, 'content-type': 'text/plain' } },
  });

test('without its store a gateway is degraded: storage answers 503, all else is served, and it comes back', async () => {
  const root = path.join(await emptyFolder(), 'store');
  const gateway = await startTestGateway(database, { STORAGE_DIR: root });
  await rm(root, { recursive: true });
  await writeFile(root, 'not a folder');
  expect(await readinessOf(gateway.url)).toEqual([200, { status: 'degraded', degraded: ['storage'] }]);
  const refused = await store(gateway.url, 'one.txt', 'words');
  expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'ServiceUnavailable' }]);
  expect((await gateway.ask(alice, '{ projects { nodes { id } } }')).errors).toBeUndefined();
  await rm(root);
  await eventually(async () => expect(await readinessOf(gateway.url)).toEqual(READY));
  expect((await store(gateway.url, 'one.txt', 'words')).status).toBe(200);
  await gateway.stop();
});

test('however often readiness is asked, the store is asked once in a while; soon again when it fails', async () => {
  let [asked, fails] = [0, false];
  const check = async () => {
    asked++;
    if (fails) throw new Error('away');
  };
  const isWell = createStoreCheck({ check }, { wellMs: 60_000, illMs: -1 });
  expect(await Promise.all([isWell(), isWell(), isWell()])).toEqual([true, true, true]);
  expect(asked).toBe(1);
  fails = true;
  expect([await isWell(), asked]).toEqual([true, 1]);
  const isIll = createStoreCheck({ check }, { wellMs: 60_000, illMs: -1 });
  expect([await isIll(), await isIll(), asked]).toEqual([false, false, 3]);
  fails = false;
  expect([await isIll(), await isIll(), asked]).toEqual([true, true, 4]);
});

test('a folder that nothing can be kept in ends the start in one message; a bucket that is not there is a warning', async () => {
  const file = path.join(await emptyFolder(), 'file');
  await writeFile(file, '');
  const env = { AUTH_DATABASE_URL: database.authUrl, JWT_SECRET: TEST_SECRET, PORT: '0' };
  const finished = await finish('start', [], { ...env, STORAGE_DIR: path.join(file, 'store') });
  expectOneMessage(finished, /Files cannot be kept in .*file\/store/);

  const s3 = await startS3();
  const lines: string[] = [];
  const write = (line: Buffer, _encoding: string, done: () => void) => (lines.push(line.toString()), done());
  const gateway = await startTestGateway(
    database,
    { ...settingsOf(s3, 'nowhere'), LOG_LEVEL: 'warn' },
    new Writable({ write }),
  );
  await eventually(() => expect(lines.join('')).toContain('the store of objects cannot be used'));
  expect(await readinessOf(gateway.url)).toEqual([200, { status: 'degraded', degraded: ['storage'] }]);
  await gateway.stop();
  await s3.close();
});

test('the doctor says whether bytes can be kept, and makes no folder', async () => {
  const folder = await emptyFolder();
  const root = path.join(folder, 'a', 'b');
  expect((await lookAtStore({ kind: 'file', root })).said).toBe(`${root} will be made in ${folder}`);
  expect((await lookAtStore({ kind: 'file', root: folder })).said).toBe(`files can be kept in ${folder}`);
  const file = path.join(folder, 'file');
  await writeFile(file, '');
  for (const wrong of [file, path.join(file, 'below')])
    expect((await lookAtStore({ kind: 'file', root: wrong })).findings).toMatchObject([
      {
        check: 'storage',
        gravity: 'wrong',
        wrong: expect.stringContaining('Files cannot be kept in') as string,
      },
    ]);
  const s3 = await startS3();
  const settings = {
    ...{ kind: 's3' as const, endpoint: s3.endpoint, region: 'us-east-1', prefix: '', forcePathStyle: true },
    credentials: S3_KEYS,
  };
  expect((await lookAtStore({ ...settings, bucket: S3_BUCKET })).findings).toEqual([]);
  expect((await lookAtStore({ ...settings, bucket: 'nowhere' })).findings).toHaveLength(1);
  await s3.close();
});

test('transfers, renditions, objects and garbage are measured', async () => {
  const database = await createTestDatabase();
  await builders(database).account(alice);
  const gateway = await startTestGateway(database, { STORAGE_DIR: await emptyFolder() });
  const { url } = gateway;
  const picture = await noise(300, 200).png().toBuffer();
  await store(url, 'picture.png', picture);
  await store(url, 'picture.png', picture);
  const render = `${url}/storage/v1/render/image/public/public/${alice.id}`;
  for (const name of ['picture.png', 'picture.png', 'two.txt'])
    await (await fetch(`${render}/${name}?width=20`)).arrayBuffer();
  await store(url, 'two.txt', 'some words');
  await (await fetch(`${render}/two.txt?width=20`)).arrayBuffer();
  for (const name of ['picture.png', 'none']) {
    await (await fetch(addressOf(url, name), { headers: { authorization } })).arrayBuffer();
  }
  await store(url, 'three.txt', 'words', 'training-data');
  await fetch(addressOf(url, 'three.txt', 'training-data'), { method: 'DELETE', headers: { authorization } });
  await database.as(service, (client) => countObjects().run(client, createLogger({ logLevel: 'silent' })));

  const samples = await scrape(url);
  const of = (name: string, labels?: Record<string, string>) => sum(samples, name, labels);
  const ended = (kind: string, outcome: string) => of('reigh_storage_transfers_total', { kind, outcome });
  expect([ended('upload', 'done'), ended('upload', 'refused'), ended('download', 'done')]).toEqual([3, 1, 1]);
  expect(of('reigh_storage_transfers')).toBe(0);
  const sent = of('reigh_storage_transfer_bytes_total', { kind: 'download' });
  expect(sent).toBeGreaterThan(picture.length);
  expect(sent).toBeLessThan(picture.length + 3_000);
  // Of the one that was refused, none was taken.
  const came = of('reigh_storage_transfer_bytes_total', { kind: 'upload' }) - picture.length - 15;
  expect(came).toBe(0);
  const drawn = (outcome: string) => of('reigh_renditions_total', { outcome });
  expect([drawn('made'), drawn('kept'), drawn('refused')]).toEqual([1, 1, 1]);
  expect(of('reigh_rendition_cache_bytes')).toBeGreaterThan(0);
  expect(of('reigh_storage_objects', { bucket: 'public' })).toBe(2);
  expect(of('reigh_storage_bytes', { bucket: 'public' })).toBe(picture.length + 10);
  expect(of('reigh_storage_objects', { bucket: 'training-data' })).toBe(0);
  expect(of('reigh_storage_garbage')).toBe(1);
  expect(of('reigh_storage_garbage_oldest_seconds')).toBeGreaterThan(0);
  expect(of('reigh_storage_missing')).toBe(0);
  await gateway.stop();
  await database.drop();
});
