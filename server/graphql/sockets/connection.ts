import type { Socket } from 'node:net';
import { CloseCode, MessageType, type SubscribeMessage } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import type { VerifyToken } from '../../auth/token';
import { RequestError } from '../../errors';
import { messageOf } from '../../faults';
import type { Logger } from '../../log';
import type { Metrics } from '../../ops/metrics/metrics';
import type { Rates } from '../../rates/rates';
import { EXPIRED, readCaller, SocketRefusal, type Caller } from './caller';
import type { Place } from './census';
import { actAt } from './clock';
import { CLOSE } from './closing';
import { readFrame, type ClientMessage } from './frames';
import { REFUSALS_MAX, type SocketLimits } from './limits';
import { Operations, type Operation } from './operations';
import type { Peer, Protocol } from './protocol';
import type { SocketView } from './view';
import { createWire } from './wire';

export interface ConnectionOptions {
  id: number;
  socket: WebSocket;
  stream: Socket;
  address: string;
  place: Place;
  protocol: Protocol;
  verifyToken: VerifyToken;
  rates: Rates;
  limits: SocketLimits;
  log: Logger;
  metrics?: Metrics | undefined;
}

export interface Connection {
  /** Closes it for a restart as soon as its queries and mutations are answered. */
  drain(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  view(): SocketView;
}

/** Speaks the protocol on one socket, for one caller, until his token ends. */
export function openConnection(options: ConnectionOptions): Connection {
  const { id, socket, limits, metrics } = options;
  const log = options.log.child({ socket: id });
  const since = Date.now();
  const wire = createWire(socket, options.stream, limits.bufferLimitBytes);
  const operations = new Operations();
  let caller: Caller | undefined;
  let isDraining = false;
  /** One after the other, since the last that was let in. */
  let refusals = 0;
  let forget = () => undefined as void;

  /** Asked before anything is done or written: a timer may come late. */
  const isValid = () => {
    if (caller?.expiresAt !== undefined && caller.expiresAt <= Date.now()) refuse(EXPIRED);
    return wire.isOpen();
  };
  const refuse = ({ code, message }: SocketRefusal) => wire.close(code, message);
  const fail = (error: unknown) => {
    log.error({ err: error }, 'a socket failed for a reason of ours');
    wire.close(CLOSE.fault, 'Something went wrong here. It is logged.');
  };
  const leaveWhenIdle = () => {
    if (isDraining && !operations.owesAnswers()) wire.close(CLOSE.restart, 'The gateway restarts.');
  };

  const noteEnded = (operation: Operation, isRefused: boolean) => {
    const { requestId, facts, begun, following, delivered } = operation;
    const ms = performance.now() - begun;
    const { kind, ...known } = facts;
    const items = following ? { field: following.field, delivered } : {};
    const level = isRefused ? 'debug' : 'info';
    log[level]({ requestId, operation: kind, ...known, ...items, ms }, 'socket operation');
    metrics?.operations.ended({ transport: 'ws', kind: kind ?? 'none', code: facts.code, ms });
  };

  const peer: Peer = {
    log,
    find: (key) => operations.find(key),
    tell: (operation, results, result) =>
      wire.send(() => {
        if (!isValid() || !operations.isAwaited(operation)) return undefined;
        operation.delivered++;
        operation.lastLagMs = results.wrote?.() ?? operation.lastLagMs;
        return operation.frameOf(result);
      }),
    caller: () => {
      if (!caller) throw new Error('asked before connection_init');
      return caller;
    },
    count: async () => {
      await options.rates.count(peer.caller().claims, options.address);
      refusals = 0;
    },
    admit: async (params) => {
      try {
        const read = await readCaller(params, options.verifyToken, options.address, options.rates);
        if (!wire.isOpen()) return false;
        const full = options.place.identify(read.name);
        if (full) throw new SocketRefusal(CLOSE.overload, full);
        caller = read;
        log.debug({ role: read.claims.role, clientId: read.clientId }, 'socket opened');
        if (read.expiresAt !== undefined) forget = actAt(read.expiresAt, () => refuse(EXPIRED));
        return true;
      } catch (error) {
        if (error instanceof SocketRefusal) refuse(error);
        else fail(error);
        return false;
      }
    },
  };

  const refusalOf = (): RequestError | undefined => {
    if (isDraining) return new RequestError('UNAVAILABLE', 'The gateway restarts. Try again.');
    const words = options.place.begin();
    return words === undefined ? undefined : new RequestError('LIMIT_EXCEEDED', words);
  };

  let handle: (message: ClientMessage) => Promise<void>;
  const closed = options.protocol.opened(
    {
      protocol: socket.protocol,
      send: () => {
        const message = options.protocol.written();
        const operation = 'id' in message ? operations.find(message.id) : undefined;
        const compose = () => {
          const text = isValid() ? operations.compose(message) : undefined;
          if (text !== undefined && operation && message.type === MessageType.Next) operation.delivered++;
          return text;
        };
        // What is not counted as an operation does not wait for room: there could be any number of it.
        return operation && !operation.refusal ? wire.send(compose) : wire.reply(compose);
      },
      close: (code = CLOSE.fault, reason = '') => wire.close(code, reason),
      onMessage: (listener) => {
        // It takes what is read already as well as a text.
        handle = listener as unknown as typeof handle;
      },
    },
    peer,
  );

  /** Each costs a parsed message, an answer and a line in the log, and is counted by nothing else. */
  const noteRefusal = () => {
    if (++refusals < (limits.refusalsMax ?? REFUSALS_MAX)) return;
    wire.close(CLOSE.overload, `${refusals} operations in a row were refused. Wait before you ask again.`);
  };
  const begin = async (message: SubscribeMessage) => {
    const same = operations.awaited(message.id);
    // In the words of the protocol, and by the client's own id, which graphql-ws does not know.
    if (same)
      return wire.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${message.id} already exists`);
    // graphql-ws closes it.
    if (!caller) return handle(message);
    const operation = operations.begin(message, refusalOf());
    try {
      await handle({ ...message, id: operation.key });
    } finally {
      operations.end(operation);
      if (!operation.refusal) options.place.end();
      const code = operation.refusal?.code ?? operation.facts.code;
      noteEnded(operation, operation.refusal !== undefined || code === 'RATE_LIMITED');
      if (code === 'RATE_LIMITED' || operation.refusal?.code === 'LIMIT_EXCEEDED') noteRefusal();
      leaveWhenIdle();
    }
  };
  const receive = async (data: RawData, isBinary: boolean) => {
    // ws goes on reading until the other side has answered the close frame.
    if (!isValid()) return;
    let message: ClientMessage;
    try {
      message = readFrame(data, isBinary);
    } catch (error) {
      return wire.close(CLOSE.badMessage, `Invalid message received: ${messageOf(error)}`);
    }
    if (message.type === MessageType.Subscribe) return begin(message);
    if (message.type !== MessageType.Complete) return handle(message);
    const known = operations.abandon(message);
    if (known) await handle(known);
    leaveWhenIdle();
  };

  socket.on('message', (data, isBinary) => void receive(data, isBinary).catch(fail));
  socket.once('close', (code) => {
    forget();
    options.place.leave();
    operations.abandonAll();
    closed(code, '').catch(fail);
    metrics?.sockets.closed(code);
    log.info({ code, role: caller?.claims.role, ms: Date.now() - since }, 'socket closed');
  });
  wire.keepAlive(limits.pingIntervalMs);

  return {
    drain: () => {
      isDraining = true;
      leaveWhenIdle();
    },
    close: (code, reason) => wire.close(code, reason),
    terminate: () => socket.terminate(),
    view: () => ({
      ...{ id, since, role: caller?.claims.role, bufferBytes: socket.bufferedAmount },
      caller: caller?.name,
      operations: () => operations.views(),
    }),
  };
}
