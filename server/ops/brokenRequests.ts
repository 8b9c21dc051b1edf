import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PublicError } from '../errors';
import { answerRaw } from './answerRaw';

const LARGE: PublicError = {
  code: 'LIMIT_EXCEEDED',
  message: 'The head of the request is larger than this gateway allows.',
};
const SLOW: PublicError = { code: 'LIMIT_EXCEEDED', message: 'The request came in too slowly.' };
const BROKEN: PublicError = { code: 'BAD_REQUEST', message: 'This is not a request of HTTP.' };

const TOLD: Record<string, [status: number, told: PublicError]> = {
  HPE_HEADER_OVERFLOW: [431, LARGE],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: [413, LARGE],
  ERR_HTTP_REQUEST_TIMEOUT: [408, SLOW],
};

/** Answers what never became a request, on the raw connection, with a code like everything else. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, stream: Duplex & { bytesWritten?: number }) => {
    // Node's own answer to one of this connection may be half written: a second head would be read as part of it.
    const { _httpMessage: answering } = stream as { _httpMessage?: { headersSent: boolean } };
    if (error.code === 'ECONNRESET' || !stream.writable || answering?.headersSent) {
      stream.destroy();
      return;
    }
    const [status, told] = TOLD[error.code ?? ''] ?? [400, BROKEN];
    answerRaw(stream, status, told);
  });
}
