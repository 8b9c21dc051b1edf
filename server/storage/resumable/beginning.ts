import type { RunAs, StorageCaller } from '../database';
import { isAllowed, readMediaType } from '../mediaTypes';
import { beginUpload, releaseUpload, type Reservation } from '../objects';
import { notTaken, tooLarge } from '../upload';
import { openRecord } from './records';
import { readSaid } from './said';
import { KEEP_SECONDS } from './store';

export interface Beginning {
  /** The header `Upload-Metadata`. */
  said: string;
  upsert: boolean;
  byToken: boolean;
  /** Undefined: to be told with a later piece. */
  length: number | undefined;
  sizeMax: number;
}

/**
 * Everything that can be refused before the first byte is refused here, and nothing of it stays.
 * @throws StorageError AccessDenied, KeyAlreadyExists, NoSuchBucket, EntityTooLarge, InvalidMimeType, and of the names
 */
export async function beginResumable(
  run: RunAs,
  caller: StorageCaller,
  { said, upsert, byToken, length, sizeMax }: Beginning,
): Promise<Reservation> {
  const { place, declaredType } = readSaid(said);
  const reservation = await beginUpload(run, caller, place, { upsert, keepSeconds: KEEP_SECONDS, sizeMax });
  const { version, sizeLimit, types } = reservation;
  try {
    if (length !== undefined && length > sizeLimit) throw tooLarge(sizeLimit);
    checkType(declaredType, place.bucket, types);
    await openRecord(run, caller, { version, said, upsert, byToken, length, sizeLimit });
  } catch (error) {
    await releaseUpload(run, caller, version).catch(() => undefined);
    throw error;
  }
  return reservation;
}

/** What is declared as anything may turn out to be something that the bucket takes. */
function checkType(declared: string | undefined, bucket: string, types: string[] | null): void {
  if (!declared?.trim()) return;
  const { type } = readMediaType(declared);
  if (type === 'application/octet-stream' || isAllowed(type, types)) return;
  throw notTaken(type, bucket, types);
}
