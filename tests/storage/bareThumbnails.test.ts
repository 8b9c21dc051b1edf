import fc from 'fast-check';
import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';

/** `app_private.bare_thumbnails` is what generations without a location show of storage: after whatever changed them. */
let database: TestDatabase;
let project: string;
const folder = `public/${alice.id}`;
/** Addresses of objects, and what names none. */
const THUMBNAILS = [
  `https://cdn.example/storage/v1/object/public/${folder}/a.png`,
  `https://cdn.example/storage/v1/object/public/${folder}/b.png`,
  'https://elsewhere.example/a.png',
  '17',
  null,
];
const LOCATIONS = [
  null,
  null,
  'https://elsewhere.example/film.mp4',
  `https://cdn.example/storage/v1/object/public/${folder}/c.png`,
];

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  project = await make.project(alice);
});
afterAll(() => database.drop());

const quoted = (value: string | null | undefined) => (value ? `'${value}'` : 'null');
const thumbnail = fc.constantFrom(...THUMBNAILS).map(quoted);
const location = fc.constantFrom(...LOCATIONS).map(quoted);
const some = fc.nat(6).map((n) => `project_id = '${project}' and abs(hashtext(id::text)) % 4 < ${n}`);
const change = fc.oneof(
  fc.tuple(location, thumbnail, fc.integer({ min: 1, max: 3 })).map(
    ([at, shows, count]) =>
      `insert into generations (project_id, location, thumbnail_url)
       select '${project}', ${at}, ${shows} from generate_series(1, ${count})`,
  ),
  fc
    .tuple(some, thumbnail)
    .map(([which, shows]) => `update generations set thumbnail_url = ${shows} where ${which}`),
  fc.tuple(some, location).map(([which, at]) => `update generations set location = ${at} where ${which}`),
  fc.tuple(some, location, thumbnail).map(
    ([
      which,
      at,
      shows,
    ]) => `insert into generation_variants (generation_id, location, thumbnail_url, is_primary)
       select id, coalesce(${at}, 'made'), ${shows}, true from generations where ${which}`,
  ),
  some.map((which) => `update generations set starred = not starred where ${which}`),
  some.map((which) => `delete from generations where ${which}`),
);

const NOTED = 'select generation_id as id, path from app_private.bare_thumbnails order by 1';
const SHOWN = `select id, storage.path_of(thumbnail_url) as path from generations
  where location is null and storage.path_of(thumbnail_url) is not null order by 1`;

const isKept = async () => {
  const noted = await database.asOwner(NOTED);
  expect(noted).toEqual(await database.asOwner(SHOWN));
  return noted.length;
};

test('it is what is shown, after every statement of random histories', async () => {
  let most = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 3, maxLength: 8 }), async (statements) => {
      await database.asOwner('delete from generations');
      for (const statement of statements) {
        await database.asOwner(statement).catch((error: Error & { code?: string; table?: string }) => {
          // A rule of the schema, and none of this table.
          if (!/^(RG\d+|23\d+)$/.test(error.code ?? '') || error.table === 'bare_thumbnails') throw error;
          refused++;
        });
        most = Math.max(most, await isKept());
      }
    }),
    { numRuns: 60 },
  );
  expect(most).toBeGreaterThan(2);
  expect(refused).toBeLessThan(200);
});

test('also of two changes in one statement, of another id, and past the other triggers', async () => {
  await database.asOwner('delete from generations');
  const [row] = await database.asOwner<{ id: string }>(
    `insert into generations (project_id, thumbnail_url) values ('${project}', '${THUMBNAILS[0]}') returning id`,
  );
  expect(await isKept()).toBe(1);
  await database.asOwner(
    `with made as (
       insert into generation_variants (generation_id, location, thumbnail_url, is_primary)
       values ('${row!.id}', 'made', '${THUMBNAILS[1]}', true) returning id
     ) update generations set thumbnail_url = '${THUMBNAILS[1]}' where id = '${row!.id}'`,
  );
  await isKept();
  await database.asOwner(
    `insert into generations (project_id, thumbnail_url) values ('${project}', '${THUMBNAILS[0]}');
     update generations set id = gen_random_uuid() where location is null`,
  );
  expect(await isKept()).toBe(1);
  await withClient(withDatabase(testServer().rootUrl, databaseOf(database.ownerUrl)), async (root) => {
    await root.query(
      `set session_replication_role = replica;
       insert into generations (project_id, thumbnail_url) values ('${project}', '${THUMBNAILS[1]}');
       update generations set thumbnail_url = '${THUMBNAILS[1]}' where location is null`,
    );
  });
  expect(await isKept()).toBe(2);
});

test('only its owner may do anything with it, and an object is found by its index', async () => {
  for (const role of ['anon', 'authenticated', 'worker', 'service_role', 'reigh_authenticator'])
    for (const verb of ['select', 'insert', 'update', 'delete', 'truncate'])
      expect(
        await database.asOwner(
          `select has_table_privilege('${role}', 'app_private.bare_thumbnails', '${verb}') as may`,
        ),
      ).toEqual([{ may: false }]);
  // Of a table that just was analyzed, and has a row, all would be read.
  const plan = await withClient(database.ownerUrl, async (owner) => {
    await owner.query('set enable_seqscan = off');
    return owner.query(`explain select from app_private.bare_thumbnails b where b.path = '${folder}/a.png'`);
  });
  expect(JSON.stringify(plan.rows)).toContain('Index Cond: (path = ');
});
