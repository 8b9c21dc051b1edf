import type { ErrorCode } from '../errors';
import { Fault, messageOf } from '../faults';
import type { Logger } from '../log';
import type { TypedDocumentString } from '../../web/src/graphql/generated';

/** A call that did not do what it was to do. */
export class CallError extends Error {
  constructor(
    /** Of the gateway's registry; UNAVAILABLE also when nobody answered. */
    readonly code: ErrorCode,
    message: string,
    /** Worth another try, unchanged. */
    readonly isRetryable: boolean,
  ) {
    super(message);
    this.name = 'CallError';
  }
}

export const refusal = (code: ErrorCode, message: string) =>
  new Fault(`The gateway refuses this worker (${code}): ${message}`);

export type Send = <TResult, TVariables>(
  document: TypedDocumentString<TResult, TVariables>,
  variables: TVariables,
) => Promise<TResult>;

export interface ClientOptions {
  url: string;
  /** Asked for each call: a token of one's own can be signed anew before it expires. */
  token(): Promise<string>;
  /** Ends calls that are under way. */
  signal: AbortSignal;
  log: Logger;
}

interface Answer<T> {
  data?: T | null;
  errors?: { message: string; extensions?: { code?: ErrorCode; retryable?: boolean } }[];
}

/** For an answer: the gateway's own limit for a statement is 15 s, and it tries a clash again. */
const PATIENCE_MS = 30_000;
/** Trying again, or doing another task, mends none of these. */
const FATAL: readonly ErrorCode[] = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'BAD_REQUEST',
  'GRAPHQL_VALIDATION_FAILED',
];

/**
 * GraphQL over HTTP, and nothing else: a worker needs no more of the gateway.
 * @throws CallError, or Fault for what a person has to mend: the address, the token
 */
export function createClient({ url, token, signal, log }: ClientOptions): Send {
  let isReached = true;
  const notice = (reached: boolean, reason?: string) => {
    if (reached === isReached) return;
    isReached = reached;
    if (reached) log.info({ url }, 'the gateway answers again');
    else log.warn({ url, reason }, 'the gateway cannot be reached: trying again');
  };
  const unreachable = (reason: string) => {
    notice(false, reason);
    return new CallError('UNAVAILABLE', reason, true);
  };

  const post = async (body: string): Promise<{ status: number; text: string }> => {
    const authorization = `Bearer ${await token()}`;
    const call = new AbortController();
    const end = () => call.abort();
    const timer = setTimeout(end, PATIENCE_MS);
    signal.addEventListener('abort', end);
    if (signal.aborted) end();
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', authorization },
        body,
        signal: call.signal,
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      // fetch says "fetch failed", and why in its cause.
      throw unreachable(messageOf((error as Error).cause ?? error));
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  };

  return async <TResult, TVariables>(
    document: TypedDocumentString<TResult, TVariables>,
    variables: TVariables,
  ): Promise<TResult> => {
    const { status, text } = await post(JSON.stringify({ query: document.toString(), variables }));
    const answer = parse<TResult>(text);
    // What stands between us and the gateway says so in HTML.
    if (!answer && status >= 500) throw unreachable(`HTTP ${status}`);
    if (!answer || status === 404) throw new Fault(`${url} is no GraphQL gateway (HTTP ${status}).`);
    const [error] = answer.errors ?? [];
    if (error) {
      const code = error.extensions?.code ?? 'INTERNAL';
      // As when nobody answers: every call that a worker repeats may come twice.
      if (code === 'UNAVAILABLE' || code === 'OUTCOME_UNKNOWN') throw unreachable(error.message);
      notice(true);
      if (FATAL.includes(code)) throw refusal(code, error.message);
      throw new CallError(code, error.message, error.extensions?.retryable === true);
    }
    notice(true);
    if (!answer.data)
      throw new Fault(`${url} is no GraphQL gateway: its answer has neither data nor errors.`);
    return answer.data;
  };
}

function parse<T>(text: string): Answer<T> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
