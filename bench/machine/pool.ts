import { Pool } from 'pg';
import { surviveDeath } from '../../server/postgres/pool';

/** Connections that may die without taking the bench along: databases are restarted and dropped here. */
export function openPool(
  url: string,
  max: number,
  rest: { min?: number; connectionTimeoutMillis?: number; pipeline?: boolean } = {},
): Pool {
  const pool = new Pool({ connectionString: url, max, idleTimeoutMillis: 0, ...rest });
  pool.on('error', () => undefined);
  surviveDeath(pool);
  return pool;
}
