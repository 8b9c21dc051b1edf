import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { readerOf, type Entry } from './log';
import { sessionsOf } from './sessions';

let database: TestDatabase;
let sessions: ReturnType<typeof sessionsOf>;
let one: string;
let two: string;

beforeAll(async () => {
  database = await createTestDatabase();
  sessions = sessionsOf(database);
  await builders(database).account(alice);
  [one, two] = [await builders(database).project(alice), await builders(database).project(alice)];
});
afterAll(async () => {
  await sessions.close();
  await database.drop();
});

// Not tasks: who makes one waits for others who do.
const ROW = `insert into generations (project_id, name) values ($1, $2) returning id`;
const rowIds = (entries: Entry[]) => entries.map(({ row_id }) => row_id);
const standing = async () =>
  (await database.query<{ snapshot: string }>(service, 'select snapshot::text from realtime.standing()'))[0]!
    .snapshot;

test('a transaction that begins first and commits last is told once, when it commits', async () => {
  const [long, short] = [await sessions.open(), await sessions.open()];
  const reader = await readerOf(database);
  await long.query('begin');
  const first = (await long.query<{ id: string }>(ROW, [one, 'long'])).rows[0]!.id;
  const second = (await short.query<{ id: string }>(ROW, [one, 'short'])).rows[0]!.id;
  expect(rowIds(await reader.news())).toEqual([second]);
  expect(await reader.news()).toEqual([]);
  const third = (await long.query<{ id: string }>(ROW, [one, 'long'])).rows[0]!.id;
  const fourth = (await short.query<{ id: string }>(ROW, [one, 'short'])).rows[0]!.id;
  expect(rowIds(await reader.news())).toEqual([fourth]);
  await long.query('commit');
  expect(rowIds(await reader.news())).toEqual([first, third]);
  expect(await reader.news()).toEqual([]);
});

test('what was written in a subtransaction comes like the rest, what it undid does not', async () => {
  const session = await sessions.open();
  const reader = await readerOf(database);
  await session.query('begin; savepoint a');
  const kept = (await session.query<{ id: string }>(ROW, [one, 'kept'])).rows[0]!.id;
  await session.query('savepoint b');
  await session.query(ROW, [one, 'undone']);
  await session.query('rollback to b');
  expect(await reader.news()).toEqual([]);
  await session.query('commit');
  const entries = await reader.news();
  expect(rowIds(entries)).toEqual([kept]);
});

test('transactions are ordered by their last write in a project, not by their beginning', async () => {
  const [a, b] = [await sessions.open(), await sessions.open()];
  const reader = await readerOf(database);
  const write = async (session: typeof a, project = one) =>
    (await session.query<{ id: string }>(ROW, [project, 'x'])).rows[0]!.id;
  await a.query('begin');
  const a1 = await write(a);
  await b.query('begin');
  const b1 = await write(b);
  const a2 = await write(a);
  const b2 = await write(b, two);
  await b.query('commit');
  await a.query('commit');
  const entries = await reader.news();
  expect(rowIds(entries)).toEqual([b1, a1, a2, b2]);
  // The same for who follows one project.
  expect(rowIds(entries.filter(({ project_id }) => project_id === one))).toEqual([b1, a1, a2]);
});

describe('of a longer log', () => {
  const READ = `select c.*, c.xid::text as xid from realtime.read($1::pg_snapshot, $2::pg_snapshot, $3, $4, $5, $6) c`;
  let since: string;
  let middle: string;
  const read = (upto: string | null, project: string | null, behind: [string, string], most: number) =>
    database.query<Entry>(service, READ, [since, upto, project, ...behind, most]);

  beforeAll(async () => {
    since = await standing();
    for (let n = 0; n < 60; n += 1) {
      if (n === 30) middle = await standing();
      await database.as(service, async (client) => {
        for (let m = 0; m <= n % 4; m += 1) await client.query(ROW, [(n + m) % 3 ? one : two, String(n)]);
      });
    }
  });

  test.each([1, 2, 7, 100])('pages of %d are what one reading gives', async (most) => {
    const all = await read(null, null, ['0', '0'], 1_000_000);
    expect(all.length).toBe(150);
    const pages: Entry[] = [];
    for (let behind: [string, string] = ['0', '0']; ;) {
      const page = await read(null, null, behind, most);
      pages.push(...page);
      if (page.length < most) break;
      behind = [page.at(-1)!.last_id, page.at(-1)!.id];
    }
    expect(pages).toEqual(all);
  });

  test('what came after `upto` is left out, and all of it comes since then', async () => {
    const all = await read(null, null, ['0', '0'], 1_000_000);
    const early = await read(middle, null, ['0', '0'], 1_000_000);
    const late = await database.query<Entry>(service, READ, [middle, null, null, 0, 0, 1_000_000]);
    expect([early.length, late.length].every((length) => length > 50)).toBe(true);
    expect([...early, ...late]).toEqual(all);
  });

  test('of one project is what all of it shows of that project', async () => {
    const all = await read(null, null, ['0', '0'], 1_000_000);
    for (const project of [one, two]) {
      const own = await read(null, project, ['0', '0'], 1_000_000);
      expect(own.length).toBeGreaterThan(20);
      expect(own).toEqual(all.filter(({ project_id }) => project_id === project));
      const page = await read(middle, project, [own[4]!.last_id, own[4]!.id], 5);
      expect(page).toEqual(own.slice(5, 10));
    }
  });
});

test('what a snapshot saw is not told since', async () => {
  const reader = await readerOf(database);
  await builders(database).generation(alice, one, null);
  expect(await reader.news()).toHaveLength(1);
  const again = await readerOf(database);
  expect(await again.news()).toEqual([]);
});
