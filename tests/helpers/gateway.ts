import { parseSettings } from '../../server/config';
import { startGateway, type Gateway } from '../../server/gateway';
import { createLogger } from '../../server/log';
import { authorizationOf, TEST_SECRET, type Actor } from './actors';
import type { TestDatabase } from './database';

export interface GraphQLAnswer<T = Record<string, unknown>> {
  status: number;
  data?: T | null;
  errors?: { message: string; path?: string[]; extensions?: Record<string, unknown> }[];
}

export interface TestGateway extends Gateway {
  /** One request over HTTP, as the actor. */
  ask<T = Record<string, unknown>>(
    actor: Actor,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<GraphQLAnswer<T>>;
  stop(): Promise<void>;
}

/** The whole gateway in this process, on a free port, over the test's database. */
export async function startTestGateway(
  database: TestDatabase,
  variables: Record<string, string> = {},
): Promise<TestGateway> {
  const settings = parseSettings({
    NODE_ENV: 'test',
    PORT: '0',
    AUTH_DATABASE_URL: database.authUrl,
    JWT_SECRET: TEST_SECRET,
    LOG_LEVEL: 'silent',
    SHUTDOWN_TIMEOUT_MS: '2000',
    // Nothing happens by itself in a test that does not ask for it.
    MAINTENANCE_INTERVAL_MS: '0',
    ...variables,
  });
  const gateway = await startGateway(settings, createLogger(settings));
  return {
    ...gateway,
    ask: async (actor, query, given) => {
      const authorization = await authorizationOf(actor);
      const response = await fetch(`${gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(authorization ? { authorization } : {}) },
        body: JSON.stringify({ query, variables: given }),
      });
      return { status: response.status, ...((await response.json()) as object) };
    },
    stop: () => gateway.shutdown.begin('test'),
  };
}
