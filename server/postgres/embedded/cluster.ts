import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { Fault, messageOf } from '../../faults';
import { serverAccount, type Account } from './account';
import { findBinaries, type Binaries } from './binaries';
import { guardServer } from './guard';
import { initialiseCluster } from './initdb';
import { isAlive, readPostmaster, runningServer, STARTED_BY, waitForExit } from './postmaster';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;
const ATTEMPTS = 5;
/**
 * Reasons not to start that are gone at the next attempt: somebody took the port between our look and
 * the server's; the processes of a server that was killed have not all noticed it yet.
 */
const PASSING = /could not bind|address already in use|shared memory block .* is still in use/i;

export interface ClusterOptions {
  /** Holds the cluster (`postgres/`) and its log. */
  dataDir: string;
  superuserPassword: string;
  packageName?: string;
  /** Further `-c name=value` settings of the server. */
  parameters?: Record<string, string>;
  initdbArguments?: string[];
  /** Called when a program of PostgreSQL has something to do, and nobody here has until it is done. */
  atWork?: () => void;
}

export interface Cluster {
  port: number;
  pid: number;
  stop(): Promise<void>;
  /** Resolves when the server ends without having been stopped: it was killed, or crashed beyond repair. */
  lost: Promise<void>;
}

/** The port of a server that is running on this data directory, or undefined. */
export async function runningPort(dataDir: string): Promise<number | undefined> {
  const server = await runningServer(path.join(dataDir, 'postgres'));
  return server?.ready ? server.port : undefined;
}

/**
 * Starts a PostgreSQL of our own, on a free port of 127.0.0.1, and makes the cluster first when there
 * is none. It stops with this process, also when that is killed.
 * @throws Fault when another gateway uses the directory, or the server does not start.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { dataDir } = options;
  const clusterDir = path.join(dataDir, 'postgres');
  const binaries = findBinaries(options.packageName);
  const account = await serverAccount();
  await mkdir(dataDir, { recursive: true });
  await makeExecutable(binaries);
  await initialiseCluster(options, clusterDir, binaries, account);
  await clearLeftovers(dataDir, clusterDir);

  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return await launch({ ...options, clusterDir, binaries, account, port });
    } catch (error) {
      if (attempt === ATTEMPTS || !PASSING.test(messageOf(error))) throw error;
    }
  }
}

async function makeExecutable({ initdb, postgres }: Binaries): Promise<void> {
  for (const file of [initdb, postgres]) {
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
}

/**
 * Looks at what an earlier start left behind: a lock file that means nothing any more goes, a server
 * that outlived its gateway is stopped, one that another gateway uses is left alone and named.
 */
async function clearLeftovers(dataDir: string, clusterDir: string): Promise<void> {
  const server = await runningServer(clusterDir);
  if (!server) {
    // PostgreSQL clears away the lock of a dead process, but not one whose number another program has by now.
    const left = await readPostmaster(clusterDir);
    if (left && isAlive(left.pid) && !(await runningServer(clusterDir))) {
      await rm(path.join(clusterDir, 'postmaster.pid'), { force: true });
    }
    return;
  }
  if (server.startedBy !== undefined) throw inUse(dataDir, server.startedBy);
  process.kill(server.pid, 'SIGINT');
  if (!(await waitForExit(server.pid, STOP_TIMEOUT_MS))) {
    throw new Fault(`A PostgreSQL (process ${server.pid}) still runs on ${clusterDir} and does not stop.`);
  }
}

function inUse(dataDir: string, pid?: number): Fault {
  const who = pid ? ` (process ${pid})` : '';
  return new Fault(
    `Another gateway${who} is using the data directory ${dataDir}. ` +
      'Stop it first, or set DATA_DIR and PORT to run a second one beside it.',
  );
}

interface Launch extends ClusterOptions {
  clusterDir: string;
  binaries: Binaries;
  account: Account;
  port: number;
}

async function launch(options: Launch): Promise<Cluster> {
  const { dataDir, clusterDir, port } = options;
  const parameters = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // A statement that fails is the caller's business and the gateway's log's: whole statements here would
    // hold data, and fill the disk for whoever sends large ones.
    log_min_messages: 'fatal',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    port: String(port),
    [STARTED_BY]: String(process.pid),
    ...options.parameters,
  };
  const logFile = path.join(dataDir, 'postgres.log');
  const log = await open(logFile, 'a', 0o600);
  const logStart = (await log.stat()).size;
  const child = spawn(
    options.binaries.postgres,
    ['-D', clusterDir, ...Object.entries(parameters).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // In a session of its own: Ctrl-C in the terminal is for the gateway, which stops the server last.
    { ...options.account, cwd: '/', detached: true, stdio: ['ignore', log.fd, log.fd] },
  );
  options.atWork?.();
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const dismiss = child.pid === undefined ? () => undefined : guardServer(child.pid);
  // Its number may be another's as soon as it is gone.
  void exited.then(dismiss);
  try {
    await untilReady(child, exited, clusterDir);
  } catch (error) {
    await terminate(child, exited);
    const written = await readFile(logFile).catch(() => Buffer.alloc(0));
    const said = written.subarray(logStart).toString().trim();
    // Another process was faster: after our look at what is left behind, before our server's.
    if (/lock file "postmaster.pid" (already exists|is empty)/.test(said)) {
      throw inUse(dataDir, (await runningServer(clusterDir))?.startedBy);
    }
    throw new Fault(`${messageOf(error)} PostgreSQL said:\n${said.split('\n').slice(-5).join('\n')}`);
  } finally {
    await log.close();
  }
  child.unref();

  let stopping: Promise<void> | undefined;
  const stop = () =>
    (stopping ??= (async () => {
      child.ref();
      await terminate(child, exited);
    })());
  const lost = new Promise<void>((resolve) => void exited.then(() => stopping ?? resolve()));
  return { port, pid: child.pid ?? 0, stop, lost };
}

/** Asks the server to disconnect everybody and stop; makes it when it does not. */
async function terminate(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGINT');
  const timer = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

async function untilReady(child: ChildProcess, exited: Promise<void>, clusterDir: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  let gone = false;
  void exited.then(() => (gone = true));
  for (;;) {
    if (gone) throw new Fault('The embedded PostgreSQL did not start.');
    const postmaster = await readPostmaster(clusterDir);
    if (postmaster?.ready && postmaster.pid === child.pid) return;
    if (Date.now() > deadline) throw new Fault('The embedded PostgreSQL did not get ready in time.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
