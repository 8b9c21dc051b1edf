import {
  execute,
  getOperationAST,
  type GraphQLError,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import type { Role, Claims } from '../auth/claims';
import { NotCommittedError, OutcomeUnknownError } from '../auth/scope';
import { codeOf } from '../faults';
import type { Logger } from '../log';
import type { Metrics } from '../ops/metrics/metrics';
import type { Preparer } from '../postgres/prepared';
import type { RunInScope } from '../postgres/reader';
import { isSerializationFailure, type ConstraintWords } from './databaseErrors';
import type { Keeper } from './kept/keeper';
import { answerBy, asking } from './kept/run';
import { STATEMENTS } from './budget';
import { noteErrors, type OperationFacts } from './facts';
import { repetitionOf } from './limits/repetition';
import { serialClient } from './serialClient';
import { warnWhenSlow } from './slowOperations';
import type { Followed } from './sockets/view';
import { asGraphQLError, maskGraphQLError, placed, toPublicError, type MaskContext } from './mask';

/** What is known of the caller when an operation runs. */
export interface RequestContext extends Record<PropertyKey, unknown> {
  claims: Claims;
  /** By what his operations are counted together. */
  caller: string;
  requestId: string;
  log: Logger;
  /** Aborted when the caller closes the connection before the answer. */
  abandoned?: AbortSignal;
  /** Which of the caller's windows or programs asks, in its own words. */
  clientId?: string | undefined;
  /** What is written and counted of it. */
  facts?: OperationFacts;
  /** Is told what a subscription follows. */
  follows?: (followed: Followed) => void;
}

export interface ExecuteOptions {
  /** A query may be run twice by it: on a replica that fails, and on the primary. */
  runInScope: RunInScope;
  statementTimeouts: Record<Role, number>;
  /** Of what the database answers to one operation. */
  resultLimitBytes: number;
  constraints: () => ConstraintWords;
  /** Is told what failed an operation, before the caller is told less. */
  notice?: (failure: unknown) => void;
  metrics?: Metrics;
  /** Plans what is read again and again once for each connection; undefined where connections are not one's own. */
  preparer?: Preparer | undefined;
  /** Remembers the statements of queries. */
  keeper?: Keeper;
  /** Operations that take as long are told in the log. */
  slowMs?: number;
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
  // What fails after another statement of its transaction fails for that one.
  const isWorthRetry = (error: unknown, failure = error) =>
    isSerializationFailure(error) || (error === failure && options.preparer?.failed(error) === true);
  const run = async (args: ExecutionArgs): Promise<ExecutionResult> => {
    const request = args.contextValue as RequestContext;
    const mask = {
      role: request.claims.role,
      log: request.log,
      constraints: options.constraints(),
    };
    for (let attempt = 1; ; attempt++) {
      const last = attempt === ATTEMPTS;
      try {
        const { result, failure } = await runOnce(options, args, request);
        if (failure) options.notice?.(failure);
        const clash = result.errors?.find(({ originalError }) => isWorthRetry(originalError, failure));
        if (clash && !last) throw clash.originalError!;
        return result.errors ? { ...result, errors: explainAll(result.errors, failure, mask) } : result;
      } catch (error) {
        if (!last && isWorthRetry(error)) {
          options.metrics?.operations.retried();
          await pauseBefore(attempt + 1);
          continue;
        }
        options.notice?.(error);
        return { errors: [asGraphQLError(toPublicError(error, mask))], data: null };
      }
    }
  };
  return async (args: ExecutionArgs): Promise<ExecutionResult> => {
    const begun = performance.now();
    const result = await run(args);
    noteErrors(result.errors, (args.contextValue as RequestContext).facts, options.metrics?.operations);
    warnWhenSlow(args, performance.now() - begun, options.slowMs);
    return result;
  };
}

/** The transaction is over; or a statement's name was to be made by the one that failed, which was sent with it. */
const AFTER_FAILURE = ['25P02', '26000'];

/**
 * The statement that fails first ends the transaction, and all after it fail because of that (25P02):
 * their fields are answered with its reason and not as faults of their own.
 */
export function explainAll(
  errors: readonly GraphQLError[],
  failure: unknown,
  mask: MaskContext,
): GraphQLError[] {
  const told = failure ? toPublicError(failure, mask) : undefined;
  return errors.map((error) => {
    const { originalError } = error;
    const isOfFailure = originalError === failure || AFTER_FAILURE.includes(codeOf(originalError) ?? '');
    return told && isOfFailure ? placed(told, error) : maskGraphQLError(error, mask);
  });
}

async function runOnce(
  options: ExecuteOptions,
  args: ExecutionArgs,
  request: RequestContext,
): Promise<{ result: ExecutionResult; failure: unknown }> {
  const readOnly = getOperationAST(args.document, args.operationName)?.operation === 'query';
  const plan = readOnly ? options.keeper?.planOf(args) : undefined;
  const scope = {
    claims: request.claims,
    requestId: request.requestId,
    clientId: request.clientId,
    readOnly,
    statementTimeoutMs: options.statementTimeouts[request.claims.role],
  };
  // More of them are asked one after another: each may take all of the time that a statement has.
  const atOnce = plan?.asks !== undefined && plan.asks <= STATEMENTS ? plan.asks : undefined;
  let failure: unknown;
  try {
    return await options.runInScope(scope, async (client, end) => {
      // A change is carried through although its caller has gone; an answer nobody waits for is not worked out.
      const pgClient = serialClient(
        client,
        {
          ...scope,
          ...(atOnce ? { atOnce, onLast: () => end.goAlong(atOnce) } : {}),
          resultLimitBytes: options.resultLimitBytes,
          repetition: repetitionOf(args.document),
        },
        readOnly ? request.abandoned : undefined,
        options.metrics?.database.ranStatement,
        readOnly ? options.preparer : undefined,
      );
      const result = await (plan
        ? answerBy(plan, args, pgClient)
        : execute({ ...args, contextValue: asking(request, pgClient) }));
      await pgClient.end();
      failure = pgClient.failure();
      // Nothing of it is kept, and COMMIT would wait for an answer too.
      if (pgClient.isBroken()) throw failure;
      if (result.errors?.some((error) => isSerializationFailure(error.originalError))) end.rollback();
      return { result, failure };
    });
  } catch (error) {
    // The reason is the statement that failed, not that the commit found out. A transaction in which one failed is
    // never committed, whatever became of COMMIT.
    const isOfCommit = error instanceof NotCommittedError || error instanceof OutcomeUnknownError;
    throw isOfCommit && failure ? failure : error;
  }
}
