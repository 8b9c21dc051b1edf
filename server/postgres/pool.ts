import { Pool } from 'pg';
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
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection died'));
  return pool;
}
