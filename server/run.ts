import { readSettings, type Settings } from './config';
import { startGateway, type Gateway } from './gateway';
import { createLogger } from './log';
import { stopOnSignals } from './signals';
import { endOnUnexpected } from './unexpected';

/** Starts the gateway as a process: with its signals, and an end when its database is lost. */
export async function runGateway(): Promise<{ gateway: Gateway; settings: Settings }> {
  const settings = readSettings();
  const log = createLogger(settings);
  endOnUnexpected(log);
  const started: { gateway?: Gateway } = {};
  stopOnSignals(() => started.gateway?.shutdown);
  const gateway = (started.gateway = await startGateway(settings, log));
  log.info({ url: gateway.url }, 'ready');
  void gateway.database.lost?.then(() => {
    // Whoever runs the process starts it again; pretending to serve would help nobody.
    log.fatal(`the embedded PostgreSQL ended by itself: see ${settings.dataDir}/postgres.log`);
    process.exit(1);
  });
  return { gateway, settings };
}
