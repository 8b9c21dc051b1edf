import { symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { alice, authorizationOf, bob, service, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { databaseOf, withClient, withDatabase } from '../../server/postgres/setup';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { readPage } from '../helpers/markdown';
import { atTheEnd, emptyFolder, PROJECT, start, startProgram } from '../helpers/process';

/** Clients that are programs of their own: the one of docs/realtime.md, and `npm run watch`. */
let database: TestDatabase;
let gateway: TestGateway;
let make: ReturnType<typeof builders>;
let socketUrl: string;
beforeAll(async () => {
  database = await createTestDatabase();
  make = builders(database);
  await make.account(alice);
  await make.account(bob);
  gateway = await startTestGateway(database);
  socketUrl = `${gateway.url.replace('http', 'ws')}/graphql`;
});
atTheEnd(async () => {
  await gateway.stop();
  await database.drop();
});

/** The gateway goes and another comes at its address; meanwhile something happens. */
async function restart(meanwhile: () => Promise<void>): Promise<void> {
  const { port } = new URL(gateway.url);
  await gateway.stop();
  await meanwhile();
  gateway = await startTestGateway(database, { PORT: port });
}

const lines = (text: string) => text.trim().split('\n');

test('the example of docs/realtime.md is short, and goes on where it was when the gateway is another', async () => {
  const example = (await readPage('docs/realtime.md')).code('example');
  expect(lines(example).length).toBeLessThanOrEqual(55);
  const cwd = await emptyFolder();
  await symlink(path.join(PROJECT, 'node_modules'), path.join(cwd, 'node_modules'));
  await writeFile(path.join(cwd, 'example.mjs'), example);
  const project = await make.project(alice);
  const token = (await authorizationOf(alice))!.replace('Bearer ', '');

  const client = startProgram(process.execPath, ['example.mjs', socketUrl, project], {
    cwd,
    env: { TOKEN: token },
  });
  await client.prints(/^live\n/);
  const first = await make.generation(alice, project, null);
  await client.prints(new RegExp(first));
  let missed = '';
  await restart(async () => {
    missed = await make.generation(alice, project, null);
  });
  const last = await make.generation(alice, project, null);
  await client.prints(new RegExp(last));

  const told = lines(client.stdout()).filter((line) => line.startsWith('{'));
  expect(told.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([first, missed, last]);
  expect(client.stdout()).not.toContain('fetch anew');
  await database.query(service, 'delete from projects where id = $1', [project]);
  expect(await client.exit).toEqual({ code: 0, signal: null });
  expect(lines(client.stdout()).slice(-2)).toEqual([
    'fetch anew what you show',
    'the project is gone, or belongs to somebody else',
  ]);
});

describe('npm run watch', () => {
  const watch = (words: string[], env = {}) =>
    start('watch', ['--url', socketUrl, ...words], { env: { JWT_SECRET: TEST_SECRET, ...env } });

  test('prints what changes, in words', async () => {
    const project = await make.project(alice);
    const generation = await make.generation(alice, project, null);
    const watching = await watch(['--project', project]);
    await watching.prints(/READY {3}live: no change after this is missed\n/);
    await database.query(alice, 'update generations set starred = true, name = $2 where id = $1', [
      generation,
      'Otter',
    ]);
    await watching.prints(new RegExp(`UPDATE {2}generations +${generation} {2}name, starred false → true\n`));
    const { errors, data } = await gateway.ask(
      alice,
      `mutation ($id: UUID!) { deleteGenerations(input: { ids: [$id] }) { clientMutationId } }`,
      { id: generation },
    );
    expect({ errors, data }).toMatchObject({ errors: undefined, data: expect.anything() as unknown });
    await watching.prints(new RegExp(`DELETE {2}generations +${generation}`));
    watching.signal('SIGINT');
    expect((await watching.exit).code).toBe(0);
    expect(watching.stdout()).toMatch(/To go on from here: --after [\w-]+\n$/);
  });

  test('goes on from a cursor, after an interruption too, and only with the tables that were named', async () => {
    const project = await make.project(alice);
    const before = await watch(['--project', project]);
    await before.prints(/READY/);
    before.signal('SIGTERM');
    await before.exit;
    const [, cursor = ''] = /--after (\S+)/.exec(before.stdout())!;
    const generation = await make.generation(alice, project, 'public/a.png');

    const watching = await watch([
      '--project',
      project,
      '--tables',
      'generation_variants',
      '--after',
      cursor,
    ]);
    await watching.prints(/READY/);
    let missed = '';
    await restart(async () => {
      missed = await make.variant(alice, generation);
    });
    await watching.prints(new RegExp(`INSERT {2}generation_variants +${missed}`));
    expect(watching.stdout().match(/INSERT {2}\w+/g)).toEqual([
      'INSERT  generation_variants',
      'INSERT  generation_variants',
    ]);
    expect(watching.stdout()).not.toMatch(/ generations /);
    expect(watching.stderr()).toMatch(/interrupted \(1012 .*\); trying again/);
  });

  test('waits while the database is away', async () => {
    const project = await make.project(alice);
    const name = databaseOf(database.ownerUrl);
    const asRoot = (sql: string) =>
      withClient(withDatabase(testServer().rootUrl, 'postgres'), (root) => root.query(sql));
    await asRoot(`alter database ${name} allow_connections false`);
    try {
      await asRoot(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
      const refused = await gateway.ask(alice, '{ projects { totalCount } }');
      expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      const watching = await watch(['--project', project]);
      await watching.prints(/The database cannot be reached now/);
      await asRoot(`alter database ${name} allow_connections true`);
      await watching.prints(/READY/);
      watching.signal('SIGTERM');
      expect((await watching.exit).code).toBe(0);
    } finally {
      await asRoot(`alter database ${name} allow_connections true`);
    }
  });

  test('ends when the project is somebody else’s', async () => {
    const project = await make.project(alice);
    const token = (await authorizationOf(alice))!.replace('Bearer ', '');
    const watching = await watch(['--project', project, '--token', token]);
    await watching.prints(/READY/);
    await database.query(service, 'update projects set user_id = $2 where id = $1', [project, bob.id]);
    expect((await watching.exit).code).toBe(0);
    expect(watching.stdout()).toMatch(/The project is gone, or belongs to somebody else now\.\n$/);
  });

  test.each([
    [['--project', 'mine'], '--project must be the id of a project.'],
    [['--project', alice.id, '--tables', 'users'], '--tables must be of generations, generation_variants'],
    [['--project', alice.id, '--url', 'http://127.0.0.1'], '--url must begin with ws:// or wss://.'],
    [['--project', alice.id], 'There is no such project.'],
    [['--project', alice.id, '--after', 'x'], 'after is not a cursor that a subscription gave.'],
  ])('says what is wrong: %j', async (words, says) => {
    const watching = await watch(words);
    expect((await watching.exit).code).not.toBe(0);
    expect(watching.stderr()).toContain(says);
    expect(watching.stderr()).not.toMatch(/^ +at /m);
  });

  test('needs a token in production', async () => {
    const watching = await watch(['--project', alice.id], { NODE_ENV: 'production' });
    expect((await watching.exit).code).not.toBe(0);
    expect(watching.stderr()).toContain('--token is needed');
  });
});
