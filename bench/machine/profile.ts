import { readFile } from 'node:fs/promises';
import { openBundle } from './bundled';

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

/** Of the time that a program worked, which share was spent where; the largest first. */
export interface Share {
  part: string;
  share: number;
}

/** Where a profile says that the time went: by package, our own code by folder, and what is the engine's own. */
export async function readProfile(file: string): Promise<{ busy: number; shares: Share[] }> {
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(file, 'utf8')) as CpuProfile;
  const bundle = await openBundle(nodes.map(({ callFrame }) => callFrame.url));
  const parts = new Map(
    nodes.map(({ id, callFrame }) => [id, partOf({ ...callFrame, url: bundle.fileOf(callFrame) })]),
  );
  const times = new Map<string, number>();
  samples.forEach((id, n) => {
    const part = parts.get(id) ?? 'unknown';
    times.set(part, (times.get(part) ?? 0) + (timeDeltas[n] ?? 0));
  });
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  const idle = times.get('idle') ?? 0;
  times.delete('idle');
  const shares = [...times]
    .map(([part, time]) => ({ part, share: time / (all - idle) }))
    .sort((one, other) => other.share - one.share);
  return { busy: (all - idle) / all, shares };
}

function partOf({ functionName, url }: { functionName: string; url: string }): string {
  // The profiler's own beginning and end are no work of the program.
  if (functionName === '(idle)' || (functionName === 'dispatch' && url === '')) return 'idle';
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'the system';
  const module = /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  if (module) return module;
  if (url.startsWith('node:')) return url.includes('crypto') ? 'node:crypto' : 'node';
  const own = /(?:^|\/)(server|bench\/peers)\/([^/]+)/.exec(url);
  if (own) return `${own[1]}/${own[2]}`;
  return functionName === '' ? 'the engine' : `the engine (${functionName})`;
}

/** The largest shares, in words. */
export const describeShares = (shares: readonly Share[], count = 4): string =>
  shares
    .slice(0, count)
    .map(({ part, share }) => `${part} ${Math.round(share * 100)} %`)
    .join(', ');
