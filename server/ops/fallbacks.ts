import type { ErrorRequestHandler, RequestHandler } from 'express';
import { refuse, type IdentifiedRequest } from '../graphql/http';
import { toPublicError } from '../graphql/mask';

/** Before the database is open, everything but health is refused in a way that invites another try. */
export function untilReady(isReady: () => boolean): RequestHandler {
  return (_request, response, next) => {
    if (isReady()) next();
    else
      refuse(response.set('retry-after', '1'), {
        code: 'UNAVAILABLE',
        message: 'The gateway is starting. Try again.',
      });
  };
}

export function answerUnknown(): RequestHandler {
  return (_request, response) =>
    refuse(response, { code: 'NOT_FOUND', message: 'There is nothing at this address.' }, 404);
}

/** The last resort: what a route threw is masked, logged, and answered. */
export function answerErrors(): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const status = statusOf(error);
    if (status !== undefined) {
      refuse(response, { code: 'BAD_REQUEST', message: 'The request cannot be understood.' }, status);
      return;
    }
    const { log } = request as unknown as IdentifiedRequest;
    refuse(response, toPublicError(error, { role: 'anon', log, constraints: new Map() }));
  };
}

/** Express and its parts put a 4xx on errors that are the caller's. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('status' in error)) return undefined;
  const status = Number(error.status);
  return status >= 400 && status < 500 ? status : undefined;
}
