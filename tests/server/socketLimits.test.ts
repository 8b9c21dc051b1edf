import { WebSocket } from 'ws';
import { eventually } from '../helpers/process';
import {
  ask,
  openClient,
  signIn,
  startSocketBench,
  tokenUntil,
  type RawClient,
  type SocketBench,
} from '../helpers/sockets';

let bench: SocketBench | undefined;
afterEach(() => bench?.stop());
const start = async (...options: Parameters<typeof startSocketBench>) =>
  (bench = await startSocketBench(...options));

const bearer = async (sub: string, role: 'authenticated' | 'worker' = 'authenticated') => ({
  authorization: `Bearer ${await tokenUntil(Date.now() / 1000 + 300, role === 'worker' ? { role, sub: undefined, worker_id: sub } : { role, sub })}`,
});
const ALICE = 'a11ce000-0000-4000-8000-0000000000aa';
const BOB = 'b0b00000-0000-4000-8000-0000000000bb';

/** Is refused, with words that begin with the limit's name. */
async function expectRefused(client: RawClient, limit: string) {
  const { code, reason } = await client.closed;
  expect([code, reason.split(':')[0]]).toEqual([1013, limit]);
}

describe('SOCKETS_MAX', () => {
  test('closes one more by 1013, until one has left', async () => {
    const { url, sockets } = await start({ max: 2 });
    const [first] = [await signIn(url), await signIn(url)];
    await expectRefused(await openClient(url), 'SOCKETS_MAX');
    await eventually(() => expect(sockets.count()).toBe(2));
    first.socket.close();
    await eventually(() => expect(sockets.count()).toBe(1));
    await signIn(url);
  });

  test('leaves no more than half to those of one address who have not said who they are', async () => {
    const { url } = await start({ max: 6 });
    const silent = [await openClient(url), await openClient(url), await openClient(url)];
    await expectRefused(await openClient(url), 'SOCKETS_MAX');
    const other = await openClient(url, { localAddress: '127.0.0.2' });
    silent[0]?.send({ type: 'connection_init' });
    await silent[0]?.gets({ type: 'connection_ack' });
    await signIn(url);
    silent[1]?.socket.terminate();
    await eventually(() => signIn(url));
    expect(other.socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('SOCKETS_PER_CALLER_MAX', () => {
  const tryInit = async (url: string, payload: Record<string, unknown>, localAddress?: string) => {
    const client = await openClient(url, { ...(localAddress ? { localAddress } : {}) });
    client.send({ type: 'connection_init', payload });
    return client;
  };

  const callers: [string, () => Promise<Record<string, unknown>>, () => Promise<Record<string, unknown>>][] =
    [
      ['a user', () => bearer(ALICE), () => bearer(BOB)],
      ['a worker', () => bearer('gpu-1', 'worker'), () => bearer('gpu-2', 'worker')],
      ['a user, not a worker of the same name', () => bearer(ALICE), () => bearer(ALICE, 'worker')],
    ];
  test.each(callers)('closes one more of %s by 1013, and nobody else', async (_who, one, another) => {
    const { url, sockets } = await start({ perCallerMax: 2 });
    const first = await signIn(url, await one());
    await signIn(url, await one(), { localAddress: '127.0.0.2' });
    await expectRefused(await tryInit(url, await one()), 'SOCKETS_PER_CALLER_MAX');
    await signIn(url, await another());
    await signIn(url);
    first.socket.close();
    await eventually(() => expect(sockets.count()).toBe(3));
    await signIn(url, await one());
  });

  test('counts those without a token by address', async () => {
    const { url } = await start({ perCallerMax: 1 });
    await signIn(url);
    await expectRefused(await tryInit(url, {}), 'SOCKETS_PER_CALLER_MAX');
    await signIn(url, {}, { localAddress: '127.0.0.2' });
    await signIn(url, await bearer(ALICE));
  });
});

describe('SOCKET_OPERATIONS_MAX', () => {
  test('answers one more by an error, and the socket stays', async () => {
    const { url, topic, contexts } = await start({ operationsMax: 2 });
    const client = await signIn(url);
    client.send(ask('1', 'subscription { topic }'));
    client.send(ask('2', 'subscription { topic }'));
    client.send(ask('3', '{ hello }'));
    expect(await client.gets({ type: 'error', id: '3' })).toMatchObject({
      payload: [
        { message: expect.stringMatching(/2 operations/) as string, extensions: { code: 'LIMIT_EXCEEDED' } },
      ],
    });
    client.send({ type: 'complete', id: '1' });
    await eventually(() => expect(topic.listening).toBe(1));
    client.send(ask('3', '{ hello }'));
    await client.gets({ type: 'complete', id: '3' });
    expect(contexts).toHaveLength(3);
  });

  test('counts what was given up and is still at work', async () => {
    const { url, held, release } = await start({ operationsMax: 2 });
    const client = await signIn(url);
    for (const id of ['1', '2']) {
      client.send(ask(id, '{ held }'));
      client.send({ type: 'complete', id });
    }
    client.send(ask('3', '{ held }'));
    await client.gets({ type: 'error', id: '3' });
    expect(held()).toBe(2);
    release();
    await eventually(async () => {
      client.send(ask('4', '{ hello }'));
      await client.gets({ type: 'next', id: '4' });
    });
  });
});

describe('SOCKET_OPERATIONS_PER_CALLER_MAX', () => {
  test('counts those of all his sockets, until they end or their socket does, and nobody else’s', async () => {
    const { url, topic } = await start({ operationsMax: 2, operationsPerCallerMax: 3 });
    const [first, second, other] = [
      await signIn(url, await bearer(ALICE)),
      await signIn(url, await bearer(ALICE)),
      await signIn(url, await bearer(BOB)),
    ];
    const listening = (count: number) => eventually(() => expect(topic.listening).toBe(count));
    const watch = ask.bind(undefined, 'w', 'subscription { topic }');
    first.send(ask('1', 'subscription { topic }'));
    first.send(ask('2', 'subscription { topic }'));
    second.send(watch());
    await listening(3);
    second.send(ask('2', '{ hello }'));
    expect(await second.gets({ type: 'error', id: '2' })).toMatchObject({
      payload: [{ message: expect.stringMatching(/PER_CALLER_MAX/) as string }],
    });
    other.send(watch());
    await listening(4);
    // One that was refused was never counted; one that has ended is not counted any more.
    second.send({ type: 'complete', id: 'w' });
    await listening(3);
    second.send(ask('3', '{ hello }'));
    await second.gets({ type: 'complete', id: '3' });
    first.socket.terminate();
    await listening(1);
    for (const id of ['4', '5']) second.send(ask(id, 'subscription { topic }'));
    await listening(3);
  });
});

describe('SOCKET_PING_INTERVAL_MS', () => {
  test('cuts off who does not answer a ping, and keeps who does', async () => {
    const { url, sockets } = await start({ pingIntervalMs: 100 });
    const silent = await signIn(url, {}, { autoPong: false });
    const alive = await signIn(url);
    let pings = 0;
    alive.socket.on('ping', () => pings++);
    expect((await silent.closed).code).toBe(1006);
    await eventually(() => expect(pings).toBeGreaterThan(4));
    expect([sockets.count(), alive.socket.readyState]).toEqual([1, WebSocket.OPEN]);
  });
});

describe('SOCKET_BUFFER_LIMIT_BYTES', () => {
  const LIMIT = 100_000;
  const kilobytes = (count: number) => 'x'.repeat(count * 1_000);
  /** What waits in this process to be written; the system holds some more. */
  const waits = () => bench?.streams.at(-1)?.writableLength ?? 0;

  test('stops a subscription whose reader has stopped, and it goes on where it was', async () => {
    const { url, topic } = await start({ bufferLimitBytes: LIMIT });
    const client = await signIn(url);
    for (let id = 1; id <= 20; id++) client.send(ask(`${id}`, 'subscription { topic }'));
    await eventually(() => expect(topic.listening).toBe(20));
    client.socket.pause();
    let most = 0;
    let published = 0;
    const publish = () => topic.publish({ data: { topic: `${published++} ${kilobytes(50)}` } });
    // Until nobody asks for more: the subscriptions stand still.
    let asked = -1;
    while (asked !== topic.asked || waits() < LIMIT) {
      asked = topic.asked;
      publish();
      await new Promise((resolve) => setTimeout(resolve, 20));
      most = Math.max(most, waits());
    }
    for (let more = 0; more < 20; more++) publish();
    expect(topic.asked).toBe(asked);
    expect(most).toBeLessThan(LIMIT + 2 * 51_000);
    client.socket.resume();
    await eventually(() =>
      expect(client.frames.filter(({ type }) => type === 'next')).toHaveLength(20 * published),
    );
    const ofOne = client.frames.filter(({ id }) => id === '7') as { payload: { data: { topic: string } } }[];
    expect(ofOne.map(({ payload }) => Number(payload.data.topic.split(' ')[0]))).toEqual(
      Array.from({ length: published }, (_, index) => index),
    );
  });

  test('closes who asks on and on without reading', async () => {
    const { url, sockets } = await start({ bufferLimitBytes: LIMIT });
    const client = await signIn(url);
    client.socket.pause();
    let most = 0;
    await eventually(() => {
      if (sockets.count() > 0) {
        for (let times = 0; times < 100; times++)
          client.send({ type: 'ping', payload: { text: kilobytes(15) } });
        most = Math.max(most, waits());
      }
      expect(sockets.count()).toBe(0);
    });
    expect(most).toBeLessThan(LIMIT + 40_000);
    client.socket.resume();
    expect([1006, 1013]).toContain((await client.closed).code);
  });

  test('bounds what is refused as well', async () => {
    const { url, sockets } = await start({
      ...{ bufferLimitBytes: 10_000, operationsMax: 1, refusalsMax: Infinity },
    });
    const client = await signIn(url);
    client.send(ask('1', 'subscription { topic }'));
    client.socket.pause();
    let count = 0;
    let most = 0;
    await eventually(() => {
      if (sockets.count() > 0)
        for (let times = 0; times < 3_000; times++)
          client.send(ask(`${'x'.repeat(2_000)}${count++}`, '{ hello }'));
      most = Math.max(most, waits());
      expect(sockets.count()).toBe(0);
    });
    expect(most).toBeLessThan(20_000);
    client.socket.terminate();
  });

  test('a reader that has stopped for good is cut off by the pings', async () => {
    const { url, topic, sockets } = await start({ bufferLimitBytes: LIMIT, pingIntervalMs: 100 });
    const client = await signIn(url);
    client.send(ask('1', 'subscription { topic }'));
    await eventually(() => expect(topic.listening).toBe(1));
    client.socket.pause();
    topic.publish({ data: { topic: kilobytes(16_000) } });
    await eventually(() => expect([sockets.count(), topic.listening]).toEqual([0, 0]));
    client.socket.terminate();
  });
});

describe('a client id', () => {
  test.each(['clientId', 'x-client-id', 'X-Client-Id'])('comes as %s', async (name) => {
    const { url } = await start();
    const client = await signIn(url, { [name]: 'window 1' });
    client.send(ask('1', '{ who }'));
    expect(await client.gets({ type: 'next' })).toMatchObject({
      payload: { data: { who: 'anon window 1' } },
    });
  });

  test.each([['x'.repeat(201)], ['ümlaut'], ['a\nb'], [7], [{}]])(
    'that is none closes by 4400: %j',
    async (clientId) => {
      const { url } = await start();
      const client = await openClient(url);
      client.send({ type: 'connection_init', payload: { clientId } });
      expect(await client.closed).toEqual({
        code: 4400,
        reason: 'A client id is 1 to 200 printable ASCII characters.',
      });
    },
  );
});
