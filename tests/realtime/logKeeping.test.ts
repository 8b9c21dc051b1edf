import { randomBytes } from 'node:crypto';
import { withClient, withDatabase } from '../../server/postgres/setup';
import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { eventually } from '../helpers/process';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { readerOf } from './log';
import { sessionsOf } from './sessions';

let database: TestDatabase;
let sessions: ReturnType<typeof sessionsOf>;
let project: string;

beforeEach(async () => {
  database = await createTestDatabase();
  sessions = sessionsOf(database);
  await builders(database).account(alice);
  project = await builders(database).project(alice);
});
afterEach(async () => {
  await sessions.close();
  await database.drop();
});

const state = async (of = database) =>
  (
    await of.query<{ epoch: string; pruned: string; oldest: string }>(
      service,
      'select epoch, pruned_through::text as pruned, pg_snapshot_xmin(snapshot)::text as oldest from realtime.standing()',
    )
  )[0]!;
const stored = async (of = database) =>
  (await of.asOwner<{ n: number }>('select count(*)::int as n from realtime.changes'))[0]!.n;
const open = () => database.query(service, 'select realtime.open()');
const prune = async (keep: string, most: number) =>
  (await database.query<{ n: number }>(service, 'select realtime.prune($1, $2) as n', [keep, most]))[0]!.n;
const write = () => builders(database).generation(alice, project, null);

describe('the epoch', () => {
  test('is the same when the log is opened again, and by two at once', async () => {
    await Promise.all([open(), open()]);
    const { epoch } = await state();
    await write();
    await Promise.all([open(), open(), open()]);
    expect((await state()).epoch).toBe(epoch);
    expect(await stored()).toBe(1);
  });

  test('is another in a copy of the database, whose log is empty; the original keeps its own', async () => {
    await open();
    await write();
    const original = await state();
    const name = `test_${randomBytes(6).toString('hex')}`;
    const source = new URL(database.ownerUrl).pathname.slice(1);
    const kept = await stored();
    await database.pool.end();
    await sessions.close();
    await withClient(testServer().rootUrl, async (root) => {
      await root.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [source]);
      await root.query(`create database "${name}" template "${source}" owner reigh_owner`);
    });
    const look =
      'select count(*)::int as n, (select epoch::text from realtime.state) as epoch from realtime.changes';
    const seen = await withClient(withDatabase(database.ownerUrl, name), async (owner) => {
      const before = (await owner.query<{ n: number; epoch: string }>(look)).rows[0]!;
      await owner.query('select realtime.open()');
      return { before, after: (await owner.query<{ n: number; epoch: string }>(look)).rows[0]! };
    });
    expect(seen.before.n).toBe(kept);
    expect(original.epoch.startsWith(seen.before.epoch)).toBe(true);
    expect(seen.after.n).toBe(0);
    expect(original.epoch.startsWith(seen.after.epoch)).toBe(false);
    await withClient(testServer().rootUrl, (root) => root.query(`drop database "${name}" with (force)`));
    await database.asOwner('select realtime.open()');
    expect(await stored()).toBe(kept);
    database.pool = { end: () => Promise.resolve() } as never;
    database.drop = () =>
      withClient(testServer().rootUrl, (root) => root.query(`drop database "${source}" with (force)`)).then();
  });
});

describe('clearing', () => {
  /** As if the marks had been taken so much earlier. */
  const age = (interval: string) =>
    database.asOwner('update realtime.marks set taken_at = taken_at - $1::interval', [interval]);

  /** Nothing is cleared that a transaction still running may lack, in whatever database of the server: other tests have some. */
  const untilNobodyLacks = () =>
    eventually(async () => {
      const [{ lacks }] = (await database.asOwner<{ lacks: boolean }>(
        'select pg_snapshot_xmin(pg_current_snapshot()) <= (select xid from realtime.changes order by id desc limit 1) as lacks',
      )) as [{ lacks: boolean }];
      expect(lacks).toBe(false);
    });

  test('clears nothing that is younger, and all that is older, by so many rows at a time', async () => {
    for (let n = 0; n < 5; n += 1) await write();
    await untilNobodyLacks();
    expect(await prune('1 day', 100)).toBe(0);
    await age('25 hours');
    await write();
    expect([await prune('1 day', 2), await prune('1 day', 2), await prune('1 day', 2)]).toEqual([2, 2, 1]);
    expect(await prune('1 day', 2)).toBe(0);
    expect(await stored()).toBe(1);
    const { pruned, oldest } = await state();
    expect(BigInt(pruned)).toBeGreaterThan(0n);
    expect(BigInt(pruned)).toBeLessThan(BigInt(oldest));
    expect((await database.asOwner('select from realtime.marks')).length).toBeLessThanOrEqual(2);
  });

  test('leaves what a transaction wrote that was open then, and all that came after it began', async () => {
    await write();
    await untilNobodyLacks();
    const long = await sessions.open();
    await long.query('begin');
    await long.query('insert into generations (project_id) values ($1)', [project]);
    await write();
    await prune('1 day', 100);
    const reader = await readerOf(database);
    await age('25 hours');
    await write();
    expect(await prune('1 day', 100)).toBe(1);
    await long.query('commit');
    expect(await prune('1 day', 100)).toBe(0);
    expect(await reader.news()).toHaveLength(2);
    // Who saw less than what is gone can tell.
    expect(BigInt((await state()).pruned)).toBeLessThan(BigInt(reader.since.split(':')[0]!));
  });

  test('a second one at the same time does nothing and does not wait', async () => {
    await write();
    await untilNobodyLacks();
    await prune('1 day', 1);
    await age('25 hours');
    const other = await sessions.open();
    await other.query(`begin; select realtime.prune('1 day', 100)`);
    expect(await prune('1 day', 100)).toBe(0);
    await other.query('rollback');
    expect(await prune('1 day', 100)).toBe(1);
  });
});
