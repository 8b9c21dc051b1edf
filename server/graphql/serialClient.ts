import type { PoolClient, QueryConfig, QueryResult } from 'pg';

/** What PostGraphile's resolvers need of a client. */
export interface SerialClient {
  query(statement: string | QueryConfig, values?: unknown[]): Promise<QueryResult>;
  /** What made the transaction unusable, if something did: also when a resolver swallowed it. */
  failure(): unknown;
}

/** Nobody waits for the answer any more. */
export class AbandonedError extends Error {
  constructor() {
    super('the caller has gone');
    this.name = 'AbandonedError';
  }
}

/**
 * Runs statements one after another on one connection. The fields of a query resolve in parallel and
 * would all speak at once, which pg tolerates today and will refuse in its next major version.
 * @param abandoned when it is aborted, no further statement is sent
 */
export function serialClient(client: PoolClient, abandoned?: AbortSignal): SerialClient {
  let last: Promise<unknown> = Promise.resolve();
  let failure: unknown;
  return {
    query: (statement, values) => {
      const text = typeof statement === 'string' ? statement : statement.text;
      const result = last.then(() => {
        if (abandoned?.aborted) throw new AbandonedError();
        return client.query(statement as string, values);
      });
      last = result.then(
        () => {
          // PostGraphile wraps each mutation in a savepoint: what it rolled back did no harm.
          if (/^\s*rollback to\b/i.test(text)) failure = undefined;
        },
        (error: unknown) => {
          failure ??= error;
        },
      );
      return result;
    },
    failure: () => failure,
  };
}
