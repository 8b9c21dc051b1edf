import type { Server } from 'node:http';
import type { Logger } from './log';

/** Between "not ready any more" and "no new connections": balancers and keep-alive clients take notice. */
const GRACE_MS = 300;

export interface Shutdown {
  isDraining(): boolean;
  /** Begins the shutdown; further calls return the first one's promise. */
  begin(reason: string): Promise<void>;
}

/**
 * Ends the process in phases: unready and telling keep-alive clients to leave; no new connections;
 * every accepted request answered, for `timeoutMs` at most; then `release` (pool, database).
 */
export function createShutdown(options: {
  server: Server;
  release(): Promise<void>;
  timeoutMs: number;
  log: Logger;
}): Shutdown {
  const { server, log } = options;
  let draining: Promise<void> | undefined;

  const drain = async (reason: string): Promise<void> => {
    log.info({ reason }, 'shutting down');
    await sleep(server.listening ? GRACE_MS : 0);
    const closed = new Promise<void>((resolve) => {
      if (server.listening) server.close(() => resolve());
      else resolve();
    });
    const late = setTimeout(() => {
      log.warn('requests are still running after the time for them: their connections are closed');
      server.closeAllConnections();
    }, options.timeoutMs);
    await closed;
    clearTimeout(late);
    await options.release();
    log.info('stopped');
  };

  return {
    isDraining: () => draining !== undefined,
    begin: (reason) => (draining ??= drain(reason)),
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
