import type { Shutdown } from './shutdown';

/** SIGTERM and SIGINT end the process in order; a second one ends it at once. */
export function stopOnSignals(shutdown: Shutdown): void {
  const stop = (signal: NodeJS.Signals) => {
    if (shutdown.isDraining()) process.exit(1);
    shutdown.begin(signal).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
