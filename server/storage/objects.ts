import type { PoolClient } from 'pg';
import { MissingBytesError } from './backends/backend';
import { asService, type RunAs, type StorageCaller } from './database';
import { StorageError } from './errors';

/** What Supabase keeps of the bytes of an object. Times are ISO 8601, sizes bytes. */
export interface ObjectMetadata {
  eTag: string;
  size: number;
  mimetype: string;
  cacheControl: string;
  lastModified: string;
  contentLength: number;
  httpStatusCode: number;
  contentEncoding?: string;
}

export interface StoredObject {
  id: string;
  name: string;
  version: string;
  metadata: ObjectMetadata;
  user_metadata: Record<string, unknown> | null;
  created_at: Date;
  updated_at: Date;
  last_accessed_at: Date;
}

/** Where an object is. */
export interface Place {
  bucket: string;
  name: string;
}

const COLUMNS = 'id, name, version, metadata, user_metadata, created_at, updated_at, last_accessed_at';

/**
 * The object as the caller may read it: of a public bucket anybody, of another by the policies.
 * @throws StorageError NoSuchBucket, NoSuchKey: of another's object as of one that is not there
 */
export async function findObject(run: RunAs, caller: StorageCaller, place: Place): Promise<StoredObject> {
  const { object } = await findWithBucket(run, caller, place);
  return object;
}

export async function findWithBucket(
  run: RunAs,
  caller: StorageCaller,
  { bucket, name }: Place,
): Promise<{ object: StoredObject; isPublic: boolean }> {
  return run(
    caller,
    async (client) => {
      const { rows } = await client.query<StoredObject & { is_public: boolean; id: string | null }>(
        `select b.public as is_public, o.*
         from storage.bucket_rules($1) b left join storage.public_object($1, $2) o on true`,
        [bucket, name],
      );
      const [found] = rows;
      if (!found) throw new StorageError('NoSuchBucket');
      const { is_public: isPublic, ...object } = found;
      if (object.id !== null) return { object, isPublic };
      // A bucket that is not public is not there for whoever did not sign in.
      if (!isPublic && caller.claims.role === 'anon') throw new StorageError('NoSuchBucket');
      const own = isPublic ? undefined : await ownObject(client, { bucket, name });
      if (!own) throw new StorageError('NoSuchKey');
      return { object: own, isPublic };
    },
    { readOnly: true },
  );
}

/** What a bucket is. @throws StorageError NoSuchBucket */
export async function rulesOf(client: PoolClient, bucket: string): Promise<{ public: boolean }> {
  const { rows } = await client.query<{ public: boolean }>('select public from storage.bucket_rules($1)', [
    bucket,
  ]);
  if (!rows[0]) throw new StorageError('NoSuchBucket');
  return rows[0];
}

async function ownObject(client: PoolClient, { bucket, name }: Place): Promise<StoredObject | undefined> {
  const { rows } = await client.query<StoredObject>(
    `select ${COLUMNS} from storage.objects where bucket_id = $1 and name = $2`,
    [bucket, name],
  );
  return rows[0];
}

/** The object itself, whoever asks: for those who were given a signed URL. */
export const findSigned = (run: RunAs, { requestId }: StorageCaller, place: Place): Promise<StoredObject> =>
  run(
    asService({ requestId }),
    async (client) => {
      const object = await ownObject(client, place);
      if (!object) throw new StorageError('NoSuchKey');
      return object;
    },
    { readOnly: true },
  );

/** A replacement between the look at the row and at its bytes is rare; five in a row are a fault of the store. */
const TRIES = 5;

/**
 * Does something with an object and its bytes: one version, whole, whatever is written beside it.
 * @param find looks the row up, once more when its bytes were gone, as they are when it was replaced meanwhile
 */
export async function withBytes<T>(
  find: () => Promise<StoredObject>,
  use: (object: StoredObject) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const object = await find();
    try {
      return await use(object);
    } catch (error) {
      if (!(error instanceof MissingBytesError) || tries === TRIES) throw error;
    }
  }
}

/** The same look-up, whose first answer is known already. */
export function startingWith(
  first: StoredObject,
  find: () => Promise<StoredObject>,
): () => Promise<StoredObject> {
  let known: StoredObject | undefined = first;
  return async () => {
    const object = known ?? (await find());
    known = undefined;
    return object;
  };
}

/** What may be stored in a place. */
export interface Reservation {
  version: string;
  sizeLimit: number;
  types: string[] | null;
}

/**
 * Whether the caller may store there, before a byte is: and if so, the key his bytes go under.
 * @param keepSeconds after which the upload is given up unless it is kept on
 * @throws StorageError AccessDenied, KeyAlreadyExists, NoSuchBucket, SlowDown
 */
export async function beginUpload(
  run: RunAs,
  caller: StorageCaller,
  { bucket, name }: Place,
  { upsert, keepSeconds, sizeMax }: { upsert: boolean; keepSeconds: number; sizeMax: number },
): Promise<Reservation> {
  return run(caller, async (client) => {
    const { rows } = await client.query<{
      version: string;
      file_size_limit: string | null;
      allowed_mime_types: string[] | null;
    }>('select * from storage.begin_upload($1, $2, $3, make_interval(secs => $4))', [
      bucket,
      name,
      upsert,
      keepSeconds,
    ]);
    const { version, file_size_limit: limit, allowed_mime_types: types } = rows[0]!;
    return { version, sizeLimit: Math.min(Number(limit ?? sizeMax), sizeMax), types };
  });
}

/** Makes the object, now that its bytes are stored. @returns its id */
export async function finishUpload(
  run: RunAs,
  caller: StorageCaller,
  { bucket, name }: Place,
  stored: { version: string; upsert: boolean; metadata: ObjectMetadata; userMetadata?: unknown },
): Promise<string> {
  return run(caller, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      'select storage.put_row($1, $2, $3, $4, $5, $6) as id',
      [bucket, name, stored.version, stored.upsert, stored.metadata, stored.userMetadata ?? null],
    );
    return rows[0]!.id;
  });
}

/** Gives an upload up: the sweep removes what was stored of it. */
export const releaseUpload = (run: RunAs, caller: StorageCaller, version: string): Promise<void> =>
  run(caller, async (client) => {
    await client.query('select storage.release_version($1)', [version]);
  });

/** Puts off the end of an upload that takes long. @throws StorageError NoSuchUpload when it is over */
export const keepUpload = (
  run: RunAs,
  caller: StorageCaller,
  version: string,
  keepSeconds: number,
): Promise<void> =>
  run(caller, async (client) => {
    const { rows } = await client.query<{ kept: boolean }>(
      'select storage.keep_version($1, make_interval(secs => $2)) as kept',
      [version, keepSeconds],
    );
    if (!rows[0]?.kept) throw new StorageError('NoSuchUpload');
  });

export function metadataOf(stored: {
  version: string;
  size: number;
  type: string;
  cacheControl: string;
  contentEncoding?: string | undefined;
}): ObjectMetadata {
  return {
    eTag: etagOf(stored.version),
    size: stored.size,
    mimetype: stored.type,
    cacheControl: stored.cacheControl,
    lastModified: new Date().toISOString(),
    contentLength: stored.size,
    httpStatusCode: 200,
    ...(stored.contentEncoding ? { contentEncoding: stored.contentEncoding } : {}),
  };
}

/** A version is bytes that never change: its name is as strong a tag as their sum would be, and costs nothing. */
export const etagOf = (version: string): string => `"${version}"`;
