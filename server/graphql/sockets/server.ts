import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { isOriginAllowed } from '../../auth/origins';
import type { Logger } from '../../log';
import type { Rates } from '../../rates/rates';
import { createCensus } from './census';
import { CLOSE } from './closing';
import { openConnection, type Connection } from './connection';
import type { SocketLimits } from './limits';
import { createProtocol, type ProtocolOptions } from './protocol';
import { answerRaw } from '../../ops/answerRaw';
import { isWebSocket, serveWithoutUpgrade } from './upgrade';
import type { SocketView } from './view';
import { createWire } from './wire';

export interface SocketServerOptions extends Omit<ProtocolOptions, 'initTimeoutMs'> {
  /** Its requests for sockets are answered here. */
  server: Server;
  isReady(): boolean;
  isDraining(): boolean;
  /** Largest message a client may send. */
  messageLimitBytes: number;
  sockets: SocketLimits;
  rates: Rates;
  addressOf: (request: IncomingMessage) => string;
  /** Pages that may open sockets, beside those that come from here. */
  corsOrigins: readonly string[];
  log: Logger;
}

export interface SocketServer {
  /** Sockets that are open, or closing. */
  count(): number;
  /** In the order in which they came. */
  views(): Iterable<SocketView>;
  /** Closes all for a restart, each when what it asked is answered, and resolves when they are gone: within `timeoutMs`. */
  drain(timeoutMs: number): Promise<void>;
}

/** Refused ones wait to be told why: more at once than these are not told. */
const REFUSED_MAX = 1_000;
/** Of the time there is to close, what is left for the other side to answer. */
const ANSWER_MS = 1_000;

/** Answers `ws /graphql` by the graphql-transport-ws protocol. */
export function createSocketServer(options: SocketServerOptions): SocketServer {
  const { server, sockets: limits, log } = options;
  const protocol = createProtocol({ ...options, initTimeoutMs: limits.initTimeoutMs });
  const census = createCensus(limits);
  const open = new Map<WebSocket, Connection | undefined>();
  const shared = {
    ...{ protocol, limits, log, metrics: options.metrics },
    ...{ verifyToken: options.verifyToken, rates: options.rates },
  };
  let refused = 0;
  let admitted = 0;
  let noticeEnd: (() => void) | undefined;

  const handshake = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: options.messageLimitBytes,
    // Another one is agreed to only to be closed with a code that says what is wrong.
    handleProtocols: (offered) =>
      offered.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) ? GRAPHQL_TRANSPORT_WS_PROTOCOL : ([...offered][0] ?? false),
  });
  // Node's own listener for them is taken away with the parser: without one, a reset ends the process.
  const ignore = (error: Error) => log.debug({ reason: error.message }, 'a connection failed');

  const admit = (socket: WebSocket, stream: Socket, address: string) => {
    const place = census.enter(address);
    socket.on('close', () => {
      open.delete(socket);
      if (open.size === 0) noticeEnd?.();
    });
    if (typeof place === 'string') {
      refused++;
      socket.once('close', () => refused--);
      open.set(socket, undefined);
      createWire(socket, stream, limits.bufferLimitBytes).close(CLOSE.overload, place);
      return;
    }
    options.metrics?.sockets.opened();
    open.set(socket, openConnection(shared, { id: ++admitted, socket, stream, address, place }));
  };

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, rest: Buffer) => {
    if (!isWebSocket(request)) return serveWithoutUpgrade(server, request, stream, rest);
    stream.on('error', ignore);
    if (!options.isReady() || options.isDraining() || refused >= REFUSED_MAX) {
      const message = options.isReady() ? 'The gateway takes no sockets now.' : 'The gateway is starting.';
      return answerRaw(stream, 503, { code: 'UNAVAILABLE', message: `${message} Try again.` });
    }
    if (request.url?.split('?')[0] !== '/graphql') {
      return answerRaw(stream, 404, { code: 'NOT_FOUND', message: 'There is nothing at this address.' });
    }
    if (!isOriginAllowed(request, options.corsOrigins)) {
      const message = 'Pages of this origin may not open sockets here: see CORS_ORIGINS.';
      return answerRaw(stream, 403, { code: 'FORBIDDEN', message });
    }
    const address = options.addressOf(request);
    handshake.handleUpgrade(request, stream, rest, (socket) => admit(socket, stream as Socket, address));
  });

  return {
    count: () => open.size,
    *views() {
      for (const connection of open.values()) if (connection) yield connection.view();
    },
    drain: async (timeoutMs) => {
      const gone = new Promise<void>((resolve) => (noticeEnd = resolve));
      for (const connection of open.values()) connection?.drain();
      const last = setTimeout(
        () => {
          for (const connection of open.values()) connection?.close(CLOSE.restart, 'The gateway restarts.');
        },
        Math.max(0, timeoutMs - ANSWER_MS),
      );
      const end = setTimeout(() => open.forEach((_, socket) => socket.terminate()), timeoutMs);
      if (open.size > 0) await gone;
      clearTimeout(last);
      clearTimeout(end);
    },
  };
}
