/** One of the errors of an answer, as the gateway writes them: docs/errors.md. */
export interface AnswerError {
  message: string;
  path?: readonly (string | number)[];
  extensions?: { code?: string; retryable?: boolean; retryAfterMs?: number; id?: string };
}

/** Why something could not be had. `message` is written for people. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';

  /**
   * @param code of the registry (docs/errors.md), or `UNREACHABLE` when nobody answered
   * @param isRetryable whether the same may work in a moment
   * @param retryAfterMs when it is worth another try, where the gateway says so
   */
  constructor(
    message: string,
    readonly code: string,
    readonly isRetryable: boolean,
    readonly status?: number,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }

  static of(errors: readonly AnswerError[], status?: number): GatewayError {
    const [first] = errors;
    const message = errors.map((error) => error.message).join('\n') || 'The gateway gave no reason.';
    return new GatewayError(
      message,
      first?.extensions?.code ?? 'INTERNAL',
      errors.length > 0 && errors.every((error) => error.extensions?.retryable === true),
      status,
      first?.extensions?.retryAfterMs,
    );
  }
}
