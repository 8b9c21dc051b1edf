import { execute, getOperationAST, GraphQLError, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Pool } from 'pg';
import type { Claims } from '../auth/claims';
import { withScope } from '../auth/scope';
import type { Logger } from '../log';
import { isSerializationFailure, type ConstraintWords } from './databaseErrors';
import { serialClient } from './serialClient';
import { extensionsOf, maskGraphQLError, toPublicError } from './mask';

/** What is known of the caller when an operation runs. */
export interface RequestContext extends Record<PropertyKey, unknown> {
  claims: Claims;
  requestId: string;
  log: Logger;
}

export interface ExecuteOptions {
  pool: Pool;
  statementTimeoutMs: number;
  constraints: () => ConstraintWords;
}

const ATTEMPTS = 3;

/**
 * Makes the function that runs one operation in one transaction, under the caller's rights.
 *
 * A deadlock or serialization failure rolls everything back and runs the operation again, three times
 * at most. What fails at COMMIT reaches the caller as a coded error like any other.
 */
export function createExecutor(options: ExecuteOptions) {
  return async (args: ExecutionArgs): Promise<ExecutionResult> => {
    const request = args.contextValue as RequestContext;
    const mask = {
      role: request.claims.role,
      requestId: request.requestId,
      log: request.log,
      constraints: options.constraints(),
    };
    for (let attempt = 1; ; attempt++) {
      const last = attempt === ATTEMPTS;
      try {
        const result = await runOnce(options, args, request);
        if (!last && result.errors?.some((error) => isSerializationFailure(error.originalError))) continue;
        return result.errors
          ? { ...result, errors: result.errors.map((error) => maskGraphQLError(error, mask)) }
          : result;
      } catch (error) {
        if (!last && isSerializationFailure(error)) continue;
        const told = toPublicError(error, mask);
        const shown = new GraphQLError(told.message, null, null, null, null, null, extensionsOf(told));
        return { errors: [shown], data: null };
      }
    }
  };
}

async function runOnce(
  options: ExecuteOptions,
  args: ExecutionArgs,
  request: RequestContext,
): Promise<ExecutionResult> {
  const readOnly = getOperationAST(args.document, args.operationName)?.operation === 'query';
  const scope = {
    claims: request.claims,
    requestId: request.requestId,
    readOnly,
    statementTimeoutMs: options.statementTimeoutMs,
  };
  return withScope(options.pool, scope, async (client, end) => {
    const result = await execute({ ...args, contextValue: { ...request, pgClient: serialClient(client) } });
    if (result.errors?.some((error) => isSerializationFailure(error.originalError))) end.rollback();
    return result;
  });
}
