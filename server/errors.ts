/**
 * Every code a caller can meet in `extensions.code`, in one place, with what it means. docs/errors.md
 * is checked against this list by a test.
 */
export const ERROR_CODES = {
  UNAUTHENTICATED: 'No token, or one that is not accepted; `extensions.reason` names the class of refusal.',
  FORBIDDEN: 'The caller may not do this, or names a row of somebody else.',
  NOT_FOUND: 'The row does not exist, or is not the caller’s: the two cannot be told apart.',
  INVALID_INPUT: 'A value is missing, has the wrong form, or breaks a rule; the message says which.',
  CONFLICT: 'Something else has it already, or another change came in between.',
  TASK_STATE: 'The task’s state does not allow this.',
  STALE_ATTEMPT: 'The attempt is over: it was given up, or its lease ran out.',
  INSUFFICIENT_CREDITS: 'The account has no credits left. Reserved: tasks of such an account wait.',
  LIMIT_EXCEEDED: 'The request is larger than this gateway allows, or took longer.',
  RATE_LIMITED: 'Too many requests; try again later.',
  BAD_REQUEST: 'The HTTP request is not one of GraphQL over HTTP.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  OPERATION_NOT_LISTED: 'This gateway answers only the operations on its list, and this is none of them.',
  PERSISTED_QUERY_NOT_FOUND: 'No document of this hash is known here; send its text.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'This gateway knows no documents by their hash; send their text.',
  UNAVAILABLE: 'The database or the issuer of tokens cannot be reached now; try again.',
  OUTCOME_UNKNOWN:
    'The database was lost while the change was made final: it may have happened or not. Look before you send it again.',
  INTERNAL: 'A fault of the gateway. `extensions.id` stands in its log too.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Worth another try, unchanged. */
export const RETRYABLE: readonly ErrorCode[] = ['RATE_LIMITED', 'UNAVAILABLE'];

/**
 * SQLSTATEs that functions and triggers of the project raise on purpose. Their message is written for
 * the caller and is passed on as it is.
 */
export const RAISED: Record<string, ErrorCode> = {
  RG400: 'INVALID_INPUT',
  RG401: 'UNAUTHENTICATED',
  RG402: 'INSUFFICIENT_CREDITS',
  RG403: 'FORBIDDEN',
  RG404: 'NOT_FOUND',
  RG409: 'CONFLICT',
  RG410: 'TASK_STATE',
  RG411: 'STALE_ATTEMPT',
  RG413: 'LIMIT_EXCEEDED',
  RG415: 'INVALID_INPUT',
  RG429: 'RATE_LIMITED',
};

/** What a caller is told: a code, a message a person can act on, nothing else. */
export interface PublicError {
  code: ErrorCode;
  message: string;
  extensions?: Record<string, unknown>;
}

/** Refuses a request from within the gateway: with a code, and a message that is passed on as it is. */
export class RequestError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly extensions?: Record<string, unknown>,
  ) {
    super(message);
    this.name = 'RequestError';
  }
}
