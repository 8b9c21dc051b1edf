import { createApp, limitsOf } from './app';
import { createAddressReader } from './auth/clientAddress';
import { createIssuerKeys } from './auth/keys';
import { createTokenVerifier, type VerifyToken } from './auth/token';
import type { Settings } from './config';
import { planFirstStart } from './firstStart';
import type { Gateway } from './gateway';
import { createExecutor } from './graphql/execute';
import { openGate } from './graphql/gate';
import { createKeeper } from './graphql/kept/keeper';
import { shareOut } from './graphql/share';
import { buildApi, type Api } from './graphql/schema';
import { createSocketServer, type SocketServer } from './graphql/sockets/server';
import { createSubscriber } from './graphql/subscribe';
import { listen, urlOf } from './listen';
import { createPreparer } from './postgres/prepared';
import type { Logger } from './log';
import { checkStart } from './ops/startCheck';
import { jobsOf } from './ops/jobs/jobs';
import { createHttpServer } from './ops/httpServer';
import { startMaintenance, type Maintenance } from './ops/maintenance';
import { checksOf, createDiskMemory } from './ops/parts';
import { createReadiness } from './ops/readiness';
import { createMetrics, DATABASE_TIMEOUT_MS } from './ops/metrics/metrics';
import { stockOf } from './ops/metrics/stock';
import { migrate, pendingMigrations, refuseWhenBehind } from './postgres/migrate';
import { requireUrl, type OpenDatabase } from './postgres/open';
import { openPools, type Pools } from './postgres/pools';
import { readerOf } from './postgres/reader';
import { openReplicaOf } from './postgres/replica/open';
import type { Replica } from './postgres/replica/replica';
import { withClient } from './postgres/setup';
import { openRates, type OpenRates } from './rates/open';
import type { Rates } from './rates/rates';
import { openRealtime, type OpenRealtime } from './realtime/open';
import { openBackend, openStorage, signerOf } from './storage/open';
import { checkStore, createStoreCheck } from './ops/storageHealth';
import type { StorageParts } from './storage/routes/context';
import { createShutdown, type Shutdown } from './shutdown';
import { createStorageLinks } from './storage/links';
import type { Signer } from './storage/signing';

/**
 * Puts everything together, in the order in which a fault is found soonest: the port, the database, its
 * migrations, the schema. Stops what was started when a later step fails.
 * @param opening the database, which was begun before this file was read
 * @throws Fault
 */
export async function assembleGateway(
  settings: Settings,
  log: Logger,
  opening: Promise<OpenDatabase>,
): Promise<Gateway> {
  let api: Api | undefined;
  let pools: Pools | undefined;
  let database: OpenDatabase | undefined;
  let verifyToken: VerifyToken | undefined;
  let maintenance: Maintenance | undefined;
  let realtime: OpenRealtime | undefined;
  const metrics = createMetrics(log);
  let rates: OpenRates | undefined;
  let replica: Replica | undefined;
  let storage: StorageParts | undefined;
  const backend = await openBackend(settings.storage.backend);
  let signer: Signer | undefined;

  const ready = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('asked before the gateway was ready');
    return part;
  };
  const release = async () => {
    await Promise.all([realtime?.stop(), rates?.stop(), replica?.stop()]);
    await pools?.end();
    // Also one that is still on its way.
    const stopped = opening.then(
      (opened) => opened.stop(),
      () => undefined,
    );
    await Promise.all([stopped, backend.close()]);
  };
  const server = createHttpServer(settings.http);
  const shutdown: Shutdown = createShutdown({
    server,
    closeSockets: (timeoutMs) => sockets.drain(timeoutMs),
    stopLoops: async () => {
      storage?.resumable.stop();
      await maintenance?.stop();
    },
    release,
    graceMs: settings.shutdownGraceMs,
    timeoutMs: settings.shutdownTimeoutMs,
    log,
  });
  const constraints = () => ready(api).constraints;
  const disk = createDiskMemory();
  // The executor needs a pool, which comes later than the server: it is looked up when it is used.
  const { statementTimeouts, resultLimitBytes, corsOrigins, trustedProxies } = settings;
  const runInScope = readerOf(
    () => ready(pools).requests,
    () => replica,
  );
  const execute = shareOut(
    createExecutor({
      ...{ runInScope, statementTimeouts, resultLimitBytes, constraints, notice: disk.notice },
      ...{ metrics, slowMs: settings.slowOperationMs, keeper: createKeeper() },
      // Whoever says where it is called past a pooler has one.
      preparer: settings.listenUrl ? undefined : createPreparer(),
    }),
    { max: settings.inFlightPerCaller, waitMs: settings.connectTimeoutMs },
  );
  const counting: Rates = {
    count: (claims, address) => ready(rates).count(claims, address),
    countGuess: (address) => ready(rates).countGuess(address),
    countRead: (address) => ready(rates).countRead(address),
  };
  const addressOf = createAddressReader(trustedProxies, log);
  const keys = settings.jwt.jwksUrl ? createIssuerKeys(settings.jwt.jwksUrl) : undefined;
  const verify: VerifyToken = (token) => ready(verifyToken)(token);
  const operations = { schema: () => ready(api).schema, constraints, execute, gate: openGate(settings) };
  const isReady = () => api !== undefined;
  const publicUrl = () => settings.publicUrl ?? urlOf(server, settings);
  const links = createStorageLinks(publicUrl, () => signer);
  const sockets: SocketServer = createSocketServer({
    ...{ ...operations, server, isReady, log, verifyToken: verify, sockets: settings.sockets },
    ...{ isDraining: shutdown.isDraining, metrics, rates: counting, addressOf, corsOrigins },
    subscribe: createSubscriber({
      ...{ constraints, statementTimeouts, resultLimitBytes, metrics },
      pool: () => ready(realtime).pool,
      realtime: () => ready(realtime),
    }),
    messageLimitBytes: settings.bodyLimitBytes,
    limits: limitsOf(settings),
  });
  const parts = checksOf({
    ...{ keys, isDiskFull: disk.isFull, isDeaf: () => realtime?.isDeaf() ?? false },
    isStoreWell: createStoreCheck(backend),
    pool: () => ready(pools).requests,
    databaseUrl: () => requireUrl(database?.urls.auth, 'AUTH_DATABASE_URL'),
    dataDir: () => (database?.embedded ? settings.dataDir : undefined),
  });
  server.on(
    'request',
    createApp({
      settings,
      log,
      health: {
        readiness: createReadiness({
          isStarting: () => !isReady(),
          isDraining: shutdown.isDraining,
          checks: () => parts,
        }),
        isDraining: shutdown.isDraining,
      },
      isReady,
      graphql: operations,
      verifyToken: verify,
      ...{ metrics, sockets: { sockets: sockets.views, count: sockets.count } },
      ...{ rates: counting, addressOf, storage: () => ready(storage) },
      studio: { publicUrl, secret: () => database?.jwtSecret },
    }),
  );
  metrics.sockets.watch(sockets.views);

  try {
    await listen(server, settings);
    const fill = await planFirstStart(settings, log);
    database = await opening;
    await prepare(settings, database, log);
    await checkStore(backend, log);
    verifyToken = createTokenVerifier({ ...settings.jwt, secret: database.jwtSecret }, keys);
    signer = signerOf(settings.storage, database.jwtSecret);
    const url = requireUrl(database.urls.auth, 'AUTH_DATABASE_URL');
    pools = openPools(settings, url, log);
    storage = openStorage(
      {
        ...{ settings: settings.storage, backend, statementTimeouts, signer },
        ...{ pool: () => ready(pools).requests, verifyToken: verify, rates: counting, addressOf },
        metrics: metrics.storage,
      },
      log,
    );
    metrics.storage.watch(storage.renditions.view);
    rates = openRates(url, settings.rates, log);
    replica = openReplicaOf(settings, url, log);
    realtime = openRealtime({ ...settings, url, pollMs: settings.realtimePollMs }, log, metrics);
    metrics.database.watchPool('requests', pools.requests);
    metrics.database.watchPool('maintenance', pools.maintenance);
    metrics.database.watchPool('metrics', pools.metrics);
    metrics.replica.watch(() => replica?.counts());
    metrics.stream.watch(realtime);
    metrics.stock.watch(stockOf(pools.metrics, DATABASE_TIMEOUT_MS));
    // Side by side: the one keeps this process busy, the other the database.
    const [built] = await Promise.all([
      buildApi(pools.requests, settings.pageSize, links),
      fill?.(database.urls),
    ]);
    api = built;
    maintenance = startMaintenance({
      pool: pools.maintenance,
      jobs: jobsOf(settings, backend),
      ...{ log, metrics: metrics.maintenance },
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
    replicaCounts: () => replica?.counts(),
    reload: async () => {
      api = await buildApi(ready(pools).requests, settings.pageSize, links);
    },
  };
}

/** Brings an embedded database up to date; of anybody else's, finds out whether it is. */
async function prepare(settings: Settings, database: OpenDatabase, log: Logger): Promise<void> {
  const url = requireUrl(database.urls.auth, 'AUTH_DATABASE_URL');
  const migrates = database.embedded || settings.migrateOnStart;
  // Looked at first, for most starts find nothing to do.
  if (migrates && (await withClient(url, pendingMigrations)).length > 0) await migrate(database.urls);
  await checkStart(settings, database, log);
  if (!migrates) await withClient(url, refuseWhenBehind);
}
