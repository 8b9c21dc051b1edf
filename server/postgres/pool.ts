import { Pool, type QueryConfig } from 'pg';
import { codeOf } from '../faults';
import type { Logger } from '../log';

export interface PoolOptions {
  url: string;
  size: number;
  connectTimeoutMs: number;
  /** For an answer, when nobody but the network could say that none will come. */
  answerTimeoutMs: number;
  /** Whether a statement is sent before the one ahead of it is answered. */
  pipeline?: boolean;
}

/** Beyond the statement's own time: then the server is not there any more. */
const ANSWER_MARGIN_MS = 1_000;

/** For how long an answer is waited for: PostgreSQL ends the statement before, if it is there. */
export function answerTimeout(statementTimeoutMs: number): number {
  return statementTimeoutMs + ANSWER_MARGIN_MS;
}

/** The statement, given up when its answer takes longer, whatever the pool allows others. */
export function answeredIn(ms: number, statement: string | QueryConfig, values?: unknown[]): QueryConfig {
  const config =
    typeof statement === 'string' ? { text: statement, ...(values ? { values } : {}) } : statement;
  // pg reads it here too, and its types do not know.
  return { ...config, query_timeout: ms } as QueryConfig;
}

/** A connection over which nothing went for so long is tried, and given up ten seconds later: not after the system's two hours. */
const KEEP_ALIVE_MS = 10_000;

/** Connections of the authenticator. One that dies while idle is dropped and logged; the next caller gets a new one. */
export function createPool(options: PoolOptions, log: Logger): Pool {
  const pool = new Pool({
    connectionString: options.url,
    max: options.size,
    connectionTimeoutMillis: options.connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    query_timeout: options.answerTimeoutMs,
    pipeline: options.pipeline ?? false,
    application_name: 'reigh-gateway',
  });
  surviveDeath(pool);
  // Message and code only: pg hangs the whole client on the error, its cancel key included.
  pool.on('error', (error) =>
    log.warn({ reason: error.message, code: codeOf(error) }, 'an idle database connection died'),
  );
  return pool;
}

/**
 * Lets the process outlive connections that die when nobody listens to them. The pool listens only while one is
 * idle: the news of its death in the same packet as the end of its login, or between two queries, would end us.
 * Whoever queries it next is told.
 */
export function surviveDeath(pool: Pool): void {
  pool.on('connect', (client) => client.on('error', () => undefined));
}
