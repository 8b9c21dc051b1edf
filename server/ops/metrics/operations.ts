import { Counter, Histogram, type Registry } from 'prom-client';
import type { ErrorCode } from '../../errors';

/** From a lookup in a cache to the statement timeout. */
export const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export type Transport = 'http' | 'ws';
/** `none`: refused before it was known what it is. */
export type OperationKind = 'query' | 'mutation' | 'subscription' | 'none';

/** One operation, when it has been answered. */
export interface EndedOperation {
  transport: Transport;
  kind: OperationKind;
  /** Of its first error. */
  code: ErrorCode | undefined;
  ms: number;
}

export interface OperationMetrics {
  ended(operation: EndedOperation): void;
  /** Each error that a caller is told, those of single fields and of items included. */
  toldError(code: string): void;
  /** An operation was rolled back and begins again: a deadlock, or a serialization failure. */
  retried(): void;
  answered(route: string, status: number): void;
}

/** Names of operations are the callers' words, and there is no end of them: they are no labels. */
export function operationMetrics(registry: Registry): OperationMetrics {
  const registers = [registry];
  const operations = new Counter({
    name: 'reigh_operations_total',
    help: 'GraphQL operations that ended, by the code of their first error (OK: none).',
    labelNames: ['transport', 'kind', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'reigh_operation_duration_seconds',
    help: 'Time from an operation read to its answer made; subscriptions are not in it.',
    labelNames: ['transport', 'kind'],
    buckets: SECONDS,
    registers,
  });
  const errors = new Counter({
    name: 'reigh_errors_total',
    help: 'Errors that callers were told, of single fields too.',
    labelNames: ['code'],
    registers,
  });
  const retries = new Counter({
    name: 'reigh_operation_retries_total',
    help: 'Operations that were rolled back by a clash with another one and begun again.',
    registers,
  });
  const responses = new Counter({
    name: 'reigh_http_responses_total',
    help: 'HTTP responses, by route and status.',
    labelNames: ['route', 'status'],
    registers,
  });
  return {
    ended: ({ transport, kind, code, ms }) => {
      operations.inc({ transport, kind, code: code ?? 'OK' });
      if (kind !== 'subscription') durations.observe({ transport, kind }, ms / 1000);
    },
    toldError: (code) => errors.inc({ code }),
    retried: () => retries.inc(),
    answered: (route, status) => responses.inc({ route, status }),
  };
}
