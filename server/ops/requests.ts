import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { IdentifiedRequest } from '../graphql/http';
import type { Logger } from '../log';

const ACCEPTABLE_ID = /^[A-Za-z0-9._-]{8,100}$/;

/**
 * Gives each request an id (the caller's `X-Request-Id` when it is one), a logger that carries it, and
 * a line when it is answered. While draining, tells keep-alive clients to leave.
 */
export function identifyRequests(log: Logger, isDraining: () => boolean): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const requestId = given && ACCEPTABLE_ID.test(given) ? given : randomUUID();
    const identified = request as unknown as IdentifiedRequest;
    identified.requestId = requestId;
    identified.log = log.child({ requestId });
    response.set('x-request-id', requestId);
    if (isDraining()) response.set('connection', 'close');

    const start = process.hrtime.bigint();
    response.once('close', () => {
      const line = {
        method: request.method,
        path: request.path,
        status: response.statusCode,
        ms: Number(process.hrtime.bigint() - start) / 1e6,
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      identified.log.info(line, 'request');
    });
    next();
  };
}
