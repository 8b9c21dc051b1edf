import { execute, getOperationAST, GraphQLError, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Pool } from 'pg';
import type { Claims } from '../auth/claims';
import { NotCommittedError, withScope } from '../auth/scope';
import type { PublicError } from '../errors';
import { codeOf } from '../faults';
import type { Logger } from '../log';
import { isSerializationFailure, type ConstraintWords } from './databaseErrors';
import { serialClient } from './serialClient';
import { extensionsOf, maskGraphQLError, placed, toPublicError, type MaskContext } from './mask';

/** What is known of the caller when an operation runs. */
export interface RequestContext extends Record<PropertyKey, unknown> {
  claims: Claims;
  requestId: string;
  log: Logger;
  /** Aborted when the caller closes the connection before the answer. */
  abandoned?: AbortSignal;
}

export interface ExecuteOptions {
  pool: () => Pool;
  statementTimeoutMs: number;
  constraints: () => ConstraintWords;
}

/** The first, and three more. */
export const ATTEMPTS = 4;

/** Two that clashed and began again at once would clash again: each waits a little, the more the later, by chance. */
export const pauseBefore = (attempt: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt));

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
        const { result, failure } = await runOnce(options, args, request);
        if (!last && result.errors?.some((error) => isSerializationFailure(error.originalError))) {
          await pauseBefore(attempt + 1);
          continue;
        }
        return result.errors ? { ...result, errors: explainAll(result.errors, failure, mask) } : result;
      } catch (error) {
        if (!last && isSerializationFailure(error)) {
          await pauseBefore(attempt + 1);
          continue;
        }
        return { errors: [asGraphQLError(toPublicError(error, mask))], data: null };
      }
    }
  };
}

function asGraphQLError(told: PublicError): GraphQLError {
  return new GraphQLError(told.message, null, null, null, null, null, extensionsOf(told));
}

/**
 * The statement that fails first ends the transaction, and all after it fail because of that (25P02):
 * their fields are answered with its reason and not as faults of their own.
 */
function explainAll(errors: readonly GraphQLError[], failure: unknown, mask: MaskContext): GraphQLError[] {
  const told = failure ? toPublicError(failure, mask) : undefined;
  return errors.map((error) => {
    const { originalError } = error;
    const isOfFailure = originalError === failure || codeOf(originalError) === '25P02';
    return told && isOfFailure ? placed(told, error) : maskGraphQLError(error, mask);
  });
}

async function runOnce(
  options: ExecuteOptions,
  args: ExecutionArgs,
  request: RequestContext,
): Promise<{ result: ExecutionResult; failure: unknown }> {
  const readOnly = getOperationAST(args.document, args.operationName)?.operation === 'query';
  const scope = {
    claims: request.claims,
    requestId: request.requestId,
    readOnly,
    statementTimeoutMs: options.statementTimeoutMs,
  };
  let failure: unknown;
  try {
    return await withScope(options.pool(), scope, async (client, end) => {
      // A change is carried through although its caller has gone; an answer nobody waits for is not worked out.
      const pgClient = serialClient(client, readOnly ? request.abandoned : undefined);
      const result = await execute({ ...args, contextValue: { ...request, pgClient } });
      failure = pgClient.failure();
      if (result.errors?.some((error) => isSerializationFailure(error.originalError))) end.rollback();
      return { result, failure };
    });
  } catch (error) {
    // The reason is the statement that failed, not that the commit found out.
    throw error instanceof NotCommittedError && failure ? failure : error;
  }
}
