import fc from 'fast-check';
import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

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

test('it is what is shown, after every statement of random histories', async () => {
  let most = 0;
  const refused = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 3, maxLength: 8 }), async (statements) => {
      await database.asOwner('delete from generations');
      for (const statement of statements) {
        await database
          .asOwner(statement)
          .catch((error: Error & { code?: string }) => refused.add(error.code ?? ''));
        const noted = await database.asOwner(NOTED);
        expect(noted).toEqual(await database.asOwner(SHOWN));
        most = Math.max(most, noted.length);
      }
    }),
    { numRuns: 60 },
  );
  expect(most).toBeGreaterThan(2);
  // Rules of the schema, and nothing of this table.
  for (const code of refused) expect(code).toMatch(/^(RG\d+|23\d+)$/);
});

test('only its owner reads it, and finds an object by its index', async () => {
  for (const role of ['anon', 'authenticated', 'worker', 'service_role'])
    expect(
      await database.asOwner(
        `select has_table_privilege('${role}', 'app_private.bare_thumbnails', 'select') as may`,
      ),
    ).toEqual([{ may: false }]);
  const plan = await database.asOwner<Record<string, string>>(
    `explain select from app_private.bare_thumbnails b where b.path = '${folder}/a.png'`,
  );
  expect(JSON.stringify(plan)).toContain('Index');
});
