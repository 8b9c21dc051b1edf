import type { Client, Notification } from 'pg';
import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { sessionsOf } from './sessions';

let database: TestDatabase;
let sessions: ReturnType<typeof sessionsOf>;
let listener: Client;
let project: string;
let heard: Notification[];

beforeAll(async () => {
  database = await createTestDatabase();
  sessions = sessionsOf(database);
  await builders(database).account(alice);
  project = await builders(database).project(alice);
  listener = await sessions.open();
  listener.on('notification', (message) => heard.push(message));
  await listener.query('listen realtime; listen marks');
});
afterAll(async () => {
  await sessions.close();
  await database.drop();
});
beforeEach(() => {
  heard = [];
});

// Not tasks: who makes one waits for others who do.
const ROW = 'insert into generations (project_id) values ($1)';

/** What was heard of commits until now: notifications come in commit order, and this one is the last. */
async function wakings(): Promise<string[]> {
  await database.asOwner(`notify marks, 'now'`);
  while (!heard.some(({ channel }) => channel === 'marks')) await listener.query('select');
  const before = heard.filter(({ channel }) => channel === 'realtime').map(({ payload }) => payload ?? '');
  heard = [];
  return before;
}

test('a commit wakes, once and without a word, however much it wrote', async () => {
  await database.as(service, async (client) => {
    for (let n = 0; n < 5; n += 1) await client.query(ROW, [project]);
    await client.query('insert into generations (project_id) select $1 from generate_series(1, 50)', [
      project,
    ]);
  });
  expect(await wakings()).toEqual(['']);
});

test.each([
  [
    'more than a thousand rows',
    `insert into generations (project_id) select '@' from generate_series(1, 1001)`,
  ],
  ['an update', `update generations set starred = not starred where project_id = '@'`],
  ['a delete', `delete from generations where project_id = '@'`],
  [
    'another owner',
    `update projects set user_id = (select min(id::text)::uuid from users where id <> user_id) where id = '@'`,
  ],
  ['a project that is gone', `delete from projects where id = '@'`],
])('%s wakes', async (_, sql) => {
  const other = {
    kind: 'user',
    id: 'b0b00000-0000-4000-8000-0000000000bb',
    email: 'bob@test.example',
  } as const;
  await builders(database).account(other);
  const own = await builders(database).project(alice);
  await builders(database).generation(alice, own);
  await wakings();
  await database.asOwner(sql.replace('@', own));
  expect(await wakings()).toEqual(['']);
});

test('nothing wakes that is undone, or that is no news', async () => {
  const writer = await sessions.open();
  await writer.query('begin');
  await writer.query(ROW, [project]);
  await writer.query('rollback');
  await database.asOwner(`update generations set updated_at = now() where project_id = '${project}'`);
  await database.query(alice, `update projects set name = 'new' where id = $1`, [project]);
  expect(await wakings()).toEqual([]);
});

test('who stays open after his write keeps nobody from waking', async () => {
  const idle = await sessions.open();
  await idle.query('begin');
  await idle.query(ROW, [project]);
  await builders(database).generation(alice, project, null);
  expect(await wakings()).toEqual(['']);
  await idle.query('commit');
  expect(await wakings()).toEqual(['']);
});

test('while one wakes, at its commit, others commit without waiting and without waking', async () => {
  const [waking, blocker] = [await sessions.open(), await sessions.open()];
  // One that is held up in the midst of its commit: by a deferred trigger behind the one that wakes.
  await database.asOwner(`
    create function public.hold_up() returns trigger language plpgsql set search_path = '' as $$
      begin if new.name = 'hold' then perform pg_advisory_xact_lock(4711); end if; return null; end $$;
    create constraint trigger zz_hold_up after insert on generations deferrable initially deferred
      for each row execute function public.hold_up()`);
  await blocker.query('begin; select pg_advisory_xact_lock(4711)');
  await waking.query('begin');
  await waking.query(ROW, [project]);
  await waking.query(`insert into generations (project_id, name) values ($1, 'hold')`, [project]);
  const commit = waking.query('commit');
  const waits = async () =>
    (
      await database.asOwner<{ waits: boolean }>(
        `select count(*) = 1 and bool_or(exists (select from pg_locks h where h.pid = l.pid and h.locktype = 'advisory' and h.granted)) as waits
         from pg_locks l where l.locktype = 'advisory' and not l.granted and l.database = (select oid from pg_database where datname = current_database())`,
      )
    )[0]!.waits;
  while (!(await waits()));
  await builders(database).generation(alice, project, null);
  expect(await wakings()).toEqual([]);
  await blocker.query('rollback');
  await commit;
  expect(await wakings()).toEqual(['']);
  await builders(database).generation(alice, project, null);
  expect(await wakings()).toEqual(['']);
});

test('sixteen who write at once are all heard of: after the last waking all is there, or still under way', async () => {
  const writers = await Promise.all(Array.from({ length: 16 }, () => sessions.open()));
  await wakings();
  await Promise.all(
    writers.map(async (writer) => {
      for (let n = 0; n < 10; n += 1) await writer.query(ROW, [project]);
    }),
  );
  const times = (await wakings()).length;
  expect(times).toBeGreaterThan(0);
  expect(times).toBeLessThanOrEqual(160);
});
