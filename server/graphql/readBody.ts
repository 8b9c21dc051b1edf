import type { IncomingMessage } from 'node:http';
import { RequestError } from '../errors';

/** For a caller who is told that his body is too large: to end sending it, and to read why. */
const LINGER_MS = 5_000;
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a body as text, and stops as soon as it is larger than `limit` bytes.
 * @throws RequestError, and TypeError for bytes that are not UTF-8
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string> {
  const tooLarge = () =>
    new RequestError('LIMIT_EXCEEDED', `The request body can have ${limit} bytes at most.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    // Not `for await`: leaving that ends the connection, and the caller would not read why.
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        reject(tooLarge());
      }
    });
    request.once('end', resolve);
    request.once('error', reject);
    request.once('close', () => {
      if (!request.readableEnded) reject(new Error('The request ended before its body.'));
    });
  });
  const text = UTF8.decode(Buffer.concat(chunks));
  // Some clients send many operations as a list. One request is one operation here: that is what is measured,
  // counted and run in one transaction.
  if (/^\s*\[/.test(text))
    throw new RequestError('BAD_REQUEST', 'Batches are not answered: send one operation with each request.');
  return text;
}

/**
 * Throws away what still comes of a body that was refused, for a while: a connection that is closed with bytes unread
 * is reset, and the answer is lost with it. Whoever goes on and on is cut off.
 */
export function discardRest(request: IncomingMessage): void {
  const late = setTimeout(() => request.destroy(), LINGER_MS);
  request.once('close', () => clearTimeout(late)).resume();
}
