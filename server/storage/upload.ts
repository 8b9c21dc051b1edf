import { Transform, type Readable } from 'node:stream';
import type { Backend } from './backends/backend';
import { detectType, HEAD_BYTES } from './contentType';
import type { RunAs, StorageCaller } from './database';
import { StorageError } from './errors';
import { finishUpload, keepUpload, metadataOf, releaseUpload, type Place, type Reservation } from './objects';
import { isAllowed } from './mediaTypes';
import { CutOffError, peek } from './peek';

/** What is stored, and what is said of it. */
export interface Content {
  bytes: Readable;
  /** As the caller names it: what it is, is for its first bytes to say. */
  declaredType: string | undefined;
  cacheControl: string;
  contentEncoding: string | undefined;
  userMetadata: Record<string, unknown> | undefined;
}

export interface Upload {
  place: Place;
  reservation: Reservation;
  upsert: boolean;
  content: Content;
  /** Is told how many bytes have come, each time that some come. */
  notice?: (bytes: number) => void;
}

/** How long the upload of a gateway that died is waited for; one that lives is kept on while its bytes come. */
export const KEEP_SECONDS = 90;
const KEEP_EVERY_MS = (KEEP_SECONDS * 1000) / 3;

/**
 * Stores the bytes, then makes the object: until then nobody sees anything of it, and of one that fails nothing stays.
 * @returns the id of the object
 * @throws StorageError EntityTooLarge, InvalidMimeType, and what the caller may not do any more
 */
export async function storeUpload(
  { run, backend }: { run: RunAs; backend: Backend },
  caller: StorageCaller,
  { place, reservation, upsert, content, notice }: Upload,
  signal: AbortSignal,
): Promise<string> {
  const { version } = reservation;
  const keeping = setInterval(() => {
    // Failing that it is given up in time, and says so at its end.
    void keepUpload(run, caller, version, KEEP_SECONDS).catch(() => undefined);
  }, KEEP_EVERY_MS);
  try {
    const { head, whole } = await peek(content.bytes, HEAD_BYTES);
    const type = await typeOf(head, content, place.name);
    if (!isAllowed(type, reservation.types)) throw notTaken(type, place.bucket, reservation.types);
    const size = await writeBounded(
      backend,
      version,
      whole,
      { limit: reservation.sizeLimit, notice },
      signal,
    );
    return await finishUpload(run, caller, place, {
      ...{ version, upsert, userMetadata: content.userMetadata },
      metadata: metadataOf({ ...content, version, size, type }),
    });
  } catch (error) {
    content.bytes.resume();
    await releaseUpload(run, caller, version).catch(() => undefined);
    throw error;
  } finally {
    clearInterval(keeping);
  }
}

export function notTaken(type: string, bucket: string, types: string[] | null): StorageError {
  return new StorageError(
    'InvalidMimeType',
    `mime type ${type} is not supported. Bucket ${bucket} takes ${(types ?? []).join(', ')}.`,
  );
}

/** What is encoded cannot be looked into. Texts alone come like that: anything else would be whatever it says it is. */
async function typeOf(head: Buffer, content: Content, name: string): Promise<string> {
  const { contentEncoding, declaredType } = content;
  if (contentEncoding === undefined) return detectType(head, declaredType, name);
  const type = declaredType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!/^(text\/(plain|csv|css|vtt)|application\/(json|x-ndjson|geo\+json))$/.test(type)) {
    throw new StorageError(
      'InvalidRequest',
      'Content-Encoding is taken for text/plain, text/csv and application/json. Store other files as they are.',
    );
  }
  return type;
}

async function writeBounded(
  backend: Backend,
  version: string,
  bytes: Readable,
  { limit, notice }: { limit: number; notice: Upload['notice'] },
  signal: AbortSignal,
): Promise<number> {
  let size = 0;
  let refusal: StorageError | undefined;
  const bounded = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      notice?.(chunk.length);
      if (size > limit) done((refusal = tooLarge(limit)));
      else done(null, chunk);
    },
  });
  forward(bytes, bounded);
  try {
    return await backend.write(version, bounded, signal);
  } catch (error) {
    // What went wrong with the bytes is the reason, and the store's word for it is that they ended.
    throw refusal ?? error;
  }
}

/**
 * Not `pipeline`, which would destroy the request with what reads it: its connection would stay, unread, and whoever
 * sends would neither end nor read why.
 */
function forward(bytes: Readable, bounded: Transform): void {
  const fail = (error: Error) => bounded.destroy(error);
  bytes.once('error', fail);
  bytes.once('close', () => {
    if (!bytes.readableEnded) fail(new CutOffError());
  });
  bounded.once('close', () => bytes.unpipe(bounded));
  bytes.pipe(bounded);
}

export const tooLarge = (limit: number) =>
  new StorageError('EntityTooLarge', `The object exceeded the maximum allowed size of ${limit} bytes.`);
