import { GraphQLError } from 'graphql';
import type { ErrorCode } from '../../errors';
import { asGraphQLError } from '../mask';

/** Refuses a request for its measure, in words a person can act on. */
export function refuse(code: ErrorCode, message: string): never {
  throw asGraphQLError({ code, message });
}

export function exceed(message: string): never {
  return refuse('LIMIT_EXCEEDED', message);
}

export function isRefusal(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.extensions?.code !== undefined;
}
