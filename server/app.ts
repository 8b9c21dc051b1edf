import cors from 'cors';
import express, { type Express } from 'express';
import helmet from 'helmet';
import type { VerifyToken } from './auth/token';
import type { Settings } from './config';
import { graphiql, hasGraphiQL } from './graphql/graphiql';
import { createGraphQLHandler, type GraphQLHttpOptions, type IdentifiedRequest } from './graphql/http';
import type { Logger } from './log';
import { health, type Health } from './ops/health';
import { identifyRequests } from './ops/requests';
import { answerErrors, answerUnknown, untilReady } from './ops/fallbacks';

export interface AppOptions {
  settings: Settings;
  log: Logger;
  health: Health;
  isReady(): boolean;
  graphql: Omit<GraphQLHttpOptions, 'bodyLimitBytes' | 'limits' | 'verifyToken'>;
  verifyToken: VerifyToken;
}

/** What is installed, in order. Each line decides who may use it: see docs/access.md. */
export function createApp(options: AppOptions): Express {
  const { settings, log } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(identifyRequests(log, options.health.isDraining));
  app.use(helmet());
  app.use(health(options.health));
  if (settings.corsOrigins.length > 0) {
    const origin = settings.corsOrigins.includes('*') ? '*' : settings.corsOrigins;
    app.use(cors({ origin, maxAge: 600, exposedHeaders: ['x-request-id'] }));
  }
  app.use(untilReady(options.isReady));

  const answerGraphQL = createGraphQLHandler({
    ...options.graphql,
    verifyToken: options.verifyToken,
    bodyLimitBytes: settings.bodyLimitBytes,
    limits: { ...settings.limits, pageSize: settings.pageSize.max, valueBytes: settings.bodyLimitBytes },
  });
  app.all('/graphql', (request, response) =>
    answerGraphQL(request as unknown as IdentifiedRequest, response),
  );
  if (settings.environment !== 'production' && hasGraphiQL()) app.use('/graphiql', graphiql());

  app.use(answerUnknown());
  app.use(answerErrors());
  return app;
}
