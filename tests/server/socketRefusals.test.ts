import { RequestError } from '../../server/errors';
import { createLogger } from '../../server/log';
import { eventually } from '../helpers/process';
import { ask, signIn, startSocketBench, type RawClient, type SocketBench } from '../helpers/sockets';

let bench: SocketBench | undefined;
afterEach(() => bench?.stop());
const start = async (...options: Parameters<typeof startSocketBench>) =>
  (bench = await startSocketBench(...options));

describe('who is refused on and on', () => {
  let asked = 0;
  beforeEach(() => (asked = 0));
  /** Asks so often, and waits for the last answer: each is an error. */
  async function areRefused(client: RawClient, times: number, query = '{ hello }') {
    for (let time = 0; time < times; time++) client.send(ask(`refused ${++asked}`, query));
    await client.gets({ type: 'error', id: `refused ${asked}` });
  }
  async function expectClosed(client: RawClient) {
    client.send(ask('last', '{ hello }'));
    expect(await client.closed).toEqual({
      ...{ code: 1013, reason: '100 operations in a row were refused. Wait before you ask again.' },
    });
    // It was told why first.
    expect(client.frames.filter(({ type, id }) => type === 'error' && id === 'last')).toHaveLength(1);
  }

  test('by a limit of the socket is closed by 1013, unless one is let in now and then', async () => {
    const { url, sockets, held, release } = await start({ operationsMax: 1 });
    const client = await signIn(url);
    const running = () => [...sockets.views()].flatMap(({ operations }) => [...operations()]);
    for (const id of ['1', '2']) {
      client.send(ask(id, '{ held }'));
      await eventually(() => expect(held()).toBe(1));
      await areRefused(client, 99);
      if (id === '2') break;
      release();
      await eventually(() => expect(running()).toEqual([]));
    }
    await expectClosed(client);
    release();
  });

  test('by his rate is closed by 1013, unless one is let in now and then', async () => {
    let isFast = true;
    const lines: { msg: string; level: number; code?: string }[] = [];
    const write = (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]);
    const { url } = await start(undefined, {
      log: createLogger({ logLevel: 'debug' }, 'test', { write }),
      rates: {
        count: async () => {
          if (isFast) throw new RequestError('RATE_LIMITED', 'Too many.');
        },
        countGuess: async () => undefined,
        countRead: async () => undefined,
      },
    });
    const client = await signIn(url);
    await areRefused(client, 99);
    isFast = false;
    client.send(ask('1', '{ hello }'));
    await client.gets({ type: 'complete', id: '1' });
    isFast = true;
    await areRefused(client, 99);
    await expectClosed(client);
    // A line for each, but none that anybody who refuses little would read.
    const told = lines.filter(({ msg }) => msg === 'socket operation');
    expect(told).toHaveLength(200);
    expect(told.filter(({ level }) => level === 30)).toEqual([
      expect.not.objectContaining({ code: 'RATE_LIMITED' }),
    ]);
    expect(told.filter(({ level, code }) => level === 20 && code === 'RATE_LIMITED')).toHaveLength(199);
  });

  test('for what he asks stays: it was let in, and counted', async () => {
    const { url } = await start();
    const client = await signIn(url);
    await areRefused(client, 150, '{ nothing }');
    client.send(ask('1', '{ hello }'));
    await client.gets({ type: 'complete', id: '1' });
  });
});
