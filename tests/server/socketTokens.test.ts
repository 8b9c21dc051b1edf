import { KeysUnavailableError } from '../../server/auth/keys';
import { actAt } from '../../server/graphql/sockets/clock';
import { eventually } from '../helpers/process';
import { ask, openClient, signIn, startSocketBench, tokenUntil, type SocketBench } from '../helpers/sockets';

let bench: SocketBench;
beforeEach(async () => {
  bench = await startSocketBench();
});
afterEach(() => bench.stop());

const seconds = () => Date.now() / 1000;
const init = async (payload: Record<string, unknown>, url = bench.url) => {
  const client = await openClient(url);
  client.send({ type: 'connection_init', payload });
  return client;
};

describe('the token of connection_init', () => {
  test.each(['authorization', 'Authorization', 'AUTHORIZATION'])('says who is calling: %s', async (name) => {
    const client = await signIn(bench.url, { [name]: `Bearer ${await tokenUntil(seconds() + 60)}` });
    client.send(ask('1', '{ who }'));
    expect(await client.gets({ type: 'next' })).toMatchObject({
      payload: { data: { who: 'authenticated -' } },
    });
  });

  test.each([[undefined], [{}], [{ authorization: null }]])(
    'may be missing: %j is anonymous',
    async (payload) => {
      const client = await signIn(bench.url, payload);
      client.send(ask('1', '{ who }'));
      expect(await client.gets({ type: 'next' })).toMatchObject({ payload: { data: { who: 'anon -' } } });
    },
  );

  const bad: [string, () => Promise<unknown>, string][] = [
    ['is no JWT', async () => 'Bearer x', 'TOKEN_MALFORMED: '],
    ['has no scheme', async () => tokenUntil(seconds() + 60), 'TOKEN_MALFORMED: '],
    ['is empty', async () => '', 'TOKEN_MALFORMED: '],
    ['is no text', async () => 7, 'TOKEN_MALFORMED: '],
    [
      'is of another key',
      async () =>
        `Bearer ${(await tokenUntil(seconds() + 60)).replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))}`,
      'TOKEN_SIGNATURE: ',
    ],
    [
      'has expired',
      async () => `Bearer ${await tokenUntil(seconds() - 3600)}`,
      'TOKEN_EXPIRED: The token has expired',
    ],
    [
      'has expired within the skew that is forgiven elsewhere',
      async () => `Bearer ${await tokenUntil(seconds() - 5)}`,
      'TOKEN_EXPIRED: The token has expired',
    ],
    [
      'has a role that is none',
      async () => `Bearer ${await tokenUntil(seconds() + 60, { role: 'postgres' as never })}`,
      'TOKEN_CLAIMS: ',
    ],
  ];
  test.each(bad)('that %s closes by 4403 with the reason', async (_what, authorization, words) => {
    const client = await init({ authorization: await authorization() });
    const { code, reason } = await client.closed;
    expect([code, reason.slice(0, words.length)]).toEqual([4403, words]);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    expect(client.frames).toEqual([]);
  });

  test('that is given twice closes by 4400', async () => {
    const client = await init({ authorization: 'Bearer a', Authorization: 'Bearer b' });
    expect((await client.closed).code).toBe(4400);
  });

  test('that cannot be checked now closes by 1013', async () => {
    const verifyToken = () => Promise.reject(new KeysUnavailableError(new Error('down')));
    const other = await startSocketBench({}, { verifyToken });
    const client = await init({ authorization: 'Bearer a.b.c' }, other.url);
    expect(await client.closed).toEqual({
      code: 1013,
      reason: expect.stringMatching(/^Tokens cannot be checked now/) as string,
    });
    await other.stop();
  });

  test('whose check fails for a reason of ours closes by 4500, and says nothing of it', async () => {
    const other = await startSocketBench({}, { verifyToken: () => Promise.reject(new Error('secret')) });
    const client = await init({ authorization: 'Bearer a.b.c' }, other.url);
    const { code, reason } = await client.closed;
    expect(code).toBe(4500);
    expect(reason).not.toContain('secret');
    await other.stop();
  });
});

describe('a token that ends', () => {
  test('closes the socket by 4403 at that time, and not a frame comes after', async () => {
    const exp = Math.ceil(seconds() + 1);
    const client = await signIn(bench.url, { authorization: `Bearer ${await tokenUntil(exp)}` });
    client.send(ask('1', 'subscription { topic }'));
    client.send(ask('2', '{ held }'));
    await eventually(() => expect([bench.topic.listening, bench.held()]).toEqual([1, 1]));
    let last = 0;
    client.socket.on('message', () => (last = Date.now()));
    const publishing = setInterval(() => bench.topic.publish({ data: { topic: 'news' } }), 5);
    await client.gets({ type: 'next' });
    const { code, reason } = await client.closed;
    const at = Date.now();
    clearInterval(publishing);
    bench.release();
    expect([code, reason]).toEqual([4403, 'TOKEN_EXPIRED: The token has expired. Get a new one.']);
    expect(at).toBeGreaterThanOrEqual(exp * 1000);
    expect(at).toBeLessThan(exp * 1000 + 2_000);
    expect(last).toBeGreaterThan(0);
    await eventually(() => expect(bench.topic.listening).toBe(0));
    expect(client.frames.filter(({ id }) => id === '2')).toEqual([]);
  });

  test('closes a socket on which nothing happens', async () => {
    const exp = Math.ceil(seconds() + 1);
    const client = await signIn(bench.url, { authorization: `Bearer ${await tokenUntil(exp)}` });
    expect((await client.closed).code).toBe(4403);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
    expect(Date.now()).toBeLessThan(exp * 1000 + 2_000);
  });

  test('counts also where the timer comes late: nothing is written, nothing is run', async () => {
    const exp = Math.ceil(seconds() + 1);
    const client = await signIn(bench.url, { authorization: `Bearer ${await tokenUntil(exp)}` });
    client.send(ask('1', 'subscription { topic }'));
    await eventually(() => expect(bench.topic.listening).toBe(1));
    client.send(ask('2', 'mutation { held }'));
    await eventually(() => expect(bench.held()).toBe(1));
    // This process does nothing else until the token has ended: its timers are late, what it does next comes first.
    while (Date.now() < exp * 1000);
    bench.topic.publish({ data: { topic: 'news' } });
    bench.release();
    expect((await client.closed).code).toBe(4403);
    expect(client.frames).toEqual([{ type: 'connection_ack' }]);
  });

  test('in a hundred years does so then', async () => {
    const exp = Math.floor(seconds()) + 100 * 365 * 86_400;
    const client = await signIn(bench.url, { authorization: `Bearer ${await tokenUntil(exp)}` });
    // A timer that is set too far fires within a millisecond.
    for (const id of ['1', '2', '3']) {
      client.send(ask(id, '{ hello }'));
      await client.gets({ type: 'complete', id });
    }
  });
});

describe('the clock', () => {
  beforeEach(() => jest.useFakeTimers({ now: 1_000_000 }));
  afterEach(() => jest.useRealTimers());

  test('acts at the time, not before, however far it is', () => {
    const act = jest.fn();
    const away = 3 * 2 ** 31 + 12_345;
    actAt(Date.now() + away, act);
    jest.advanceTimersByTime(away - 1);
    expect(act).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(act).toHaveBeenCalledTimes(1);
  });

  test('acts at once on a time that has passed', () => {
    const act = jest.fn();
    actAt(Date.now(), act);
    expect(act).toHaveBeenCalledTimes(1);
  });

  test('can be called off, also after a timer in between', () => {
    const act = jest.fn();
    const callOff = actAt(Date.now() + 2 ** 32, act);
    jest.advanceTimersByTime(2 ** 31);
    callOff();
    jest.advanceTimersByTime(2 ** 32);
    expect(act).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });
});

test('a verifier that answers when the socket is gone leaves nothing behind', async () => {
  let answer: ((claims: { role: 'anon'; exp: number }) => void) | undefined;
  const verifyToken = () => new Promise<{ role: 'anon'; exp: number }>((resolve) => (answer = resolve));
  const other = await startSocketBench({ max: 2 }, { verifyToken });
  const client = await init({ authorization: 'Bearer a.b.c' }, other.url);
  await eventually(() => expect(answer).toBeDefined());
  client.socket.terminate();
  await eventually(() => expect(other.sockets.count()).toBe(0));
  answer?.({ role: 'anon', exp: seconds() + 3600 });
  await signIn(other.url);
  await other.stop();
});
