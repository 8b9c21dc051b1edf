import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from 'pg';
import type * as Migrate from '../../server/postgres/migrate';
import { pendingMigrations } from '../../server/postgres/migrate';
import { withClient } from '../../server/postgres/setup';
import { alice, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { readPage, type Page } from '../helpers/markdown';
import { atTheEnd, eventually, expectOneMessage, finish, start, type Variables } from '../helpers/process';
import { copyProject } from '../helpers/projectCopy';
import { createFreshDatabase, type FreshDatabase } from '../sql/freshDatabase';

// Each step is a process of its own, which a busy machine takes its time to start.
jest.setTimeout(180_000);

/** docs/recipes/deploy-a-migration.md, in a copy of the project: written on one database, deployed to another. */
let page: Page;
let author: TestDatabase;
let live: TestDatabase;
let shadow: FreshDatabase;
let copy: string;
let env: Variables;
let resource: string;

beforeAll(async () => {
  page = await readPage('docs/recipes/deploy-a-migration.md');
  [author, live, shadow, copy] = await Promise.all([
    createTestDatabase(),
    createTestDatabase(),
    createFreshDatabase(),
    copyProject(),
  ]);
  const make = builders(live);
  await make.account(alice);
  resource = await make.resource(alice, true);
  env = { DATABASE_URL: live.ownerUrl, AUTH_DATABASE_URL: live.authUrl, JWT_SECRET: TEST_SECRET };
  // As it is but for the time: ten seconds are long for a test.
  await setLockTimeout('"10s"', '"300ms"');
  // The copy's own module, so that it writes there; in this process, to save a second each.
  const { commitCurrent } = jest.requireActual<typeof Migrate>(path.join(copy, 'server/postgres/migrate.ts'));
  const root = testServer().rootUrl;
  for (const step of ['index', 'not-valid', 'validate']) {
    await writeFile(path.join(copy, 'current.sql'), page.code(step));
    await commitCurrent({ owner: author.ownerUrl, root, shadow: shadow.owner }, step);
  }
});
atTheEnd(async () => {
  await author.drop();
  await live.drop();
  await shadow.drop();
});

async function setLockTimeout(from: string, to: string): Promise<void> {
  const file = path.join(copy, '.gmrc');
  const rc = await readFile(file, 'utf8');
  expect(rc).toContain(`"lock_timeout": ${from}`);
  await writeFile(file, rc.replace(from, to));
}
const migrate = () => finish('db:migrate', [], env, { project: copy });
const applied = async () =>
  (
    await live.asOwner<{ name: string }>(
      'select filename as name from graphile_migrate.migrations order by 1',
    )
  ).map(({ name }) => name);
const indexes = () =>
  live.asOwner(
    `select indisvalid as valid from pg_index where indexrelid = to_regclass('public.resources_type_idx')`,
  );
const constraint = () =>
  live.asOwner(`select convalidated as valid from pg_constraint where conname = 'resources_type_is_short'`);

/** Somebody's transaction that stays open behind a statement. */
async function withForgotten(statement: string, use: () => Promise<void>): Promise<void> {
  await withClient(live.ownerUrl, async (forgotten: Client) => {
    await forgotten.query('begin');
    await forgotten.query(statement);
    await use();
    await forgotten.query('rollback');
  });
}
const givesUp = async () =>
  expectOneMessage(await migrate(), /^The migration failed: .*canceling statement due to lock timeout/s);

test('an index waits for who has written, gives up, and what it leaves behind is found and dropped', async () => {
  const before = await applied();
  await withForgotten(`update resources set url = url`, givesUp);
  expect(await applied()).toEqual(before);
  expect(await live.asOwner(page.code('invalid'))).toEqual([{ name: 'resources_type_idx' }]);
  await live.asOwner(page.code('drop-invalid'));
  expect(await indexes()).toEqual([]);
});

test('a migration that needs the table for a moment gives up behind a reader, and changes nothing', async () => {
  const before = await applied();
  await withForgotten('select count(*) from resources', async () => {
    await givesUp();
    const blockers = await live.asOwner<{ query: string }>(
      page.code('blockers').replace("'1 second'", "'0'"),
    );
    expect(blockers.map(({ query }) => query)).toContain('select count(*) from resources');
  });
  // The index before it was built beside the reader, and is not undone.
  expect((await applied()).slice(0, -1)).toEqual(before);
  expect(await indexes()).toEqual([{ valid: true }]);
  expect(await constraint()).toEqual([]);
});

test('run again, the same migrations go through, step by step, while users write', async () => {
  await setLockTimeout('"300ms"', '"10s"');
  const migrating = await start('db:migrate', [], { env, project: copy });
  // Meanwhile, each within the time that would be too long for a migration.
  await eventually(async () => {
    await live.as(alice, async (client) => {
      await client.query(`set local lock_timeout = '5s'`);
      await client.query('update resources set url = url where id = $1', [resource]);
    });
    expect(await indexes()).toEqual([{ valid: true }]);
    expect(await constraint()).toEqual([{ valid: true }]);
  });
  expect(await migrating.exit).toEqual({ code: 0, signal: null });
  const copied = jest.requireActual<typeof Migrate>(path.join(copy, 'server/postgres/migrate.ts'));
  expect(await withClient(live.authUrl, (client) => copied.pendingMigrations(client))).toEqual([]);
  expect(await withClient(live.authUrl, (client) => pendingMigrations(client))).toEqual([]);
  await expect(live.query(alice, `update resources set type = repeat('x', 51)`)).rejects.toMatchObject({
    code: '23514',
  });
});

test('a column is filled in pieces until none is left', async () => {
  await live.asOwner(`insert into resources (user_id, type, url, metadata)
    select '${alice.id}', 'lora', 'https://example.com/' || n, '{"name": "a"}' from generate_series(1, 1100) n`);
  const sizes: number[] = [];
  await withClient(live.ownerUrl, async (client) => {
    do sizes.push((await client.query(page.code('fill'))).rowCount ?? 0);
    while (sizes.at(-1));
  });
  expect(sizes).toEqual([500, 500, 101, 0]);
});

test('every block of the page was run', () => {
  expect(page.unused()).toEqual([]);
});
