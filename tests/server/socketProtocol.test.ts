import type { Duplex } from 'node:stream';
import { createClient } from 'graphql-ws';
import { getIntrospectionQuery } from 'graphql';
import { WebSocket } from 'ws';
import { eventually } from '../helpers/process';
import {
  ask,
  exchange,
  openClient,
  PROTOCOL,
  signIn,
  startSocketBench,
  type SocketBench,
} from '../helpers/sockets';

let bench: SocketBench;
beforeEach(async () => {
  bench = await startSocketBench();
});
afterEach(() => bench.stop());

describe('the handshake', () => {
  test('agrees to graphql-transport-ws, among others too', async () => {
    const client = await openClient(bench.url, { protocols: ['chat', PROTOCOL] });
    expect(client.socket.protocol).toBe(PROTOCOL);
    expect(client.socket.extensions).toBe('');
  });

  test.each([['graphql-ws'], ['chat']])('closes another sub-protocol by 4406: %s', async (protocol) => {
    const client = await openClient(bench.url, { protocols: [protocol] });
    expect((await client.closed).code).toBe(4406);
  });

  test('closes a client that names none by 4406', async () => {
    const client = await openClient(bench.url, { protocols: [] });
    expect((await client.closed).code).toBe(4406);
  });

  const upgrade = (path: string, more = '') =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;

  test('is for /graphql only: another address is 404', async () => {
    const answer = await exchange(bench.url, upgrade('/graphql/x'));
    expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n[^]*"code":"NOT_FOUND"/);
  });

  test('takes a query string', async () => {
    const socket = new WebSocket(`${bench.url.replace('http', 'ws')}/graphql?a=b`, [PROTOCOL]);
    await new Promise((resolve) => socket.once('open', resolve));
  });

  test.each([
    ['before it is ready', { isReady: () => false }],
    ['while it drains', { isDraining: () => true }],
  ])('is answered 503 %s', async (_when, overrides) => {
    const other = await startSocketBench({}, overrides);
    const answer = await exchange(other.url, upgrade('/graphql'));
    expect(answer).toMatch(/^HTTP\/1\.1 503 [^]*\r\nRetry-After: 1\r\n[^]*"retryable":true/);
    await other.stop();
  });

  const garbage: [string, string | Buffer][] = [
    ['no key', upgrade('/graphql').replace(/Sec-WebSocket-Key.*\r\n/, '')],
    ['a wrong version', upgrade('/graphql').replace('13', '12')],
    ['a method that is not GET', upgrade('/graphql').replace('GET', 'POST')],
    ['no address', upgrade('//')],
    ['nonsense as sub-protocol', upgrade('/graphql', 'Sec-WebSocket-Protocol: ,,\r\n')],
    ['bytes', Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, 0x00])],
  ];
  test.each(garbage)('of garbage ends in an answer, and nothing else: %s', async (_what, bytes) => {
    expect(await exchange(bench.url, bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect((await signIn(bench.url)).frames).toEqual([{ type: 'connection_ack' }]);
  });

  test('that is cut off leaves the server as it was', async () => {
    const socket = new WebSocket(`${bench.url.replace('http', 'ws')}/graphql`, [PROTOCOL]);
    socket.on('error', () => undefined);
    socket.terminate();
    const client = await openClient(bench.url);
    bench.streams.at(-1)?.emit('error', new Error('reset'));
    await client.closed;
    await signIn(bench.url);
  });

  test('that is refused may break off meanwhile', async () => {
    bench.server.on('upgrade', (_request, stream: Duplex) => stream.emit('error', new Error('reset')));
    expect(await exchange(bench.url, upgrade('/x'))).toMatch(/^HTTP\/1\.1 404/);
  });

  test('to another protocol is not needed: the request is served without', async () => {
    const body = '{"query":"{ __typename }"}';
    const head = `POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: ${body.length}\r\n\r\n`;
    const seen: string[] = [];
    bench.server.prependListener('request', (request) => {
      expect(request.headers.upgrade).toBeUndefined();
      request.on('data', (data: Buffer) => seen.push(data.toString()));
      request.once('end', () => request.socket.end());
    });
    expect(await exchange(bench.url, head + body)).toMatch(/^HTTP\/1\.1 200 OK[^]*served/);
    expect(seen.join('')).toBe(body);
  });
});

describe('connection_init', () => {
  test('is acknowledged', async () => {
    expect((await signIn(bench.url)).frames).toEqual([{ type: 'connection_ack' }]);
  });

  test('twice closes by 4429', async () => {
    const client = await signIn(bench.url);
    client.send({ type: 'connection_init' });
    expect((await client.closed).code).toBe(4429);
  });

  test('that does not come in time closes by 4408', async () => {
    const hasty = await startSocketBench({ initTimeoutMs: 100 });
    const client = await openClient(hasty.url);
    const signedIn = await signIn(hasty.url);
    expect((await client.closed).code).toBe(4408);
    signedIn.send({ type: 'ping' });
    await signedIn.gets({ type: 'pong' });
    await hasty.stop();
  });

  test('comes before subscribe, else 4401', async () => {
    const client = await openClient(bench.url);
    client.send(ask('1', '{ hello }'));
    expect((await client.closed).code).toBe(4401);
    expect(bench.contexts).toEqual([]);
  });

  test('is awaited before subscribe', async () => {
    const client = await openClient(bench.url);
    client.send({ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } });
    client.send(ask('1', '{ hello }'));
    expect([4401, 4403]).toContain((await client.closed).code);
    expect(bench.contexts).toEqual([]);
  });
});

describe('a message', () => {
  const bad: [string, string | Buffer][] = [
    ['that is not JSON', '{'],
    ['that is empty', ''],
    ['that is no object', '[]'],
    ['that is null', 'null'],
    ['without a type', '{"id":"1"}'],
    ['of a type that is no text', '{"type":1}'],
    ['of an unknown type', '{"type":"start","id":"1","payload":{}}'],
    ['of a type that is for servers: next', '{"type":"next","id":"1","payload":{}}'],
    ['of a type that is for servers: connection_ack', '{"type":"connection_ack"}'],
    ['subscribe without an id', '{"type":"subscribe","payload":{"query":"{ hello }"}}'],
    ['subscribe with an empty id', '{"type":"subscribe","id":"","payload":{"query":"{ hello }"}}'],
    ['subscribe without a query', '{"type":"subscribe","id":"1","payload":{}}'],
    [
      'subscribe with variables that are a list',
      '{"type":"subscribe","id":"1","payload":{"query":"{ hello }","variables":[]}}',
    ],
    ['whose error cannot be put in words', '{"type":"ping","payload":[{"toString":1}]}'],
    ['complete without an id', '{"type":"complete"}'],
    ['ping with a payload that is no object', '{"type":"ping","payload":"x"}'],
    ['that is binary', Buffer.from('{"type":"ping"}')],
  ];
  test.each(bad)('%s closes by 4400', async (_what, message) => {
    const client = await signIn(bench.url);
    client.send(message);
    const { code, reason } = await client.closed;
    expect([code, reason]).toEqual([4400, expect.stringMatching(/^Invalid message received: ./)]);
    expect(client.frames).toEqual([{ type: 'connection_ack' }]);
  });

  test('that is larger than a request body may be closes by 1009', async () => {
    const client = await signIn(bench.url);
    client.send({ type: 'ping', payload: { text: 'x'.repeat(20_000) } });
    expect((await client.closed).code).toBe(1009);
  });

  test('that is not UTF-8 closes by 1007', async () => {
    const client = await signIn(bench.url);
    client.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await client.closed).code).toBe(1007);
  });

  test('that is no frame closes by 1002', async () => {
    const client = await signIn(bench.url);
    (client.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
    );
    expect((await client.closed).code).toBe(1002);
  });

  test('ping is answered by pong, with its payload', async () => {
    const client = await openClient(bench.url);
    client.send({ type: 'ping', payload: { n: 1 } });
    client.send({ type: 'ping' });
    client.send({ type: 'pong' });
    await eventually(() =>
      expect(client.frames).toEqual([{ type: 'pong', payload: { n: 1 } }, { type: 'pong' }]),
    );
  });

  test('that comes after the socket was closed by us is not acted on', async () => {
    const client = await signIn(bench.url);
    client.send('{');
    client.send(ask('1', 'mutation { held }'));
    expect((await client.closed).code).toBe(4400);
    await eventually(() => expect(bench.sockets.count()).toBe(0));
    expect(bench.contexts).toEqual([]);
  });
});

test('the client of graphql-ws queries, introspects and subscribes', async () => {
  const client = createClient({
    url: `${bench.url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const all = async (query: string) => {
    const results: unknown[] = [];
    for await (const result of client.iterate({ query })) results.push(result);
    return results;
  };
  expect(await all('{ hello }')).toEqual([{ data: { hello: 'hello' } }]);
  expect(await all('subscription { count(to: 2) }')).toEqual([
    { data: { count: 1 } },
    { data: { count: 2 } },
  ]);
  expect(await all(getIntrospectionQuery())).toMatchObject([
    { data: { __schema: { queryType: { name: 'Query' } } } },
  ]);
  await client.dispose();
});
