import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Server, Upload as Growing } from '@tus/server';
import { Upload } from 'tus-js-client';
import { MissingBytesError } from '../../server/storage/backends/backend';
import { listed, type Place } from './backendContract';

const MB = 1024 * 1024;

/** Uploads by the real client against a tus server that has nothing but the backend's store. */
export function growsUploads(at: () => Place): void {
  let http: HttpServer;
  let address: string;
  let key: string;

  beforeAll(async () => {
    const server = new Server({
      ...{ path: '/files', datastore: at().backend.resumable(), namingFunction: () => key },
    });
    http = createServer((request, response) => void server.handle(request, response));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(http.address() as AddressInfo).port}/files`;
  });
  beforeEach(() => {
    key = randomUUID();
  });
  afterAll(async () => {
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });

  /** @param stopAt gives up, by cutting the connection, when so many bytes have gone out */
  async function send(bytes: Buffer, stopAt?: number, url?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const upload = new Upload(bytes, {
        ...{ endpoint: address, chunkSize: 6 * MB, retryDelays: null, onError: reject },
        ...(url ? { uploadUrl: url } : {}),
        onSuccess: () => resolve(upload.url ?? ''),
        onProgress: (sent) => {
          if (stopAt !== undefined && sent >= stopAt)
            upload.abort().then(() => resolve(upload.url ?? ''), reject);
        },
      });
      upload.start();
    });
  }

  test('an upload that is cut off is carried on with, adopted, and nothing else of it stays', async () => {
    const { backend } = at();
    const before = await at().lying();
    const bytes = randomBytes(17 * MB);
    const url = await send(bytes, 7 * MB);
    expect(url).toBe(`${address}/${key}`);
    await expect(backend.adopt(key)).rejects.toThrow(MissingBytesError);
    await send(bytes, undefined, url);
    await backend.adopt(key);
    expect((await buffer(await backend.read(key))).equals(bytes)).toBe(true);
    expect(await backend.size(key)).toBe(17 * MB);
    expect((await listed(backend)).filter((each) => each.key === key)).toMatchObject([{ size: 17 * MB }]);
    // Whoever was killed after it does it again.
    await backend.adopt(key);
    await backend.remove([key]);
    expect(await at().lying()).toEqual(before);
  });

  test('a small upload and one of nothing are adopted', async () => {
    for (const bytes of [Buffer.from('small'), Buffer.alloc(0)]) {
      key = randomUUID();
      await send(bytes);
      await at().backend.adopt(key);
      expect((await buffer(await at().backend.read(key))).equals(bytes)).toBe(true);
    }
  });

  test('a half-finished upload is listed once, is no file, and is removed with all it left', async () => {
    const { backend } = at();
    const before = await at().lying();
    await send(randomBytes(20 * MB), 13 * MB);
    await expect(backend.read(key)).rejects.toThrow(MissingBytesError);
    expect(await backend.size(key)).toBeUndefined();
    expect((await listed(backend)).filter((each) => each.key === key)).toHaveLength(1);
    await backend.remove([key]);
    expect(await at().lying()).toEqual(before);
    const gone = await fetch(`${address}/${key}`, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
    expect(gone.status).toBe(404);
  });

  test.each([
    ['half-finished', 7 * MB],
    ['finished', undefined],
  ])('the client takes a %s upload back', async (_, stopAt) => {
    const before = await at().lying();
    const url = await send(randomBytes(13 * MB), stopAt);
    await Upload.terminate(url);
    expect(await at().lying()).toEqual(before);
  });

  test('clients that send nothing more hold no other client up', async () => {
    const store = at().backend.resumable();
    const grow = async (bytes: Readable, size: number) => {
      const id = randomUUID();
      await store.create(new Growing({ id, size, offset: 0 }));
      return { id, offset: store.write(bytes, id, 0) };
    };
    const stalled = Array.from({ length: 9 }, () => new PassThrough());
    const held = await Promise.all(stalled.map((bytes) => grow(bytes, 100)));
    for (const bytes of stalled) bytes.write('begun');
    const other = await grow(Readable.from([randomBytes(9 * MB)]), 9 * MB);
    await expect(other.offset).resolves.toBe(9 * MB);
    for (const bytes of stalled) bytes.end();
    expect(await Promise.all(held.map(({ offset }) => offset))).toEqual(stalled.map(() => 5));
    await at().backend.remove([other.id, ...held.map(({ id }) => id)]);
  });

  test.each(['../x', 'x', `${randomUUID()}.info`, `${randomUUID()}.json`, '..%2f..%2fetc%2fpasswd'])(
    'the store knows no upload called %j',
    async (id) => {
      const store = at().backend.resumable();
      const before = await at().lying();
      for (const ask of [
        store.getUpload(id),
        store.remove(id),
        store.declareUploadLength(id, 1),
        store.write(Readable.from(['x']), id, 0),
      ])
        await expect(ask).rejects.toMatchObject({ status_code: 404 });
      key = id;
      await expect(send(Buffer.from('x'))).rejects.toThrow();
      expect(await at().lying()).toEqual(before);
    },
  );
}
