import { readdir, readFile } from 'node:fs/promises';

/** The kernel's, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

async function readStat(pid: number): Promise<{ parent: number; ms: number } | undefined> {
  // Gone meanwhile, or no Linux.
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // The name in brackets may hold anything, blanks too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return { parent: Number(fields[1]), ms: (ticks / TICKS_PER_SECOND) * 1000 };
}

/** Processor time a process has used, its threads included, in ms; NaN where the system does not tell. */
export async function processorOf(pid: number): Promise<number> {
  return (await readStat(pid))?.ms ?? NaN;
}

/**
 * Processor time of the server's sessions, in ms, by process: what one that ended used is lost, so it is compared for
 * those that are there before and after.
 */
export async function processorOfChildren(pid: number): Promise<Map<number, number>> {
  const used = new Map<number, number>();
  const names = await readdir('/proc').catch(() => []);
  const pids = names.map(Number).filter((number) => number > 0);
  const found = await Promise.all(pids.map(async (each) => [each, await readStat(each)] as const));
  for (const [each, stat] of found) if (stat?.parent === pid) used.set(each, stat.ms);
  return used;
}

export function spentBetween(before: Map<number, number>, after: Map<number, number>): number {
  let spent = 0;
  for (const [pid, ms] of after) spent += ms - (before.get(pid) ?? 0);
  return spent;
}

/** Bytes of memory that a process holds. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}
