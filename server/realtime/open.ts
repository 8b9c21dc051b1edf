import type { Pool } from 'pg';
import type { Claims } from '../auth/claims';
import { withScope } from '../auth/scope';
import type { Logger } from '../log';
import type { Metrics } from '../ops/metrics/metrics';
import { forSubscriptions, OWN_CONNECTIONS } from '../postgres/connections';
import { answerTimeout, createPool } from '../postgres/pool';
import { openChangeLog } from './log';
import { startRealtime, type Realtime } from './realtime';

export interface RealtimeSettings {
  /** The authenticator's. */
  url: string;
  /** The same of the server itself, when `url` is of a pooler: that does not pass calls on. */
  listenUrl: string | undefined;
  connectTimeoutMs: number;
  statementTimeoutMs: number;
  pollMs: number;
  /** Connections of the gateway for requests. */
  poolSize: number;
}

export interface OpenRealtime extends Realtime {
  /** What subscriptions read beside the log. */
  pool: Pool;
}

/** The subscriptions of a gateway over its database. Connects when the first subscriber comes. */
export function openRealtime(settings: RealtimeSettings, log: Logger, metrics?: Metrics): OpenRealtime {
  const { url, connectTimeoutMs, statementTimeoutMs, pollMs, poolSize } = settings;
  const answerTimeoutMs = answerTimeout(statementTimeoutMs);
  // Of its own: however many requests wait for a connection, what happens is told at once.
  const tailPool = createPool({ url, size: OWN_CONNECTIONS.tail, connectTimeoutMs, answerTimeoutMs }, log);
  // Nor must requests wait for subscriptions, however many read their rows at once; those wait for each other.
  const pool = createPool(
    { url, size: forSubscriptions(poolSize), connectTimeoutMs: answerTimeoutMs, answerTimeoutMs },
    log,
  );
  metrics?.database.watchPool('tail', tailPool);
  metrics?.database.watchPool('subscriptions', pool);
  const realtime = startRealtime({
    tailLog: openChangeLog(tailPool, statementTimeoutMs, metrics?.stream.reader('tail')),
    replayLog: openChangeLog(pool, statementTimeoutMs, metrics?.stream.reader('replay')),
    isVisible: (claims: Claims, projectId: string) =>
      withScope(
        pool,
        { claims, requestId: 'realtime', readOnly: true, statementTimeoutMs },
        async (client) => {
          const { rows } = await client.query('select from public.projects where id = $1', [projectId]);
          return rows.length > 0;
        },
      ),
    listenUrl: settings.listenUrl ?? url,
    connectTimeoutMs,
    pollMs,
    log: log.child({ part: 'realtime' }),
  });
  return {
    pool,
    follow: realtime.follow,
    isDeaf: realtime.isDeaf,
    view: realtime.view,
    stop: async () => {
      await realtime.stop();
      await Promise.all([tailPool.end(), pool.end()]);
    },
  };
}
