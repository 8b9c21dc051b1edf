import type { PoolClient } from 'pg';
import { z } from 'zod';
import { StorageError } from '../errors';
import { nameType } from '../mediaTypes';
import { readBucketName } from '../names';
import { answerJson, type Asked } from './context';
import { readJson } from './json';

/** First parts of the routes: a bucket of such a name could not be told from them. */
const RESERVED = ['sign', 'list', 'list-v2', 'info', 'authenticated', 'upload', 'move', 'copy'];
const COLUMNS =
  'id, name, owner, public, file_size_limit, allowed_mime_types, created_at, updated_at, avif_autodetection';

interface Bucket {
  id: string;
  name: string;
  owner: string | null;
  public: boolean;
  /** pg gives a bigint as text. */
  file_size_limit: string | null;
  allowed_mime_types: string[] | null;
}

/** A number of bytes, or a text like 20MB, as Supabase takes it. */
const size = z.union([
  z.int().min(0),
  z
    .string()
    .regex(
      /^\d+(\.\d+)?\s*(gb|mb|kb|b)?$/i,
      'must be a number of bytes, or a text like 20GB, 20MB, 30KB, 3B',
    ),
]);
const UNITS: Record<string, number> = { gb: 1e9, mb: 1e6, kb: 1e3, b: 1 };
const type = z
  .string()
  .regex(/^(\*|[a-z0-9.+-]+)\/(\*|[a-z0-9.+-]+)$/i, 'must be a type like image/png or image/*');
/** By the names that content is given; a bucket that takes image/jpg would take none else. */
const typesOf = (given: string[] | null | undefined) =>
  given?.map((each) => (each.includes('*') ? each.toLowerCase() : nameType(each))) ?? null;
const rules = {
  public: z.boolean().nullish(),
  file_size_limit: size.nullish(),
  allowed_mime_types: z.array(type).max(100).nullish(),
};
const createBody = z.object({
  id: z.string().optional(),
  name: z.string(),
  type: z.enum(['STANDARD']).nullish(),
  versioning_status: z.enum(['DISABLED']).nullish(),
  ...rules,
});
const updateBody = z.object({ ...rules, versioning_status: z.enum(['SUSPENDED']).nullish() });
const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1_000).optional(),
  offset: z.coerce.number().int().min(0).optional(),
  sortColumn: z.enum(['id', 'name', 'created_at', 'updated_at']).default('name'),
  sortOrder: z.enum(['asc', 'desc']).default('asc'),
  search: z.string().max(100).optional(),
});

/** 0 and null are no limit of its own. */
function bytesOf(given: string | number | null | undefined): number | null {
  if (given === null || given === undefined) return null;
  if (typeof given === 'number') return given || null;
  const [, number = '0', unit = 'b'] = /^([\d.]+)\s*([a-z]*)$/i.exec(given.trim()) ?? [];
  return Math.floor(Number(number) * (UNITS[unit.toLowerCase() || 'b'] ?? 1)) || null;
}

const shown = ({ file_size_limit: limit, ...bucket }: Bucket) => ({
  ...bucket,
  type: 'STANDARD',
  file_size_limit: limit === null ? null : Number(limit),
});

const isService = ({ caller }: Asked) => caller.claims.role === 'service_role';

/** To whom buckets are not shown there are none, as on Supabase without a policy that shows them. */
function requireService(asked: Asked): void {
  if (!isService(asked)) throw new StorageError('NoSuchBucket');
}

export async function listBuckets(asked: Asked): Promise<void> {
  const parsed = listQuery.safeParse(asked.query);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new StorageError('InvalidRequest', `querystring/${issue?.path.join('/')}: ${issue?.message}`);
  }
  const { limit, offset, sortColumn, sortOrder, search } = parsed.data;
  if (!isService(asked)) {
    answerJson(asked.response, []);
    return;
  }
  const buckets = await asked.run(
    asked.caller,
    async (client) => {
      const { rows } = await client.query<Bucket>(
        `select ${COLUMNS} from storage.buckets
         where $1::text is null or starts_with(lower(name), lower($1))
         order by ${sortColumn} ${sortOrder}, id limit $2 offset $3`,
        [search ?? null, limit ?? null, offset ?? 0],
      );
      return rows;
    },
    { readOnly: true },
  );
  answerJson(asked.response, buckets.map(shown));
}

export async function getBucket(asked: Asked, id: string): Promise<void> {
  requireService(asked);
  const bucket = await asked.run(asked.caller, (client) => find(client, id), { readOnly: true });
  answerJson(asked.response, shown(bucket));
}

async function find(client: PoolClient, id: string): Promise<Bucket> {
  const { rows } = await client.query<Bucket>(`select ${COLUMNS} from storage.buckets where id = $1`, [id]);
  if (!rows[0]) throw new StorageError('NoSuchBucket');
  return rows[0];
}

export async function createBucket(asked: Asked): Promise<void> {
  const body = await readJson(asked.request, createBody);
  const name = readBucketName(body.name);
  const id = readBucketName(body.id ?? name);
  if (RESERVED.includes(id))
    throw new StorageError('InvalidBucketName', `${id} is a name of the routes themselves.`);
  await asked.run(asked.caller, (client) =>
    client.query(
      `insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
       values ($1, $2, $3, $4, $5)`,
      [id, name, body.public ?? false, bytesOf(body.file_size_limit), typesOf(body.allowed_mime_types)],
    ),
  );
  answerJson(asked.response, { name });
}

export async function updateBucket(asked: Asked, id: string): Promise<void> {
  requireService(asked);
  const body = await readJson(asked.request, updateBody);
  await asked.run(asked.caller, async (client) => {
    await find(client, id);
    // What is not given stays; null takes a limit away.
    await client.query(
      `update storage.buckets set public = coalesce($2, public),
         file_size_limit = case when $3 then $4 else file_size_limit end,
         allowed_mime_types = case when $5 then $6 else allowed_mime_types end
       where id = $1`,
      [
        ...[id, body.public ?? null, body.file_size_limit !== undefined, bytesOf(body.file_size_limit)],
        ...[body.allowed_mime_types !== undefined, typesOf(body.allowed_mime_types)],
      ],
    );
  });
  answerJson(asked.response, { message: 'Successfully updated' });
}

/** Objects of one statement: none holds its locks for long. */
const EMPTIED_AT_ONCE = 10_000;

export async function emptyBucket(asked: Asked, id: string): Promise<void> {
  requireService(asked);
  await asked.run(asked.caller, (client) => find(client, id), { readOnly: true });
  for (;;) {
    const removed = await asked.run(asked.caller, async (client) => {
      const { rowCount } = await client.query(
        `delete from storage.objects where bucket_id = $1 and name in (
           select name from storage.objects where bucket_id = $1 order by name limit $2
         )`,
        [id, EMPTIED_AT_ONCE],
      );
      return rowCount ?? 0;
    });
    if (removed < EMPTIED_AT_ONCE) break;
  }
  answerJson(asked.response, { message: 'Successfully emptied' });
}

export async function deleteBucket(asked: Asked, id: string): Promise<void> {
  requireService(asked);
  await asked.run(asked.caller, async (client) => {
    await find(client, id);
    await client.query('delete from storage.buckets where id = $1', [id]);
  });
  answerJson(asked.response, { message: 'Successfully deleted' });
}
