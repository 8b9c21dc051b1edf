import { randomUUID } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { OutcomeUnknownError } from '../auth/scope';
import { KeysUnavailableError } from '../auth/keys';
import { TokenError } from '../auth/token';
import type { Role } from '../auth/claims';
import { ERROR_CODES, RequestError, RETRYABLE, type PublicError } from '../errors';
import { codeOf, isConnectionLost, isPoolExhausted, messageOf } from '../faults';
import type { Logger } from '../log';
import { AbandonedError } from './serialClient';
import {
  BUSY,
  explainDatabaseError,
  isDatabaseError,
  UNAVAILABLE,
  type ConstraintWords,
} from './databaseErrors';

export interface MaskContext {
  role: Role;
  constraints: ConstraintWords;
  /** Of the request: it puts its id on each line. */
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
    : { code: 'INVALID_INPUT', message: clip(error.message) };
  return placed(told, error);
}

const LONGEST_MESSAGE = 1_000;

/** GraphQL's messages repeat what was sent: a value of a megabyte is not sent back, and not once for each of its faults. */
export function clip(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE)}…`;
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

/** What a caller is told of something that has no place in the document. */
export function asGraphQLError(told: PublicError): GraphQLError {
  return new GraphQLError(told.message, null, null, null, null, null, extensionsOf(told));
}

/** The body of an answer that is no answer of an operation. */
export function errorBody(told: PublicError): string {
  return JSON.stringify({ errors: [{ message: told.message, extensions: extensionsOf(told) }] });
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
  if (error instanceof OutcomeUnknownError) {
    const { cause } = error;
    context.log.warn(
      { reason: messageOf(cause), code: codeOf(cause) },
      'whether a change was committed is unknown',
    );
    return { code: 'OUTCOME_UNKNOWN', message: ERROR_CODES.OUTCOME_UNKNOWN };
  }
  const warn = (words: string) => context.log.warn({ reason: messageOf(error), code: codeOf(error) }, words);
  if (isDatabaseError(error)) {
    const told = explainDatabaseError(error, context.role, context.constraints);
    if (told?.code === 'UNAVAILABLE') warn('the database cannot do its work');
    return told;
  }
  if (isPoolExhausted(error)) {
    warn('all connections to the database are in use');
    return BUSY;
  }
  if (isConnectionLost(error)) {
    warn('the database cannot be reached');
    return UNAVAILABLE;
  }
  if (error instanceof RequestError) {
    const { code, message, extensions } = error;
    return { code, message, ...(extensions ? { extensions } : {}) };
  }
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
  if (
    /^(We don't support setting both|Invalid cursor|Cannot (combine 'last'|do last of))/.test(error.message)
  ) {
    return { code: 'INVALID_INPUT', message: error.message };
  }
  if (error.message.startsWith('Issue within pagination')) {
    return {
      code: 'INVALID_INPUT',
      message: 'Such a list takes last with one of after and before, not both.',
    };
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
  context.log.error({ err: error, errorId: id }, 'a request failed for a reason of ours');
  return {
    code: 'INTERNAL',
    message: `Something went wrong here. It is logged as ${id}.`,
    extensions: { id },
  };
}
