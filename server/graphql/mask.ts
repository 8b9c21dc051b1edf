import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { KeysUnavailableError, TokenError } from '../auth/token';
import type { Role } from '../auth/claims';
import { RequestError, RETRYABLE, type PublicError } from '../errors';
import { codeOf, messageOf } from '../faults';
import type { Logger } from '../log';
import { AbandonedError } from './serialClient';
import {
  explainDatabaseError,
  isConnectionError,
  isDatabaseError,
  UNAVAILABLE,
  type ConstraintWords,
} from './databaseErrors';

export interface MaskContext {
  role: Role;
  requestId: string;
  constraints: ConstraintWords;
  log: Logger;
}

/**
 * Turns whatever went wrong into what a caller is told. What is not in the registry is a fault of ours:
 * it is logged whole, under an id, and the caller gets the id.
 */
export function toPublicError(error: unknown, context: MaskContext): PublicError {
  const cause = error instanceof GraphQLError ? causeOf(error) : error;
  return explain(cause, context) ?? mask(cause, context);
}

/** The same for an error of GraphQL's execution, which keeps its place in the document. */
export function maskGraphQLError(error: GraphQLError, context: MaskContext): GraphQLError {
  // Without a path nothing has run: the variables do not fit, and the text says which and why.
  const told: PublicError = error.path
    ? toPublicError(error, context)
    : { code: 'INVALID_INPUT', message: error.message };
  return placed(told, error);
}

/** What a caller is told, at the place in the document where it happened. */
export function placed(told: PublicError, { nodes, source, positions, path }: GraphQLError): GraphQLError {
  return new GraphQLError(told.message, nodes, source, positions, path, undefined, extensionsOf(told));
}

/** graphql-js finds some faults of arguments out only when it runs the field, and throws them without a cause. */
function causeOf({ message, originalError }: GraphQLError): Error {
  if (originalError && !(originalError instanceof GraphQLError)) return originalError;
  return /must not be null|was not provided a runtime value|has invalid value/.test(message)
    ? new RequestError('INVALID_INPUT', message)
    : new Error(message);
}

export function extensionsOf(told: PublicError): Record<string, unknown> {
  return {
    code: told.code,
    ...(RETRYABLE.includes(told.code) ? { retryable: true } : {}),
    ...told.extensions,
  };
}

function explain(error: unknown, context: MaskContext): PublicError | undefined {
  if (error instanceof TokenError) {
    return { code: 'UNAUTHENTICATED', message: error.message, extensions: { reason: error.reason } };
  }
  if (error instanceof KeysUnavailableError) {
    context.log.warn({ reason: error.message }, 'tokens cannot be checked');
    return {
      code: 'UNAVAILABLE',
      message: 'Tokens cannot be checked now: their issuer does not answer. Try again.',
    };
  }
  if (isDatabaseError(error)) return explainDatabaseError(error, context.role, context.constraints);
  if (isConnectionError(error)) {
    context.log.warn({ reason: messageOf(error), code: codeOf(error) }, 'the database cannot be reached');
    return UNAVAILABLE;
  }
  if (error instanceof RequestError) return { code: error.code, message: error.message };
  if (error instanceof AbandonedError) return { code: 'BAD_REQUEST', message: 'The request was given up.' };
  if (isTooLarge(error)) return TOO_COMPLEX;
  if (error instanceof Error) return explainPostGraphileError(error);
  return undefined;
}

export const TOO_COMPLEX: PublicError = {
  code: 'LIMIT_EXCEEDED',
  message: 'The request is larger or nested deeper than this gateway allows.',
};

/** The engine's stack is exhausted, or PostgreSQL's protocol: by what was sent, not by a fault of ours. */
export function isTooLarge(error: unknown): boolean {
  return (
    (error instanceof RangeError && /call stack|string length/i.test(error.message)) ||
    (error instanceof Error && /placeholders/.test(error.message))
  );
}

/** Errors that PostGraphile throws with nothing but a text. Its wording is pinned by a test. */
function explainPostGraphileError(error: Error): PublicError | undefined {
  if (/^No values were (updated|deleted) in collection/.test(error.message)) {
    return { code: 'NOT_FOUND', message: 'There is no such row.' };
  }
  if (/^(We don't support setting both|Invalid cursor)/.test(error.message)) {
    return { code: 'INVALID_INPUT', message: error.message };
  }
  if (
    /(literals are forbidden|must be an array|must be an object) in filter|^Null literals|^Empty objects/i.test(
      error.message,
    )
  ) {
    return { code: 'INVALID_INPUT', message: error.message };
  }
  return undefined;
}

function mask(error: unknown, context: MaskContext): PublicError {
  const id = randomUUID();
  context.log.error(
    { err: error, errorId: id, requestId: context.requestId },
    'a request failed for a reason of ours',
  );
  return {
    code: 'INTERNAL',
    message: `Something went wrong here. It is logged as ${id}.`,
    extensions: { id },
  };
}
