import { StorageApiError, StorageClient } from '@supabase/storage-js';
import { BUCKET_CALLS } from './clientBuckets';
import { CHANGING_CALLS } from './clientChanges';
import { READING_CALLS } from './clientReads';
import type { Refusal } from './clientRequests';
import { UPLOADING_CALLS } from './clientUploads';
import { LIST_CALLS, NAMES } from './clientLists';
import {
  ACTOR_NAMES,
  REFUSALS,
  type Call,
  type ClientWorld,
  type Furniture,
  type Outcome,
  type Result,
  type Scene,
} from './clientWorld';

/** Of clients newer than the pinned one: their requests are sent by hand. */
const NEWER = ['get', 'update', 'delete'].map((verb) => `buckets.${verb}BucketLifecycle`);

/** At run time these are methods too, but none that people call. */
const INNER = [
  ...[
    'constructor',
    'handleOperation',
    'uploadOrUpdate',
    'prepareUploadFormData',
    'encodeMetadata',
    'toBase64',
  ],
  ...['_getFinalPath', '_removeEmptyFolders', 'applyTransformOptsToQuery'],
  ...['bucketLifecycleUrl', 'listBucketOptionsToQueryString', 'from'],
];

function methodsOf(start: object): string[] {
  const names: string[] = [];
  for (let each: object = start; each !== Object.prototype; each = Object.getPrototypeOf(each) as object)
    names.push(...Object.getOwnPropertyNames(each).filter((name) => !Object.hasOwn(start, name)));
  return names.filter((name) => !INNER.includes(name));
}

const LAID = Object.fromEntries(NAMES.slice(0, -1).map((name) => [name, name]));
/** What only looks shares a place; what changes has its own. */
const GROUPS: [calls: Call[], has: Furniture, shares: boolean][] = [
  [[...UPLOADING_CALLS, ...CHANGING_CALLS], { files: {} }, false],
  [READING_CALLS, { files: {} }, true],
  [LIST_CALLS, { files: LAID }, true],
  [BUCKET_CALLS, { bucket: true }, false],
];
const CALLS = GROUPS.flatMap(([calls]) => calls);

/** Drives every method of Supabase's client as everybody, and holds what comes to what is documented. */
export function describeClient(world: () => ClientWorld): void {
  test('there is a call of every method that the client has', () => {
    const client = new StorageClient('http://127.0.0.1');
    const files = client.from('a');
    const offered = [
      ...methodsOf(files),
      ...methodsOf(client).map((name) => `buckets.${name}`),
      ...methodsOf(files.download('a')).map((name) => `download.${name}`),
    ];
    const promised = ['then', 'catch', 'finally', 'getPromise', 'execute'].map((name) => `download.${name}`);
    const driven = CALLS.map(({ method }) => method);
    expect([...new Set(driven)].sort()).toEqual(
      [...new Set([...offered, ...NEWER])].filter((name) => !promised.includes(name)).sort(),
    );
  });

  for (const [calls, has, shares] of GROUPS) {
    let shared: Promise<Scene> | undefined;
    const place = () => (shares ? (shared ??= world().scene(has)) : world().scene(has));
    describe.each(calls.map((call) => [call.method, call.does, call] as const))('%s %s', (_, __, call) => {
      test.each(ACTOR_NAMES)('as %s', async (actor) => {
        const scene = await place();
        const before = await scene.rows();
        const { clients, asks, ears } = world();
        ears[actor].heard = undefined;
        const result = await Promise.resolve(call.run(clients[actor], scene, asks[actor])).catch(thrown);
        await hold(result, call.gives[actor], { scene, before, heard: ears[actor].heard });
      });
    });
  }
}

/** Some methods throw what others return. */
function thrown(error: unknown): Result {
  if (error instanceof StorageApiError) return { data: null, error };
  throw error;
}

interface Around {
  scene: Scene;
  /** What was there before the call. */
  before: unknown[];
  heard: Refusal | undefined;
}

async function hold(
  { data, error }: Result,
  outcome: Outcome,
  { scene, before, heard }: Around,
): Promise<void> {
  if (typeof outcome === 'function') {
    expect(error).toBeNull();
    await outcome(data as never, scene);
    return;
  }
  const [status, statusCode, message] = REFUSALS[outcome];
  expect(error).toBeInstanceOf(StorageApiError);
  const { message: told, status: http, statusCode: meant } = error as StorageApiError;
  expect({ http, meant, told }).toEqual({ http: status, meant: statusCode, told: message as unknown });
  expect(heard).toMatchObject({ status, body: { statusCode, code: outcome, message: message as unknown } });
  expect(data).toBeNull();
  expect(await scene.rows()).toEqual(before);
}
