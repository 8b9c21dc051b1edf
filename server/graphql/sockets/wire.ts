import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { CLOSE, cutReason } from './closing';
import { goOn } from './turns';

/** For the other side to answer a close frame, and to read what waits before it. */
const CLOSE_WAIT_MS = 3_000;
const TOO_SLOW = 'SOCKET_BUFFER_LIMIT_BYTES: too slow, what was sent is not read.';

/** The writing side of one socket. What it is asked to write when it is closed, or closing, is dropped. */
export interface Wire {
  isOpen(): boolean;
  /**
   * Writes when less waits to be read than the limit, in the order asked.
   * @param compose makes the text when its turn has come; undefined: nobody wants it any more
   * @returns when the system has taken it, or nobody wants it, or the socket is closed: whoever waits for that is as fast as the reader
   */
  send(compose: () => string | undefined): Promise<void>;
  /** Writes at once. Whoever asks for more and more without reading is closed as too slow. */
  reply(compose: () => string | undefined): Promise<void>;
  /** Closes it. The first reason counts; who does not answer is cut off. */
  close(code: number, reason: string): void;
  /** Pings every so often, and cuts off who left the last one unanswered. */
  keepAlive(intervalMs: number): void;
}

/** @param stream what the socket writes to */
export function createWire(socket: WebSocket, stream: Socket, bufferLimitBytes: number): Wire {
  return new SocketWire(socket, stream, bufferLimitBytes);
}

/** A class, because there is one for each socket: functions of its own would cost each of them kilobytes. */
class SocketWire implements Wire {
  private readonly waiting: (() => void)[] = [];
  /** Of what was dropped because it closes: a source that is always ready would else be asked for more, and more. */
  private readonly dropped: (() => void)[] = [];
  private isClosing = false;
  private hasAnswered = true;
  private pings: NodeJS.Timeout | undefined;
  private cutOff: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: WebSocket,
    stream: Socket,
    private readonly bufferLimitBytes: number,
  ) {
    // ws has closed it for what came in (too large, not UTF-8, no frame at all), or the connection broke.
    socket.on('error', () => {
      this.isClosing = true;
      this.cutOffSoon();
      this.flush();
    });
    socket.on('close', () => {
      clearInterval(this.pings);
      clearTimeout(this.cutOff);
      this.flush();
      for (const done of this.dropped.splice(0)) done();
    });
    // Each is answered by ws, as fast as it comes, whether the answers are read or not.
    socket.on('ping', () => {
      if (this.isFull()) this.close(CLOSE.overload, TOO_SLOW);
    });
    // Room may also come by frames that nobody waits for.
    stream.on('drain', () => this.flush());
  }

  isOpen(): boolean {
    return !this.isClosing && this.socket.readyState === this.socket.OPEN;
  }

  send(compose: () => string | undefined): Promise<void> {
    return new Promise((done) => {
      this.waiting.push(() => this.write(compose, done));
      this.flush();
    });
  }

  reply(compose: () => string | undefined): Promise<void> {
    return new Promise((done) => {
      if (this.isFull()) this.close(CLOSE.overload, TOO_SLOW);
      this.write(compose, done);
    });
  }

  close(code: number, reason: string): void {
    if (!this.isOpen()) return;
    this.isClosing = true;
    this.socket.close(code, cutReason(reason));
    this.cutOffSoon();
    this.flush();
  }

  keepAlive(intervalMs: number): void {
    this.pings = setInterval(() => this.ping(), intervalMs);
    this.socket.on('pong', () => (this.hasAnswered = true));
  }

  private ping(): void {
    if (!this.hasAnswered) return this.socket.terminate();
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.hasAnswered = false;
    this.socket.ping();
  }

  private isFull(): boolean {
    return this.socket.bufferedAmount >= this.bufferLimitBytes;
  }

  private flush(): void {
    while (this.waiting.length > 0 && !(this.isOpen() && this.isFull())) this.waiting.shift()?.();
  }

  private write(compose: () => string | undefined, done: () => void): void {
    const text = this.isOpen() ? compose() : undefined;
    // Composing may find out that it has to be closed.
    if (!this.isOpen()) return this.dropWith(done);
    if (text === undefined) return done();
    this.socket.send(text, () => {
      if (this.waiting.length > 0) this.flush();
      goOn(done);
    });
  }

  private dropWith(done: () => void): void {
    if (this.socket.readyState === this.socket.CLOSED) done();
    else this.dropped.push(done);
  }

  private cutOffSoon(): void {
    this.cutOff ??= setTimeout(() => this.socket.terminate(), CLOSE_WAIT_MS);
  }
}
