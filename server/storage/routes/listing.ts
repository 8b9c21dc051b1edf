import { z } from 'zod';
import { StorageError } from '../errors';
import { rulesOf, type ObjectMetadata } from '../objects';
import { answerJson, type Asked } from './context';
import { readJson } from './json';
import { refuseWishes, versionWishes } from './versions';

/** Entries of a page, as on Supabase. */
const PAGE_MAX = 1_000;
const order = z.enum(['asc', 'desc']);

const listBody = z.object({
  prefix: z.string().max(1_024).default(''),
  limit: z.int().min(1).max(PAGE_MAX).default(100),
  offset: z.int().min(0).max(1_000_000).default(0),
  search: z.string().max(1_024).nullish(),
  sortBy: z
    .object({
      column: z.enum(['name', 'updated_at', 'created_at', 'last_accessed_at']).default('name'),
      order: order.default('asc'),
    })
    .nullish(),
  ...versionWishes,
});

interface Entry {
  name: string;
  id: string | null;
  updated_at: Date | null;
  created_at: Date | null;
  last_accessed_at: Date | null;
  metadata: ObjectMetadata | null;
}

/** One level of a bucket: the caller's own files in a folder, and the folders in it. */
export async function list(asked: Asked, bucket: string): Promise<void> {
  const { prefix, limit, offset, search, sortBy, ...wishes } = await readJson(asked.request, listBody);
  refuseWishes(wishes);
  const folder = prefix.replace(/^\/+|\/+$/g, '');
  const entries = await asked.run(
    asked.caller,
    async (client) => {
      await rulesOf(client, bucket);
      if (isNobody(asked)) return [];
      const { rows } = await client.query<Entry>(
        'select * from storage.search($1, $2, $3, 1, $4, $5, $6, $7)',
        [
          ...[folder === '' ? '' : `${folder}/`, bucket, limit, offset, search ?? ''],
          ...[sortBy?.column ?? 'name', sortBy?.order ?? 'asc'],
        ],
      );
      return rows;
    },
    { readOnly: true },
  );
  answerJson(asked.response, entries);
}

const listV2Body = z.object({
  prefix: z.string().max(1_024).default(''),
  limit: z.int().min(1).max(PAGE_MAX).default(PAGE_MAX),
  cursor: z.string().max(4_096).nullish(),
  with_delimiter: z.boolean().default(false),
  sortBy: z
    .object({
      column: z.enum(['name', 'updated_at', 'created_at']).default('name'),
      order: order.default('asc'),
    })
    .nullish(),
  ...versionWishes,
});

/** Where a page ended; opaque to the caller. */
const cursorShape = z.object({
  after: z.string(),
  at: z.iso.datetime({ offset: true }).nullish(),
  column: z.enum(['name', 'updated_at', 'created_at']),
  order,
});

/** As a row of the listing, with its time to the microsecond: a Date has milliseconds, by which a page would begin again. */
type Found = Entry & { key: string; at: string | null };

/** Everything of the caller's below a prefix, a page at a time. */
export async function listV2(asked: Asked, bucket: string): Promise<void> {
  const body = await readJson(asked.request, listV2Body);
  refuseWishes(body);
  const cursor = body.cursor ? readCursor(body.cursor) : undefined;
  const column = cursor?.column ?? body.sortBy?.column ?? 'name';
  const direction = cursor?.order ?? body.sortBy?.order ?? 'asc';
  const found = await asked.run(
    asked.caller,
    async (client) => {
      await rulesOf(client, bucket);
      if (isNobody(asked)) return [];
      // One more than the page: it tells whether there is a next one.
      const { rows } = await client.query<Found>(
        `select *, to_json(${column === 'created_at' ? 'created_at' : 'updated_at'}) as at
         from storage.search_v2($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          ...[body.prefix, bucket, body.limit + 1, body.with_delimiter ? 1 : null, cursor?.after ?? null],
          ...[direction, column, cursor?.at ?? null],
        ],
      );
      return rows;
    },
    { readOnly: true },
  );
  const page = found.slice(0, body.limit);
  const last = page.at(-1);
  const hasNext = found.length > page.length;
  answerJson(asked.response, {
    hasNext,
    folders: page.filter(({ id }) => id === null).map(({ key, name }) => ({ key, name })),
    objects: page.filter(({ id }) => id !== null).map(({ at: _, ...entry }) => entry),
    ...(hasNext && last ? { nextCursor: writeCursor(last, column, direction) } : {}),
  });
}

function writeCursor(last: Found, column: string, direction: string): string {
  const at = column === 'name' ? undefined : last.at;
  return Buffer.from(JSON.stringify({ after: last.key, at, column, order: direction })).toString('base64url');
}

function readCursor(text: string): z.infer<typeof cursorShape> {
  try {
    return cursorShape.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new StorageError('InvalidRequest', 'cursor must be the nextCursor of the page before.');
  }
}

/** Nothing is in the folder of whoever did not sign in: as on Supabase that is an empty list, not a refusal. */
const isNobody = ({ caller }: Asked) => caller.claims.role === 'anon';
