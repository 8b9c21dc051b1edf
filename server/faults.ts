import { types } from 'node:util';

/**
 * A fault that a person can mend: a wrong setting, a taken port, a database that is not there.
 * Commands print its message without a stack trace and exit with `exitCode`.
 */
export class Fault extends Error {
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
    this.name = 'Fault';
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map(messageOf).join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}

/** The `code` that Node and PostgreSQL put on their errors, such as ECONNREFUSED or 42501. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  return undefined;
}

/** What the system says of a network, a name or an address that leads nowhere. */
const UNREACHABLE = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN'],
  ...['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EMFILE', 'ENFILE'],
]);

const LOST =
  /connection terminated|timeout exceeded when trying to connect|timeout expired|query read timeout|client has encountered a connection error|not queryable|after calling end on the pool/i;

/** Whether a connection to the database failed as such: no SQLSTATE, because the server never answered. */
export function isConnectionLost(error: unknown): error is Error {
  // Also of another realm, where Node's own errors come from when something runs in a sandbox.
  if (!types.isNativeError(error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isConnectionLost);
  // What PostgreSQL says itself may hold a caller's words.
  if ('severity' in error) return false;
  return ('code' in error && UNREACHABLE.has(String(error.code))) || LOST.test(error.message);
}

/** Whether all connections of a pool were in use for as long as one may wait for one. */
export function isPoolExhausted(error: unknown): boolean {
  return error instanceof Error && error.message === 'timeout exceeded when trying to connect';
}
