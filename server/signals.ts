import type { Shutdown } from './shutdown';

/**
 * One Ctrl-C under `npm start` arrives twice: from the terminal, and passed on by npm. So does a stop by
 * systemd. Only what comes later than this is somebody asking again.
 */
const ECHO_MS = 200;

/**
 * SIGTERM and SIGINT end the process in order; a second one ends it at once. While it is still starting
 * there is nothing to drain, and the guard stops the embedded server.
 * @param started gives the shutdown once there is one
 */
export function stopOnSignals(started: () => Shutdown | undefined): void {
  let first: number | undefined;
  const stop = (signal: NodeJS.Signals) => {
    const shutdown = started();
    if (!shutdown) process.exit(0);
    const now = performance.now();
    first ??= now;
    if (shutdown.isDraining()) {
      if (now - first > ECHO_MS) process.exit(1);
      return;
    }
    shutdown.begin(signal).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
