import { Gauge, Histogram, type Registry } from 'prom-client';
import type { Pool, PoolClient } from 'pg';
import { SECONDS } from './operations';

export interface DatabaseMetrics {
  /** Follows a pool from now on. */
  watchPool(name: 'requests' | 'maintenance' | 'subscriptions' | 'tail' | 'metrics', pool: Pool): void;
  /** A statement of an operation. */
  ranStatement(ms: number): void;
}

export function databaseMetrics(registry: Registry): DatabaseMetrics {
  const registers = [registry];
  const pools = new Map<string, Pool>();
  const gauge = (name: string, help: string, read: (pool: Pool) => number) =>
    new Gauge({
      ...{ name, help, labelNames: ['pool'], registers },
      collect() {
        for (const [pool, watched] of pools) this.set({ pool }, read(watched));
      },
    });
  gauge('reigh_pool_connections', 'Open connections.', (pool) => pool.totalCount);
  gauge('reigh_pool_idle', 'Open connections that nobody uses.', (pool) => pool.idleCount);
  gauge('reigh_pool_waiting', 'Callers that wait for a connection.', (pool) => pool.waitingCount);
  gauge('reigh_pool_size', 'Most connections there can be.', (pool) => pool.options.max);
  const held = new Histogram({
    name: 'reigh_transaction_duration_seconds',
    help: 'For how long a connection was held: one transaction.',
    labelNames: ['pool'],
    buckets: SECONDS,
    registers,
  });
  const statements = new Histogram({
    name: 'reigh_statement_duration_seconds',
    help: 'Statements of operations, as the gateway sees them: with the way there and back.',
    buckets: SECONDS,
    registers,
  });
  return {
    watchPool: (name, pool) => {
      pools.set(name, pool);
      const acquired = new WeakMap<PoolClient, number>();
      pool.on('acquire', (client) => acquired.set(client, performance.now()));
      pool.on('release', (_error, client) => {
        const begun = acquired.get(client);
        if (begun !== undefined) held.observe({ pool: name }, (performance.now() - begun) / 1000);
      });
    },
    ranStatement: (ms) => statements.observe(ms / 1000),
  };
}
