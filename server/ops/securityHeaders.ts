import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** The headers that helmet recommends. They are the same for each answer: it is asked for them once. */
export function securityHeaders(): RequestHandler {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet()(response.req, response, (error?: unknown) => {
    if (error) throw error as Error;
  });
  const headers = new Map(Object.entries(response.getHeaders()) as [string, string][]);
  return (_request, answer, next) => {
    answer.setHeaders(headers);
    next();
  };
}
