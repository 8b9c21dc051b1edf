import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import S3rver, { type Context, type Store } from 's3rver';
import S3Error from 's3rver/lib/models/error';
import { emptyFolder } from './process';

/*
 * A server that speaks S3, on this machine. s3rver keeps objects, ranges, copies, batches of deletions and the parts of
 * multipart uploads. What it lacks, and what stands for it here:
 * - ListParts, AbortMultipartUpload, ListMultipartUploads (in one page) and UploadPartCopy are answered by the code
 *   below from s3rver's own folders, and so are uploads that are not there. This is our reading of the protocol and
 *   proves no other store's.
 * - A second page of ListObjectsV2 fails on every Node of today, for it makes its tokens with DES: pages are below too.
 * - `bytes=0-0` gets the whole object, and a write shows before it is whole: mended below.
 * Not there at all, so not tested: checksums and Content-MD5 (ignored), If-None-Match on writes (ignored), versions of
 * objects, signatures of version 4 (any secret will do), IAM and policies, the limit of 5 MB for a part and of 5 GB for a copy, ETags of parts when an upload is
 * completed, other regions.
 */

export const S3_KEYS = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' };
export const S3_BUCKET = 'bytes';

export interface S3Server {
  endpoint: string;
  /** What came in since the last look, such as "PUT uploadId". */
  seen: string[];
  /** Answers so instead, as long as it says something. */
  refuse: (call: string, context: Context) => Promise<string | undefined> | string | undefined;
  /** Names of all that lies there: objects, and uploads under way by their keys. */
  lying: () => Promise<string[]>;
  /** Puts objects there past the protocol, which takes its time with many. */
  lay: (keys: string[], text: string) => Promise<void>;
  close(): Promise<void>;
}

export async function startS3(): Promise<S3Server> {
  const directory = await emptyFolder();
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, directory },
    configureBuckets: [{ name: S3_BUCKET }],
  });
  const own: S3Server = {
    endpoint: '',
    seen: [],
    refuse: () => undefined,
    lying: async () => {
      const names = await readdir(path.join(directory, S3_BUCKET), { recursive: true });
      // A part that comes in after its upload was ended makes the folder anew; without a key it is no upload.
      return names.filter((name) => /^[^.].*_S3rver_object$|_S3rver_uploads\/[^/]+\/key$/.test(name)).sort();
    },
    lay: async (keys, text) => {
      for (const key of keys) {
        const place = server.store.getResourcePath(S3_BUCKET, key, 'object');
        await mkdir(path.dirname(place), { recursive: true });
        await writeFile(place, text);
      }
    },
    close: async () => {
      server.httpServer.closeAllConnections();
      await server.close();
    },
  };
  const getObject = server.store.getObject.bind(server.store);
  server.store.getObject = (bucket, key, range) => {
    const zero = range && 'end' in range && range.end === 0;
    // It takes the number 0 for none.
    return getObject(bucket, key, zero ? { ...range, end: { valueOf: () => 0 } } : range);
  };
  const putObject = server.store.putObject.bind(server.store);
  server.store.putObject = async (object) => {
    const { key } = object;
    // It writes where others read.
    object.key = `.half-${randomUUID()}`;
    const result = await putObject(object);
    for (const each of ['object.md5', 'metadata.json', 'object']) {
      const place = server.store.getResourcePath(object.bucket, key, each);
      await mkdir(path.dirname(place), { recursive: true });
      await rename(server.store.getResourcePath(object.bucket, object.key, each), place);
    }
    object.key = key;
    return result;
  };
  // Before the router, behind what makes XML of bodies.
  server.middleware.splice(-1, 0, async (context, next) => {
    const call = [context.method, ...Object.keys(context.query).filter((name) => name !== 'x-id')].join(' ');
    own.seen.push(call);
    const refusal = await own.refuse(call, context);
    if (refusal) throw new S3Error(refusal, `refused: ${refusal}`);
    await answer(server.store, context, next);
  });
  own.endpoint = `http://127.0.0.1:${(await server.run()).port}`;
  return own;
}

async function answer(store: Store, context: Context, next: () => Promise<void>): Promise<void> {
  const { method, query } = context;
  const [, bucket = '', ...rest] = context.path.split('/');
  const key = decodeURIComponent(rest.join('/'));
  const uploads = store.getResourcePath(bucket, undefined, 'uploads');
  if (method === 'GET' && key === '' && 'uploads' in query) {
    context.body = { ListMultipartUploadsResult: await listUploads(uploads, query.prefix ?? '') };
    return;
  }
  if (method === 'GET' && query['list-type'] === '2') {
    context.body = { ListBucketResult: await listPage(store, bucket, query) };
    return;
  }
  if (query.uploadId === undefined) return next();
  const folder = path.join(uploads, path.basename(query.uploadId));
  if ((await readFile(path.join(folder, 'key'), 'utf8').catch(() => undefined)) !== key)
    throw new S3Error('NoSuchUpload', 'there is no such upload');
  const source = context.headers['x-amz-copy-source'];
  if (method === 'GET')
    context.body = { ListPartsResult: { IsTruncated: false, Part: await listParts(folder) } };
  else if (method === 'DELETE') {
    // In one step: a part may still be on its way there.
    const gone = path.join(path.dirname(uploads), `.gone-${randomUUID()}`);
    await rename(folder, gone);
    await rm(gone, { recursive: true, force: true, maxRetries: 5 });
    context.status = 204;
  } else if (method === 'PUT' && source !== undefined) {
    const [from = '', ...names] = decodeURIComponent(source).split('/');
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(context.headers['x-amz-copy-source-range'] ?? '') ?? [];
    const range = { start: Number(start), end: Number(end) };
    const found = await store.getObject(from, names.join('/'), range);
    if (!found) throw new S3Error('NoSuchKey', 'there is no such object');
    const { md5 } = await store.putPart(bucket, query.uploadId, query.partNumber ?? '', found.content);
    context.body = { CopyPartResult: { ETag: `"${md5}"`, LastModified: new Date().toISOString() } };
  } else await next();
}

async function listPage(store: Store, bucket: string, query: Context['query']): Promise<object> {
  const token = query['continuation-token'];
  const startAfter = token ? Buffer.from(token, 'base64').toString() : query['start-after'];
  const { objects, isTruncated } = await store.listObjects(bucket, {
    ...{ prefix: query.prefix, startAfter, maxKeys: Number(query['max-keys'] ?? 1_000) },
  });
  const Contents = objects.map((each) => ({
    ...{ Key: each.key, Size: each.size, LastModified: each.lastModifiedDate.toISOString() },
  }));
  const last = objects.at(-1)?.key ?? '';
  const more = isTruncated ? { NextContinuationToken: Buffer.from(last).toString('base64') } : {};
  return { IsTruncated: isTruncated, ...more, Contents };
}

async function listUploads(folder: string, prefix: string): Promise<object> {
  const ids = await readdir(folder).catch(() => []);
  const found = await Promise.all(
    ids.map(async (UploadId) => ({
      ...{ UploadId, Key: await readFile(path.join(folder, UploadId, 'key'), 'utf8').catch(() => '') },
      Initiated: new Date().toISOString(),
    })),
  );
  const Upload = found.filter(({ Key }) => Key !== '' && Key.startsWith(prefix));
  Upload.sort((a, b) => (a.Key < b.Key ? -1 : 1));
  return { IsTruncated: false, Upload };
}

async function listParts(folder: string): Promise<object[]> {
  const numbers = (await readdir(folder)).filter((name) => /^\d+$/.test(name)).map(Number);
  const parts = numbers
    .sort((a, b) => a - b)
    .map(async (PartNumber) => {
      const part = path.join(folder, String(PartNumber));
      const md5 = await readFile(`${part}.md5`, 'utf8').catch(() => undefined);
      // Without it the part is on its way still.
      return md5 === undefined ? [] : [{ PartNumber, Size: (await stat(part)).size, ETag: `"${md5}"` }];
    });
  return (await Promise.all(parts)).flat();
}
