import cors from 'cors';
import express, { type Express } from 'express';
import type { VerifyToken } from './auth/token';
import type { Settings } from './config';
import { graphiql, hasGraphiQL } from './graphql/graphiql';
import { createGraphQLHandler, type GraphQLHttpOptions, type IdentifiedRequest } from './graphql/http';
import type { Limits } from './graphql/limits/limits';
import type { Logger } from './log';
import type { Rates } from './rates/rates';
import { health, type Health } from './ops/health';
import type { Metrics } from './ops/metrics/metrics';
import { forOperators } from './ops/operators';
import { identifyRequests } from './ops/requests';
import { showMetrics } from './ops/scrape';
import { showSubscriptions, type SubscriptionsOptions } from './ops/subscriptions';
import { securityHeaders } from './ops/securityHeaders';
import { answerErrors, answerUnknown, untilReady } from './ops/fallbacks';
import { sampleSignIn } from './studio/sampleSignIn';
import { studioPage } from './studio/page';
import { createStorageRouter, type StorageRouterOptions } from './storage/routes/router';
import { STORAGE_PATH } from './storage/routes/uploadRoutes';

export interface AppOptions {
  settings: Settings;
  log: Logger;
  health: Health;
  isReady(): boolean;
  graphql: Omit<GraphQLHttpOptions, 'bodyLimitBytes' | 'limits' | 'verifyToken' | 'rates' | 'addressOf'>;
  verifyToken: VerifyToken;
  metrics: Metrics;
  sockets: Omit<SubscriptionsOptions, 'age'>;
  rates: Rates;
  addressOf: GraphQLHttpOptions['addressOf'];
  storage: StorageRouterOptions['parts'];
  studio: {
    /** Where people reach the gateway. */
    publicUrl(): string;
    /** What tokens of sample users are signed with, once it is known. */
    secret(): string | undefined;
  };
}

/** What an operation may be, over HTTP or a socket. */
export function limitsOf({ limits, pageSize, bodyLimitBytes }: Settings): Limits {
  return { ...limits, pageSize: pageSize.max, pageDefault: pageSize.default, valueBytes: bodyLimitBytes };
}

/** What a page of another origin may read of an answer: ours, of downloads, and of resumable uploads. */
const EXPOSED = [
  ...['x-request-id', 'retry-after', 'etag', 'content-range', 'content-disposition', 'location'],
  ...['upload-offset', 'upload-length', 'upload-metadata', 'upload-expires', 'upload-defer-length'],
  ...['tus-version', 'tus-resumable', 'tus-max-size', 'tus-extension', 'tus-checksum-algorithm'],
];

/** What is installed, in order. Each line decides who may use it: see docs/access.md. */
export function createApp(options: AppOptions): Express {
  const { settings, log, metrics } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(identifyRequests(log, options.health.isDraining, metrics.operations));
  app.use(securityHeaders());
  app.use(health(options.health));
  const operators = forOperators(options);
  app.get('/metrics', operators, showMetrics(metrics));
  app.get(
    '/ops/subscriptions',
    operators,
    showSubscriptions({ ...options.sockets, age: metrics.stream.age }),
  );
  if (settings.corsOrigins.length > 0) {
    const origin = settings.corsOrigins.includes('*') ? '*' : settings.corsOrigins;
    app.use(cors({ origin, maxAge: 600, exposedHeaders: EXPOSED }));
  }
  // Before the gateway is ready too: the page waits for it by itself.
  if (settings.studio.isServed) app.use(studioPage(options.studio.publicUrl));
  app.use(untilReady(options.isReady));
  if (settings.studio.isServed && settings.studio.sampleSignIn) {
    app.use('/studio', sampleSignIn({ ...options.studio, jwt: settings.jwt }));
  }

  const answerGraphQL = createGraphQLHandler({
    ...options.graphql,
    ...{ verifyToken: options.verifyToken, metrics, rates: options.rates, addressOf: options.addressOf },
    bodyLimitBytes: settings.bodyLimitBytes,
    limits: limitsOf(settings),
  });
  app.all('/graphql', (request, response) =>
    answerGraphQL(request as unknown as IdentifiedRequest, response),
  );
  const answerStorage = createStorageRouter({ ...options, parts: options.storage });
  app.use(STORAGE_PATH, (request, response) =>
    answerStorage(request as unknown as IdentifiedRequest, response),
  );
  if (settings.graphiql && hasGraphiQL()) app.use('/graphiql', graphiql());

  app.use(answerUnknown());
  app.use(answerErrors());
  return app;
}
