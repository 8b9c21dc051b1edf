import type { Pool } from 'pg';
import type { Settings } from '../config';
import type { Logger } from '../log';
import { MAINTENANCE_TIMEOUT_MS } from '../ops/maintenance';
import { DATABASE_TIMEOUT_MS } from '../ops/metrics/metrics';
import { OWN_CONNECTIONS } from './connections';
import { answerTimeout, createPool } from './pool';

/** Connections by what they are for: whoever fills one pool keeps nobody waiting in another. */
export interface Pools {
  requests: Pool;
  /** Waits longer for an answer, and requeues tasks however many requests hold connections. */
  maintenance: Pool;
  /** When all others are taken is when somebody looks. */
  metrics: Pool;
  end(): Promise<void>;
}

/** Each connects when it is asked first. */
export function openPools(settings: Settings, url: string, log: Logger): Pools {
  const { connectTimeoutMs, poolSize, statementTimeouts } = settings;
  const answerTimeoutMs = answerTimeout(Math.max(...Object.values(statementTimeouts)));
  const requests = createPool(
    { url, size: poolSize, connectTimeoutMs, answerTimeoutMs, pipeline: true },
    log,
  );
  const maintenance = createPool(
    {
      ...{ url, connectTimeoutMs, size: OWN_CONNECTIONS.maintenance },
      answerTimeoutMs: answerTimeout(MAINTENANCE_TIMEOUT_MS),
    },
    log,
  );
  const metrics = createPool(
    {
      url,
      size: OWN_CONNECTIONS.metrics,
      connectTimeoutMs: DATABASE_TIMEOUT_MS,
      answerTimeoutMs: DATABASE_TIMEOUT_MS,
    },
    log,
  );
  const all = { requests, maintenance, metrics };
  return {
    ...all,
    end: async () => {
      await Promise.all(Object.values(all).map((pool) => pool.end()));
    },
  };
}
