import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';

export interface TextSocket {
  send(text: string): void;
}

interface SocketEvents {
  /** Text of frames as they came, in latin1. */
  text(text: string): void;
  /** It ended, and why. Nothing ends it but a fault. */
  ended(reason: string): void;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** One for all sockets: what came is looked at before anything else comes. */
const INPUT = Buffer.allocUnsafe(65_536);

/**
 * A WebSocket of a client that does nothing but receive short texts, and costs as little as can be: thousands of them
 * share two cores with what is measured. Source: RFC 6455.
 */
export function openSocket(at: URL, protocol: string, events: SocketEvents): Promise<TextSocket> {
  const key = randomBytes(16).toString('base64');
  const accepted = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  return new Promise((resolve, reject) => {
    let isOpen = false;
    /** What a read ended within. */
    let rest: Buffer | undefined;
    const fail = (reason: string) => {
      reject(new Error(reason));
      events.ended(reason);
      stream.destroy();
    };
    const take = (come: Buffer): void => {
      const data = rest ? Buffer.concat([rest, come]) : come;
      const used = isOpen ? takeFrames(data) : takeHead(data);
      rest = used < data.length ? Buffer.from(data.subarray(used)) : undefined;
    };
    const takeHead = (data: Buffer): number => {
      const end = data.indexOf('\r\n\r\n');
      if (end < 0) return 0;
      const head = data.toString('latin1', 0, end);
      if (!head.startsWith('HTTP/1.1 101 ') || !head.includes(`Sec-WebSocket-Accept: ${accepted}`)) {
        fail(head);
        return data.length;
      }
      isOpen = true;
      resolve({ send: (text) => stream.write(frame(TEXT, Buffer.from(text))) });
      return end + 4 + takeFrames(data.subarray(end + 4));
    };
    const takeFrames = (data: Buffer): number => {
      for (let at = 0; ;) {
        const length = lengthAt(data, at);
        if (!length || at + length.head + length.body > data.length) return at;
        const from = at + length.head;
        const to = from + length.body;
        const kind = data[at]! & 15;
        // A frame that is a whole message, as all of the gateway's are.
        if (!(data[at]! & 128)) fail('a message in pieces');
        else if (kind === TEXT) events.text(data.toString('latin1', from, to));
        else if (kind === PING) stream.write(frame(PONG, data.subarray(from, to)));
        else if (kind === CLOSE)
          fail(`closed: ${data.readUInt16BE(from)} ${data.toString('latin1', from + 2, to)}`);
        at = to;
      }
    };
    const stream = connect({
      ...{ host: at.hostname, port: Number(at.port), noDelay: true },
      onread: {
        buffer: INPUT,
        callback: (length) => {
          take(INPUT.subarray(0, length));
          return true;
        },
      },
    });
    stream.on('error', (error) => fail(error.message));
    stream.on('close', () => fail('the connection ended'));
    stream.write(
      `GET ${at.pathname} HTTP/1.1\r\nHost: ${at.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    );
  });
}

/** Undefined until its head is there. The gateway sends nothing that is longer than 16 bits can tell. */
function lengthAt(data: Buffer, at: number): { head: number; body: number } | undefined {
  const short = data[at + 1];
  if (short === undefined) return undefined;
  if (short < 126) return { head: 2, body: short };
  if (short > 126) throw new Error('a frame of more than 64 kB');
  return at + 4 <= data.length ? { head: 4, body: data.readUInt16BE(at + 2) } : undefined;
}

/** Masked, as a client's has to be, by zeros: nothing stands between that could take it for something else. */
function frame(kind: number, body: Buffer): Buffer {
  if (body.length > 65_535) throw new Error('too long for this client');
  const short = body.length < 126;
  const frame = Buffer.alloc((short ? 6 : 8) + body.length);
  frame[0] = 128 | kind;
  frame[1] = 128 | (short ? body.length : 126);
  if (!short) frame.writeUInt16BE(body.length, 2);
  body.copy(frame, short ? 6 : 8);
  return frame;
}
