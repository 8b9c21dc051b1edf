import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from '@tus/server';
import { discardRest } from '../../graphql/readBody';
import { readBody } from './body';

export type TusRequest = Parameters<Server['handleWeb']>[0];

/** What the app says by itself, or is no longer so when the answer goes out. */
const NOT_ITS = /^(access-control-.*|connection|content-length)$/;
const BODIES = new Set(['POST', 'PATCH']);

/**
 * The request as the library takes it. Nothing of its address or of forwarding headers comes along: what they say is not
 * for the library to decide by.
 * @returns with what gives the request's body up, so that an answer can be sent whatever still comes
 */
export function openRequest(
  request: IncomingMessage,
  response: ServerResponse,
): { webRequest: TusRequest; letGo: () => void } {
  const method = request.method ?? '';
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (PASSED.test(name) && typeof value === 'string') headers.set(name, value);
  }
  const body = BODIES.has(method) ? readBody(request) : undefined;
  const init = { method, headers, ...(body ? { body: body.stream, duplex: 'half' } : {}) };
  const webRequest = new Request('http://gateway/upload', init as RequestInit);
  // By this the library hears that the client has left.
  const runtime = { name: 'node', node: { req: request, res: response } };
  return {
    webRequest: Object.assign(webRequest, { runtime }),
    letGo: () => body?.letGo(),
  };
}

const PASSED = /^(tus-|upload-|content-length$|content-type$)/;

/** Sends an answer, and throws away for a while what still comes of a body that nobody reads any more. */
export function send(
  request: IncomingMessage,
  response: ServerResponse,
  isLast: boolean,
  { status, headers, text }: { status: number; headers: Headers; text: string },
): void {
  const kept: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (!NOT_ITS.test(name)) kept[name] = value;
  });
  const hasBody = status !== 204 && request.method !== 'HEAD';
  response
    .writeHead(status, {
      'tus-resumable': '1.0.0',
      ...kept,
      // What is told of an upload is not true for long.
      'cache-control': 'no-store',
      ...(isLast ? { connection: 'close' } : {}),
      ...(hasBody ? { 'content-length': Buffer.byteLength(text) } : {}),
    })
    .end(hasBody ? text : undefined);
  if (!request.complete) discardRest(request);
}

export function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether an error has a status and a text of the protocol's own. */
export function isOfTus(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status_code' in error;
}
