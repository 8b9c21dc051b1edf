import type { GraphQLError, OperationTypeNode } from 'graphql';
import type { Role } from '../auth/claims';
import type { ErrorCode } from '../errors';
import type { OperationMetrics } from '../ops/metrics/operations';

/** What is written of an operation in the log and counted: never its text, its name or its variables. */
export interface OperationFacts {
  role?: Role;
  clientId?: string | undefined;
  kind?: OperationTypeNode | undefined;
  /** Of its first error. */
  code?: ErrorCode;
}

/** Counts the errors that a caller is told, and keeps the code of the first. */
export function noteErrors(
  errors: readonly GraphQLError[] | undefined,
  facts: OperationFacts | undefined,
  metrics: OperationMetrics | undefined,
): void {
  for (const { extensions } of errors ?? []) {
    const code = extensions?.code as ErrorCode | undefined;
    if (code === undefined) continue;
    metrics?.toldError(code);
    if (facts) facts.code ??= code;
  }
}
