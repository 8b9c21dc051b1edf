import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';

/** Parts on their way at once. With the part being gathered, joined, an upload holds (2 + 2) × 8 MiB. */
const PARTS_AT_ONCE = 2;
/** S3 takes 10,000 parts: 80 GB. Smaller files than a part are sent as they are, in one request. */
const PART_BYTES = 8 * 1024 * 1024;

export interface Place {
  Bucket: string;
  Key: string;
}

/** Sends a stream of unknown length. Either all of it is there in the end or nothing. @returns its bytes */
export async function uploadStream(
  client: S3Client,
  place: Place,
  bytes: Readable,
  signal?: AbortSignal,
): Promise<number> {
  let size = 0;
  let failure: unknown;
  // Its answer may be lost after the store has kept the bytes.
  let mayBeThere = false;
  const counted = new Transform({
    transform: (chunk: Buffer, _encoding, done) => ((size += chunk.length), done(null, chunk)),
  });
  counted.on('error', () => undefined);
  const stopping = new AbortController();
  const sender = Object.create(client) as S3Client;
  const send = async (command: Parameters<S3Client['send']>[0]) => {
    const sendsBytes = command instanceof UploadPartCommand || command instanceof PutObjectCommand;
    if (command instanceof PutObjectCommand || command instanceof CompleteMultipartUploadCommand)
      mayBeThere = true;
    // What begins and ends an upload is let through: cut off, nobody would know whether it was done.
    return client
      .send(command, sendsBytes ? { abortSignal: stopping.signal } : {})
      .catch((error: unknown) => {
        // One part that fails ends the others; otherwise all the rest would be sent for nothing.
        failure ??= error;
        counted.destroy(error as Error);
        throw error;
      });
  };
  Object.assign(sender, { send });
  const feeding = pipeline(bytes, counted, { signal }).catch((error: unknown) => {
    failure ??= error;
    stopping.abort();
  });
  const upload = new Upload({
    client: sender,
    params: { ...place, Body: counted },
    queueSize: PARTS_AT_ONCE,
    partSize: PART_BYTES,
  });
  try {
    await upload.done();
    await feeding;
    return size;
  } catch (error) {
    counted.destroy();
    await feeding;
    if (mayBeThere) await client.send(new DeleteObjectCommand(place)).catch(() => undefined);
    throw failure ?? error;
  }
}

/** Copies within the store, in parts: one request copies 5 GB at most. All of it or nothing. */
export async function copyInParts(
  client: S3Client,
  source: string,
  target: Place,
  size: number,
  partBytes: number,
): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  try {
    const count = Math.ceil(size / partBytes);
    const parts: { PartNumber: number; ETag?: string }[] = [];
    const numbers = Array.from({ length: count }, (_, at) => at + 1).values();
    const work = async () => {
      for (const PartNumber of numbers) {
        const start = (PartNumber - 1) * partBytes;
        const end = Math.min(size, start + partBytes) - 1;
        const CopySourceRange = `bytes=${start}-${end}`;
        const part = { ...target, UploadId, PartNumber, CopySource: source, CopySourceRange };
        const { CopyPartResult } = await client.send(new UploadPartCopyCommand(part));
        parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
      }
    };
    const copies = await Promise.allSettled(Array.from({ length: 4 }, work));
    for (const copy of copies) if (copy.status === 'rejected') throw copy.reason;
    parts.sort((a, b) => a.PartNumber - b.PartNumber);
    const finished = { ...target, UploadId, MultipartUpload: { Parts: parts } };
    await client.send(new CompleteMultipartUploadCommand(finished));
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
    throw error;
  }
}

export async function copyWhole(client: S3Client, source: string, target: Place): Promise<void> {
  await client.send(new CopyObjectCommand({ ...target, CopySource: source }));
}
