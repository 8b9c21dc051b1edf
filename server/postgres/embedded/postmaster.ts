import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
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

/** Parent and program of a process, or undefined when there is no such process (or no ps here). */
export async function describeProcess(pid: number): Promise<{ parent: number; program: string } | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = afterName[0];
    if (state === 'Z') return undefined;
    return {
      parent: Number(afterName[1]),
      program: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
    };
  } catch {
    try {
      const { stdout } = await run('ps', ['-o', 'ppid=,comm=', '-p', String(pid)]);
      const match = /^\s*(\d+)\s+(.*\S)/.exec(stdout);
      return match ? { parent: Number(match[1]), program: path.basename(match[2] ?? '') } : undefined;
    } catch {
      return undefined;
    }
  }
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
