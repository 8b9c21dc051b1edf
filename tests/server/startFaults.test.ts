import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { escapeIdentifier } from 'pg';
import { withClient } from '../../server/postgres/setup';
import { TEST_SECRET } from '../helpers/actors';
import { createTestDatabase, testServer } from '../helpers/database';
import { ask, emptyFolder, expectOneMessage, finish, serve, start } from '../helpers/process';
import { urlOf } from '../setup/server';

const serving = (env: Record<string, string>) => finish('start', [], { PORT: '0', ...env });
const withSecret = { JWT_SECRET: TEST_SECRET };

describe('one data directory', () => {
  test('serves one gateway: a second says so, naming the first, which keeps serving', async () => {
    const dataDir = await emptyFolder();
    const first = await serve({ DATA_DIR: dataDir });
    const second = await serving({ DATA_DIR: dataDir });
    expectOneMessage(second, new RegExp(`^Another gateway \\(process ${first.pid}\\) is using .*${dataDir}`));
    // A loser that left its traces would let the third one stop the first one's server.
    expectOneMessage(await serving({ DATA_DIR: dataDir }), /Another gateway/);
    expect((await ask(first.url, '{ __typename }')).status).toBe(200);
    first.signal('SIGTERM');
    expect((await first.exit).code).toBe(0);
  });

  test('serves one of two that start on it for the first time at the same moment', async () => {
    const dataDir = await emptyFolder();
    const both = await Promise.all(
      [1, 2].map(() => start('start', [], { env: { PORT: '0', DATA_DIR: dataDir } })),
    );
    const outcomes = await Promise.all(
      both.map((one) =>
        one.prints(/Reigh Gateway is ready/).then(
          () => 'serves' as const,
          () => 'ended' as const,
        ),
      ),
    );
    expect([...outcomes].sort()).toEqual(['ended', 'serves']);
    const loser = both[outcomes.indexOf('ended')];
    const winner = both[outcomes.indexOf('serves')];
    if (!loser || !winner) throw new Error('unreachable');
    expectOneMessage(
      { ...(await loser.exit), stdout: loser.stdout(), stderr: loser.stderr() },
      new RegExp(`^Another gateway \\(process ${winner.pid}\\) is using`),
    );
    const [, url = ''] = await winner.prints(/GraphQL +(http:\S+)\/graphql/);
    expect((await ask(url, '{ __typename }')).status).toBe(200);
    winner.signal('SIGTERM');
    expect((await winner.exit).code).toBe(0);
  });

  test('that cannot be one is named', async () => {
    const file = path.join(await emptyFolder(), 'a-file');
    await writeFile(file, '');
    expectOneMessage(await serving({ DATA_DIR: file }), /data directory .*a-file cannot be used.*DATA_DIR/);
  });

  test('whose secrets are damaged is named', async () => {
    const dataDir = await emptyFolder();
    await writeFile(path.join(dataDir, 'secrets.json'), '{"superuserPassword"');
    expectOneMessage(await serving({ DATA_DIR: dataDir }), /secrets\.json is damaged/);
  });
});

test('a taken port is named', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
  const { port } = holder.address() as AddressInfo;
  try {
    const finished = await serving({ PORT: String(port), DATA_DIR: await emptyFolder() });
    expectOneMessage(finished, new RegExp(`^Port ${port} on 127\\.0\\.0\\.1 is taken.*PORT`));
  } finally {
    await new Promise((resolve) => holder.close(resolve));
  }
});

test('an address of another machine is named', async () => {
  expectOneMessage(
    await serving({ HOST: '192.0.2.1', DATA_DIR: await emptyFolder() }),
    /^HOST 192\.0\.2\.1 is no address/,
  );
});

test('wrong settings are told all at once', async () => {
  const finished = await serving({
    PORT: 'abc',
    JWT_SECRET: 'short',
    LOG_LEVEL: 'loud',
    DATABASE_URL: 'mysql://x/y',
  });
  expectOneMessage(finished, /PORT: [^]*DATABASE_URL: [^]*JWT_SECRET: [^]*LOG_LEVEL: /);
  expect(finished.stdout).toBe('');
});

describe('a database of one’s own', () => {
  const database = `empty_${randomBytes(6).toString('hex')}`;
  beforeAll(() =>
    withClient(testServer().rootUrl, (root) =>
      root.query(`create database ${escapeIdentifier(database)} owner reigh_owner`),
    ),
  );
  afterAll(() =>
    withClient(testServer().rootUrl, (root) =>
      root.query(`drop database ${escapeIdentifier(database)} with (force)`),
    ),
  );

  test('that cannot be reached is named, without its password', async () => {
    const url = 'postgres://reigh_authenticator:hunter2@127.0.0.1:1/reigh';
    const finished = await serving({ AUTH_DATABASE_URL: url, ...withSecret });
    expectOneMessage(
      finished,
      /^The database postgres:\/\/reigh_authenticator@127\.0\.0\.1:1\/reigh cannot be reached/,
    );
    expect(finished.stderr + finished.stdout).not.toContain('hunter2');
  });

  test('that refuses the password says so, without the password', async () => {
    const url = urlOf({ ...testServer(), authPassword: 'hunter2' }, 'reigh_authenticator', database);
    const finished = await serving({ AUTH_DATABASE_URL: url, ...withSecret });
    expectOneMessage(finished, /password authentication failed/);
    expect(finished.stderr + finished.stdout).not.toContain('hunter2');
  });

  test('whose migrations are behind is refused, and said how to mend it', async () => {
    const url = urlOf(testServer(), 'reigh_authenticator', database);
    const finished = await serving({ AUTH_DATABASE_URL: url, ...withSecret });
    expectOneMessage(finished, /lacks \d+ migration\(s\), the first is 000001[^]*npm run db:migrate/);
  });

  test('is migrated when it is asked for', async () => {
    const gateway = await serve({
      AUTH_DATABASE_URL: urlOf(testServer(), 'reigh_authenticator', database),
      DATABASE_URL: urlOf(testServer(), 'reigh_owner', database),
      MIGRATE_ON_START: 'true',
      ...withSecret,
    });
    expect(await ask(gateway.url, '{ projects { nodes { id } } }')).toMatchObject({ status: 200 });
    gateway.signal('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
  });

  test('without the authenticator’s URL cannot be served', async () => {
    const finished = await serving({
      DATABASE_URL: urlOf(testServer(), 'reigh_owner', database),
      ...withSecret,
    });
    expectOneMessage(finished, /^AUTH_DATABASE_URL is not set/);
  });

  test('is nobody’s business in production: no token is printed, and no GraphiQL offered', async () => {
    const cloned = await createTestDatabase();
    const gateway = await serve({
      AUTH_DATABASE_URL: cloned.authUrl,
      NODE_ENV: 'production',
      JWT_SECRET: randomBytes(32).toString('hex'),
    });
    expect(gateway.stdout()).not.toMatch(/graphiql|eyJ/);
    expect((await fetch(`${gateway.url}/graphiql`)).status).toBe(404);
    gateway.signal('SIGTERM');
    expect((await gateway.exit).code).toBe(0);
    await cloned.drop();
  });
});
