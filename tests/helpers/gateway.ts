import type { Writable } from 'node:stream';
import { pino } from 'pino';
import { parseSettings } from '../../server/config';
import { startGateway, type Gateway } from '../../server/gateway';
import { createLogger } from '../../server/log';
import { authorizationOf, TEST_SECRET, type Actor } from './actors';
import { testServer, type TestDatabase } from './database';
import { emptyFolder } from './process';

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

/** With TEST_POOLER, a gateway of the suite's own server comes through the pooler. */
function databaseUrls(authUrl: string): Record<string, string> {
  const { port, poolerPort } = testServer();
  const url = new URL(authUrl);
  if (poolerPort === undefined || url.port !== String(port)) return { AUTH_DATABASE_URL: authUrl };
  url.port = String(poolerPort);
  return { AUTH_DATABASE_URL: url.toString(), DATABASE_LISTEN_URL: authUrl };
}

const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

/** Ends the connections that Node's fetch keeps for later requests: a gateway that shuts down waits a second for such. */
function hangUp(): void {
  const fetching = globalThis as { [DISPATCHER]?: { constructor: unknown; close(): Promise<void> } };
  const agent = fetching[DISPATCHER];
  if (!agent) return;
  fetching[DISPATCHER] = new (agent.constructor as new () => typeof agent)();
  // Not waited for: it lets what is still being answered end.
  agent.close().catch(() => undefined);
}

/** The whole gateway in this process, on a free port, over the test's database. */
export async function startTestGateway(
  database: TestDatabase,
  variables: Record<string, string> = {},
  logTo?: Writable,
): Promise<TestGateway> {
  const settings = parseSettings({
    NODE_ENV: 'test',
    PORT: '0',
    ...databaseUrls(database.authUrl),
    JWT_SECRET: TEST_SECRET,
    LOG_LEVEL: 'silent',
    SHUTDOWN_TIMEOUT_MS: '2000',
    SHUTDOWN_GRACE_MS: '0',
    // Nothing happens by itself in a test that does not ask for it.
    MAINTENANCE_INTERVAL_MS: '0',
    STORAGE_DIR: await emptyFolder(),
    ...variables,
  });
  const gateway = await startGateway(
    settings,
    logTo ? pino({ level: settings.logLevel }, logTo) : createLogger(settings),
  );
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
    stop: () => {
      hangUp();
      return gateway.shutdown.begin('test');
    },
  };
}
