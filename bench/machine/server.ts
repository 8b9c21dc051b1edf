import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { environmentOfPrograms } from '../../server/config';
import { readProfile } from './profile';

export interface Served {
  url: string;
  pid: number;
  /** Profiles it while `work` goes on. */
  profile(work: () => Promise<unknown>): ReturnType<typeof readProfile>;
  kill(signal: NodeJS.Signals): void;
  stop(): Promise<void>;
}

export interface Program {
  name: string;
  /** What node runs. */
  file: string;
  words?: string[];
  env?: Record<string, string>;
  /** Which node; by default the one that runs the bench. */
  node?: string | undefined;
  nodeOptions?: string[];
  /** What it prints when it serves, with its URL. By default it sends `{ url }` to its parent. */
  prints?: RegExp;
  cwd?: string;
}

const START_TIMEOUT_MS = 60_000;
const PROFILER = pathToFileURL(path.join(__dirname, 'profiler.mjs')).href;
const TYPESCRIPT = pathToFileURL(require.resolve('tsx')).href;

/** Starts a server as a process of its own, and waits until it says that it serves. */
export async function serve(program: Program): Promise<Served> {
  const child = fork(program.file, program.words ?? [], {
    execPath: program.node ?? process.execPath,
    execArgv: [
      ...(program.nodeOptions ?? []),
      ...['--import', PROFILER],
      ...(program.file.endsWith('.ts') ? ['--import', TYPESCRIPT] : []),
    ],
    env: { ...environmentOfPrograms(), NODE_ENV: 'production', ...program.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    ...(program.cwd ? { cwd: program.cwd } : {}),
  });
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await waitFor(child, program).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    url,
    pid: child.pid ?? 0,
    profile: (work) => profileWhile(child, work),
    kill: (signal) => void child.kill(signal),
    // Not asked to: what it would put in order lies in a database that goes with it, and connections of ours would keep it.
    stop: () => {
      child.kill('SIGKILL');
      return exit;
    },
  };
}

function waitFor(child: ChildProcess, { name, prints }: Program): Promise<string> {
  let said = '';
  return new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${name} did not start:\n${said}`)), START_TIMEOUT_MS);
    const listen = (stream: NodeJS.ReadableStream | null) =>
      stream?.setEncoding('utf8').on('data', (text: string) => {
        if (said.length < 100_000) said += text;
        const url = prints?.exec(said)?.[1];
        if (url) resolve(url);
      });
    listen(child.stdout);
    listen(child.stderr);
    child.on('message', (message: { url?: string }) => message.url && resolve(message.url));
    child.once('exit', () => {
      clearTimeout(late);
      reject(new Error(`${name} ended:\n${said}`));
    });
    late.unref();
  });
}

async function profileWhile(child: ChildProcess, work: () => Promise<unknown>) {
  const folder = await mkdtemp(path.join(tmpdir(), 'reigh-profile-'));
  const file = path.join(folder, 'round.cpuprofile');
  try {
    await told(child, { profile: 'begin' }, 'profiling');
    await work();
    await told(child, { profile: 'end', file }, 'profiled');
    return await readProfile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function told(child: ChildProcess, message: object, answer: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const listen = (reply: object) => {
      if (answer in reply) end(resolve);
    };
    const fail = () => end(() => reject(new Error('The program ended while it was profiled.')));
    const end = (then: () => void) => {
      child.off('message', listen).off('exit', fail);
      then();
    };
    child.on('message', listen).once('exit', fail);
    child.send(message);
  });
}
