import type { Pool, PoolClient } from 'pg';
import { withScope, type Scope } from '../../auth/scope';
import type { Logger } from '../../log';
import { createCounts, type ReplicaCounts } from './counts';
import { reasonOf, Refusal } from './refusal';
import { openPrimary } from './primary';
import { lagOf, misfitOf, STANDING, type Standing } from './standing';
import { startWatch } from './watch';

/** What is read in a scope, with the failure of a statement that its reader has not thrown. */
export interface Reading {
  failure: unknown;
}

export type { ReplicaCounts } from './counts';

export type Read<T> = Parameters<typeof withScope<T>>[2];

export interface Replica {
  /**
   * Reads on the replica what the primary would have shown when the call was made, or what came after.
   * @returns undefined when the replica cannot: the caller reads it on the primary. `read` may have been begun by then.
   */
  read<T extends Reading>(scope: Scope, read: Read<T>): Promise<T | undefined>;
  counts(): ReplicaCounts;
  stop(): Promise<void>;
}

export interface ReplicaOptions {
  /** Connections to the replica; not to wait for longer than `answerMs` for one. */
  pool: Pool;
  /** A connection to the replica that does not wait for queries. */
  watchPool: Pool;
  /** A connection to the primary that does not wait for queries. */
  primaryPool: Pool;
  /** How long a query waits for a replica that is behind. */
  waitMs: number;
  log: Logger;
}

/** A replica that has not even begun by then does not answer. */
export const ANSWER_MS = 1_000;
/** Between two looks at a replica that is behind. */
const LOOK_MS = 2;
/** After somebody waited in vain nobody waits for so long: what lags by seconds would delay every query. */
const BEHIND_MS = 250;
/** A query that waits for a lock waits for the end of a change that the replica may get to see much later. */
const LOCK_MS = 1_000;

const ASK = `${STANDING}, set_config('lock_timeout', '${LOCK_MS}', true) as lock_timeout`;

/** Reads of a streaming replica that are never older than the primary was when they were asked for. */
export function openReplica(options: ReplicaOptions): Replica {
  const { pool, primaryPool, waitMs, log } = options;
  const counts = createCounts();
  const primary = openPrimary(primaryPool);
  const held = new Set<PoolClient>();
  let behindUntil = 0;
  const watch = startWatch({
    ...{ pool: options.watchPool, primary, lag: counts.lag, log },
    // Whoever waits for its answers would wait for as long as it is silent.
    onSilence: () => held.forEach((client) => void client.end()),
  });

  const lookAgain = async (client: PoolClient): Promise<string | null> => {
    const { rows } = await client.query<Pick<Standing, 'replayed'>>(
      'select pg_last_wal_replay_lsn()::text as replayed',
    );
    return rows[0]?.replayed ?? null;
  };

  const read = async <T extends Reading>(scope: Scope, use: Read<T>): Promise<T> => {
    if (!watch.isUsable()) throw new Refusal('unusable');
    if (performance.now() < behindUntil) throw new Refusal('behind');
    const position = await primary.position().catch(() => {
      throw new Refusal('unasked');
    });
    let silence: NodeJS.Timeout | undefined;
    let taken: PoolClient | undefined;
    let isBegun = false;
    const connect = async (): Promise<PoolClient> => {
      taken = await pool.connect();
      held.add(taken);
      silence = setTimeout(watch.suspect, ANSWER_MS, 'it does not answer');
      return taken;
    };
    try {
      return await withScope(
        { connect },
        scope,
        async (client, end, answer) => {
          clearTimeout(silence);
          isBegun = true;
          const standing = answer as Standing;
          const misfit = misfitOf(standing, position);
          if (misfit) {
            watch.suspect(misfit);
            throw new Refusal('unusable');
          }
          const deadline = performance.now() + waitMs;
          for (counts.lag(standing, position); lagOf(standing, position) > 0;) {
            if (performance.now() >= deadline) {
              behindUntil = performance.now() + BEHIND_MS;
              throw new Refusal('behind');
            }
            await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
            standing.replayed = await lookAgain(client);
          }
          const result = await use(client, end, answer);
          const reason = reasonOf(result.failure);
          if (reason) throw new Refusal(reason);
          return result;
        },
        ASK,
      );
    } catch (error) {
      if (isBegun) throw error;
      // Nothing of the query has been tried: whatever it is, it is none of its.
      const reason = reasonOf(error) ?? 'lost';
      if (reason === 'lost') watch.look();
      throw new Refusal(reason);
    } finally {
      clearTimeout(silence);
      if (taken) held.delete(taken);
    }
  };

  return {
    read: async (scope, use) => {
      try {
        const result = await read(scope, use);
        counts.read();
        return result;
      } catch (error) {
        const reason = reasonOf(error);
        if (!reason) throw error;
        counts.fallBack(reason);
        return undefined;
      }
    },
    counts: counts.now,
    stop: async () => {
      await watch.stop();
      await Promise.all([pool.end(), options.watchPool.end(), primaryPool.end()]);
    },
  };
}
