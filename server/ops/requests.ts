import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { refusalOf, type IdentifiedRequest } from '../graphql/http';
import type { Logger } from '../log';
import { STORAGE_PATH } from '../storage/routes/uploadRoutes';
import type { OperationMetrics } from './metrics/operations';

const ACCEPTABLE_ID = /^[A-Za-z0-9._-]{8,100}$/;
/** Asked every few seconds by what watches over the gateway: their lines would be most of the log. */
const SCRAPED = ['/healthz', '/readyz', '/metrics'];
const ROUTES = [...SCRAPED, '/graphql', '/graphiql', '/ops/subscriptions', STORAGE_PATH];
/** What a caller wrote there can be as long as a header. */
const PATH_LENGTH = 200;

/**
 * Gives each request an id (the caller's `X-Request-Id` when it is one), a logger that carries it, and
 * a line when it is answered. While draining, tells keep-alive clients to leave.
 */
export function identifyRequests(
  log: Logger,
  isDraining: () => boolean,
  metrics?: OperationMetrics,
): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given && ACCEPTABLE_ID.test(given) ? given : randomUUID();
    const identified = request as unknown as IdentifiedRequest;
    identified.requestId = requestId;
    identified.log = log.child({ requestId });
    identified.facts = {};
    response.set('x-request-id', requestId);
    if (isDraining()) response.set('connection', 'close');

    const start = process.hrtime.bigint();
    // Of now: a router that handles it cuts its own part off.
    const { method, path } = request;
    response.once('close', () => {
      const { role, clientId, kind, code = refusalOf(response) } = identified.facts;
      const line = {
        ...{ method, path: path.slice(0, PATH_LENGTH), status: response.statusCode },
        ms: Number(process.hrtime.bigint() - start) / 1e6,
        ...{ role, clientId, operation: kind, code },
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      if (SCRAPED.includes(path)) identified.log.debug(line, 'request');
      else identified.log.info(line, 'request');
      metrics?.answered(routeOf(path), response.statusCode);
    });
    next();
  };
}

/** One of few: a path is the caller's to write. */
function routeOf(path: string): string {
  return ROUTES.find((route) => path === route || path.startsWith(`${route}/`)) ?? 'other';
}
