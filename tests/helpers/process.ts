import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { runningServer, waitForExit } from '../../server/postgres/embedded/postmaster';
import { SAMPLE_USERS } from '../../server/sample/users';

export const PROJECT = path.resolve(__dirname, '../..');
export const execute = promisify(execFile);
const scripts = (
  JSON.parse(readFileSync(path.join(PROJECT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
).scripts;

export type Variables = Record<string, string | undefined>;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  pid: number;
  stdout(): string;
  stderr(): string;
  /** Resolves with what it printed as soon as that matches; rejects when it ends without. */
  prints(pattern: RegExp): Promise<RegExpExecArray>;
  signal(signal: NodeJS.Signals): void;
  /** Nobody reads any more what it prints: writing fails from here on. */
  stopReading(): void;
  exit: Promise<Exit>;
}

export interface ProcessOptions {
  env?: Variables;
  /** An empty folder by default, so that a `.env` of the developer's decides nothing. */
  cwd?: string;
  /** Whose commands they are; by default this project's. */
  project?: string;
  account?: { uid: number; gid: number };
  /** Leads a process group, as what a shell starts in the foreground does. */
  detached?: boolean;
}

const started: ChildProcess[] = [];
const folders: string[] = [];

const endings: (() => Promise<void>)[] = [];

/** Runs after the tests of this file, before its processes are killed. Jest runs its own hooks after ours. */
export function atTheEnd(work: () => Promise<void>): void {
  endings.push(work);
}

afterAll(async () => {
  try {
    for (const work of endings) await work();
  } finally {
    await killAll();
  }
});

async function killAll(): Promise<void> {
  for (const child of started)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  for (const folder of folders) {
    const server = await runningServer(path.join(folder, 'postgres')).catch(() => undefined);
    // Its guard stops it. One that nobody stopped is ours to end: it runs on a folder of this test.
    if (server && !(await waitForExit(server.pid, 10_000))) process.kill(server.pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** An empty folder that the account "postgres" may enter, removed after the tests with what runs on it. */
export async function emptyFolder(owner?: { uid: number; gid: number }): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reigh-process-'));
  folders.push(folder);
  await chmod(folder, 0o755);
  if (owner) await chown(folder, owner.uid, owner.gid);
  return folder;
}

/** A folder with the same in it, owners included. The database in it must not be running. */
export async function copyOf(folder: string): Promise<string> {
  const copy = await emptyFolder();
  await execute('cp', ['-a', `${folder}/.`, copy]);
  return copy;
}

function follow(child: ChildProcess): RunningProcess {
  started.push(child);
  let stdout = '';
  let stderr = '';
  let ended: Exit | undefined;
  const watchers = new Set<() => void>();
  const notify = () => watchers.forEach((watch) => watch());
  child.stdout?.setEncoding('utf8').on('data', (text: string) => ((stdout += text), notify()));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => ((stderr += text), notify()));
  const exit = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      ended = { code, signal };
      resolve(ended);
      notify();
    });
  });
  const prints = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(stdout) ?? pattern.exec(stderr);
        if (match) resolve(match);
        else if (ended) reject(new Error(`It ended (${ended.code}) without ${pattern}:\n${stdout}${stderr}`));
        else return;
        watchers.delete(look);
      };
      watchers.add(look);
      look();
    });
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    prints,
    signal: (signal) => void child.kill(signal),
    stopReading: () => child.stdout?.destroy(),
    exit,
  };
}

/** Starts a command of package.json as a process of its own, without npm in between. */
export async function start(
  script: string,
  words: string[],
  options: ProcessOptions,
): Promise<RunningProcess> {
  const [program, ...rest] = scripts[script]?.split(' ') ?? [];
  if (program !== 'node') throw new Error(`package.json has no command of node called ${script}`);
  const given = rest.map((word) => {
    if (word === 'tsx') return pathToFileURL(require.resolve('tsx')).href;
    return /\.(ts|mjs)$/.test(word) ? path.join(options.project ?? PROJECT, word) : word;
  });
  return startProgram(process.execPath, [...given, ...words], {
    ...options,
    cwd: options.cwd ?? (await emptyFolder()),
  });
}

export function startProgram(program: string, words: string[], options: ProcessOptions): RunningProcess {
  const { PATH, HOME, TMPDIR } = process.env;
  return follow(
    spawn(program, words, {
      cwd: options.cwd,
      env: { PATH, HOME, TMPDIR, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: options.detached ?? false,
      ...options.account,
    }),
  );
}

export interface Finished extends Exit {
  stdout: string;
  stderr: string;
}

/** Runs a command of package.json to its end. */
export async function finish(
  script: string,
  words: string[],
  env: Variables,
  options: ProcessOptions = {},
): Promise<Finished> {
  const running = await start(script, words, { ...options, env });
  return { ...(await running.exit), stdout: running.stdout(), stderr: running.stderr() };
}

export interface GatewayProcess extends RunningProcess {
  url: string;
}

/** Starts the gateway on a free port and waits until it says that it serves. */
export async function serve(env: Variables, options: ProcessOptions = {}): Promise<GatewayProcess> {
  const gateway = await start('start', [], { ...options, env: { PORT: '0', ...env } });
  const [, url = ''] = await gateway.prints(/Reigh Gateway is ready\.\n +GraphQL +(http:\S+)\/graphql\n/);
  return { ...gateway, url };
}

/** The tokens that `npm start` prints, by e-mail address. */
export async function printedTokens(gateway: RunningProcess): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  for (const { email } of SAMPLE_USERS) {
    const [, token = ''] = await gateway.prints(new RegExp(`^ +${email}\\n +(\\S+)\\n`, 'm'));
    tokens.set(email, token);
  }
  return tokens;
}

export interface Answer<T> {
  status: number;
  data?: T | null;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}

/** One GraphQL request, as curl would send it. */
export async function ask<T = Record<string, unknown>>(
  url: string,
  query: string,
  token?: string,
  variables?: Record<string, unknown>,
): Promise<Answer<T>> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

/** Tries until it holds. The last reason why not is what a test that waits in vain fails with. */
export async function eventually<T>(attempt: () => Promise<T> | T, timeoutMs = 20_000): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** The server that runs on the data directory. */
export const serverOf = (dataDir: string) => runningServer(path.join(dataDir, 'postgres'));

/** Asserts that it ended as a fault ends that a person can mend: one message, exit code 1, no stack trace. */
export function expectOneMessage(finished: Finished, message: RegExp): void {
  expect(finished).toMatchObject({ code: 1, stderr: expect.stringMatching(message) as string });
  expect(finished.stderr + finished.stdout).not.toMatch(/^\s+at .+[:)]\d*|node:internal/m);
  expect(finished.stderr.trim()).not.toBe('');
}
