import type { Backend } from './backends/backend';
import { MissingBytesError } from './backends/backend';
import type { RunAs, StorageCaller } from './database';
import { StorageError } from './errors';
import {
  beginUpload,
  finishUpload,
  findObject,
  metadataOf,
  releaseUpload,
  rulesOf,
  type ObjectMetadata,
  type Place,
} from './objects';

/** A copy of any size is one request of a store, or a link: it needs no longer than this. */
const COPY_SECONDS = 3_600;

export interface CopyOptions {
  upsert: boolean;
  /** Undefined: the original's, as its type and encoding always are. */
  cacheControl?: string | undefined;
  /** Undefined: the original's. */
  userMetadata?: Record<string, unknown> | null;
  sizeMax: number;
}

/**
 * The same bytes in another place, as an object of its own.
 * @throws StorageError NoSuchKey, AccessDenied, KeyAlreadyExists, and what the other bucket does not take
 */
export async function copyObject(
  run: RunAs,
  backend: Backend,
  caller: StorageCaller,
  from: Place,
  to: Place,
  { upsert, cacheControl, userMetadata, sizeMax }: CopyOptions,
): Promise<{ id: string; metadata: ObjectMetadata; version: string }> {
  const source = await findObject(run, caller, from);
  const { version } = await beginUpload(run, caller, to, { upsert, keepSeconds: COPY_SECONDS, sizeMax });
  try {
    await backend.copy(source.version, version);
    const kept = metadataOf({
      ...{ version, size: source.metadata.size, type: source.metadata.mimetype },
      cacheControl: cacheControl ?? source.metadata.cacheControl,
      contentEncoding: source.metadata.contentEncoding,
    });
    const id = await finishUpload(run, caller, to, {
      ...{ version, upsert, metadata: kept },
      userMetadata: userMetadata === undefined ? source.user_metadata : userMetadata,
    });
    return { id, metadata: kept, version };
  } catch (error) {
    await releaseUpload(run, caller, version).catch(() => undefined);
    // Removed or replaced by somebody between the two.
    throw error instanceof MissingBytesError ? new StorageError('NoSuchKey') : error;
  }
}

/**
 * Another name for an object, in this bucket or another. Its bytes stay where they are: whoever looks sees it under one
 * of the two names.
 * @throws StorageError NoSuchKey, AccessDenied, KeyAlreadyExists, and what the other bucket does not take
 */
export async function moveObject(run: RunAs, caller: StorageCaller, from: Place, to: Place): Promise<void> {
  await run(caller, async (client) => {
    await rulesOf(client, to.bucket);
    const { rows: moved } = await client.query<{ id: string | null }>(
      'select storage.move_row($1, $2, $3, $4) as id',
      [from.bucket, from.name, to.bucket, to.name],
    );
    if (!moved[0]?.id) throw new StorageError('NoSuchKey');
  });
}

export interface RemovedObject {
  bucket_id: string;
  name: string;
  id: string;
  owner: string | null;
  version: string;
  metadata: ObjectMetadata;
  created_at: Date;
  updated_at: Date;
  last_accessed_at: Date;
}

/** Removes those of the objects that are there and the caller's. Their bytes go with the next sweep. */
export async function removeObjects(
  run: RunAs,
  caller: StorageCaller,
  bucket: string,
  names: readonly string[],
): Promise<RemovedObject[]> {
  return run(caller, async (client) => {
    await rulesOf(client, bucket);
    // Nothing is his who did not sign in, and what is not his is passed over.
    if (caller.claims.role === 'anon') return [];
    const { rows } = await client.query<RemovedObject>(
      `select bucket_id, name, id, owner, version, metadata, created_at, updated_at, last_accessed_at
       from storage.remove_rows($1, $2)`,
      [bucket, names],
    );
    return rows;
  });
}
