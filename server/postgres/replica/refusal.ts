import { isConnectionLost, isPoolExhausted } from '../../faults';
import { isDatabaseError } from '../../graphql/databaseErrors';

/**
 * Why a query is read on the primary though there is a replica: `unusable` is down or no replica of this primary,
 * `behind` has not replayed far enough, `unasked`: the primary did not say how far it is, `busy` has no connection
 * free, `lost` died under the query, `conflict` had to replay what the query was still reading, `failed` could not do
 * what a primary can.
 */
export const REASONS = ['unusable', 'behind', 'unasked', 'busy', 'lost', 'conflict', 'failed'] as const;
export type Reason = (typeof REASONS)[number];

/** The replica does not do it. */
export class Refusal extends Error {
  constructor(readonly reason: Reason) {
    super(`the replica is ${reason}`);
    this.name = 'Refusal';
  }
}

/** The reason, when it lies in the replica and another server may well answer; undefined for a query's own failure. */
export function reasonOf(error: unknown): Reason | undefined {
  if (error instanceof Refusal) return error.reason;
  if (!isDatabaseError(error)) {
    if (isPoolExhausted(error)) return 'busy';
    return isConnectionLost(error) ? 'lost' : undefined;
  }
  if (/^(08|57P)/.test(error.code)) return 'lost';
  if (error.code === '53300') return 'busy';
  if (/^(40|55P03)/.test(error.code)) return 'conflict';
  // In recovery (25006, 55000), out of memory or disk, an operating system that fails it, a fault within.
  return /^(25|53|55|58|XX)/.test(error.code) ? 'failed' : undefined;
}
