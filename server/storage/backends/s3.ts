import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { addAbortSignal, Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { ERRORS } from '@tus/server';
import { Fault } from '../../faults';
import { KeyTakenError, MissingBytesError, type Backend, type ByteRange } from './backend';
import { unavailable } from './disk';
import { guardUploads, requireKey } from './keys';
import { requireRange } from './ranges';
import { describeS3Fault, isMissing, nameOf, translateS3 } from './s3Errors';
import { UPLOAD_ENDINGS, listStored, multipartUploads } from './s3Listing';
import { ResumableS3Store } from './s3Resumable';
import { copyInParts, copyWhole, uploadStream } from './s3Uploads';

export interface S3Options {
  /** Of a store that is not Amazon's. */
  endpoint?: string;
  region: string;
  bucket: string;
  /** Stands before every key, such as `reigh/`. */
  prefix?: string;
  /** Without the two, what the machine or its environment gives (a role, a profile). */
  accessKeyId?: string;
  secretAccessKey?: string;
  /** Buckets as folders of the endpoint, not as names before it: most stores that are not Amazon's. */
  forcePathStyle?: boolean;
  /** What is larger is copied in parts of so many bytes. S3 copies 5 GB at once at most. */
  copyAtOnceBytes?: number;
  copyPartBytes?: number;
  connectTimeoutMs?: number;
}

/** Each reader holds a connection as long as its client takes: more than the SDK's 50. */
const CONNECTIONS = 500;
/** Until an answer begins; a part may be on its way over a slow line for that long. */
const ANSWER_TIMEOUT_MS = 120_000;
const DELETED_AT_ONCE = 1_000;
/** Questions for half-finished uploads that are under way at once. */
const QUESTIONS = 16;
const GIB = 1024 ** 3;

/** Bytes as objects of a store that speaks S3. */
export function createS3Backend(options: S3Options): Backend {
  const { bucket: Bucket, prefix = '', copyAtOnceBytes = 5 * GIB, copyPartBytes = GIB / 2 } = options;
  const config = configure(options);
  const client = new S3Client(config);
  let store: ResumableS3Store | undefined;
  const place = (key: string) => ({ Bucket, Key: prefix + requireKey(key) });

  return {
    kind: 's3',
    write: async (key, bytes, signal) => {
      bytes.on('error', () => undefined);
      try {
        signal?.throwIfAborted();
        // Not by If-None-Match: not every store knows it on writes. No key is given out twice.
        if ((await sizeOf(key)) !== undefined) throw new KeyTakenError(key);
        return await uploadStream(client, place(key), bytes, signal);
      } catch (error) {
        throw translateS3(error);
      } finally {
        bytes.destroy();
      }
    },
    read: async (key, range, signal) => {
      signal?.throwIfAborted();
      const stream = await openObject(key, range, signal);
      return signal ? addAbortSignal(signal, stream) : stream;
    },
    copy: async (from, to) => {
      const [size, taken] = await Promise.all([sizeOf(from), sizeOf(to)]);
      if (size === undefined) throw new MissingBytesError(from);
      if (taken !== undefined) throw new KeyTakenError(to);
      const source = `${Bucket}/${place(from).Key}`.split('/').map(encodeURIComponent).join('/');
      try {
        if (size <= copyAtOnceBytes) await copyWhole(client, source, place(to));
        else await copyInParts(client, source, place(to), size, copyPartBytes);
      } catch (error) {
        throw isMissing(error) ? new MissingBytesError(from) : translateS3(error);
      }
    },
    remove: forget,
    size: sizeOf,
    list: async function* (after) {
      try {
        yield* listStored(client, Bucket, prefix, after);
      } catch (error) {
        throw translateS3(error);
      }
    },
    resumable: uploads,
    adopt: async (key) => {
      // The last part has made it an object of its key; what is beside it has done its duty.
      if ((await sizeOf(key)) === undefined) await finishUpload(key);
      try {
        await deleteObjects(UPLOAD_ENDINGS.map((end) => place(key).Key + end));
      } catch (error) {
        throw translateS3(error);
      }
    },
    check: async () => {
      const probe = { Bucket, Key: `${prefix}check` };
      try {
        await client.send(new PutObjectCommand({ ...probe, Body: 'an object can be kept here\n' }));
        await client.send(new DeleteObjectCommand(probe));
      } catch (error) {
        throw describeS3Fault(error);
      }
    },
    close: async () => {
      client.destroy();
      store?.close();
    },
  };

  function uploads(): ResumableS3Store {
    store ??= guardUploads(
      new ResumableS3Store(config, Bucket, prefix, (key) => forget([key])),
      // Its parts lie on a disk of this machine first.
      (error) => translateS3(unavailable(error)),
    ) as ResumableS3Store;
    return store;
  }

  async function forget(keys: readonly string[]): Promise<void> {
    const names = keys.map((key) => place(key).Key);
    try {
      // First what could still become an object.
      await abortUploads(names);
      await deleteObjects(names.flatMap((name) => ['', ...UPLOAD_ENDINGS].map((end) => name + end)));
    } catch (error) {
      throw translateS3(error);
    }
  }

  /** One of no bytes has no last part, and whoever was to finish it may have been killed. */
  async function finishUpload(key: string): Promise<void> {
    try {
      const { size, offset } = await uploads().getUpload(key);
      if (size === undefined || size !== offset) throw new MissingBytesError(key);
      await uploads().write(Readable.from([]), key, offset);
    } catch (error) {
      const isUnknown = error === ERRORS.FILE_NOT_FOUND || nameOf(error) === 'NoSuchUpload';
      throw isUnknown ? new MissingBytesError(key) : translateS3(error);
    }
  }

  async function sizeOf(key: string): Promise<number | undefined> {
    try {
      return (await client.send(new HeadObjectCommand(place(key)))).ContentLength;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw translateS3(error);
    }
  }

  async function openObject(key: string, range?: ByteRange, abortSignal?: AbortSignal): Promise<Readable> {
    if (range) requireRange(range);
    const Range = range && `bytes=${range.start}-${range.end}`;
    try {
      const { Body, ContentRange } = await client.send(new GetObjectCommand({ ...place(key), Range }), {
        abortSignal,
      });
      const stream = Body as Readable;
      if (!range || ContentRange?.startsWith(`bytes ${range.start}-`)) return stream;
      stream.destroy();
      throw new Error('the S3 store does not heed ranges');
    } catch (error) {
      if (isMissing(error)) throw new MissingBytesError(key);
      const isBehind = nameOf(error) === 'InvalidRange';
      throw isBehind ? new RangeError(`there are no bytes from ${range?.start}`) : translateS3(error);
    }
  }

  async function abortUploads(names: string[]): Promise<void> {
    const waiting = names.values();
    const work = async () => {
      // Name by name: MinIO knows no other prefix than a whole one.
      for (const Key of waiting)
        for await (const { Key: found, UploadId } of multipartUploads(client, Bucket, Key))
          if (found === Key) await abort(Key, UploadId);
    };
    const works = await Promise.allSettled(Array.from({ length: QUESTIONS }, work));
    for (const each of works) if (each.status === 'rejected') throw each.reason;
  }

  async function abort(Key: string, UploadId?: string): Promise<void> {
    try {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    } catch (error) {
      if (nameOf(error) !== 'NoSuchUpload') throw error;
    }
  }

  async function deleteObjects(names: string[]): Promise<void> {
    for (let at = 0; at < names.length; at += DELETED_AT_ONCE) {
      const Objects = names.slice(at, at + DELETED_AT_ONCE).map((Key) => ({ Key }));
      const { Errors } = await client.send(
        new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
      );
      const [first] = Errors ?? [];
      if (first) throw translateS3(Object.assign(new Error(), { name: first.Code ?? 'InternalError' }));
    }
  }
}

function configure(options: S3Options): S3ClientConfig {
  const {
    endpoint,
    region,
    accessKeyId,
    secretAccessKey,
    forcePathStyle,
    connectTimeoutMs = 5_000,
  } = options;
  // An address is told in errors; what opens the store is not.
  if (endpoint !== undefined && new URL(endpoint).username !== '')
    throw new Fault('S3_ENDPOINT names a user: S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are for that.');
  const sockets = { keepAlive: true, maxSockets: CONNECTIONS };
  return {
    endpoint,
    region,
    forcePathStyle,
    credentials: accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined,
    // Many stores do not know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    retryMode: 'standard',
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: ANSWER_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: new HttpAgent(sockets),
      httpsAgent: new HttpsAgent(sockets),
    },
  };
}
