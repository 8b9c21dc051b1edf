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
