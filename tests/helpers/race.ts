import { ATTEMPTS } from '../../server/graphql/execute';
import type { Actor } from './actors';
import { testServer, type TestDatabase } from './database';
import { withClient } from '../../server/postgres/setup';

/** How often each race is run. `RACE_ROUNDS=200` by hand. */
export const RACE_ROUNDS = Number(process.env.RACE_ROUNDS ?? 20);

export type Racer = () => Promise<unknown>;

export interface Outcome {
  /** What reached the callers, by code. */
  codes: string[];
  milliseconds: number;
}

/** Starts all of them together, each on a connection of its own, and waits for the last. */
export async function race(...racers: Racer[]): Promise<Outcome> {
  const began = performance.now();
  const results = await Promise.allSettled(racers.map((start) => start()));
  const codes = results.flatMap((result) =>
    result.status === 'rejected' ? [(result.reason as { code?: string }).code ?? String(result.reason)] : [],
  );
  return { codes, milliseconds: performance.now() - began };
}

/** A statement as the actor, sent when the race starts. */
export const does =
  (database: TestDatabase, actor: Actor, sql: string, values: unknown[] = []): Racer =>
  () =>
    database.query(actor, sql, values);

/** Several statements of one transaction. */
export const doesInTurn =
  (database: TestDatabase, actor: Actor, ...statements: [sql: string, values: unknown[]][]): Racer =>
  () =>
    database.as(actor, async (client) => {
      for (const [sql, values] of statements) await client.query(sql, values);
    });

/** Runs a racer again after a deadlock or a serialization failure, as often as the gateway does. */
export function retried(racer: Racer, onRetry: () => void): Racer {
  return async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await racer();
      } catch (error) {
        const { code } = error as { code?: string };
        if (attempt === ATTEMPTS || (code !== '40P01' && code !== '40001')) throw error;
        onRetry();
      }
    }
  };
}

/** Makes deadlocks show after 50 ms, not after a second. Holds for connections opened from now on. */
export async function noticeDeadlocksSoon(database: TestDatabase): Promise<void> {
  const name = new URL(database.ownerUrl).pathname.slice(1);
  await withClient(testServer().rootUrl, (root) =>
    root.query(`alter database "${name}" set deadlock_timeout = '50ms'`),
  );
}
