import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { escapeIdentifier } from 'pg';
import { withClient, withDatabase } from '../../server/postgres/setup';
import { TEST_SECRET, type User } from '../helpers/actors';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';
import { readPage, type Page } from '../helpers/markdown';
import { atTheEnd, emptyFolder, execute, finish, PROJECT, type Variables } from '../helpers/process';
import { brokenQueue } from '../helpers/queueInvariants';
import { runCommands } from './commands';

/** docs/recipes/move-from-supabase.md, from a database with the shape of a Supabase project into an empty one of ours. */
const supabase = `supabase_${randomBytes(6).toString('hex')}`;
const ada: User = { kind: 'user', id: '00000000-0000-4000-8000-0000000000a1', email: 'ada@example.com' };
const ben: User = { kind: 'user', id: '00000000-0000-4000-8000-0000000000b2', email: 'ben@example.com' };
const atRoot = (sql: string) => withClient(testServer().rootUrl, (root) => root.query(sql));
let page: Page;
let ours: TestDatabase;
let folder: string;
let env: Variables;

beforeAll(async () => {
  [page, ours, folder] = await Promise.all([
    readPage('docs/recipes/move-from-supabase.md'),
    createTestDatabase(),
    emptyFolder(),
  ]);
  env = { DATABASE_URL: ours.ownerUrl, AUTH_DATABASE_URL: ours.authUrl, JWT_SECRET: TEST_SECRET };
  await atRoot(`create database ${escapeIdentifier(supabase)}`);
  const url = new URL(withDatabase(testServer().rootUrl, supabase));
  const fixture = await readFile(path.join(PROJECT, 'tests/fixtures/supabase.sql'), 'utf8');
  await withClient(url.toString(), (client) => client.query(fixture));
  for (const step of ['export', 'stage', 'move'])
    await writeFile(path.join(folder, `${step}.sql`), page.code(step));
  const { password } = url;
  url.password = '';
  await execute('bash', ['-euc', page.code('run-export')], {
    cwd: folder,
    env: { ...process.env, SUPABASE_DB_URL: url.toString(), PGPASSWORD: password },
  });
});
atTheEnd(async () => {
  await ours.drop();
  await atRoot(`drop database if exists ${escapeIdentifier(supabase)} with (force)`);
});

const all = (sql: string) => ours.asOwner(sql);

test('a move that fails halfway leaves nothing', async () => {
  await writeFile(path.join(folder, 'broken.sql'), 'insert into public.projects (name) values (null);');
  const words = ['--quiet', '--single-transaction', '-v', 'ON_ERROR_STOP=1'];
  const files = ['-f', 'stage.sql', '-f', 'move.sql', '-f', 'broken.sql'];
  const failed = await finish('db:psql', [...words, ...files], env, { cwd: folder });
  expect(failed).toMatchObject({ code: 3, stderr: expect.stringMatching(/violates not-null/) as string });
  expect(
    await all(`select from users union all select from pg_namespace where nspname = 'supabase'`),
  ).toEqual([]);
});

describe('after the move', () => {
  beforeAll(async () => {
    await runCommands(page.code('run-import'), env, { cwd: folder });
  });

  test('the counts are the same, but for what cannot be', async () => {
    const rows = await all(page.code('compare'));
    const told = Object.fromEntries(
      (rows as { what: string; there: string; here: string }[]).map(({ what, there, here }) => [
        what,
        [Number(there), Number(here)],
      ]),
    );
    expect(told).toEqual({
      ...{ users: [3, 3], projects: [3, 3], shots: [3, 3], tasks: [7, 7], generations: [6, 6] },
      // One of them was across two projects.
      links: [4, 3],
      credits: [10.75, 10.75],
    });
  });

  test('everything that must hold holds', async () => {
    expect(await brokenInvariants(ours)).toEqual({});
    expect(await brokenQueue(ours)).toEqual({});
  });

  test('people see what is theirs, and are who they were', async () => {
    const [me] = await ours.query(
      ada,
      'select email, username, name, avatar_url, settings, onboarding, credits from users',
    );
    expect(me).toEqual({
      ...{ email: 'ada@example.com', username: 'ada', name: 'Ada "A\\B" 名前' },
      ...{ avatar_url: 'https://example.com/ada.png', settings: { ui: { theme: 'dark' } }, onboarding: {} },
      credits: '7.5000',
    });
    expect(await ours.query(ben, 'select username, name, credits from users')).toEqual([
      { username: null, name: 'Ben\nNewline\tTab', credits: '3.2500' },
    ]);
    expect(await ours.query(ada, 'select name, aspect_ratio from projects order by name')).toEqual([
      { name: 'Lighthouse', aspect_ratio: '16:9' },
      { name: 'Otter', aspect_ratio: null },
    ]);
    expect(await ours.query(ada, 'select name, "order" from shots order by "order"')).toEqual([
      { name: 'Opening', order: 0 },
      { name: 'Storm', order: 1 },
    ]);
  });

  test('generations show their primary variant, and name what is there', async () => {
    const rows = await all(`
      select right(g.id::text, 1) as n, g.type, g.location, right(v.id::text, 4) as variant, v.variant_type,
        right(g.based_on::text, 1) as source, right(g.parent_generation_id::text, 1) as parent, g.is_child,
        right(g.task_id::text, 1) as task
      from generations g left join generation_variants v on v.id = g.primary_variant_id order by g.id`);
    const row = (n: string, values: object) => ({
      ...{ n, type: 'image', location: null, variant: null, variant_type: null },
      ...{ source: null, parent: null, is_child: false, task: null },
      ...values,
    });
    const made = expect.any(String) as string;
    expect(rows).toEqual([
      row('1', {
        location: 'https://example.com/fog.png',
        variant: '0002',
        variant_type: 'upscaled',
        task: '1',
      }),
      row('2', {
        location: 'https://example.com/edit.png',
        variant: made,
        variant_type: 'original',
        source: '1',
      }),
      row('3', { type: 'video' }),
      row('4', {
        type: 'video',
        location: 'part.mp4',
        variant: '0004',
        variant_type: 'original',
        parent: '3',
        is_child: true,
      }),
      row('5', { location: 'b.png', variant: made, variant_type: 'original', task: '6' }),
      row('6', { location: 'c.png', variant: made, variant_type: 'original' }),
    ]);
    const [first] = await all(
      `select params, starred, shot_data from generations where id::text like '%f0001'`,
    );
    expect(first).toEqual({
      params: { prompt: 'fog' },
      starred: true,
      shot_data: {
        '00000000-0000-4000-8000-0000000e0001': 0,
        '00000000-0000-4000-8000-0000000e0002': null,
      },
    });
  });

  test('tasks wait, are over, or are given up', async () => {
    const rows = await all(`select right(id::text, 1) as n, status, cost from tasks order by id`);
    expect(rows).toEqual([
      { n: '1', status: 'Complete', cost: '0.2500' },
      { n: '2', status: 'Queued', cost: null },
      { n: '3', status: 'Failed', cost: null },
      { n: '4', status: 'Cancelled', cost: null },
      { n: '5', status: 'Cancelled', cost: null },
      { n: '6', status: 'Complete', cost: '0.0000' },
      { n: '7', status: 'Queued', cost: null },
    ]);
  });

  test('the books say how each balance came about', async () => {
    const rows = await all(
      `select amount::float8 as amount, type::text, metadata ->> 'was' as was, metadata ->> 'reason' as reason
       from credits_ledger where user_id = '${ada.id}' order by amount, type, reason nulls first, was`,
    );
    expect(rows).toEqual([
      { amount: -2, type: 'manual', was: 'spend', reason: null },
      { amount: -0.25, type: 'manual', was: 'spend', reason: null },
      { amount: -0.25, type: 'spend', was: null, reason: null },
      { amount: 10, type: 'stripe', was: null, reason: null },
    ]);
  });

  test('nothing of it is left but what was moved', async () => {
    await all(page.code('clean-up'));
    expect(await all(`select from pg_namespace where nspname = 'supabase'`)).toEqual([]);
    expect(page.unused()).toEqual([]);
  });
});
