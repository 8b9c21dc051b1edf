import { Pool } from 'pg';
import { codeOf } from '../faults';
import type { Logger } from '../log';

export interface PoolOptions {
  url: string;
  size: number;
  connectTimeoutMs: number;
}

/** Connections of the authenticator. One that dies while idle is dropped and logged; the next caller gets a new one. */
export function createPool(options: PoolOptions, log: Logger): Pool {
  const pool = new Pool({
    connectionString: options.url,
    max: options.size,
    connectionTimeoutMillis: options.connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'reigh-gateway',
  });
  // Message and code only: pg hangs the whole client on the error, its cancel key included.
  pool.on('error', (error) =>
    log.warn({ reason: error.message, code: codeOf(error) }, 'an idle database connection died'),
  );
  return pool;
}
