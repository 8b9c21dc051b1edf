import type { Position } from './primary';
import { REASONS, type Reason } from './refusal';
import { lagOf, type Standing } from './standing';

/** What came of queries since the start. */
export interface ReplicaCounts {
  /** Queries that the replica answered. */
  reads: number;
  /** Queries that it did not, which were read on the primary, by reason. */
  fallbacks: Record<Reason, number>;
  /** What it lacked when it was last asked, in bytes of the primary's log; undefined when it never answered. */
  lagBytes: number | undefined;
}

export function createCounts() {
  let reads = 0;
  let lagBytes: number | undefined;
  const fallbacks = Object.fromEntries(REASONS.map((reason) => [reason, 0])) as Record<Reason, number>;
  return {
    read: (): void => void reads++,
    fallBack: (reason: Reason): void => void fallbacks[reason]++,
    lag: (standing: Standing, position: Position): void => void (lagBytes = lagOf(standing, position)),
    now: (): ReplicaCounts => ({ reads, fallbacks: { ...fallbacks }, lagBytes }),
  };
}
