import type { IncomingMessage, Server } from 'node:http';

/** The least that an upload must bring, on average over each turn: who sends slower holds a connection for nothing. */
const UPLOAD_BYTES_PER_MS = 1;

/**
 * Ends requests whose body does not come in time, as Node would by its `requestTimeout`; that is the same for every
 * request, and an upload may take as long as its bytes keep coming.
 * @param isUpload whether a request's body may take longer than `limitMs`
 */
export function holdBodiesToTime(
  server: Server,
  limitMs: number,
  isUpload: (request: IncomingMessage) => boolean,
): void {
  server.on('request', (request: IncomingMessage) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (encoding === undefined && (length === undefined || length === '0')) return;
    const { socket } = request;
    // Now: what routes a request cuts off what it has read of its address.
    const mayTakeLong = isUpload(request);
    let seen = socket.bytesRead;
    const look = () => {
      if (request.complete) return;
      if (mayTakeLong && socket.bytesRead - seen >= limitMs * UPLOAD_BYTES_PER_MS) {
        seen = socket.bytesRead;
        timer = setTimeout(look, limitMs).unref();
        return;
      }
      const late = Object.assign(new Error('the body did not come in time'), {
        code: 'ERR_HTTP_REQUEST_TIMEOUT',
      });
      server.emit('clientError', late, socket);
    };
    let timer = setTimeout(look, limitMs).unref();
    request.once('close', () => clearTimeout(timer));
  });
}
