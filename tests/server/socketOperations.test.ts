import { MessageType } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { Operations } from '../../server/graphql/sockets/operations';
import { eventually } from '../helpers/process';
import { ask, signIn, startSocketBench, type Frame, type SocketBench } from '../helpers/sockets';

let bench: SocketBench;
beforeEach(async () => {
  bench = await startSocketBench();
});
afterEach(() => bench.stop());

const ofId = (frames: Frame[], id: string) => frames.filter((frame) => frame.id === id);

describe('an operation', () => {
  test('answers by next and complete, for its id', async () => {
    const client = await signIn(bench.url);
    client.send(ask('a "quoted" id', 'query ($v: String) { echo(value: $v) }', { v: 'x' }));
    await client.gets({ type: 'complete' });
    expect(client.frames.slice(1)).toEqual([
      { id: 'a "quoted" id', type: 'next', payload: { data: { echo: 'x' } } },
      { id: 'a "quoted" id', type: 'complete' },
    ]);
  });

  test('that is a subscription gives each result in order', async () => {
    const client = await signIn(bench.url);
    client.send(ask('1', 'subscription { count(to: 50) }'));
    await client.gets({ type: 'complete' });
    expect(client.frames.slice(1, -1)).toEqual(
      Array.from({ length: 50 }, (_, index) => ({
        ...{ id: '1', type: 'next' },
        payload: { data: { count: index + 1 } },
      })),
    );
  });

  const refused: [string, string, string][] = [
    ['that is not GraphQL', '{', 'GRAPHQL_PARSE_FAILED'],
    ['that does not fit the schema', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['without an operation', 'fragment F on Query { hello }', 'GRAPHQL_VALIDATION_FAILED'],
    ['that is too deep', `{ ${'nest { '.repeat(20)} hello ${'}'.repeat(21)}`, 'LIMIT_EXCEEDED'],
    [
      'that changes too much',
      `mutation { ${[1, 2, 3, 4, 5, 6].map((n) => `a${n}: held`).join(' ')} }`,
      'LIMIT_EXCEEDED',
    ],
  ];
  test.each(refused)('%s is answered by an error with its code', async (_what, query, code) => {
    const client = await signIn(bench.url);
    client.send(ask('1', query));
    const { payload } = await client.gets({ type: 'error' });
    expect(payload).toMatchObject([{ message: expect.any(String) as string, extensions: { code } }]);
    client.send(ask('1', '{ hello }'));
    await client.gets({ type: 'complete', id: '1' });
    expect(bench.contexts).toHaveLength(1);
  });

  test('with many faults names twenty at most', async () => {
    const client = await signIn(bench.url);
    client.send(ask('1', `{ ${Array.from({ length: 50 }, (_, index) => `x${index}`).join(' ')} }`));
    const { payload } = await client.gets({ type: 'error' });
    expect((payload as unknown[]).length).toBeLessThanOrEqual(21);
  });

  test('with the id of one that is open closes by 4409', async () => {
    const client = await signIn(bench.url);
    client.send(ask('mine', 'subscription { topic }'));
    client.send(ask('mine', '{ hello }'));
    expect(await client.closed).toMatchObject({ code: 4409, reason: 'Subscriber for mine already exists' });
    await eventually(() => expect(bench.topic.listening).toBe(0));
  });

  test('may use an id again as soon as it is completed', async () => {
    const client = await signIn(bench.url);
    const again = new Promise<void>((resolve) => {
      let rounds = 0;
      client.socket.on('message', (data) => {
        const { type } = JSON.parse((data as Buffer).toString()) as Frame;
        if (type !== 'complete') return;
        if (++rounds === 200) resolve();
        else client.send(ask('1', '{ hello }'));
      });
    });
    client.send(ask('1', '{ hello }'));
    await Promise.race([
      again,
      client.closed.then(({ code }) => Promise.reject(new Error(`closed by ${code}`))),
    ]);
  });

  test('frees its id with its last message, before the system has taken that', () => {
    const operations = new Operations();
    const subscribe = { type: MessageType.Subscribe, id: '1', payload: { query: '' } } as const;
    const { key } = operations.begin(subscribe, undefined);
    operations.compose({ type: MessageType.Next, id: key, payload: {} });
    expect(operations.awaited('1')?.key).toBe(key);
    expect(operations.compose({ type: MessageType.Complete, id: key })).toBe('{"type":"complete","id":"1"}');
    expect(operations.awaited('1')).toBeUndefined();
    expect(operations.find(key)).toBeDefined();
  });

  test('that is given up does not answer one that took its id', async () => {
    const client = await signIn(bench.url);
    client.send(ask('1', '{ held }'));
    await eventually(() => expect(bench.held()).toBe(1));
    client.send({ type: 'complete', id: '1' });
    client.send(ask('1', 'subscription { topic }'));
    await eventually(() => expect(bench.topic.listening).toBe(1));
    bench.release();
    client.send(ask('2', '{ hello }'));
    await client.gets({ type: 'complete', id: '2' });
    expect(ofId(client.frames, '1')).toEqual([]);
    expect(bench.contexts[0]?.abandoned?.aborted).toBe(true);
    // The second is still there, and ends by its id.
    bench.topic.publish({ data: { topic: 'news' } });
    expect(await client.gets({ type: 'next', id: '1' })).toMatchObject({
      payload: { data: { topic: 'news' } },
    });
    client.send({ type: 'complete', id: '1' });
    await eventually(() => expect(bench.topic.listening).toBe(0));
  });

  test('that is completed while results are on the way gives no more of them, and is told to end', async () => {
    const client = await signIn(bench.url);
    client.send(ask('1', 'subscription { endless }'));
    await client.gets({ type: 'next' });
    client.send({ type: 'complete', id: '1' });
    client.send({ type: 'ping' });
    await client.gets({ type: 'pong' });
    const seen = client.frames.length;
    client.send(ask('2', '{ hello }'));
    await client.gets({ type: 'complete', id: '2' });
    expect(client.frames.slice(seen).filter(({ id }) => id === '1')).toEqual([]);
    const given = bench.given();
    client.send({ type: 'ping', payload: {} });
    await client.gets({ type: 'complete', id: '2' });
    expect(bench.given()).toBe(given);
    expect(ofId(client.frames, '1').map(({ type }) => type)).not.toContain('complete');
  });

  test('that is unknown can be completed: nothing happens', async () => {
    const client = await signIn(bench.url);
    client.send({ type: 'complete', id: 'toString' });
    client.send({ type: 'complete', id: '7' });
    client.send({ type: 'ping' });
    await client.gets({ type: 'pong' });
    expect(client.frames).toHaveLength(2);
  });

  test('that fails in its stream tells it masked, and is over', async () => {
    const client = await signIn(bench.url);
    client.send(ask('1', 'subscription { broken }'));
    const { payload } = await client.gets({ type: 'error', id: '1' });
    expect(payload).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    expect(JSON.stringify(client.frames)).not.toContain('secret');
    client.send(ask('1', '{ hello }'));
    await client.gets({ type: 'complete', id: '1' });
  });

  test('has a context of its own', async () => {
    const client = await signIn(bench.url, { clientId: 'window 1' });
    client.send(ask('1', '{ who }'));
    client.send(ask('2', '{ who }'));
    await client.gets({ type: 'complete', id: '2' });
    await client.gets({ type: 'complete', id: '1' });
    const [first, second] = bench.contexts;
    expect(first).toMatchObject({ claims: { role: 'anon' }, clientId: 'window 1' });
    expect(first?.requestId).not.toBe(second?.requestId);
  });
});

describe('a socket that breaks off', () => {
  test.each([
    ['without a word', (socket: WebSocket) => socket.terminate()],
    ['in order', (socket: WebSocket) => socket.close(1000)],
  ])('%s frees what it held', async (_how, leave) => {
    const client = await signIn(bench.url);
    client.send(ask('1', 'subscription { topic }'));
    client.send(ask('2', 'subscription { topic }'));
    client.send(ask('3', '{ held }'));
    await eventually(() => expect([bench.topic.listening, bench.held()]).toEqual([2, 1]));
    leave(client.socket);
    await eventually(() => expect([bench.topic.listening, bench.sockets.count()]).toEqual([0, 0]));
    expect(bench.contexts.map(({ abandoned }) => abandoned?.aborted)).toEqual([true, true, true]);
    bench.release();
  });
});

test('a subscription that is always ready leaves room for everybody else, also when its socket goes', async () => {
  const greedy = await signIn(bench.url);
  greedy.send(ask('1', 'subscription { endless }'));
  await greedy.gets({ type: 'next' });
  const other = await signIn(bench.url);
  const given = bench.given();
  other.send({ type: 'ping' });
  await other.gets({ type: 'pong' });
  // A source that is asked again before anybody else is served comes to thousands in that time.
  expect(bench.given() - given).toBeLessThan(500);
  greedy.send('{');
  await greedy.closed;
  await eventually(() => expect(bench.sockets.count()).toBe(1));
});

describe('many subscriptions to one result', () => {
  test('get it from one text', async () => {
    const clients = await Promise.all(Array.from({ length: 5 }, () => signIn(bench.url)));
    clients.forEach((client, index) => client.send(ask(`id ${index}`, 'subscription { topic }')));
    await eventually(() => expect(bench.topic.listening).toBe(5));
    let texts = 0;
    const data = { topic: { toJSON: () => (texts++, 'ünïcode " news') } };
    bench.topic.publish({ data });
    for (const [index, client] of clients.entries()) {
      expect(await client.gets({ type: 'next' })).toEqual({
        id: `id ${index}`,
        type: 'next',
        payload: { data: { topic: 'ünïcode " news' } },
      });
    }
    expect(texts).toBe(1);
  });
});
