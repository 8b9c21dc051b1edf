import type { Pool, PoolClient } from 'pg';
import { withScope } from '../auth/scope';
import { codeOf, messageOf } from '../faults';
import type { Logger } from '../log';
import type { MaintenanceMetrics, RoundOutcome } from './metrics/maintenance';

/** What a gateway does by itself, again and again. Each round is one transaction as `service_role`. */
export interface Job {
  /** Names it in the log and its lock in the database. */
  name: string;
  /** From the end of one round to the begin of the next. */
  intervalMs: number;
  run(client: PoolClient, log: Logger): Promise<void>;
}

export interface Maintenance {
  /** Begins no further round; resolves when none is running any more. */
  stop(): Promise<void>;
}

/**
 * Not a request's fifteen seconds: the end of one task may end thousands that wait for it, and a round that is cut
 * off is begun again and again while everybody else's tasks wait for it too.
 */
export const MAINTENANCE_TIMEOUT_MS = 600_000;

export interface MaintenanceOptions {
  pool: Pool;
  jobs: readonly Job[];
  statementTimeoutMs?: number;
  log: Logger;
  metrics?: MaintenanceMetrics;
}

/** Starts the jobs, the first round of each at once: what piled up while no gateway ran is not left waiting. */
export function startMaintenance(options: MaintenanceOptions): Maintenance {
  const stops = options.jobs.map((job) => repeat(job, options));
  return {
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}

function repeat(job: Job, options: MaintenanceOptions): () => Promise<void> {
  const log = options.log.child({ job: job.name });
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isFailing = false;
  let running = Promise.resolve();

  const round = async () => {
    const begun = performance.now();
    let outcome: RoundOutcome = 'failed';
    try {
      outcome = (await runOnce(job, options, log)) ? 'done' : 'skipped';
      if (isFailing) log.info('maintenance works again');
      isFailing = false;
    } catch (error) {
      // Once, not every few seconds for as long as the database is away. Message and code only: pg hangs
      // the whole client on its errors.
      if (!isFailing) log.warn({ reason: messageOf(error), code: codeOf(error) }, 'maintenance fails');
      isFailing = true;
    }
    options.metrics?.endedRound(job.name, outcome, performance.now() - begun);
    // After the round and not beside it: a slow one is never overtaken by the next.
    if (!isStopped) timer = setTimeout(begin, job.intervalMs);
  };
  const begin = () => {
    running = round();
  };
  begin();

  return () => {
    isStopped = true;
    clearTimeout(timer);
    return running;
  };
}

/**
 * Of many gateways on one database the one that gets the lock does the round, the others skip it. The lock
 * belongs to the transaction: a pooler between us and the server may give each to another connection, and a
 * gateway that dies leaves none behind.
 * @returns whether this gateway did it
 */
async function runOnce(
  job: Job,
  { pool, statementTimeoutMs = MAINTENANCE_TIMEOUT_MS }: MaintenanceOptions,
  log: Logger,
): Promise<boolean> {
  const scope = {
    claims: { role: 'service_role' as const },
    requestId: `maintenance ${job.name}`,
    readOnly: false,
    statementTimeoutMs,
  };
  return withScope(pool, scope, async (client) => {
    const { rows } = await client.query<{ mine: boolean }>(
      'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as mine',
      [`maintenance ${job.name}`],
    );
    if (rows[0]?.mine) await job.run(client, log);
    else log.debug('another gateway does it');
    return rows[0]?.mine ?? false;
  });
}
