import type { PoolClient, QueryConfig, QueryResult } from 'pg';

/** What PostGraphile's resolvers need of a client. */
export interface QueryOnly {
  query(statement: string | QueryConfig, values?: unknown[]): Promise<QueryResult>;
}

/**
 * Runs statements one after another on one connection. The fields of a query resolve in parallel and
 * would all speak at once, which pg tolerates today and will refuse in its next major version.
 */
export function serialClient(client: PoolClient): QueryOnly {
  let last: Promise<unknown> = Promise.resolve();
  return {
    query: (statement, values) => {
      const result = last.then(() => client.query(statement as string, values));
      last = result.catch(() => undefined);
      return result;
    },
  };
}
