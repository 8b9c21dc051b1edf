import { pino, type DestinationStream, type Logger } from 'pino';
import type { Settings } from './config';

export type { Logger };

/** JSON lines on stdout. What could hold a secret is removed, whoever logs it. */
export function createLogger(
  settings: Pick<Settings, 'logLevel'>,
  service = 'reigh-gateway',
  destination?: DestinationStream,
): Logger {
  return pino(
    {
      level: settings.logLevel,
      base: { service },
      serializers: { err: describeError },
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
    },
    ...(destination ? [destination] : []),
  );
}

/** What an error may say in the log. */
const KEPT = ['code', 'severity', 'schema', 'table', 'column', 'constraint', 'dataType', 'routine'] as const;
const CAUSES = 5;
/** A statement that does not parse stands in its message. */
const TEXT_LENGTH = 4_000;

/**
 * An error as it stands in the log: what happened and where, and none of the rest that libraries hang on errors.
 * PostgreSQL tells values of rows in `detail` and `where`; pg hangs the connection on it, with its password and cancel
 * key, others the request.
 */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: cut(typeof error === 'string' ? error : typeof error) };
  const known = error as Error & Partial<Record<(typeof KEPT)[number], unknown>>;
  const isDeep = depth >= CAUSES;
  return {
    type: error.name,
    message: cut(error.message),
    ...Object.fromEntries(
      KEPT.flatMap((name) => (typeof known[name] === 'string' ? [[name, cut(known[name])]] : [])),
    ),
    stack: cut(error.stack ?? ''),
    ...(error.cause === undefined || isDeep ? {} : { cause: describeError(error.cause, depth + 1) }),
    ...(error instanceof AggregateError && !isDeep
      ? { errors: error.errors.slice(0, CAUSES).map((one) => describeError(one, depth + 1)) }
      : {}),
  };
}

function cut(text: string): string {
  return text.length > TEXT_LENGTH ? `${text.slice(0, TEXT_LENGTH)} …` : text;
}
