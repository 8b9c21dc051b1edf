import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@tus/server';
import { Fault } from '../../server/faults';
import { BackendUnavailableError, KeyTakenError, type Backend } from '../../server/storage/backends/backend';
import { createFileBackend } from '../../server/storage/backends/file';
import { createS3Backend, type S3Options } from '../../server/storage/backends/s3';
import { emptyFolder, eventually } from '../helpers/process';
import { S3_BUCKET, S3_KEYS, startS3, type S3Server } from '../helpers/s3';
import { openSmallDisk } from '../helpers/smallDisk';
import { listed } from './backendContract';

const MB = 1024 * 1024;
const bytesOf = (size: number) => Readable.from([randomBytes(size)]);

describe('files', () => {
  test('of a write to a full disk nothing stays, and it is told as trouble that passes', async () => {
    const disk = await openSmallDisk(6);
    if (!disk) throw new Error('this test mounts a small disk');
    try {
      const backend = createFileBackend({ root: path.join(disk.folder, 'bytes') });
      const kept = randomUUID();
      await backend.write(kept, Readable.from(['kept']));
      const stream = Readable.from(Array.from({ length: 200 }, () => Buffer.alloc(65_536, 'x')));
      await expect(backend.write(randomUUID(), stream)).rejects.toThrow(BackendUnavailableError);
      expect(stream.destroyed).toBe(true);
      expect((await listed(backend)).map(({ key }) => key)).toEqual([kept]);
      await disk.fill();
      await expect(backend.check()).rejects.toThrow(/cannot be kept in .*: the disk is full\.$/);
      await disk.free();
      await backend.check();
    } finally {
      await disk.remove();
    }
  });

  test('a root that is no folder is a fault that says so', async () => {
    const root = path.join(await emptyFolder(), 'taken');
    await writeFile(root, 'a file');
    const backend = createFileBackend({ root: path.join(root, 'bytes') });
    await expect(backend.check()).rejects.toThrow(Fault);
    await expect(backend.write(randomUUID(), bytesOf(1))).rejects.toThrow(BackendUnavailableError);
    expect(() => backend.resumable()).toThrow(BackendUnavailableError);
  });

  test('what a killed process left half finished is listed, blocks its key alone and is removed', async () => {
    const root = await emptyFolder();
    const backend = createFileBackend({ root });
    const key = `ab${randomUUID().slice(2)}`;
    await mkdir(path.join(root, 'ab'));
    await writeFile(path.join(root, 'ab', `${key}.part`), 'half');
    await writeFile(path.join(root, 'ab', 'a stranger’s'), '');
    await mkdir(path.join(root, 'lost+found'));
    expect(await listed(backend)).toMatchObject([{ key, size: 4 }]);
    expect(await backend.size(key)).toBeUndefined();
    await expect(backend.write(key, bytesOf(1))).rejects.toThrow(KeyTakenError);
    await backend.remove([key]);
    expect(await readdir(path.join(root, 'ab'))).toEqual(['a stranger’s']);
    await backend.write(key, Readable.from(['whole']));
    expect(await text(await backend.read(key))).toBe('whole');
    await rm(root, { recursive: true });
    expect(await listed(backend)).toEqual([]);
  });
});

describe('S3', () => {
  let server: S3Server;
  let backend: Backend;
  const options = (): S3Options => ({
    ...{
      ...S3_KEYS,
      endpoint: server.endpoint,
      region: 'us-east-1',
      bucket: S3_BUCKET,
      forcePathStyle: true,
    },
    ...{ copyAtOnceBytes: 5 * MB, copyPartBytes: 2 * MB },
  });
  beforeAll(async () => {
    server = await startS3();
    backend = createS3Backend(options());
  });
  beforeEach(() => {
    server.seen.length = 0;
    server.refuse = () => undefined;
  });
  afterAll(async () => {
    await backend.close();
    await server.close();
  });

  test('what is too large to be copied at once is copied in parts', async () => {
    const [key, copy, bytes] = [randomUUID(), randomUUID(), randomBytes(5 * MB + 1)];
    await backend.write(key, Readable.from([bytes]));
    await backend.copy(key, copy);
    expect((await buffer(await backend.read(copy))).equals(bytes)).toBe(true);
    expect(server.seen.filter((call) => call === 'PUT partNumber uploadId')).toHaveLength(3);
  });

  test('of a copy in parts that fails nothing stays', async () => {
    const key = randomUUID();
    await backend.write(key, bytesOf(6 * MB));
    const before = await server.lying();
    server.refuse = (call, { query }) =>
      call === 'PUT partNumber uploadId' && query.partNumber === '2' ? 'AccessDenied' : undefined;
    await expect(backend.copy(key, randomUUID())).rejects.toThrow(BackendUnavailableError);
    expect(await server.lying()).toEqual(before);
  });

  test('a part that fails ends the upload at once; nothing of it stays', async () => {
    const before = await server.lying();
    let sent = 0;
    const stream = Readable.from(
      (function* () {
        for (; sent < 400; sent += 1) yield Buffer.alloc(MB, 'x');
      })(),
    );
    // The first alone: those behind it would go on.
    server.refuse = (_, { query }) => (query.partNumber === '1' ? 'AccessDenied' : undefined);
    await expect(backend.write(randomUUID(), stream)).rejects.toThrow('AccessDenied');
    expect(stream.destroyed).toBe(true);
    expect(sent).toBeLessThan(60);
    expect(await server.lying()).toEqual(before);
  });

  test('of an upload that is cut off while its parts wait for the store no file stays open', async () => {
    const store = backend.resumable();
    const id = randomUUID();
    await store.create(new Upload({ id, size: 99 * MB, offset: 0 }));
    let letGo = () => {};
    const isHeld = new Promise<undefined>((resolve) => (letGo = () => resolve(undefined)));
    server.refuse = (call) => (call === 'PUT partNumber uploadId' ? isHeld : undefined);
    const source = new PassThrough();
    const written = store.write(source, id, 0).catch((error: unknown) => error);
    for (let sent = 0; sent < 40; sent++) source.write(Buffer.alloc(MB));
    await eventually(() => expect(server.seen.filter((call) => call.startsWith('PUT part'))).toHaveLength(4));
    source.destroy(new Error('the client has left'));
    letGo();
    expect(await written).toMatchObject({ message: 'the client has left' });
    // Whatever comes late would have come with the answer to another request.
    await store.getUpload(id);
    expect(await openParts()).toEqual([]);
    await backend.remove([id]);
  });

  test('uploads of a killed process are listed once and removed with their keys, no others', async () => {
    const client = new S3Client({ ...options(), credentials: S3_KEYS });
    const [key, other] = [randomUUID(), randomUUID()];
    for (const Key of [key, key, other])
      await client.send(new CreateMultipartUploadCommand({ Bucket: S3_BUCKET, Key }));
    client.destroy();
    const half = (await listed(backend)).filter((each) => each.key === key || each.key === other);
    expect(half.map((each) => each.key)).toEqual([key, other].sort());
    await backend.remove([key]);
    const left = (await listed(backend)).map((each) => each.key);
    expect(left).toContain(other);
    expect(left).not.toContain(key);
  });

  test('a busy store is asked again', async () => {
    let refusals = 0;
    server.refuse = (call) => (call === 'HEAD' && (refusals += 1) < 3 ? 'SlowDown' : undefined);
    expect(await backend.size(randomUUID())).toBeUndefined();
    expect(refusals).toBe(3);
  });

  test.each([
    ['a store that is not there', { endpoint: '' }, /S3_ENDPOINT does not answer \(ECONNREFUSED\)/],
    ['an unknown key', { accessKeyId: 'AKIAWRONG' }, /S3_ACCESS_KEY_ID is not known/],
    ['a bucket that is not there', { bucket: 'nowhere' }, /S3_BUCKET names no bucket/],
  ])('%s: a fault that says so, and no secret in any error', async (_, changed, said) => {
    const given = { ...options(), ...changed };
    if (given.endpoint === '') given.endpoint = `http://127.0.0.1:${await closedPort()}`;
    const ill = createS3Backend(given);
    const fault: unknown = await ill.check().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Fault);
    expect((fault as Error).message).toMatch(said);
    const key = randomUUID();
    const asked = [
      ill.write(key, bytesOf(1)),
      ill.read(key),
      ill.copy(key, randomUUID()),
      ill.remove([key]),
      listed(ill),
      ill.resumable().getUpload(key),
    ];
    const ends = await Promise.allSettled(asked);
    const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as Error] : []));
    // Without a body, HEAD does not tell a bucket from a key that is missing.
    if (given.bucket === S3_BUCKET) {
      expect(errors.length).toBeGreaterThanOrEqual(4);
      for (const error of errors) expect(error).toBeInstanceOf(BackendUnavailableError);
    }
    for (const error of [fault as Error, ...errors]) {
      const all = JSON.stringify(error, Object.getOwnPropertyNames(error)) + error.message;
      for (const secret of [given.secretAccessKey, given.accessKeyId]) expect(all).not.toContain(secret);
    }
    await ill.close();
  });
});

test('an endpoint with a password in it is refused without telling it', () => {
  const given = { endpoint: 'http://someone:password@127.0.0.1', region: 'us-east-1', bucket: S3_BUCKET };
  expect(() => createS3Backend(given)).toThrow(/^S3_ENDPOINT names a user(?!.*password)/);
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Files of parts that this process holds open, where a system tells. */
async function openParts(): Promise<string[]> {
  const folder = '/proc/self/fd';
  const files = (await readdir(folder).catch(() => [])).map((each) =>
    readlink(path.join(folder, each)).catch(() => ''),
  );
  return (await Promise.all(files)).filter((name) => /[/][\w-]{10}-\d+$/.test(name));
}
