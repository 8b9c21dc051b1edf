import type { QueryConfig } from 'pg';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { codeOf, messageOf } from '../faults';
import type { Logger } from '../log';
import type { Take } from './leases';

/** What the store asks of a pool. */
export interface StoreClient {
  query(query: QueryConfig): Promise<unknown>;
}

/** After the store did not answer, for how long it is not asked again: a request waits for it once and not each time. */
const PAUSE_MS = 1_000;

/**
 * Points in app_private.rate_limits, which all gateways share. While the database does not answer, each counts for
 * itself, in memory: limits hold on, each gateway's.
 */
export function createStore(client: StoreClient, log: Logger) {
  const watched = watch(client, log);
  return {
    /** @returns what takes points of which each caller has `points` every `windowSeconds` */
    taker: (points: number, windowSeconds: number): Take => {
      const options = { points, duration: windowSeconds, keyPrefix: '' };
      const limiter = new RateLimiterPostgres({
        ...options,
        storeClient: watched,
        storeType: 'pool',
        schemaName: 'app_private',
        tableName: 'rate_limits',
        // A migration's.
        tableCreated: true,
        // A job's.
        clearExpiredByTimeout: false,
        insuranceLimiter: new RateLimiterMemory(options),
      });
      return async (key, wanted) => {
        const result = await limiter.consume(key, wanted).catch((refusal: unknown) => {
          if (refusal instanceof RateLimiterRes) return refusal;
          throw refusal;
        });
        // Refused is what goes beyond the limit; what there was below it is given, and was counted.
        const before = result.consumedPoints - wanted;
        return {
          granted: Math.max(0, Math.min(wanted, points - before)),
          left: result.remainingPoints,
          msLeft: result.msBeforeNext,
        };
      };
    },
  };
}

/** Tells once that the store does not answer, and once that it does again. */
function watch(client: StoreClient, log: Logger): StoreClient {
  let askAgainAt = 0;
  let isDown = false;
  return {
    query: async ({ text, values }) => {
      if (Date.now() < askAgainAt) throw new Error('the store did not answer just now');
      try {
        // Without the name it has: a pooler in between may not know what was prepared under it.
        const result = await client.query({ text, values: values ?? [] });
        if (isDown) log.info('requests are counted together again');
        isDown = false;
        return result;
      } catch (error) {
        askAgainAt = Date.now() + PAUSE_MS;
        if (!isDown) {
          const reason = { reason: messageOf(error), code: codeOf(error) };
          log.warn(reason, 'requests cannot be counted in the database: this gateway counts by itself');
        }
        isDown = true;
        throw error;
      }
    },
  };
}
