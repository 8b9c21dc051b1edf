import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';
import { alice, authorizationOf, bob, gpu1, gpu2, TEST_SECRET, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { readPage, type Page } from '../helpers/markdown';
import {
  ask,
  atTheEnd,
  execute,
  expectOneMessage,
  finish,
  start,
  type RunningProcess,
  type Variables,
} from '../helpers/process';
import { copyProject } from '../helpers/projectCopy';
import { follow } from '../realtime/follower';
import { CATALOG_RULES } from '../sql/catalogRules';
import { createFreshDatabase, type FreshDatabase } from '../sql/freshDatabase';
import { runCommands } from './commands';

// Each step is a process of its own, which a busy machine takes its time to start.
jest.setTimeout(180_000);

/**
 * The recipes that change the schema, one after the other as a person would follow them, with `npm run dev` and
 * `npm run db:commit` in a copy of the project.
 */
let database: TestDatabase;
let shadow: FreshDatabase;
let copy: string;
let env: Variables;
let project: string;
let shot: string;
let make: ReturnType<typeof builders>;

beforeAll(async () => {
  [database, shadow, copy] = await Promise.all([createTestDatabase(), createFreshDatabase(), copyProject()]);
  // Whoever commits makes it.
  await shadow.drop();
  make = builders(database);
  for (const user of [alice, bob]) await make.account(user);
  project = await make.project(alice);
  shot = await make.shot(alice, project);
  env = {
    ROOT_DATABASE_URL: testServer().rootUrl,
    DATABASE_URL: database.ownerUrl,
    AUTH_DATABASE_URL: database.authUrl,
    SHADOW_DATABASE_URL: shadow.owner,
    JWT_SECRET: TEST_SECRET,
    PORT: '0',
  };
});
atTheEnd(async () => {
  await database.drop();
  await shadow.drop();
});

const current = () => path.join(copy, 'current.sql');
const generated = (file: string) => readFile(path.join(copy, 'schema', file), 'utf8');
const committed = async () => (await readdir(path.join(copy, 'migrations/committed'))).sort();

interface Dev extends RunningProcess {
  url: string;
  /** Writes current.sql, and waits until it ran so often in all. */
  applies(sql: string, times: number): Promise<void>;
}

async function dev(): Promise<Dev> {
  const running = await start('dev', [], { env, project: copy });
  const [, url = ''] = await running.prints(/Watching current\.sql\. GraphiQL: (\S+)\/graphiql/);
  const applied = (times: number) => running.prints(new RegExp(`(is applied and[^]*){${times}}`));
  await applied(1);
  return {
    ...running,
    url,
    applies: async (sql, times) => {
      await writeFile(current(), sql);
      await applied(times);
    },
  };
}

async function askAs(user: User, url: string, query: string, variables: Record<string, unknown>) {
  return ask<{ shot: unknown }>(url, query, (await authorizationOf(user))?.replace('Bearer ', ''), variables);
}

/** The migration that a page's last block commits. */
async function commit(page: Page): Promise<string> {
  const before = await committed();
  await runCommands(page.code('commit'), env, { project: copy });
  const [added = '', ...others] = (await committed()).filter((file) => !before.includes(file));
  expect(others).toEqual([]);
  expect((await readFile(current(), 'utf8')).trim()).toBe('-- Enter migration here');
  return added;
}

test('add a table: dev shows it at each save, db:commit makes it a migration', async () => {
  const page = await readPage('docs/recipes/add-a-table.md');
  const gateway = await dev();
  await writeFile(current(), 'alter table public.nowhere add column a int;');
  await gateway.prints(/relation "public\.nowhere" does not exist/);
  await gateway.applies(page.code('table'), 2);
  const variables = { projectId: project, shotId: shot };
  const made = await askAs(alice, gateway.url, page.code('mutation'), variables);
  expect(made).toMatchObject({ data: { createShotNote: { shotNote: { isResolved: false } } } });
  const refused = await askAs(bob, gateway.url, page.code('mutation'), variables);
  expect(refused.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  const seen = await askAs(alice, gateway.url, page.code('query'), { shotId: shot });
  expect(seen.data?.shot).toEqual({
    notes: { nodes: [{ body: 'Too dark', project: { name: 'A project' } }] },
  });
  expect(await askAs(bob, gateway.url, page.code('query'), { shotId: shot })).toMatchObject({
    data: { shot: null },
  });
  const long = await askAs(alice, gateway.url, page.code('mutation').replace('Too dark', ' '), variables);
  expect(long.errors?.[0]?.message).toBe('A note has 1 to 2,000 characters.');
  // Saved once more, it runs again.
  await gateway.applies(`${page.code('table')}\n`, 3);
  expect(await generated('schema.graphql')).toContain('type ShotNote implements Node');
  gateway.signal('SIGTERM');
  expect(await gateway.exit).toEqual({ code: 0, signal: null });

  const name = await commit(page);
  expect(name).toMatch(/^\d{6}-shot-notes\.sql$/);
  const sql = await readFile(path.join(copy, 'migrations/committed', name), 'utf8');
  expect(sql).toContain(page.code('table').trim());
  expect(await generated('catalog.txt')).toContain(
    'policy public.shot_notes shot_notes_owner_delete for DELETE',
  );
  expect(page.unused()).toEqual([]);
});

test('add a policy', async () => {
  const page = await readPage('docs/recipes/add-a-policy.md');
  const [before] = await runCommands(page.code('before'), env);
  expect(before?.stdout).toMatch(/shot_notes_owner_select: select to authenticated/);
  await database.query(alice, 'insert into shot_notes (project_id, shot_id, body) values ($1, $2, $3)', [
    ...[project, shot, 'Hold it longer'],
  ]);
  await make.taskType('image_generation');
  for (const worker of ['gpu-1', 'gpu-2']) await make.worker(worker);
  await make.task(project, { status: 'In Progress', workerId: 'gpu-1' });
  const read = 'select body from shot_notes';
  await expect(database.query(gpu1, read)).rejects.toMatchObject({ code: '42501' });
  await writeFile(current(), page.code('policy'));
  expect(await commit(page)).toMatch(/-shot-notes-for-workers\.sql$/);
  expect(await database.query(gpu1, read)).toEqual([{ body: 'Hold it longer' }]);
  expect(await database.query(gpu2, read)).toEqual([]);
  expect(await database.query(bob, read)).toEqual([]);
  expect(page.unused()).toEqual([]);
});

test('add a realtime table', async () => {
  const page = await readPage('docs/recipes/add-a-realtime-table.md');
  await writeFile(path.join(copy, 'recipe.patch'), page.code('patch'));
  await execute('git', ['apply', 'recipe.patch'], { cwd: copy });
  await writeFile(current(), page.code('follow'));
  const gateway = await dev();
  const follower = await follow(gateway, alice);
  const stream = follower.begin(page.code('subscription'), { projectId: project });
  await stream.until(({ items }) => items.some(({ kind }) => kind === 'READY'));
  await database.query(alice, `update shot_notes set is_resolved = true where body = 'Hold it longer'`);
  await stream.until(({ items }) => items.some(({ kind }) => kind === 'CHANGE'));
  expect(stream.items.at(-1)).toMatchObject({
    operation: 'UPDATE',
    shotId: shot,
    changedColumns: ['isResolved'],
    after: { isResolved: true },
    shotNote: { body: 'Hold it longer' },
  });
  await follower.end();
  gateway.signal('SIGTERM');
  expect(await gateway.exit).toEqual({ code: 0, signal: null });
  expect(await commit(page)).toMatch(/-follow-shot-notes\.sql$/);
  expect(page.unused()).toEqual([]);
});

test('what the recipes made keeps every rule of the catalog', async () => {
  const url = withDatabase(testServer().rootUrl, databaseOf(database.ownerUrl));
  await withClient(url, async (root) => {
    await root.query(`set search_path = ''`);
    for (const rule of CATALOG_RULES) {
      const { rows } = await root.query(rule.sql);
      expect({ rule: rule.name, rows }).toEqual({ rule: rule.name, rows: [] });
    }
  });
});

test('db:commit commits nothing that fails, nor without a message', async () => {
  const before = await committed();
  await writeFile(current(), 'alter table public.nowhere add column a int;\n');
  const failed = await finish('db:commit', ['-m', 'nowhere'], env, { project: copy });
  expectOneMessage(failed, /The migration failed: .*relation "public\.nowhere" does not exist/s);
  expectOneMessage(await finish('db:commit', [], env, { project: copy }), /required option '-m, --message/);
  expect(await committed()).toEqual(before);
  expect(await readFile(current(), 'utf8')).toContain('public.nowhere');
});
