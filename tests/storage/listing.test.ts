import fc from 'fast-check';
import { alice, bob } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { byAgeAfter, byNameAfter, level, type Entry } from './listingModel';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 40);

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Alike at the beginning, and with characters that sort before and after '/', and after all others. */
const part = fc.constantFrom('a', 'A', 'a b', 'a-', 'a0', 'a!', 'b', 'é', '~', '\u{10ffff}', 'a\u{10ffff}');
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const paths = fc.uniqueArray(path, { minLength: 3, maxLength: 25 });

/** Makes the caller's objects anew, some a little older than others, and somebody else's of the same names. */
async function store(names: string[], microseconds = 200): Promise<Entry[]> {
  await database.asOwner('delete from storage.objects');
  for (const user of [alice, bob])
    await database.query(
      user,
      `select storage.put_row('public', n, storage.reserve_version('public', '1 day'), false, null, null)
       from unnest($1::text[]) as n`,
      [names.map((name) => `${user.id}/${name}`)],
    );
  // Microseconds are not told apart where there are cursors: those have none.
  await database.asOwner(`
    update storage.objects o set created_at = '2026-01-01T00:00:00Z'::timestamptz
      + (ascii(reverse(name)) % 3) * interval '1 ms' + (length(name) % 4) * interval '${microseconds} us'`);
  await database.asOwner('update storage.objects set last_accessed_at = created_at');
  return database.query<{ name: string; createdAt: Date }>(
    alice,
    `select name, date_trunc('milliseconds', created_at) as "createdAt" from storage.objects`,
  );
}

/** A prefix that is a folder, the beginning of a name, a whole name, or nothing of the kind. */
const prefixOf = (names: string[], draw: number, cut: number) =>
  [`${alice.id}/`, ...[...`${names[draw % names.length]!}/`].slice(0, cut % 8)].join('');

const draws = {
  names: paths,
  draw: fc.nat(),
  cut: fc.nat(),
  descending: fc.boolean(),
  grouped: fc.boolean(),
};
const directionOf = (descending: boolean) => (descending ? 'desc' : 'asc');

test('by name: all pages of what begins with a prefix, flat or by folders, upwards and downwards', async () => {
  const drawn = fc.record({ ...draws, limit: fc.integer({ min: 1, max: 4 }) });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ names, draw, cut, descending, grouped, limit }) => {
      const objects = await store(names);
      const wanted = { prefix: prefixOf(names, draw, cut), grouped, descending };
      const found: string[] = [];
      for (;;) {
        const page = await database.query<{ key: string; id: string | null }>(
          alice,
          'select key, id from storage.search_v2($1, $2, $3, $4, $5, $6)',
          [wanted.prefix, 'public', limit, grouped ? 1 : null, found.at(-1), directionOf(descending)],
        );
        for (const { key, id } of page) expect(id === null).toBe(key.endsWith('/'));
        found.push(...page.map(({ key }) => key));
        if (page.length < limit) break;
      }
      expect(found).toEqual(byNameAfter(objects, wanted, null));
    }),
    { numRuns: RUNS },
  );
});

test('by name: from whatever name on, whether it is there or not', async () => {
  const drawn = fc.record({
    ...draws,
    after: fc.oneof(
      path,
      path.map((name) => `${name}/`),
      fc.constant('~~'),
    ),
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ names, draw, cut, descending, grouped, after }) => {
      const objects = await store(names);
      const wanted = { prefix: prefixOf(names, draw, cut), grouped, descending };
      for (const name of [`${alice.id}/${after}`, after, wanted.prefix]) {
        const rows = await database.query<{ key: string }>(
          alice,
          'select key from storage.search_v2($1, $2, 1000, $3, $4, $5)',
          [wanted.prefix, 'public', grouped ? 1 : null, name, directionOf(descending)],
        );
        expect({ name, found: rows.map(({ key }) => key) }).toEqual({
          name,
          found: byNameAfter(objects, wanted, name),
        });
      }
    }),
    { numRuns: RUNS },
  );
});

test('by age: all pages, with a cursor that knows milliseconds only', async () => {
  const drawn = fc.record({ ...draws, limit: fc.integer({ min: 1, max: 4 }) });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ names, draw, cut, descending, grouped, limit }) => {
      const objects = await store(names);
      const wanted = { prefix: prefixOf(names, draw, cut), grouped, descending };
      const found: Entry[] = [];
      for (;;) {
        const last = found.at(-1);
        const page = await database.query<{ name: string; created_at: Date }>(
          alice,
          `select name, created_at from storage.search_v2($1, 'public', $2, $3, $4, $5, 'created_at', $6)`,
          [wanted.prefix, limit, grouped ? 1 : null, last?.name, directionOf(descending), last?.createdAt],
        );
        found.push(...page.map(({ name, created_at }) => ({ name, createdAt: created_at })));
        if (page.length < limit) break;
      }
      expect(found).toEqual(byAgeAfter(objects, wanted, null));
    }),
    { numRuns: RUNS },
  );
});

test('one level, as the first listing has it: in every order, searched, a part of it', async () => {
  const drawn = fc.record({
    ...draws,
    column: fc.constantFrom('name', 'created_at', 'last_accessed_at', '', 'nonsense'),
    search: fc.constantFrom('', '', 'a', 'A', 'é', 'a-'),
    limit: fc.nat(6),
    offset: fc.nat(6),
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ names, draw, descending, column, search, limit, offset }) => {
      const objects = await store(names, 0);
      const folders = names[draw % names.length]!.split('/').slice(0, -1);
      const prefix = [alice.id, ...folders, ''].join('/');
      const rows = await database.query<{ name: string }>(
        alice,
        'select name from storage.search($1, $2, $3, 1, $4, $5, $6, $7)',
        [prefix, 'public', limit, offset, search, column, directionOf(descending)],
      );
      const all = level(
        objects,
        { prefix, grouped: true, descending },
        column.endsWith('_at') ? 'age' : 'name',
        search,
      );
      expect(rows.map(({ name }) => name)).toEqual(all.slice(offset, offset + limit));
    }),
    { numRuns: RUNS },
  );
});
