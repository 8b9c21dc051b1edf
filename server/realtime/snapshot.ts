/**
 * What a reader of the log has seen, by ids of transactions: all below `next` but those that were `running`.
 * Source of the terms: https://www.postgresql.org/docs/current/functions-info.html (pg_snapshot).
 */
export interface Snapshot {
  next: bigint;
  /** Ascending, each below `next`. */
  running: readonly bigint[];
}

/** The text of a pg_snapshot: `xmin:xmax:running,…`. */
export function parseSnapshot(text: string): Snapshot {
  const [, next, running] = text.split(':');
  if (next === undefined || running === undefined) throw new Error(`not a snapshot: ${text}`);
  return { next: BigInt(next), running: running === '' ? [] : running.split(',').map(BigInt) };
}

export function formatSnapshot({ next, running }: Snapshot): string {
  return `${running[0] ?? next}:${next}:${running.join(',')}`;
}

/**
 * The same snapshot for a reader of the log, who needs no more than the log's highest transaction.
 *
 * A snapshot counts a transaction that rolled back as seen. After a crash its id can be given to another one,
 * whose changes would then be taken for seen too. The id of the log's highest one cannot: it committed, so it is
 * on disk, and all ids below it are spent.
 */
export function upTo(highest: bigint, { running }: Snapshot): Snapshot {
  const next = highest + 1n;
  return { next, running: running.filter((id) => id < next) };
}

/** The oldest transaction whose changes this reader may still lack. */
export const oldestUnseen = ({ next, running }: Snapshot): bigint => running[0] ?? next;
