import { buffer } from 'node:stream/consumers';
import type { Backend } from '../backends/backend';
import { detectType, HEAD_BYTES } from '../contentType';
import type { RunAs, StorageCaller } from '../database';
import { StorageError, type StorageCode } from '../errors';
import { finishUpload, metadataOf, releaseUpload } from '../objects';
import { findRecord, type UploadRecord } from './records';

export interface CompletionParts {
  run: RunAs;
  backend: Backend;
  caller: StorageCaller;
  byToken: boolean;
}

/** Refusals that another try could turn into success: what was stored is kept for it. */
const PASSING: readonly StorageCode[] = ['ServiceUnavailable', 'SlowDown', 'ResourceLocked', 'InternalError'];

/**
 * Makes the object of an upload whose bytes are all there. May be asked again, after a crash at any point too: the
 * object is made once.
 * @throws StorageError what the caller may not do (any more), or the bucket does not take: the upload is over then
 */
export async function completeUpload(
  { run, backend, caller, byToken }: CompletionParts,
  { version, place, upsert, declaredType, cacheControl, userMetadata }: UploadRecord,
): Promise<void> {
  await backend.adopt(version);
  try {
    const size = (await backend.size(version)) ?? 0;
    const type = await detectType(await headOf(backend, version, size), declaredType, place.name);
    await finishUpload(run, caller, place, {
      ...{ version, upsert, userMetadata },
      metadata: metadataOf({ version, size, type, cacheControl }),
    });
  } catch (error) {
    if (!(error instanceof StorageError) || PASSING.includes(error.code)) throw error;
    // Of two who complete it at once, as when one's lock ran out, the other one may have.
    const now = await findRecord(run, caller, version, byToken);
    if (now?.state === 'live') return;
    await releaseUpload(run, caller, version);
    throw error;
  }
}

async function headOf(backend: Backend, version: string, size: number): Promise<Buffer> {
  if (size === 0) return Buffer.alloc(0);
  return buffer(await backend.read(version, { start: 0, end: Math.min(size, HEAD_BYTES) - 1 }));
}
