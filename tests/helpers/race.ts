import { ATTEMPTS, pauseBefore } from '../../server/graphql/execute';
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

export type Statement = [sql: string, values: unknown[]];

/**
 * Runs transactions step by step: the first statement of each, then the second of each, and so on. A statement
 * that waits for another transaction is left waiting. Returns the codes of those that failed.
 */
export async function inLockstep(
  database: TestDatabase,
  ...sides: { actor: Actor; statements: Statement[] }[]
): Promise<string[]> {
  const running = sides.map(({ actor, statements }) => {
    const gates: (() => void)[] = [];
    const opened = statements.map(() => new Promise<void>((open) => gates.push(open)));
    const state = { pid: 0, done: 0, over: false, gates, end: Promise.resolve('') };
    state.end = database
      .as(actor, async (client) => {
        state.pid = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;
        for (const [step, [sql, values]] of statements.entries()) {
          await opened[step];
          await client.query(sql, values);
          state.done = step + 1;
        }
      })
      .then(
        () => '',
        (error: unknown) => (error as { code?: string }).code ?? String(error),
      )
      .finally(() => (state.over = true));
    return state;
  });
  const waits = async (pid: number) =>
    (
      await database.asOwner<{ waits: boolean }>('select cardinality(pg_blocking_pids($1)) > 0 as waits', [
        pid,
      ])
    )[0]!.waits;
  for (let step = 0; step < Math.max(...sides.map(({ statements }) => statements.length)); step++) {
    for (const side of running) {
      side.gates[step]?.();
      while (side.gates[step] && side.done <= step && !side.over && !(await waits(side.pid)));
    }
  }
  return (await Promise.all(running.map(({ end }) => end))).filter((code) => code !== '');
}

/** The second runs while the first still holds what it took. */
export const inTurn = (database: TestDatabase, first: [Actor, Statement], second: [Actor, Statement]) =>
  inLockstep(
    database,
    { actor: first[0], statements: [first[1], ['select 1', []]] },
    { actor: second[0], statements: [second[1]] },
  );

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
        await pauseBefore(attempt + 1);
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
  if (process.env.RACE_CONTROL) await takeTheLockAway(database);
}

/**
 * From here on the tenant's lock locks nothing, in triggers and in functions: the races must then deadlock or
 * lose something, or they show nothing. `RACE_CONTROL=1` by hand, for all files at once.
 */
export async function takeTheLockAway(database: TestDatabase): Promise<void> {
  await database.asOwner(
    'create or replace function app_private.lock_tenant(user_id uuid) returns void language sql volatile begin atomic select; end',
  );
}
