import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Tells when whoever asked has gone. An answer that waits behind another one on its connection (HTTP pipelining) is told
 * nothing when that ends: its `close` never comes.
 * @returns `ended` is to be called when the answer is over
 */
export function watchLeaving(
  { socket }: Pick<IncomingMessage, 'socket'>,
  response: ServerResponse,
): { signal: AbortSignal; ended(): void } {
  const left = new AbortController();
  const leave = () => left.abort();
  response.once('close', leave);
  // As many as wait on one connection.
  socket.setMaxListeners(0).once('close', leave);
  return { signal: left.signal, ended: () => void socket.off('close', leave) };
}
