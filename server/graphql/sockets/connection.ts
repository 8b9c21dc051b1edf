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
import type { Result, Results } from './stream';
import type { SocketView } from './view';
import { createWire, type Wire } from './wire';

/** What all connections of a gateway share. */
export interface ConnectionOptions {
  protocol: Protocol;
  verifyToken: VerifyToken;
  rates: Rates;
  limits: SocketLimits;
  log: Logger;
  metrics?: Metrics | undefined;
}

export interface Arrival {
  id: number;
  socket: WebSocket;
  stream: Socket;
  address: string;
  place: Place;
}

export interface Connection {
  /** Closes it for a restart as soon as its queries and mutations are answered. */
  drain(): void;
  close(code: number, reason: string): void;
  terminate(): void;
  view(): SocketView;
}

/** Speaks the protocol on one socket, for one caller, until his token ends. */
export function openConnection(options: ConnectionOptions, arrival: Arrival): Connection {
  return new SocketConnection(options, arrival);
}

type Closed = (code: number, reason: string) => Promise<void>;

/**
 * Is the peer of the protocol, and the socket that graphql-ws knows. A class, because there is one for each socket:
 * functions of its own would cost each of them kilobytes.
 */
class SocketConnection implements Connection, Peer {
  private readonly since = Date.now();
  private readonly wire: Wire;
  private readonly operations = new Operations();
  private readonly closed: Closed;
  private known: Caller | undefined;
  private isDraining = false;
  /** One after the other, since the last that was let in. */
  private refusals = 0;
  private handle!: (message: ClientMessage) => Promise<void>;
  private forget: (() => void) | undefined;

  constructor(
    private readonly options: ConnectionOptions,
    private readonly arrival: Arrival,
  ) {
    const { socket, stream } = arrival;
    this.wire = createWire(socket, stream, options.limits.bufferLimitBytes);
    this.closed = options.protocol.opened(this, this);
    socket.on('message', (data, isBinary) => {
      this.receive(data, isBinary).catch((error: unknown) => this.fail(error));
    });
    socket.on('close', (code) => this.end(code));
    this.wire.keepAlive(options.limits.pingIntervalMs);
  }

  // What graphql-ws asks of a socket.

  get protocol(): string {
    return this.arrival.socket.protocol;
  }

  send(): Promise<void> {
    const { wire, operations } = this;
    const message = this.options.protocol.written();
    const operation = 'id' in message ? operations.find(message.id) : undefined;
    const compose = () => {
      const text = this.isValid() ? operations.compose(message) : undefined;
      if (text !== undefined && operation && message.type === MessageType.Next) operation.delivered++;
      return text;
    };
    // What is not counted as an operation does not wait for room: there could be any number of it.
    return operation && !operation.refusal ? wire.send(compose) : wire.reply(compose);
  }

  close(code: number = CLOSE.fault, reason = ''): void {
    this.wire.close(code, reason);
  }

  onMessage(listener: (text: string) => Promise<void>): void {
    // It takes what is read already as well as a text.
    this.handle = listener as unknown as typeof this.handle;
  }

  // What the protocol asks of a peer.

  /** Made when something is said: most sockets say nothing for hours. */
  get log(): Logger {
    return this.options.log.child({ socket: this.arrival.id });
  }

  find(key: string): Operation | undefined {
    return this.operations.find(key);
  }

  caller(): Caller {
    if (!this.known) throw new Error('asked before connection_init');
    return this.known;
  }

  tell(operation: Operation, results: Results, result: Result): Promise<void> {
    return this.wire.send(() => {
      if (!this.isValid() || !this.operations.isAwaited(operation)) return undefined;
      operation.delivered++;
      operation.lastLagMs = results.wrote?.() ?? operation.lastLagMs;
      return operation.frameOf(result);
    });
  }

  async count(): Promise<void> {
    await this.options.rates.count(this.caller().claims, this.arrival.address);
    this.refusals = 0;
  }

  async admit(params: Record<string, unknown> | undefined): Promise<boolean> {
    const { verifyToken, rates } = this.options;
    try {
      const caller = await readCaller(params, verifyToken, this.arrival.address, rates);
      if (!this.wire.isOpen()) return false;
      const full = this.arrival.place.identify(caller.name);
      if (full) throw new SocketRefusal(CLOSE.overload, full);
      this.known = caller;
      this.log.debug({ role: caller.claims.role, clientId: caller.clientId }, 'socket opened');
      if (caller.expiresAt !== undefined) this.forget = actAt(caller.expiresAt, () => this.refuse(EXPIRED));
      return true;
    } catch (error) {
      if (error instanceof SocketRefusal) this.refuse(error);
      else this.fail(error);
      return false;
    }
  }

  // What the server asks of a connection.

  drain(): void {
    this.isDraining = true;
    this.leaveWhenIdle();
  }

  terminate(): void {
    this.arrival.socket.terminate();
  }

  view(): SocketView {
    const { since, known, operations, arrival } = this;
    return {
      ...{ id: arrival.id, since, role: known?.claims.role, bufferBytes: arrival.socket.bufferedAmount },
      caller: known?.name,
      operations: () => operations.views(),
    };
  }

  private async receive(data: RawData, isBinary: boolean): Promise<void> {
    // ws goes on reading until the other side has answered the close frame.
    if (!this.isValid()) return;
    let message: ClientMessage;
    try {
      message = readFrame(data, isBinary);
    } catch (error) {
      return this.wire.close(CLOSE.badMessage, `Invalid message received: ${messageOf(error)}`);
    }
    if (message.type === MessageType.Subscribe) return this.begin(message);
    if (message.type !== MessageType.Complete) return this.handle(message);
    const known = this.operations.abandon(message);
    if (known) await this.handle(known);
    this.leaveWhenIdle();
  }

  private async begin(message: SubscribeMessage): Promise<void> {
    const { operations } = this;
    // In the words of the protocol, and by the client's own id, which graphql-ws does not know.
    if (operations.awaited(message.id)) {
      const words = `Subscriber for ${message.id} already exists`;
      return this.wire.close(CloseCode.SubscriberAlreadyExists, words);
    }
    // graphql-ws closes it.
    if (!this.known) return this.handle(message);
    const operation = operations.begin(message, this.refusalOf());
    try {
      await this.handle({ ...message, id: operation.key });
    } finally {
      operations.end(operation);
      if (!operation.refusal) this.arrival.place.end();
      const code = operation.refusal?.code ?? operation.facts.code;
      this.noteEnded(operation, operation.refusal !== undefined || code === 'RATE_LIMITED');
      if (code === 'RATE_LIMITED' || operation.refusal?.code === 'LIMIT_EXCEEDED') this.noteRefusal();
      this.leaveWhenIdle();
    }
  }

  private end(code: number): void {
    const { options, arrival, known } = this;
    this.forget?.();
    arrival.place.leave();
    this.operations.abandonAll();
    this.closed(code, '').catch((error: unknown) => this.fail(error));
    options.metrics?.sockets.closed(code);
    this.log.info({ code, role: known?.claims.role, ms: Date.now() - this.since }, 'socket closed');
  }

  /** Asked before anything is done or written: a timer may come late. */
  private isValid(): boolean {
    const { known } = this;
    if (known?.expiresAt !== undefined && known.expiresAt <= Date.now()) this.refuse(EXPIRED);
    return this.wire.isOpen();
  }

  private refuse({ code, message }: SocketRefusal): void {
    this.wire.close(code, message);
  }

  private fail(error: unknown): void {
    this.log.error({ err: error }, 'a socket failed for a reason of ours');
    this.wire.close(CLOSE.fault, 'Something went wrong here. It is logged.');
  }

  private leaveWhenIdle(): void {
    if (this.isDraining && !this.operations.owesAnswers())
      this.wire.close(CLOSE.restart, 'The gateway restarts.');
  }

  private refusalOf(): RequestError | undefined {
    if (this.isDraining) return new RequestError('UNAVAILABLE', 'The gateway restarts. Try again.');
    const words = this.arrival.place.begin();
    return words === undefined ? undefined : new RequestError('LIMIT_EXCEEDED', words);
  }

  /** Each costs a parsed message, an answer and a line in the log, and is counted by nothing else. */
  private noteRefusal(): void {
    if (++this.refusals < (this.options.limits.refusalsMax ?? REFUSALS_MAX)) return;
    const words = `${this.refusals} operations in a row were refused. Wait before you ask again.`;
    this.wire.close(CLOSE.overload, words);
  }

  private noteEnded(operation: Operation, isRefused: boolean): void {
    const { requestId, facts, begun, following, delivered } = operation;
    const ms = performance.now() - begun;
    const { kind, ...known } = facts;
    const items = following ? { field: following.field, delivered } : {};
    const level = isRefused ? 'debug' : 'info';
    this.log[level]({ requestId, operation: kind, ...known, ...items, ms }, 'socket operation');
    this.options.metrics?.operations.ended({ transport: 'ws', kind: kind ?? 'none', code: facts.code, ms });
  }
}
