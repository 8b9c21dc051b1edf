import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { withClient } from '../../server/postgres/setup';
import { testServer } from '../helpers/database';
import { createFreshDatabase, type FreshDatabase } from './freshDatabase';

const PROJECT = path.resolve(__dirname, '../..');
const run = promisify(execFile);

/** A copy of what migrates, so that a test can write migrations. */
let copy: string;
let database: FreshDatabase;
let shadow: FreshDatabase;

beforeEach(async () => {
  copy = await mkdtemp(path.join(tmpdir(), 'reigh-migrations-'));
  for (const name of [
    'server/postgres',
    'server/faults.ts',
    'server/project.ts',
    'migrations',
    'current.sql',
    '.gmrc',
    'package.json',
    'tsconfig.json',
  ]) {
    await cp(path.join(PROJECT, name), path.join(copy, name), { recursive: true, verbatimSymlinks: true });
  }
  await symlink(path.join(PROJECT, 'node_modules'), path.join(copy, 'node_modules'));
  await writeFile(path.join(copy, 'current.sql'), '-- Enter migration here\n');
  [database, shadow] = await Promise.all([createFreshDatabase(), createFreshDatabase()]);
});
afterEach(async () => {
  await Promise.all([database.drop(), shadow.drop()]);
  await rm(copy, { recursive: true, force: true });
});

/** Calls a function of the copy's server/postgres/migrate.ts in a process of its own; rejects with what it said. */
async function inCopy(call: string): Promise<void> {
  const urls = { owner: database.owner, shadow: shadow.owner, root: testServer().rootUrl };
  const script = `
    const { migrate, applyCurrent, commitCurrent } = require('./server/postgres/migrate.ts');
    (async (urls) => { ${call} })(JSON.parse(process.env.URLS))
      .catch((error) => { console.error(error.message); process.exitCode = 1; });`;
  await run(process.execPath, ['--import', 'tsx', '--input-type=commonjs', '--eval', script], {
    cwd: copy,
    env: { ...process.env, ROOT_DATABASE_URL: '', URLS: JSON.stringify(urls) },
  });
}

const committed = async () =>
  (await readdir(path.join(copy, 'migrations/committed'))).filter((file) => file.endsWith('.sql')).sort();

const tableThere = (name: string) =>
  withClient(database.owner, async (client) => {
    const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
      name,
    ]);
    return rows[0]?.there;
  });

async function hashOf(file: string): Promise<string | undefined> {
  const text = await readFile(path.join(copy, 'migrations/committed', file), 'utf8');
  return /^--! Hash: (.+)$/m.exec(text)?.[1];
}

test('current.sql becomes the next migration, chained to the last one, and is empty again', async () => {
  const before = await committed();
  await writeFile(
    path.join(copy, 'current.sql'),
    'drop table if exists public.novel;\ncreate table public.novel (id int primary key);\n',
  );
  await inCopy(`await migrate(urls); await applyCurrent(urls); await commitCurrent(urls, 'a novel table');`);

  const after = await committed();
  expect(after).toHaveLength(before.length + 1);
  const made = after.at(-1)!;
  expect(made).toBe(`${String(before.length + 1).padStart(6, '0')}-a-novel-table.sql`);
  const text = await readFile(path.join(copy, 'migrations/committed', made), 'utf8');
  expect(text).toContain(`--! Previous: ${await hashOf(before.at(-1)!)}`);
  expect(text).toContain('create table public.novel');
  expect(await tableThere('public.novel')).toBe(true);
  // Through the link: the real file is the one at the top of the project.
  expect(await readFile(path.join(copy, 'current.sql'), 'utf8')).not.toContain('novel');
});

test('a current.sql that fails is not committed and leaves nothing behind', async () => {
  const before = await committed();
  await writeFile(path.join(copy, 'current.sql'), 'create table public.novel (id int);\nselect 1 / 0;\n');
  await expect(inCopy(`await migrate(urls); await commitCurrent(urls, 'broken');`)).rejects.toThrow(
    'division by zero',
  );
  expect(await committed()).toEqual(before);
  expect(await tableThere('public.novel')).toBe(false);
});

test.each([
  ['the first', 0],
  ['the last', -1],
])('%s committed migration cannot be edited', async (_, index) => {
  const file = path.join(copy, 'migrations/committed', (await committed()).at(index)!);
  await writeFile(file, `${await readFile(file, 'utf8')}\ncreate table public.novel (id int);\n`);
  await expect(inCopy('await migrate(urls);')).rejects.toThrow(/hash/i);
  expect(await tableThere('public.novel')).toBe(false);
});

test('a committed migration cannot be taken out of the chain', async () => {
  const files = await committed();
  await rm(path.join(copy, 'migrations/committed', files[2]!));
  await expect(inCopy('await migrate(urls);')).rejects.toThrow(/migration/i);
  expect(await tableThere('public.users')).toBe(false);
});

// The shadow database is made anew for every commit, by the role of ROOT_DATABASE_URL. Without one
// graphile-migrate goes on with "template1" for a URL, and fails at a host called "base".
test('committing without ROOT_DATABASE_URL is a fault that names it', async () => {
  await writeFile(path.join(copy, 'current.sql'), 'create table public.novel (id int primary key);\n');
  await expect(inCopy(`await commitCurrent({ ...urls, root: undefined }, 'novel');`)).rejects.toThrow(
    /^The migration.*ROOT_DATABASE_URL|^ROOT_DATABASE_URL/m,
  );
});
