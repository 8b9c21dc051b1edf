import type { Server, ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Logger } from './log';

/** For the database at least; with the default grace of 0.3 s and timeout of 8 s, the whole stays below 10 s. */
const RELEASE_MS = 1_500;
const QUIET_TURNS = 1_000;
/** For the first request of a connection that was accepted just before the end. */
const FIRST_REQUEST_MS = 1_000;

export interface Shutdown {
  isDraining(): boolean;
  /** Begins the shutdown; further calls return the first one's promise. */
  begin(reason: string): Promise<void>;
}

/**
 * Ends the process in phases: unready and telling keep-alive clients to leave, and `stopLoops`, so that the
 * gateway begins nothing by itself any more; no new connections; every accepted request answered and every
 * socket closed, for `timeoutMs` at most; then `release` (pool, database), when the loops stand still.
 */
export function createShutdown(options: {
  server: Server;
  /** They are connections of the server too, which does not end before them and cannot close them itself. */
  closeSockets(timeoutMs: number): Promise<void>;
  stopLoops(): Promise<void>;
  release(): Promise<void>;
  /** Between "not ready any more" and "no new connections": balancers and keep-alive clients take notice. */
  graceMs: number;
  timeoutMs: number;
  log: Logger;
}): Shutdown {
  const { server, log } = options;
  let draining: Promise<void> | undefined;
  const unanswered = new Set<ServerResponse>();
  server.on('request', (_request, response) => {
    unanswered.add(response);
    response.once('close', () => unanswered.delete(response));
  });

  const drain = async (reason: string): Promise<void> => {
    log.info({ reason }, 'shutting down');
    const loops = options.stopLoops();
    // Answers begun before: their callers would send the next request into a connection that we close.
    for (const response of unanswered) if (!response.headersSent) response.setHeader('connection', 'close');
    await sleep(server.listening ? options.graceMs : 0);
    await untilQuiet(server);
    const deadline = performance.now() + options.timeoutMs + RELEASE_MS;
    // Not http's own close(): that drops at once what looks idle, and a connection whose first request is
    // still on its way looks so (measured: 16 of 20 reset). These get some time to send it.
    const closed = new Promise<void>((resolve) => {
      if (server.listening) NetServer.prototype.close.call(server, () => resolve());
      else resolve();
    });
    const sockets = options.closeSockets(options.timeoutMs);
    const idle = setTimeout(() => server.closeIdleConnections(), FIRST_REQUEST_MS);
    const late = setTimeout(() => {
      log.warn('requests are still running after the time for them: their connections are closed');
      server.closeAllConnections();
    }, options.timeoutMs);
    await Promise.all([closed, sockets]);
    clearTimeout(idle);
    clearTimeout(late);
    // A statement that nobody waits for any more would hold this up until its own timeout.
    const released = loops.then(() => options.release());
    await within(deadline - performance.now(), released);
    log.info('stopped');
  };

  return {
    isDraining: () => draining !== undefined,
    begin: (reason) => (draining ??= drain(reason)),
  };
}

/**
 * Waits for a turn of the event loop in which nobody connected: the system has accepted connections that
 * we have not taken yet, and closing would reset these.
 */
async function untilQuiet(server: Server): Promise<void> {
  let connected = true;
  const notice = () => (connected = true);
  server.on('connection', notice);
  for (let turn = 0; connected && turn < QUIET_TURNS; turn++) {
    connected = false;
    await new Promise((resolve) => setImmediate(resolve));
  }
  server.off('connection', notice);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
