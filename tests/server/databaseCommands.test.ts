import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TEST_SECRET } from '../helpers/actors';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import {
  atTheEnd,
  emptyFolder,
  eventually,
  expectOneMessage,
  finish,
  start,
  type Finished,
  type Variables,
} from '../helpers/process';

/** db:columns, db:policies and db:psql on a server of one's own. db:dump: tests/recipes/dumps.test.ts. */
let database: TestDatabase;
let env: Variables;
beforeAll(async () => {
  database = await createTestDatabase();
  env = {
    ROOT_DATABASE_URL: testServer().rootUrl,
    DATABASE_URL: database.ownerUrl,
    AUTH_DATABASE_URL: database.authUrl,
    JWT_SECRET: TEST_SECRET,
  };
  await database.asOwner(`
    create schema "o'dd";
    create table "o'dd"."Ta""ble" (
      id int generated always as identity,
      "naïve 名前" text not null default E'a\\nb',
      "bad\u001b[31m\ncolumn" numeric(4, 2),
      "order" int generated always as (1 + 1) stored
    );
    comment on column "o'dd"."Ta""ble".id is E'@omit filter\\nWho it is.\\nAnd more.';
    comment on column "o'dd"."Ta""ble"."order" is 'Not \u202eright';
    create table "o'dd".closed (id int);
    alter table "o'dd".closed enable row level security;
    alter table "o'dd".closed force row level security;
    create policy "it's ""mine""" on "o'dd".closed as restrictive for update to worker, anon
      using (id > 1) with check (exists (select from "o'dd".closed c where c.id < closed.id));
    grant select (id), update (id), delete on "o'dd".closed to worker;
    grant select on "o'dd".closed to public;
    create table "o'dd".silent (id int);
    alter table "o'dd".silent enable row level security;
    create view "o'dd".seen with (security_invoker = true) as select 1 as a;
    create view "o'dd".seen_by_owner as select 1 as a;`);
});
atTheEnd(() => database.drop());

const run = (script: string, words: string[], more: Variables = {}) =>
  finish(script, words, { ...env, ...more });
const done = ({ code, stdout, stderr }: Finished) => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

describe('db:columns', () => {
  test('lists what a column is, aligned, whatever it is called', async () => {
    expect(done(await run('db:columns', [`o'dd.Ta"ble`]))).toBe(
      [
        `table             column                      type          null      default             comment`,
        `"o'dd"."Ta""ble"  id                          integer       not null  identity            Who it is. And more.`,
        `"o'dd"."Ta""ble"  "naïve 名前"                text          not null  'a\\u{a}b'::text`,
        `"o'dd"."Ta""ble"  "bad\\u{1b}[31m\\u{a}column"  numeric(4,2)  null`,
        `"o'dd"."Ta""ble"  "order"                     integer       null      generated: (1 + 1)  Not \\u{202e}right`,
        '',
      ].join('\n'),
    );
  });

  test('without names is for the schema public, or the schemas that are named', async () => {
    const [all, odd] = await Promise.all([run('db:columns', []), run('db:columns', ['--schema', `o'dd`])]);
    const tables = (text: string) => [...new Set(text.split('\n').map((line) => line.split(' ')[0]))];
    const known = await database.asOwner<{ name: string }>(
      `select 'public.' || table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
    );
    expect(tables(done(all))).toEqual(['table', ...known.map(({ name }) => name), '']);
    expect(tables(done(odd)).slice(0, 3)).toEqual(['table', `"o'dd"."Ta""ble"`, `"o'dd".closed`]);
  });

  test('ends quietly when nobody reads it, as behind head', async () => {
    const running = await start('db:columns', [], { env });
    running.stopReading();
    expect({ ...(await running.exit), stderr: running.stderr() }).toEqual({
      ...{ code: 0, signal: null, stderr: '' },
    });
  });

  test('needs no rights of the owner', async () => {
    expect(done(await run('db:columns', ['workers'], { DATABASE_URL: undefined }))).toContain(
      'last_heartbeat',
    );
  });

  test.each(['db:columns', 'db:policies'])('%s says what is not there', async (script) => {
    const [table, schema] = await Promise.all([
      run(script, ['shots', 'nowhere.shots', 'shot']),
      run(script, ['--schema', 'nowhere']),
    ]);
    expectOneMessage(table, /^There is no table nowhere\.shots, shot\.$/m);
    expectOneMessage(schema, /^There is no table in a schema nowhere\.$/m);
  });
});

describe('db:policies', () => {
  test('shows rules, roles, verbs and grants', async () => {
    expect(done(await run('db:policies', ['resources']))).toBe(`public.resources
  row-level security is on
  policies
    resources_anon_select: select to anon
      using is_public
    resources_authenticated_select: select to authenticated
      using is_public OR user_id = (( SELECT auth.uid() AS uid))
    resources_owner_delete: delete to authenticated
      using user_id = (( SELECT auth.uid() AS uid))
    resources_owner_insert: insert to authenticated
      check user_id = (( SELECT auth.uid() AS uid))
    resources_owner_update: update to authenticated
      using user_id = (( SELECT auth.uid() AS uid))
      check user_id = (( SELECT auth.uid() AS uid))
    resources_service_all: all to service_role
      using true
      check true
    resources_worker_select: select to worker
      using is_public
  grants
    anon: select
    authenticated: delete, insert (type, url, metadata, is_public), select, update (type, url, metadata, is_public)
    service_role: delete, insert, select, update
    worker: select

`);
  });

  test('shows what is unusual, whatever it is called', async () => {
    expect(done(await run('db:policies', ['--schema', `o'dd`]))).toBe(`"o'dd"."Ta""ble"
  row-level security is OFF: whoever has a grant reaches every row
  no grants: nobody but the owner comes here

"o'dd".closed
  row-level security is on, for the owner too
  policies
    "it's ""mine""": RESTRICTIVE update to anon, worker
      using id > 1
      check (EXISTS ( SELECT
           FROM "o'dd".closed c
          WHERE c.id < closed.id))
  grants
    worker: delete, select (id), update (id)
    PUBLIC: select

"o'dd".seen
  a view: with the rights of whoever reads it
  no grants: nobody but the owner comes here

"o'dd".seen_by_owner
  a view: with the rights of its OWNER
  no grants: nobody but the owner comes here

"o'dd".silent
  row-level security is on
  no policies: nobody but the owner sees a row
  no grants: nobody but the owner comes here

`);
  });
});

describe('db:psql', () => {
  const psql = (words: string[], more: Variables = {}) => run('db:psql', words, more);

  test.each([
    ['owner', 'reigh_owner'],
    ['auth', 'reigh_authenticator'],
    ['root', 'postgres'],
  ])('--as %s signs in as %s', async (account, user) => {
    expect(done(await psql(['--as', account, '-Atc', 'select current_user']))).toBe(`${user}\n`);
  });

  test('refuses an account that is none', async () => {
    expectOneMessage(
      await psql(['--as', 'emperor']),
      /--as must be one of owner, auth and root, not emperor/,
    );
  });

  test('shows no secret to who lists processes, and gives psql none but its own', async () => {
    const seen = done(await psql(['-Atc', String.raw`\! ps -ww -o args= -p $PPID; env`]));
    const password = new URL(database.ownerUrl).password;
    expect(seen).toMatch(/ --dbname=postgres:\/\/reigh_owner@127\.0\.0\.1:/);
    expect(seen.split('\n').filter((line) => line.includes(password))).toEqual([`PGPASSWORD=${password}`]);
    for (const secret of [TEST_SECRET, testServer().rootUrl, testServer().authPassword])
      expect(seen).not.toContain(secret);
  });

  test('is not led elsewhere by the environment, nor stopped by what only Node’s driver knows', async () => {
    const stranger = { PGHOSTADDR: '127.0.0.2', PGSERVICE: 'elsewhere' };
    const url = `${database.ownerUrl}?uselibpqcompat=true&application_name=mine`;
    const shown = await psql(['-Atc', `select current_setting('application_name')`], {
      ...stranger,
      DATABASE_URL: url,
    });
    expect(done(shown)).toBe('mine\n');
  });

  test('Ctrl-C cancels the statement, and the command ends as psql does', async () => {
    const psqlProcess = await start('db:psql', ['-c', `select 'the long one', pg_sleep(600)`], {
      env,
      detached: true,
    });
    await eventually(async () =>
      expect(
        await database.asOwner(
          `select from pg_stat_activity where query like '%long one%' and state = 'active' and pid <> pg_backend_pid()`,
        ),
      ).toHaveLength(1),
    );
    process.kill(-psqlProcess.pid, 'SIGINT');
    expect(await psqlProcess.exit).toEqual({ code: 1, signal: null });
    expect(psqlProcess.stderr()).toMatch(/canceling statement due to user request/);
  });
});

describe('where a client program', () => {
  const major = async () => {
    const [row] = await database.asOwner<{ version: number }>(
      `select current_setting('server_version_num')::int / 10000 as version`,
    );
    return row!.version;
  };

  test.each([
    ['db:psql', 'psql'],
    ['db:dump', 'pg_dump'],
  ])('is missing, %s says what to install', async (script, program) => {
    const finished = await run(script, [], { PATH: await emptyFolder() });
    const version = await major();
    expectOneMessage(
      finished,
      new RegExp(`^${program} is not installed\\. The server is PostgreSQL ${version}:`),
    );
    expect(finished.stderr).toMatch(new RegExp(`install postgresql-client-${version};.*wiki/Apt`));
  });

  test('is too old, db:dump says which it found, which it needs, and leaves no file', async () => {
    const folder = await emptyFolder();
    await mkdir(path.join(folder, 'bin'));
    // As an old one answers; it is asked for nothing else.
    const old = '#!/bin/sh\n[ "$*" = --version ] && echo "pg_dump (PostgreSQL) 9.6.24"\n';
    await writeFile(path.join(folder, 'bin/pg_dump'), old, { mode: 0o755 });
    const finished = await run('db:dump', ['-o', path.join(folder, 'dump.sql')], {
      PATH: path.join(folder, 'bin'),
    });
    expectOneMessage(
      finished,
      new RegExp(`^pg_dump 9\\.6\\.24 is too old for this server, which is PostgreSQL ${await major()}:`),
    );
    expect(await readdir(folder)).toEqual(['bin']);
  });

  test('fails, db:dump fails with it and leaves what was there', async () => {
    const folder = await emptyFolder();
    const file = path.join(folder, 'dump.sql');
    await writeFile(file, 'yesterday');
    const failing = `#!/bin/sh\nif [ "$*" = --version ]; then echo "pg_dump (PostgreSQL) 99.1"; else echo half > "${file}.part"; exit 3; fi\n`;
    await writeFile(path.join(folder, 'pg_dump'), failing, { mode: 0o755 });
    const finished = await run('db:dump', ['-o', file], { PATH: `${folder}:${process.env.PATH}` });
    expect(finished).toMatchObject({ code: 3, stderr: '' });
    expect((await readdir(folder)).sort()).toEqual(['dump.sql', 'pg_dump']);
    expect((await stat(file)).size).toBe('yesterday'.length);
  });

  test('is not to blame, db:dump says so', async () => {
    const folder = await emptyFolder();
    const old = '#!/bin/sh\necho "pg_dump (PostgreSQL) 99.1"\n';
    await writeFile(path.join(folder, 'pg_dump'), old, { mode: 0o755 });
    const PATH = `${folder}:${process.env.PATH}`;
    expectOneMessage(
      await run('db:dump', ['-o', path.join(folder, 'no/where.sql')], { PATH }),
      /where\.sql cannot be written: ENOENT/,
    );
    expectOneMessage(
      await run('db:dump', ['--format', 'zip'], { PATH }),
      /--format must be one of plain and custom/,
    );
  });
});
