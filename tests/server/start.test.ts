import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SAMPLE_USERS } from '../../server/sample/users';
import { startCluster } from '../../server/postgres/embedded/cluster';
import { waitForExit } from '../../server/postgres/embedded/postmaster';
import {
  ask,
  copyOf,
  emptyFolder,
  eventually,
  execute,
  PROJECT,
  printedTokens,
  serve,
  serverOf,
  startProgram,
  type GatewayProcess,
} from '../helpers/process';

interface Projects {
  projects: { nodes: { id: string; name: string; user: { email: string } }[] };
}

const MINE = '{ projects { nodes { id name user { email } } } }';
const ADD =
  'mutation ($name: String!) { createProject(input: { project: { name: $name } }) { project { id } } }';
const alice = SAMPLE_USERS[0].email;
const tokens = new Map<string, string>();
/** A data directory with one project of alice's, whose gateway was stopped in order. */
let prepared = '';

const projectsOf = async ({ url }: GatewayProcess, email: string) => {
  const { status, data, errors } = await ask<Projects>(url, MINE, tokens.get(email));
  expect({ status, errors }).toEqual({ status: 200 });
  return data?.projects.nodes ?? [];
};
const expectDataIntact = async (gateway: GatewayProcess) =>
  expect((await projectsOf(gateway, alice)).map((project) => project.name)).toContain('Lighthouse');

async function stop(gateway: GatewayProcess): Promise<void> {
  gateway.signal('SIGTERM');
  expect(await gateway.exit).toEqual({ code: 0, signal: null });
}

const descendantsOf = async (pid: number): Promise<number[]> => {
  const { stdout } = await execute('ps', ['-e', '-o', 'pid=,ppid=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/ +/).map(Number));
  const below = (parent: number): number[] =>
    rows.filter((row) => row[1] === parent).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
};

describe('the first start, on an empty directory', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    prepared = await emptyFolder();
    gateway = await serve({ DATA_DIR: prepared });
  });
  afterAll(() => stop(gateway));

  test('says where to go', async () => {
    expect(gateway.stdout()).toContain(`${gateway.url}/graphiql`);
    expect((await fetch(`${gateway.url}/graphiql`)).status).toBe(200);
  });

  test('prints a token for each sample user, which shows him his projects and nobody else’s', async () => {
    for (const [email, token] of await printedTokens(gateway)) tokens.set(email, token);
    expect(tokens.size).toBe(SAMPLE_USERS.length);
    const added = await ask(gateway.url, ADD, tokens.get(alice), { name: 'Lighthouse' });
    expect(added).toMatchObject({
      status: 200,
      data: { createProject: { project: { id: expect.any(String) as string } } },
    });
    await expectDataIntact(gateway);
    for (const { email } of SAMPLE_USERS) {
      for (const project of await projectsOf(gateway, email)) expect(project.user.email).toBe(email);
    }
  });

  test('keeps its secrets for the owner’s eyes, and out of what it prints', async () => {
    const secrets = JSON.parse(await readFile(path.join(prepared, 'secrets.json'), 'utf8')) as object;
    for (const secret of Object.values(secrets)) expect(gateway.stdout()).not.toContain(secret);
    const { stdout } = await execute('find', [
      prepared,
      '-maxdepth',
      '1',
      '-name',
      '*.json',
      '-perm',
      '/077',
    ]);
    expect(stdout).toBe('');
  });
});

describe('a later start', () => {
  test('finds the data and the tokens valid, and leaves nothing running when it stops', async () => {
    const dataDir = await copyOf(prepared);
    const gateway = await serve({ DATA_DIR: dataDir });
    await expectDataIntact(gateway);
    const server = await serverOf(dataDir);
    expect(server?.startedBy).toBe(gateway.pid);
    gateway.signal('SIGINT');
    expect(await gateway.exit).toEqual({ code: 0, signal: null });
    expect(await serverOf(dataDir)).toBeUndefined();
  });

  test('survives Ctrl-C under npm, which arrives twice', async () => {
    const dataDir = await copyOf(prepared);
    const npm = startProgram('npm', ['start', '--silent'], {
      cwd: PROJECT,
      detached: true,
      env: { DATA_DIR: dataDir, PORT: '0', NODE_ENV: 'development' },
    });
    await npm.prints(/Reigh Gateway is ready/);
    process.kill(-npm.pid, 'SIGINT');
    // npm itself ends by the signal; what it runs ends in order.
    await npm.exit;
    expect(npm.stdout()).toContain('"msg":"stopped"');
    expect(await serverOf(dataDir)).toBeUndefined();
  });
});

describe('after kill -9', () => {
  test('of the gateway, its PostgreSQL stops by itself and the next start has the data', async () => {
    const dataDir = await copyOf(prepared);
    const gateway = await serve({ DATA_DIR: dataDir });
    const server = await serverOf(dataDir);
    gateway.signal('SIGKILL');
    await gateway.exit;
    expect(await waitForExit(server?.pid ?? 0, 10_000)).toBe(true);
    const next = await serve({ DATA_DIR: dataDir });
    await expectDataIntact(next);
    await stop(next);
  });

  test('of the gateway and its guard, the next start takes over from the server they left', async () => {
    const dataDir = await copyOf(prepared);
    const gateway = await serve({ DATA_DIR: dataDir });
    const server = await serverOf(dataDir);
    const guards = await descendantsOf(gateway.pid);
    const ours = guards.filter((pid) => pid !== server?.pid);
    const { stdout } = await execute('ps', ['-o', 'pid=', '--ppid', String(server?.pid)]);
    const workers = stdout.trim().split(/\s+/).map(Number);
    for (const pid of [gateway.pid, ...ours.filter((guard) => !workers.includes(guard))])
      process.kill(pid, 'SIGKILL');
    await gateway.exit;
    expect(await serverOf(dataDir)).toMatchObject({ pid: server?.pid, startedBy: undefined });
    const next = await serve({ DATA_DIR: dataDir });
    expect((await serverOf(dataDir))?.pid).not.toBe(server?.pid);
    await expectDataIntact(next);
    await stop(next);
  });

  test('of the gateway and its PostgreSQL at once, the next start recovers', async () => {
    const dataDir = await copyOf(prepared);
    const gateway = await serve({ DATA_DIR: dataDir });
    const server = await serverOf(dataDir);
    for (const pid of [gateway.pid, server?.pid ?? 0]) process.kill(pid, 'SIGKILL');
    const next = await serve({ DATA_DIR: dataDir });
    await expectDataIntact(next);
    await stop(next);
  });
});

describe('a lock file that means nothing any more does not hinder the start, when it names', () => {
  const lockNaming = async (pid: number) => {
    const dataDir = await copyOf(prepared);
    const lines = [pid, path.join(dataDir, 'postgres'), 1_700_000_000, 5432, '', '127.0.0.1', '', 'ready'];
    await writeFile(path.join(dataDir, 'postgres', 'postmaster.pid'), `${lines.join('\n')}\n`);
    return dataDir;
  };
  const expectStart = async (dataDir: string) => {
    const gateway = await serve({ DATA_DIR: dataDir });
    await expectDataIntact(gateway);
    await stop(gateway);
  };

  test('a process that is dead', async () => {
    const { pid, exit } = startProgram(process.execPath, ['-e', ''], {});
    await exit;
    await expectStart(await lockNaming(pid));
  });

  test('a living process of another program, which stays alive', async () => {
    const other = startProgram(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {});
    await expectStart(await lockNaming(other.pid));
    process.kill(other.pid, 0);
  });

  test('a PostgreSQL of another directory, which stays alive', async () => {
    const elsewhere = await emptyFolder();
    const cluster = await startCluster({
      dataDir: elsewhere,
      superuserPassword: 'elsewhere',
      initdbArguments: ['--no-sync'],
    });
    try {
      await expectStart(await lockNaming(cluster.pid));
      expect(await serverOf(elsewhere)).toMatchObject({ pid: cluster.pid, startedBy: process.pid });
    } finally {
      await cluster.stop();
    }
  });
});

test('a start that is killed halfway leaves nothing half-made for the next one', async () => {
  const dataDir = await emptyFolder();
  const first = serve({ DATA_DIR: dataDir });
  first.catch(() => undefined);
  const drafts = async () =>
    (await execute('find', [dataDir, '-maxdepth', '1', '-name', 'postgres.new*'])).stdout;
  await eventually(async () => expect(await drafts()).toMatch(/\.new-\d+\n/));
  process.kill(Number(/\.new-(\d+)/.exec(await drafts())?.[1]), 'SIGKILL');
  await expect(first).rejects.toThrow(/ended/);
  expect(await drafts()).not.toBe('');
  const next = await serve({ DATA_DIR: dataDir });
  expect(await drafts()).toBe('');
  await stop(next);
});
