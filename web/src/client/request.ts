import type { TypedDocumentString } from '../graphql/generated';
import { GatewayError, type AnswerError } from './errors';

export interface Connection {
  /** Of the gateway, without a path. Empty: where the page came from. */
  url: string;
  /** Asked at each request and each connection: a token ends before a page is closed. Undefined: nobody is signed in. */
  getToken(): Promise<string | undefined>;
  /** The token was not accepted, or has ended. */
  onRefused?(code: string): void;
  /** Of this window: the changes it makes carry it (`originClientId`). */
  clientId: string;
}

interface Answer<Result> {
  data?: Result | null;
  errors?: AnswerError[];
}

/** Longer than the gateway lets a statement take: whoever has not answered by then never will. */
const PATIENCE_MS = 45_000;

/**
 * Asks for one query or mutation. What was refused for its token was not begun: it is asked once more when there is
 * another one.
 * @throws GatewayError; an answer with errors is one, also where it has data beside them
 */
export async function request<Result, Variables>(
  connection: Connection,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const token = await connection.getToken();
  const ask = (as: string | undefined) =>
    send<Result>(connection, as, { query: document.toString(), variables }, signal);
  try {
    return await ask(token);
  } catch (error) {
    if (!(error instanceof GatewayError) || error.status !== 401) throw error;
    connection.onRefused?.(error.code);
    const another = await connection.getToken();
    if (!another || another === token) throw error;
    return ask(another);
  }
}

async function send<Result>(
  connection: Connection,
  token: string | undefined,
  body: object,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    const response = await fetch(`${connection.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        'content-type': 'application/json',
        'x-client-id': connection.clientId,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    return await read<Result>(response);
  } catch (error) {
    if (error instanceof GatewayError || signal?.aborted) throw error;
    throw patience.aborted ? unreachable('The gateway did not answer in time.') : unreachable();
  }
}

async function read<Result>(response: Response): Promise<Result> {
  const text = await response.text();
  let answer: Answer<Result>;
  try {
    answer = JSON.parse(text) as Answer<Result>;
  } catch {
    // No answer of the gateway: something before it says that it cannot reach it either.
    throw unreachable(undefined, response.status);
  }
  if (answer.errors?.length || !answer.data) throw GatewayError.of(answer.errors ?? [], response.status);
  return answer.data;
}

function unreachable(message = 'The gateway cannot be reached.', status?: number): GatewayError {
  return new GatewayError(message, 'UNREACHABLE', true, status);
}
