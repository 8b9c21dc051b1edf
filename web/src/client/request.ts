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

/**
 * Asks for one query or mutation.
 * @throws GatewayError; an answer with errors is one, also where it has data beside them
 */
export async function request<Result, Variables>(
  connection: Connection,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Result> {
  const token = await connection.getToken();
  const response = await send(`${connection.url}/graphql`, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json',
      'content-type': 'application/json',
      'x-client-id': connection.clientId,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify({ query: document.toString(), variables }),
    ...(signal ? { signal } : {}),
  });
  const answer = await read<Result>(response);
  if (answer.errors?.length || !answer.data) {
    const error = GatewayError.of(answer.errors ?? [], response.status);
    if (response.status === 401) connection.onRefused?.(error.code);
    throw error;
  }
  return answer.data;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw unreachable();
  }
}

/** What is no answer of the gateway comes from something before it, which cannot reach it either. */
async function read<Result>(response: Response): Promise<Answer<Result>> {
  try {
    return (await response.json()) as Answer<Result>;
  } catch {
    throw unreachable(response.status);
  }
}

function unreachable(status?: number): GatewayError {
  return new GatewayError('The gateway cannot be reached.', 'UNREACHABLE', true, status);
}
