import { alice, bob } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt } from './attempt';
import { ACTOR_NAMES, ACTORS, makeWorld, type ActorName, type World } from './world';

const BUCKETS = { public: true, 'training-data': false, lora_files: true };
type Bucket = keyof typeof BUCKETS;

/** Folders with a file in each, in every bucket, and who may do all there is to do with it. Others may nothing. */
const PLACES = {
  own: { folder: () => alice.id, may: ['owner', 'service'] },
  heldTask: { folder: () => `${alice.id}/tasks/${world.held}`, may: ['owner', 'holder', 'service'] },
  otherTask: { folder: () => `${alice.id}/tasks/${world.queued}`, may: ['owner', 'service'] },
  foreign: { folder: () => bob.id, may: ['stranger', 'service'] },
} satisfies Record<string, { folder: () => string; may: ActorName[] }>;
type Place = keyof typeof PLACES;
const PLACE_NAMES = Object.keys(PLACES) as Place[];

/** A place whose file the actor may move away, if there is one. */
const HOMES: Record<ActorName, Place> = {
  anonymous: 'own',
  owner: 'own',
  stranger: 'foreign',
  holder: 'heldTask',
  idler: 'heldTask',
  service: 'own',
};

/** What became of it: `refused` is SQLSTATE 42501, `nothing` that there was nothing to be seen. */
type Outcome = 'done' | 'nothing' | 'refused';

interface Verb {
  sql: string;
  values(bucket: Bucket, folder: string, actor: ActorName): unknown[];
  /** What somebody meets who may not. */
  otherwise: Exclude<Outcome, 'done'>;
}

const file = (bucket: Bucket, folder: string) => [bucket, `${folder}/matrix.png`];
const elsewhere = (bucket: Bucket) => (bucket === 'public' ? 'lora_files' : 'public');
const hidden = { values: file, otherwise: 'nothing' } as const;

const VERBS: Record<string, Verb> = {
  select: { ...hidden, sql: 'select from storage.objects where bucket_id = $1 and name = $2' },
  insert: {
    sql: 'insert into storage.objects (bucket_id, name, version) values ($1, $2, $3)',
    values: (bucket, folder, actor) => [bucket, `${folder}/new.png`, world.reserved[actor]],
    otherwise: 'refused',
  },
  update: {
    ...hidden,
    sql: `update storage.objects set metadata = '{"a": 1}' where bucket_id = $1 and name = $2`,
  },
  delete: { ...hidden, sql: 'delete from storage.objects where bucket_id = $1 and name = $2' },
  'remove rows': { ...hidden, sql: 'select from storage.remove_rows($1, array[$2])' },
  rename: {
    ...hidden,
    sql: `select from storage.move_row($1, $2, $1, $2 || '2') as m where m is not null`,
  },
  'move to another bucket': {
    sql: `select from storage.move_row($1, $2, $3, $2 || '2') as m where m is not null`,
    values: (bucket, folder) => [...file(bucket, folder), elsewhere(bucket)],
    otherwise: 'nothing',
  },
  search: {
    sql: `select from storage.search($2, $1) as s where s.name = 'matrix.png'`,
    values: (bucket, folder) => [bucket, `${folder}/`],
    otherwise: 'nothing',
  },
  search_v2: {
    sql: 'select from storage.search_v2($2, $1) as s where s.name = $3',
    values: (bucket, folder) => [bucket, folder, `${folder}/matrix.png`],
    otherwise: 'nothing',
  },
  'begin an upload': {
    sql: `select from storage.begin_upload($1, $2, false, '1 hour')`,
    values: (bucket, folder) => [bucket, `${folder}/new.png`],
    otherwise: 'refused',
  },
  'begin to replace': {
    sql: `select from storage.begin_upload($1, $2, true, '1 hour')`,
    values: file,
    otherwise: 'refused',
  },
};

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeWorld(database);
  const make = builders(database);
  for (const bucket of Object.keys(BUCKETS) as Bucket[])
    for (const [place, { folder }] of Object.entries(PLACES))
      await make.object(place === 'foreign' ? bob : alice, `${folder()}/matrix.png`, bucket);
});
afterAll(() => database.drop());

async function become(actor: ActorName, sql: string, values: unknown[]): Promise<Outcome> {
  const outcome = await attempt(database, ACTORS[actor], sql, values);
  if (outcome.ok) return outcome.count > 0 ? 'done' : 'nothing';
  if (outcome.code !== '42501') throw new Error(outcome.message);
  return 'refused';
}

/** What happens in every place, in the order of the places. */
const everywhere = async (meet: (place: Place) => Outcome | Promise<Outcome>) =>
  Object.fromEntries(
    await Promise.all(PLACE_NAMES.map(async (place) => [place, await meet(place)] as const)),
  );

const may = (actor: ActorName, place: Place) => (PLACES[place].may as ActorName[]).includes(actor);

const cells = (Object.keys(BUCKETS) as Bucket[]).flatMap((bucket) =>
  ACTOR_NAMES.map((actor) => ({ bucket, actor })),
);

describe.each(cells)('in $bucket, the $actor', ({ bucket, actor }) => {
  test.each(Object.entries(VERBS))('%s', async (_, { sql, values, otherwise }) => {
    const expected = (place: Place) =>
      actor === 'anonymous' ? 'refused' : may(actor, place) ? 'done' : otherwise;
    expect(
      await everywhere((place) => become(actor, sql, values(bucket, PLACES[place].folder(), actor))),
    ).toEqual(await everywhere(expected));
  });

  test('moves a file of his there', async () => {
    const home = HOMES[actor];
    const expected = (place: Place) =>
      actor === 'anonymous'
        ? 'refused'
        : !may(actor, home)
          ? 'nothing'
          : may(actor, place)
            ? 'done'
            : 'refused';
    const move = 'select from storage.move_row($1, $2, $1, $3) as m where m is not null';
    expect(
      await everywhere((place) =>
        become(actor, move, [...file(bucket, PLACES[home].folder()), `${PLACES[place].folder()}/moved.png`]),
      ),
    ).toEqual(await everywhere(expected));
  });

  test('reads by URL what anybody may', async () => {
    const read = (place: Place) =>
      become(actor, 'select from storage.public_object($1, $2)', file(bucket, PLACES[place].folder()));
    expect(await everywhere(read)).toEqual(await everywhere(() => (BUCKETS[bucket] ? 'done' : 'nothing')));
  });
});
