import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pool } from 'pg';
import { createApp } from './app';
import { createTokenVerifier, type VerifyToken } from './auth/token';
import type { Settings } from './config';
import { codeOf, Fault } from './faults';
import { createExecutor } from './graphql/execute';
import { buildApi, type Api } from './graphql/schema';
import type { Logger } from './log';
import { databaseCheck } from './ops/health';
import { requeueStaleTasks } from './ops/jobs/requeueStaleTasks';
import { startMaintenance, type Job, type Maintenance } from './ops/maintenance';
import { migrate, refuseWhenBehind } from './postgres/migrate';
import {
  isFirstStart,
  openDatabase,
  rememberFirstStart,
  requireUrl,
  type OpenDatabase,
} from './postgres/open';
import { createPool } from './postgres/pool';
import { withClient } from './postgres/setup';
import { loadSampleData } from './sample/load';
import { createShutdown, type Shutdown } from './shutdown';

export interface Gateway {
  /** `http://host:port` as it can be reached from here. */
  url: string;
  database: OpenDatabase;
  shutdown: Shutdown;
  /** Reflects the database anew, for what `npm run dev` changed. */
  reload(): Promise<void>;
}

/**
 * Starts everything, in the order in which a fault is found soonest: the port, the database, its
 * migrations, the schema. Stops what was started when a later step fails.
 * @throws Fault
 */
export async function startGateway(settings: Settings, log: Logger): Promise<Gateway> {
  let api: Api | undefined;
  let pool: Pool | undefined;
  let database: OpenDatabase | undefined;
  let verifyToken: VerifyToken | undefined;
  let maintenance: Maintenance | undefined;

  const ready = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('asked before the gateway was ready');
    return part;
  };
  const release = async () => {
    await pool?.end();
    await database?.stop();
  };
  const server = createServer();
  const shutdown = createShutdown({
    server,
    stopLoops: async () => maintenance?.stop(),
    release,
    timeoutMs: settings.shutdownTimeoutMs,
    log,
  });
  const constraints = () => ready(api).constraints;
  // The executor needs a pool, which comes later than the server: it is looked up when it is used.
  const execute = createExecutor({
    pool: () => ready(pool),
    statementTimeoutMs: settings.statementTimeoutMs,
    constraints,
  });
  server.on(
    'request',
    createApp({
      settings,
      log,
      health: {
        checks: { database: databaseCheck(() => (api ? pool : undefined)) },
        isDraining: shutdown.isDraining,
      },
      isReady: () => api !== undefined,
      graphql: { schema: () => ready(api).schema, constraints, execute },
      verifyToken: (token) => ready(verifyToken)(token),
    }),
  );

  try {
    await listen(server, settings);
    database = await openDatabase(settings);
    await prepare(settings, database);
    verifyToken = createTokenVerifier({ ...settings.jwt, secret: database.jwtSecret });
    const url = requireUrl(database.urls.auth, 'AUTH_DATABASE_URL');
    pool = createPool({ url, size: settings.poolSize, connectTimeoutMs: settings.connectTimeoutMs }, log);
    // Side by side: the one keeps this process busy, the other the database.
    const [built] = await Promise.all([
      buildApi(pool, settings.pageSize),
      fillFirstTime(settings, database, log),
    ]);
    api = built;
    maintenance = startMaintenance({
      pool,
      jobs: jobsOf(settings),
      statementTimeoutMs: MAINTENANCE_TIMEOUT_MS,
      log,
    });
  } catch (error) {
    server.closeAllConnections();
    server.close();
    await release();
    throw error;
  }
  return {
    url: urlOf(server, settings),
    database,
    shutdown,
    reload: async () => {
      api = await buildApi(ready(pool), settings.pageSize);
    },
  };
}

/**
 * Not a request's fifteen seconds: the end of one task may end thousands that wait for it, and a round that is cut
 * off is begun again and again while everybody else's tasks wait for it too.
 */
const MAINTENANCE_TIMEOUT_MS = 600_000;

/** What the gateway does by itself. */
function jobsOf({ maintenanceIntervalMs }: Settings): Job[] {
  return maintenanceIntervalMs === 0 ? [] : [requeueStaleTasks(maintenanceIntervalMs)];
}

/** Brings an embedded database up to date; of anybody else's, finds out whether it is. */
async function prepare(settings: Settings, database: OpenDatabase): Promise<void> {
  if (database.embedded || settings.migrateOnStart) await migrate(database.urls);
  else await withClient(requireUrl(database.urls.auth, 'AUTH_DATABASE_URL'), refuseWhenBehind);
}

/** Gives an embedded database its sample data, once. */
async function fillFirstTime(settings: Settings, database: OpenDatabase, log: Logger): Promise<void> {
  if (database.embedded && settings.environment !== 'production' && isFirstStart(settings)) {
    await loadSampleData(database.urls);
    await rememberFirstStart(settings);
    log.info('loaded the sample data');
  }
}

async function listen(server: Server, { host, port }: Settings): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') {
      throw new Fault(`Port ${port} on ${host} is taken. Stop what uses it, or set PORT to another one.`);
    }
    if (codeOf(error) === 'EACCES')
      throw new Fault(`Port ${port} is not for ordinary users. Set PORT to 1024 or above.`);
    if (codeOf(error) === 'EADDRNOTAVAIL' || codeOf(error) === 'ENOTFOUND') {
      throw new Fault(`HOST ${host} is no address of this machine.`);
    }
    throw error;
  }
}

function urlOf(server: Server, { host }: Settings): string {
  const { port } = server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}
