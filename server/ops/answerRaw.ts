import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PublicError } from '../errors';
import { errorBody } from '../graphql/mask';

/** Answers by HTTP on a connection that Node has handed over or given up, and ends that. */
export function answerRaw(stream: Duplex, status: number, told: PublicError): void {
  const body = errorBody(told);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(status === 503 ? ['Retry-After: 1'] : []),
  ];
  stream.once('finish', () => stream.destroy());
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
