import { connect } from 'node:net';
import { HOSTILE, mutate, type Chance } from './chance';
import type { Document } from './documents';

/** What may be sent to a port that speaks HTTP: noise, what looks like a request, half of one, one with faults. */
export function makePacket(chance: Chance, document: Document, token: string): Buffer {
  const body = JSON.stringify(document);
  const usual = <T>(value: T, others: readonly T[]): T => (chance.percent(85) ? value : chance.pick(others));
  const length = usual<number | string>(Buffer.byteLength(body), [-1, 0, 1, 1e9, 'x', '1, 2', '+5']);
  const method = usual('POST', ['GET', 'PUT', 'OPTIONS', 'HEAD', 'TRACE', 'CONNECT', 'post', 'PRI']);
  const target = usual('/graphql', [
    ...['/readyz', '/healthz', '/', '*', '/%', '/graphql?query={', '//', 'http://x/graphql'],
    ...HOSTILE.map((text) => `/${text.slice(0, 100)}`),
  ]);
  const lines = [
    `${method} ${target} ${usual('HTTP/1.1', ['HTTP/1.0', 'HTTP/9.9', ''])}`,
    'host: x',
    `content-type: ${usual('application/json', ['text/plain', 'multipart/form-data', ''])}`,
    `content-length: ${length}`,
    ...(chance.percent(70) ? [`authorization: Bearer ${token}`] : []),
    ...(chance.percent(20)
      ? [`${chance.pick(['x-client-id', 'accept', 'x-request-id'])}: ${chance.pick(HOSTILE)}`]
      : []),
    ...(chance.percent(10) ? ['transfer-encoding: chunked'] : []),
    ...(chance.percent(5) ? ['connection: upgrade', 'upgrade: websocket'] : []),
  ];
  const request = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
  const fate = chance.number(10);
  if (fate < 2) return chance.bytes(1 + chance.number(400));
  if (fate < 4) return request.subarray(0, chance.number(request.length));
  return fate < 7 ? request : mutate(chance, request);
}

const OPENING = [
  'GET /graphql HTTP/1.1',
  ...['host: x', 'connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'],
  ...['sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-protocol: graphql-transport-ws'],
].join('\r\n');

/** A socket that opens well, signs in as a rule, and goes on with so many frames of any kind. */
export function makeSession(
  chance: Chance,
  documents: () => Document,
  token: string,
  frames: number,
): Buffer {
  const authorization = `Bearer ${token}`;
  const init = text(chance, JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  return Buffer.concat([
    Buffer.from(`${OPENING}\r\n\r\n`),
    ...(chance.percent(90) ? [init] : []),
    ...Array.from({ length: frames }, () => makeFrame(chance, documents)),
  ]);
}

function makeFrame(chance: Chance, documents: () => Document): Buffer {
  const id = chance.pick(['1', '2', '3', '', 'x'.repeat(200)]);
  const message = chance.percent(70)
    ? { id, type: 'subscribe', payload: documents() }
    : chance.pick<unknown>([
        ...[
          { id, type: 'complete' },
          { type: 'ping' },
          { type: 'pong', payload: { a: 1 } },
          { type: 'connection_init' },
        ],
        ...[
          { id, type: 'next' },
          { id, type: 'subscribe' },
          { id, type: 'subscribe', payload: { query: 1 } },
          {},
          [],
          null,
        ],
      ]);
  const whole = Buffer.from(JSON.stringify(message));
  const fate = chance.number(100);
  // Most are right: a socket is closed for the first one that is not.
  if (fate < 90) return text(chance, whole.toString());
  if (fate < 93) return text(chance, mutate(chance, whole).toString());
  if (fate < 95) {
    const cut = chance.number(whole.length);
    return Buffer.concat([
      frame(chance, 0x01, whole.subarray(0, cut)),
      frame(chance, 0x80, whole.subarray(cut)),
    ]);
  }
  if (fate < 97) return frame(chance, 0x80 | chance.pick([0x9, 0xa]), chance.bytes(chance.number(125)));
  if (fate < 98) return frame(chance, chance.number(256), chance.bytes(chance.number(300)));
  return fate < 99 ? mutate(chance, text(chance, whole.toString())) : chance.bytes(chance.number(50));
}

const text = (chance: Chance, content: string) => frame(chance, 0x81, Buffer.from(content));

/** Masked, as a client's are. Source: RFC 6455, 5.2. */
function frame(chance: Chance, head: number, content: Buffer): Buffer {
  const { length } = content;
  const size =
    length < 126 ? [0x80 | length] : length < 65_536 ? [0xfe, length >> 8, length & 255] : [0xff, 0, 0, 0, 0];
  if (length >= 65_536) size.push(...[24, 16, 8, 0].map((bits) => (length >>> bits) & 255));
  const mask = chance.bytes(4);
  const masked = Buffer.from(content.map((byte, n) => byte ^ mask[n % 4]!));
  return Buffer.concat([Buffer.from([head, ...size]), mask, masked]);
}

const PATIENCE_MS = 3_000;

/** Sends it, has nothing more to say, and gives what came until the other side closed, or said nothing for long. */
export function converse(url: string, packet: Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const stream = connect(Number(port), hostname, () => stream.end(packet));
    stream.setTimeout(PATIENCE_MS, () => stream.destroy());
    stream.on('data', (data) => (answer += data.toString()));
    stream.on('error', () => undefined);
    stream.once('close', () => resolve(answer));
  });
}
