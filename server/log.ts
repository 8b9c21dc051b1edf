import { pino, type Logger } from 'pino';
import type { Settings } from './config';

export type { Logger };

/** JSON lines on stdout. What could hold a secret is removed, whoever logs it. */
export function createLogger(settings: Pick<Settings, 'logLevel'>, service = 'reigh-gateway'): Logger {
  return pino({
    level: settings.logLevel,
    base: { service },
    redact: {
      paths: [
        'authorization',
        '*.authorization',
        'headers.cookie',
        'token',
        '*.token',
        'params',
        '*.params',
        'variables',
        '*.variables',
      ],
      censor: '[removed]',
    },
  });
}
