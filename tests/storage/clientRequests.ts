import { StorageApiError } from '@supabase/storage-js';
import type { Result } from './clientWorld';

/** What a refused request was told, in its body: newer clients show the code of it, the pinned one does not. */
export interface Refusal {
  status: number;
  body: { statusCode: string; code: string; error: string; message: string } | undefined;
}

/** Keeps what was refused last. */
export interface Ear {
  fetch: typeof fetch;
  heard: Refusal | undefined;
}

export function openEar(): Ear {
  const ear: Ear = {
    heard: undefined,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      if (!response.ok) {
        const body = (await response
          .clone()
          .json()
          .catch(() => undefined)) as Refusal['body'];
        ear.heard = { status: response.status, body };
      }
      return response;
    },
  };
  return ear;
}

export interface Sent {
  query?: Record<string, string>;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
}

/**
 * Sends what clients newer than the pinned one send, with the same token: their requests as they are on the wire, the
 * parts of the path encoded. What comes is told as the client tells it.
 */
export type Ask = (method: string, path: string[], sent?: Sent) => Promise<Result>;

export function openAsk(storage: string, headers: Record<string, string>, ear: Ear): Ask {
  return async (method, path, { query, json, body, headers: own } = {}) => {
    const address = path
      .flatMap((each) => each.split('/'))
      .map(encodeURIComponent)
      .join('/');
    const response = await ear.fetch(
      `${storage}/${address}${query ? `?${new URLSearchParams(query)}` : ''}`,
      {
        method,
        headers: {
          ...headers,
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...own,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(body === undefined ? {} : { body }),
      },
    );
    const told = (await response.json()) as unknown;
    if (response.ok) return { data: told, error: null };
    const { message, statusCode } = told as NonNullable<Refusal['body']>;
    return { data: null, error: new StorageApiError(message, response.status, statusCode) };
  };
}
