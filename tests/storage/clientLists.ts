import type { StorageClient } from '@supabase/storage-js';
import {
  everyones,
  hers,
  PRIVATE,
  PUBLIC,
  TYPE,
  type Call,
  type Check,
  type Result,
  type Scene,
} from './clientWorld';

/** In the order of their bytes; `b` is a folder. */
export const NAMES = ['B.txt', 'a.txt', 'b/1.txt', 'b/2.txt', 'b/c/3.txt', 'd.txt', 'kept.txt'];
const LEVEL = ['B.txt', 'a.txt', 'b', 'd.txt', 'kept.txt'];

const names = (data: { name: string }[]) => data.map(({ name }) => name);
const gives =
  (expected: string[]): Check =>
  (data) =>
    expect(names(data)).toEqual(expected);
/** Nobody sees what another has, as on Supabase: there is no refusal of a list. */
const lists = (check: Check) => hers(check, gives([]), gives([]));

const ENTRY = {
  id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  created_at: expect.any(String) as string,
  updated_at: expect.any(String) as string,
  last_accessed_at: expect.any(String) as string,
};

/** Of newer clients, where buckets may have versions. */
const WISHES = [{ noncurrentVersions: 'only' }, { deleteMarkers: 'only' }, { exactMatch: true }];

const list: Call[] = [
  {
    ...{ method: 'list', does: 'a folder' },
    run: (client, { folder }) => client.from(PRIVATE).list(`/${folder}/`),
    gives: lists((data: { name: string }[]) => {
      expect(names(data)).toEqual(LEVEL);
      expect(data[0]).toEqual({
        ...{ name: 'B.txt', ...ENTRY },
        metadata: {
          ...{ size: 5, contentLength: 5, mimetype: TYPE, cacheControl: 'max-age=3600', httpStatusCode: 200 },
          eTag: expect.stringMatching(/^"[^"]+"$/) as string,
          lastModified: expect.any(String) as string,
        },
      });
      const none = { id: null, created_at: null, updated_at: null, last_accessed_at: null, metadata: null };
      expect(data[2]).toEqual({ name: 'b', ...none });
    }),
  },
  {
    ...{ method: 'list', does: 'a page, the last first' },
    run: (client, { folder }) =>
      client.from(PRIVATE).list(folder, { limit: 2, offset: 1, sortBy: { column: 'name', order: 'desc' } }),
    gives: lists(gives(['d.txt', 'b'])),
  },
  {
    ...{ method: 'list', does: 'by age, folders first' },
    run: (client, { folder }) =>
      client.from(PRIVATE).list(folder, { sortBy: { column: 'created_at', order: 'desc' } }),
    gives: lists(gives(['b', 'd.txt', 'a.txt', 'B.txt', 'kept.txt'])),
  },
  {
    ...{ method: 'list', does: 'what begins with a text' },
    run: (client, { folder }) => client.from(PRIVATE).list(folder, { search: 'b' }),
    gives: lists(gives(['B.txt', 'b'])),
  },
  {
    ...{ method: 'list', does: 'a public bucket, which is public by URL alone' },
    run: (client, { folder }) => client.from(PUBLIC).list(folder),
    gives: lists(gives(['kept.png'])),
  },
  {
    ...{ method: 'list', does: 'more than a page can have' },
    run: (client, { folder }) => client.from(PRIVATE).list(folder, { limit: 1_001 }),
    gives: everyones('InvalidRequest'),
  },
  ...WISHES.map((wish): Call => ({
    ...{ method: 'list', does: `with ${JSON.stringify(wish)}, which is not here` },
    run: (_, { folder }, ask) =>
      ask('POST', ['object/list', PRIVATE], { json: { prefix: folder, limit: 100, offset: 0, ...wish } }),
    gives: everyones('FeatureNotEnabled'),
  })),
  {
    ...{ method: 'list', does: 'beside older versions, of which there are none' },
    run: (_, { folder }, ask) =>
      ask('POST', ['object/list', PRIVATE], { json: { prefix: folder, noncurrentVersions: 'include' } }),
    gives: lists(gives(LEVEL)),
  },
  {
    ...{ method: 'list', does: 'a bucket that is not there' },
    run: (client) => client.from('nowhere').list(),
    gives: everyones('NoSuchBucket'),
  },
];

interface Page {
  hasNext: boolean;
  nextCursor?: string;
  folders: { key: string; name: string }[];
  objects: { key: string; name: string }[];
}

const NOTHING: Check = (data) => expect(data).toEqual({ hasNext: false, folders: [], objects: [] });
const listsV2 = (check: (data: Page, scene: Scene) => unknown) => hers(check, NOTHING, NOTHING);
const keys = (entries: { key: string }[], { folder }: Scene) =>
  entries.map(({ key }) => key.slice(folder.length + 1));

/** All pages of a listing, one after the other. */
async function follow(
  client: StorageClient,
  options: Parameters<ReturnType<StorageClient['from']>['listV2']>[0],
): Promise<Result> {
  const all: Page = { hasNext: false, folders: [], objects: [] };
  let cursor: string | undefined;
  do {
    const { data, error } = await client.from(PRIVATE).listV2({ ...options, ...(cursor ? { cursor } : {}) });
    if (error) return { data, error };
    const page = data as unknown as Page;
    expect(page.folders.length + page.objects.length).toBeLessThanOrEqual(options?.limit ?? 1_000);
    all.folders.push(...page.folders);
    all.objects.push(...page.objects);
    expect(page.hasNext).toBe(page.nextCursor !== undefined);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { data: all, error: null };
}

const listV2: Call[] = [
  {
    ...{ method: 'listV2', does: 'all below a prefix' },
    run: (client, { folder }) => client.from(PRIVATE).listV2({ prefix: `${folder}/` }),
    gives: listsV2((data, scene) => {
      expect(data).toMatchObject({ hasNext: false, folders: [] });
      expect(keys(data.objects, scene)).toEqual(NAMES);
      expect(data.objects[0]).toMatchObject({
        ...ENTRY,
        name: `${scene.folder}/B.txt`,
        metadata: { size: 5 },
      });
    }),
  },
  {
    ...{ method: 'listV2', does: 'one level, in pages of two' },
    run: (client, { folder }) => follow(client, { prefix: `${folder}/`, with_delimiter: true, limit: 2 }),
    gives: listsV2((data, scene) => {
      expect(keys(data.folders, scene)).toEqual(['b/']);
      expect(keys(data.objects, scene)).toEqual(['B.txt', 'a.txt', 'd.txt', 'kept.txt']);
    }),
  },
  {
    ...{ method: 'listV2', does: 'by name, the last first, in pages of three' },
    run: (client, { folder }) =>
      follow(client, { prefix: `${folder}/`, limit: 3, sortBy: { column: 'name', order: 'desc' } }),
    gives: listsV2((data, scene) => expect(keys(data.objects, scene)).toEqual([...NAMES].reverse())),
  },
  {
    ...{ method: 'listV2', does: 'by age, one by one' },
    run: (client, { folder }) =>
      follow(client, { prefix: `${folder}/`, limit: 1, sortBy: { column: 'created_at', order: 'asc' } }),
    gives: listsV2((data, scene) =>
      expect(keys(data.objects, scene)).toEqual(['kept.txt', ...NAMES.slice(0, -1)]),
    ),
  },
  ...WISHES.map((wish): Call => ({
    ...{ method: 'listV2', does: `with ${JSON.stringify(wish)}, which is not here` },
    run: (_, { folder }, ask) =>
      ask('POST', ['object/list-v2', PRIVATE], { json: { prefix: folder, ...wish } }),
    gives: everyones('FeatureNotEnabled'),
  })),
  {
    ...{ method: 'listV2', does: 'after what is no cursor' },
    run: (client) => client.from(PRIVATE).listV2({ cursor: 'e30' }),
    gives: everyones('InvalidRequest'),
  },
];

export const LIST_CALLS: Call[] = [...list, ...listV2];
