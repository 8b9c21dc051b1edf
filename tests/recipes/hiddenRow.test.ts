import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { alice, bob, TEST_SECRET, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { readPage, type Page } from '../helpers/markdown';
import { atTheEnd, emptyFolder, finish, type Variables } from '../helpers/process';
import { runCommands } from './commands';

/** docs/recipes/debug-a-hidden-row.md: Alice's project, asked for by Alice and by Bob. */
let page: Page;
let database: TestDatabase;
let folder: string;
let project: string;
let env: Variables;

beforeAll(async () => {
  [page, database, folder] = await Promise.all([
    readPage('docs/recipes/debug-a-hidden-row.md'),
    createTestDatabase(),
    emptyFolder(),
  ]);
  const make = builders(database);
  for (const user of [alice, bob]) await make.account(user);
  project = await make.project(alice, 'Lighthouse');
  env = { DATABASE_URL: database.ownerUrl, AUTH_DATABASE_URL: database.authUrl, JWT_SECRET: TEST_SECRET };
});
atTheEnd(() => database.drop());

/** What psql prints of a block, without its frames. */
async function psql(label: string, user: User, account: string): Promise<string> {
  const file = path.join(folder, `${label}.sql`);
  await writeFile(file, page.code(label, { USER_ID: user.id, PROJECT_ID: project }));
  const words = ['--as', account, '-qAt', '-v', 'ON_ERROR_STOP=1', '-f', file];
  const { stdout, stderr } = await finish('db:psql', words, env);
  return stdout + stderr;
}

test('the owner of the database sees whether the row is there', async () => {
  const [finished] = await runCommands(page.code('exists', { PROJECT_ID: project }), env);
  expect(finished?.stdout).toContain(`${project} | ${alice.id} | Lighthouse`);
});

test('as the gateway’s account, one becomes the caller; as the owner’s one may not', async () => {
  expect(await psql('as-user', alice, 'auth')).toContain(
    `${alice.id}|authenticated\n${project}|Lighthouse\n`,
  );
  expect(await psql('as-user', bob, 'auth')).toMatch(new RegExp(`${bob.id}\\|authenticated\n$`));
  expect(await psql('as-user', alice, 'owner')).toMatch(/permission denied to set role/);
});

test('the table’s rules can be read', async () => {
  const [finished] = await runCommands(page.code('policies'), env);
  expect(finished?.stdout).toMatch(/projects_owner_select: select to authenticated\n +using user_id = /);
});

test('a rule put into the select list says whether it lets the caller pass', async () => {
  expect(await psql('evaluate', alice, 'owner')).toContain(`${project}|${alice.id}|${alice.id}|t\n`);
  expect(await psql('evaluate', bob, 'owner')).toContain(`${project}|${alice.id}|${bob.id}|f\n`);
});

test('every block of the page was run', () => {
  expect(page.unused()).toEqual([]);
});
