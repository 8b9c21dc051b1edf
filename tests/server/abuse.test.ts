import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { WebSocket } from 'ws';
import { alice, authorizationOf, bob, TEST_SECRET } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { ask, atTheEnd, eventually, execute, serve, type GatewayProcess } from '../helpers/process';
import {
  ask as asking,
  exchange,
  openClient,
  signIn,
  tokenUntil,
  type Closing,
  type RawClient,
} from '../helpers/sockets';
import { ABUSIVE_REQUESTS, type AbusiveRequest } from './abuse/documents';
import { watchOver, type Figures } from './abuse/witness';

/** Each abuse is sent so many times at once. */
const AT_ONCE = 4;
/** Nobody else waits longer than this for a small answer, on a busy machine too. */
const LATEST_MS = 5_000;
const GROWTH_MB = 400;

let database: TestDatabase;
let gateway: GatewayProcess;
let abuser = '';
let witness: ReturnType<typeof watchOver>;
let before: Figures;
const memory: number[] = [];
const took: Record<string, number> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  await builders(database).account(bob);
  gateway = await serve({
    ...{ AUTH_DATABASE_URL: database.authUrl, JWT_SECRET: TEST_SECRET, NODE_ENV: 'test', LOG_LEVEL: 'error' },
    ...{ HEADERS_TIMEOUT_MS: '1000', REQUEST_TIMEOUT_MS: '1500', SOCKET_BUFFER_LIMIT_BYTES: '1000000' },
  });
  abuser = (await authorizationOf(alice)) ?? '';
  const token = (await authorizationOf(bob)) ?? '';
  const watch = () => watchOver(gateway.url, token, { data: { me: { id: bob.id } } });
  const calm = watch();
  await eventually(() => expect(calm.count()).toBeGreaterThan(150));
  before = await calm.stop();
  memory.push(await residentMegabytes());
  witness = watch();
});
atTheEnd(() => database.drop());

async function residentMegabytes(): Promise<number> {
  const { stdout } = await execute('ps', ['-o', 'rss=', '-p', String(gateway.pid)]);
  return Math.round(Number(stdout) / 1024);
}

/** Does it, some times at once, and gives the answers that are not alike. */
async function abuse(name: string, act: () => Promise<string>): Promise<string[]> {
  const begun = performance.now();
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, act));
  took[name] = Math.round(performance.now() - begun);
  memory.push(await residentMegabytes());
  return [...new Set(answers)];
}

const codeIn = (body: string) => /"code":"(\w+)"/.exec(body)?.[1] ?? 'no code';
async function send({ query, variables, operationName, body, headers }: AbusiveRequest): Promise<string> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: abuser, ...headers },
    body: (body as string | undefined) ?? JSON.stringify({ query, variables, operationName }),
  });
  const text = await response.text();
  // What is refused is not sent back.
  expect(text.length).toBeLessThan(20_000);
  return `${response.status} ${codeIn(text)}`;
}

describe('a request', () => {
  test.each(ABUSIVE_REQUESTS.map((each) => [each.name, each.answer, each] as const))(
    '%s is answered %s',
    async (name, answer, request) => {
      expect(await abuse(name, () => send(request))).toEqual([answer]);
    },
  );
});

/** Status and code of the answer to bytes, whenever it comes. */
async function answerTo(bytes: string): Promise<string> {
  const answer = await exchange(gateway.url, bytes);
  return `${/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]} ${codeIn(answer)}`;
}
const HEAD = 'POST /graphql HTTP/1.1\r\nHost: gateway\r\nContent-Type: application/json\r\n';

/** Sends more and more until it is answered and closed. */
function pour(head: string, more: Buffer): Promise<string> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve) => {
    let answer = '';
    const stream: Socket = connect(Number(port), hostname, () => {
      stream.write(head);
      const write = () => {
        while (stream.writable && stream.write(more));
      };
      stream.on('drain', write);
      write();
    });
    stream.setEncoding('latin1').on('data', (text: string) => (answer += text));
    stream.on('error', () => undefined);
    stream.once('close', () =>
      resolve(`${/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'cut off'} ${codeIn(answer)}`),
    );
  });
}

describe('a connection', () => {
  const raw: [string, string, () => string][] = [
    ['that never ends its headers', '408 LIMIT_EXCEEDED', () => HEAD],
    ['that never ends its body', '408 LIMIT_EXCEEDED', () => `${HEAD}Content-Length: 1000\r\n\r\n{`],
    ['that says nothing more after half a line', '408 LIMIT_EXCEEDED', () => 'POST /gra'],
    [
      'with an address of 100 kB',
      '431 LIMIT_EXCEEDED',
      () => `GET /graphql?query=${'x'.repeat(100_000)} HTTP/1.1\r\n\r\n`,
    ],
    ['with 5,000 headers', '431 LIMIT_EXCEEDED', () => `${HEAD}${'X-Again: 1\r\n'.repeat(5_000)}\r\n`],
    ['with two lengths', '400 BAD_REQUEST', () => `${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}`],
    [
      'with a length and in chunks',
      '400 BAD_REQUEST',
      () => `${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['that speaks something else', '400 BAD_REQUEST', () => '\x16\x03\x01\x02\x00\x01\x00'],
    [
      'with two tokens',
      '400 BAD_REQUEST',
      () =>
        `${HEAD}Authorization: ${abuser}\r\nAuthorization: ${abuser}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`,
    ],
  ];
  test.each(raw)('%s is answered %s', async (name, answer, bytes) => {
    expect(await abuse(name, () => answerTo(bytes()))).toEqual([answer]);
  });

  test('whose body never ends is answered, and cut off', async () => {
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 0x20), Buffer.from('\r\n')]);
    const answers = await abuse('endless body', () =>
      pour(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, chunk),
    );
    // Who does not stop sending may find the connection reset before he has read the answer.
    for (const answer of answers) expect(['413 LIMIT_EXCEEDED', 'cut off no code']).toContain(answer);
  });
});

describe('a socket', () => {
  const payload = () => ({ authorization: abuser });
  const closing = async ({ closed }: RawClient) => (await closed).code;
  const cases: [string, number, (client: RawClient) => void][] = [
    ['with a message of 10 MB', 1009, (client) => client.send('x'.repeat(10_000_000))],
    [
      'with a message in pieces without end',
      1009,
      ({ socket }) => {
        for (let i = 0; i < 2_000; i++) socket.send('x'.repeat(1_000), { fin: false });
      },
    ],
    ['with a batch', 4400, (client) => client.send('[{"type":"subscribe"}]')],
    [
      'with JSON 100,000 deep',
      4400,
      (client) => client.send(`{"type":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    ],
    ['that says who it is again and again', 4429, (client) => client.send({ type: 'connection_init' })],
    [
      'with pings whose answers are not read',
      1013,
      (client) => {
        client.socket.pause();
        const flood = () => {
          if (client.socket.readyState !== WebSocket.OPEN) return;
          for (let i = 0; i < 1_000; i++) client.socket.ping('x'.repeat(125));
          setTimeout(flood, 1);
        };
        flood();
        // Closed for it or not: what came of answers is read now, and why.
        setTimeout(() => client.socket.resume(), 1_500);
      },
    ],
  ];
  test.each(cases)('%s is closed by %i', async (name, code, act) => {
    const codes = await abuse(name, async () => {
      const client = await signIn(gateway.url, payload());
      act(client);
      return String(await closing(client));
    });
    // A connection that is cut off while its flood is under way has not read why.
    for (const each of codes) expect([String(code), '1006']).toContain(each);
  });

  test('with 1,000 operations at once has 100 of them begun', async () => {
    const client = await signIn(gateway.url, payload());
    for (let i = 0; i < 1_000; i++)
      client.send(
        asking(
          `${i}`,
          'subscription { projectChanges(projectId: "00000000-0000-4000-8000-000000000000") { kind } }',
        ),
      );
    const told = () => client.frames.filter(({ type }) => type === 'next' || type === 'error');
    // A hundred are at work; of the others each is refused, until so many in a row were that the socket is closed.
    let closedBy: number | undefined;
    void client.closed.then(({ code }) => (closedBy = code));
    await eventually(() => expect(closedBy !== undefined || told().length === 1_000).toBe(true));
    expect([undefined, 1013]).toContain(closedBy);
    const codes = told().map((frame) => codeIn(JSON.stringify(frame)));
    expect(codes.filter((code) => code === 'LIMIT_EXCEEDED').length).toBeGreaterThanOrEqual(100);
    expect(codes.filter((code) => !['LIMIT_EXCEEDED', 'NOT_FOUND'].includes(code))).toEqual([]);
    client.socket.terminate();
  });

  test('with an abusive document is told so as over HTTP', async () => {
    const client = await signIn(gateway.url, payload());
    const documents = ABUSIVE_REQUESTS.filter(
      ({ query, answer }) => query && query.length < 100_000 && answer === '200 LIMIT_EXCEEDED',
    );
    for (const { name, query = '', variables } of documents) {
      if (JSON.stringify(variables ?? {}).length > 500_000) continue;
      client.send(asking(name, query, variables));
      expect([name, codeIn(JSON.stringify(await client.gets({ type: 'error', id: name })))]).toEqual([
        name,
        'LIMIT_EXCEEDED',
      ]);
    }
    expect(documents.length).toBeGreaterThan(15);
    client.socket.terminate();
  });

  test('that asks for much and never reads keeps what it asked for waiting, not our memory', async () => {
    const client = await signIn(gateway.url, payload());
    client.socket.pause();
    for (let i = 0; i < 40; i++)
      client.send(
        asking(
          `${i}`,
          '{ __schema { types { name description fields { name description type { name } } } } }',
        ),
      );
    const count = witness.count();
    await eventually(() => expect(witness.count()).toBeGreaterThan(count + 50));
    memory.push(await residentMegabytes());
    client.socket.terminate();
  });

  test('one of 1,000 of one caller is one of the 100 that stay', async () => {
    const authorization = `Bearer ${await tokenUntil(Date.now() / 1000 + 300, { sub: randomUUID() })}`;
    const closings: Promise<Closing>[] = [];
    const open: RawClient[] = [];
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 50 }, async () => {
          const client = await openClient(gateway.url);
          client.send({ type: 'connection_init', payload: { authorization } });
          await client.gets({ type: 'connection_ack' }).then(
            () => open.push(client),
            () => closings.push(client.closed),
          );
        }),
      );
    }
    memory.push(await residentMegabytes());
    expect(open).toHaveLength(100);
    for (const { code, reason } of await Promise.all(closings)) {
      expect([code, reason.split(':')[0]]).toEqual([1013, 'SOCKETS_PER_CALLER_MAX']);
    }
    open.forEach(({ socket }) => socket.terminate());
  });
});

test('nobody else noticed, and the process is as it was', async () => {
  const during = await witness.stop();
  const growth = Math.max(...memory) - (memory[0] ?? 0);
  if (process.env.ABUSE === 'show') {
    const slowest = Object.entries(took).sort(([, a], [, b]) => b - a);
    process.stderr.write(
      `${JSON.stringify({ before, during, memory: [memory[0], Math.max(...memory), memory.at(-1)], slowest })}\n`,
    );
  }
  expect(during.wrong).toBe(0);
  expect(during.answers).toBeGreaterThan(100);
  expect(during.max).toBeLessThan(LATEST_MS);
  // Not doubled, but for what else this machine does at the moment.
  expect(during.p95).toBeLessThan(2 * before.p95 + 500);
  expect(growth).toBeLessThan(GROWTH_MB);
  expect(await ask(gateway.url, '{ __typename }')).toEqual({ status: 200, data: { __typename: 'Query' } });
  // Nothing of it was a fault of ours.
  expect(
    gateway
      .stdout()
      .split('\n')
      .filter((line) => /"level":50/.test(line)),
  ).toEqual([]);
});
