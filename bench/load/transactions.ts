import type { TenantDatabase } from '../tier/tenants';
import type { Work } from './works';

export interface Round {
  /** Transactions. */
  perSecond: number;
  /** µs of the server's processors for each. */
  cpu: number | undefined;
}

const START_MS = 500;
/** A short round has a short start. */
const START_SHARE = 0.4;

/**
 * Runs the work in each mode in turns; of every second turn backwards, so that a table that grows is no
 * mode's disadvantage. Returns the rounds of each mode.
 */
export async function compare(
  database: TenantDatabase,
  work: Work,
  modes: (() => Promise<void>)[],
  rounds: number,
  seconds: number,
): Promise<Round[][]> {
  const results: Round[][] = modes.map(() => []);
  const turns = new Map<number, number>();
  for (let round = 0; round < rounds; round++) {
    const order = [...modes.keys()];
    for (const mode of round % 2 ? order.reverse() : order) {
      await modes[mode]?.();
      // Sessions plan anew after a trigger was changed: not part of the figure.
      await run(work, turns, Math.min(START_MS, seconds * 1000 * START_SHARE));
      const cpu = await database.cpu();
      const { transactions, milliseconds } = await run(work, turns, seconds * 1000);
      const used = ((await database.cpu()) ?? NaN) - (cpu ?? NaN);
      results[mode]?.push({
        perSecond: (transactions / milliseconds) * 1000,
        cpu: Number.isNaN(used) ? undefined : used / transactions,
      });
    }
  }
  return results;
}

async function run(work: Work, turns: Map<number, number>, forMs: number) {
  const began = performance.now();
  let transactions = 0;
  const session = async (number: number) => {
    while (performance.now() - began < forMs) {
      const turn = turns.get(number) ?? 0;
      turns.set(number, turn + 1);
      // Not `+= await`: that adds to what it was before the others added theirs.
      const done = await work.work(number, turn);
      transactions += done;
    }
  };
  await Promise.all(Array.from({ length: work.sessions }, (_, number) => session(number)));
  return { transactions, milliseconds: performance.now() - began };
}
