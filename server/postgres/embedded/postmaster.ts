import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What postmaster.pid says of the server that wrote it. */
export interface Postmaster {
  pid: number;
  port: number;
  ready: boolean;
}

/** Reads the lock file of a cluster; undefined when there is none or it is not written out yet. */
export async function readPostmaster(clusterDir: string): Promise<Postmaster | undefined> {
  const text = await readFile(path.join(clusterDir, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A process as the system describes it. */
interface Process {
  parent: number;
  /** Its command line; a space between the arguments. */
  command: string;
}

/** Describes a process; undefined when there is none, or when it is only waiting to be buried. */
async function describeProcess(pid: number): Promise<Process | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return { parent: Number(parent), command: command.replaceAll('\0', ' ').trim() };
  } catch {
    try {
      const { stdout } = await run('ps', ['-ww', '-o', 'ppid=,stat=,command=', '-p', String(pid)]);
      const match = /^\s*(\d+)\s+(\S+)\s+(.*\S)/.exec(stdout);
      if (!match || match[2]?.startsWith('Z')) return undefined;
      return { parent: Number(match[1]), command: match[3] ?? '' };
    } catch {
      return undefined;
    }
  }
}

/** On the server's command line: the process that started it. */
export const STARTED_BY = 'reigh.started_by';

/** A server that runs on a cluster. */
export interface RunningServer extends Postmaster {
  /** The living process that started it; undefined when it outlived that process. */
  startedBy: number | undefined;
}

/**
 * The server that runs on this cluster. Not every living process that the lock file names is one: after
 * a crash its number may belong to another program, or to the server of another cluster.
 */
export async function runningServer(clusterDir: string): Promise<RunningServer | undefined> {
  const postmaster = await readPostmaster(clusterDir);
  if (!postmaster || !isAlive(postmaster.pid)) return undefined;
  const described = await describeProcess(postmaster.pid);
  if (!described || !(await isServerOf(described.command, clusterDir))) return undefined;
  const starter = Number(new RegExp(`${STARTED_BY}=(\\d+)`).exec(described.command)?.[1]);
  // Whoever outlives its parent gets another one.
  return { ...postmaster, startedBy: starter === described.parent ? starter : undefined };
}

async function isServerOf(command: string, clusterDir: string): Promise<boolean> {
  const folder = /(?:^|[\\/])postgres(?:\.exe)? -D (.+?)(?: -c |$)/.exec(command)?.[1];
  if (folder === undefined) return false;
  // Compared by what they are and not by name, which links and mounts change.
  const [served, ours] = await Promise.all([stat(folder).catch(() => undefined), stat(clusterDir)]);
  return served?.dev === ours.dev && served.ino === ours.ino;
}

/** Waits until the process is gone. Resolves to false when it is still there after `timeoutMs`. */
export async function waitForExit(pid: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid) && (await describeProcess(pid)) !== undefined) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
