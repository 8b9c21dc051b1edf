import type { Logger } from './log';

/**
 * What nobody caught leaves the process in a state that nobody knows: it says so in a line that is read like every other, and
 * ends. Whoever runs it starts it again. A rejection that nobody handled comes here too, by Node's default.
 */
export function endOnUnexpected(log: Logger): void {
  process.on('uncaughtException', (error, origin) => {
    try {
      log.fatal({ err: error, origin }, 'an unexpected fault ends the process');
    } finally {
      process.exit(1);
    }
  });
}
