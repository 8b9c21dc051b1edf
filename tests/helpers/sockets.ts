import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { buildSchema, execute, subscribe, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { WebSocket } from 'ws';
import type { Claims } from '../../server/auth/claims';
import { createTokenVerifier, signToken } from '../../server/auth/token';
import type { RequestContext } from '../../server/graphql/execute';
import { createGate } from '../../server/graphql/gate';
import { createPersistedOperations } from '../../server/graphql/persisted';
import {
  createSocketServer,
  type SocketServer,
  type SocketServerOptions,
} from '../../server/graphql/sockets/server';
import { createLogger } from '../../server/log';
import { TEST_SECRET } from './actors';

export const PROTOCOL = 'graphql-transport-ws';

export interface Frame {
  type: string;
  id?: string;
  payload?: unknown;
}

export interface Closing {
  code: number;
  reason: string;
}

/** A client that does what it is told, right or wrong, and keeps what it gets. */
export interface RawClient {
  socket: WebSocket;
  /** Everything that came, in order. */
  frames: Frame[];
  send(frame: Frame | string | Buffer): void;
  /** The first frame that fits, also if it came before; rejects when the socket closes without. */
  gets(wanted: Partial<Frame>): Promise<Frame>;
  closed: Promise<Closing>;
}

export interface ClientOptions {
  protocols?: string[];
  localAddress?: string;
  autoPong?: boolean;
  /** As a browser says which page opens it. */
  origin?: string;
}

export async function openClient(url: string, options: ClientOptions = {}): Promise<RawClient> {
  const { protocols = [PROTOCOL], ...rest } = options;
  const socket = new WebSocket(url.replace(/^http/, 'ws') + '/graphql', protocols, rest);
  const frames: Frame[] = [];
  const watchers = new Set<() => void>();
  let closing: Closing | undefined;
  socket.on('message', (data) => {
    frames.push(JSON.parse((data as Buffer).toString()) as Frame);
    watchers.forEach((watch) => watch());
  });
  const closed = new Promise<Closing>((resolve) =>
    socket.once('close', (code, reason) => {
      closing = { code, reason: reason.toString() };
      resolve(closing);
      watchers.forEach((watch) => watch());
    }),
  );
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => undefined);
  return {
    socket,
    frames,
    closed,
    send: (frame) =>
      socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame)),
    gets: (wanted) =>
      new Promise((resolve, reject) => {
        let seen = 0;
        const look = () => {
          const found = frames
            .slice(seen)
            .find((frame) =>
              Object.entries(wanted).every(([name, value]) => frame[name as keyof Frame] === value),
            );
          seen = frames.length;
          if (found) resolve(found);
          else if (closing)
            reject(new Error(`closed by ${closing.code} ${closing.reason} before ${JSON.stringify(wanted)}`));
          else return;
          watchers.delete(look);
        };
        watchers.add(look);
        look();
      }),
  };
}

/** A client that has been let in. */
export async function signIn(
  url: string,
  payload?: Record<string, unknown>,
  options?: ClientOptions,
): Promise<RawClient> {
  const client = await openClient(url, options);
  client.send({ type: 'connection_init', ...(payload ? { payload } : {}) });
  await client.gets({ type: 'connection_ack' });
  return client;
}

export const ask = (id: string, query: string, variables?: Record<string, unknown>): Frame => ({
  ...{ type: 'subscribe', id },
  payload: { query, ...(variables ? { variables } : {}) },
});

/** A token that ends at a time, in seconds since 1970. */
export async function tokenUntil(exp: number, claims: Partial<Claims> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const given = { role: 'authenticated', sub: 'a11ce000-0000-4000-8000-0000000000aa', ...claims };
  return signToken(
    { ...given, expires: exp - now },
    {
      audience: 'authenticated',
      issuer: undefined,
      secret: TEST_SECRET,
    },
  );
}

/** What is published to all who listen, and how many do. */
export class Topic {
  private readonly listeners = new Set<(result: ExecutionResult) => void>();
  /** Asked for the next by whoever listens. */
  asked = 0;
  begun = 0;

  get listening(): number {
    return this.listeners.size;
  }

  publish(result: ExecutionResult): void {
    this.listeners.forEach((listener) => listener(result));
  }

  listen(): AsyncIterableIterator<ExecutionResult> {
    const queue: ExecutionResult[] = [];
    let wake: (() => void) | undefined;
    const listener = (result: ExecutionResult) => {
      queue.push(result);
      wake?.();
    };
    this.listeners.add(listener);
    this.begun++;
    return {
      next: async () => {
        this.asked++;
        // Never wakes when nothing comes: what ends the socket must not wait for this.
        while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        return { done: false, value: queue.shift() as ExecutionResult };
      },
      return: () => {
        this.listeners.delete(listener);
        return Promise.resolve({ done: true, value: undefined });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

const schema = buildSchema(`
  type Query { hello: String, echo(value: String): String, held: String, who: String, nest: Query }
  type Mutation { held: String }
  type Subscription { count(to: Int!): Int, topic: String, endless: Int, broken: Int, refused: Int }
`);

export interface SocketBench {
  url: string;
  sockets: SocketServer;
  topic: Topic;
  /** Contexts of the operations that ran, in order. */
  contexts: RequestContext[];
  /** Lets what is held be answered. */
  release(): void;
  /** How many are held. */
  held(): number;
  /** The server's ends of the connections. */
  streams: Socket[];
  /** How many results the endless subscription was asked for. */
  given(): number;
  server: Server;
  setDraining(): void;
  stop(): Promise<void>;
}

const SOCKETS = {
  ...{ max: 1_000, perCallerMax: 1_000, operationsMax: 100, operationsPerCallerMax: 1_000 },
  ...{ initTimeoutMs: 20_000, pingIntervalMs: 60_000, bufferLimitBytes: 4_000_000 },
};

/** The socket front alone over a small schema: a real server, real sockets, no database. */
export async function startSocketBench(
  sockets: Partial<SocketServerOptions['sockets']> = {},
  overrides: Partial<SocketServerOptions> = {},
): Promise<SocketBench> {
  const server = createServer((_request, response) => response.end('served'));
  const topic = new Topic();
  const contexts: RequestContext[] = [];
  const waiting = new Set<() => void>();
  const streams: Socket[] = [];
  let given = 0;
  let isDraining = false;
  server.on('upgrade', (_request: IncomingMessage, stream: Socket) => streams.push(stream));

  const hold = () =>
    new Promise<string>((resolve) => {
      const go = () => {
        waiting.delete(go);
        resolve('released');
      };
      waiting.add(go);
    });
  const rootValue = {
    hello: 'hello',
    echo: ({ value }: { value: string }) => value,
    held: hold,
    nest: () => rootValue,
    who: (_: unknown, context: RequestContext) => `${context.claims.role} ${context.clientId ?? '-'}`,
    count: async function* ({ to }: { to: number }) {
      for (let count = 1; count <= to; count++) yield { count };
    },
    endless: async function* () {
      for (;;) yield { endless: ++given };
    },
    broken: async function* () {
      yield { broken: 1 };
      throw new Error('secret words of the database');
    },
    refused: () => {
      throw new Error('secret words of the database');
    },
  };
  const begin = async (args: ExecutionArgs) => {
    contexts.push(args.contextValue as RequestContext);
    // One result for all: what is shared.
    if (/topic/.test(args.document.loc?.source.body ?? '')) return topic.listen();
    return subscribe({ ...args, rootValue });
  };
  const served = createSocketServer({
    ...{ server, sockets: { ...SOCKETS, ...sockets }, log: createLogger({ logLevel: 'silent' }) },
    schema: () => schema,
    constraints: () => new Map(),
    execute: async (args) => {
      contexts.push(args.contextValue as RequestContext);
      return execute({ ...args, rootValue });
    },
    subscribe: begin,
    verifyToken: createTokenVerifier({
      ...{ secret: TEST_SECRET, jwksUrl: undefined, audience: 'authenticated', issuer: undefined },
    }),
    limits: {
      ...{ depth: 20, fields: 200, mutationFields: 5, valueDepth: 10, pageSize: 100 },
      ...{ textBytes: 20_000, tokens: 5_000, aliases: 50, rootFields: 50, directives: 20, directivesEach: 5 },
      ...{ valueBytes: 10_000, valueItems: 1_000 },
      ...{ filterTerms: 100, filterItems: 100, filterTextBytes: 100 },
      ...{ cost: 10_000, pageDefault: 10, variableBytes: 20_000 },
    },
    gate: createGate({ introspection: true, suggestions: true }, createPersistedOperations('off', new Map())),
    rates: {
      count: async () => undefined,
      countGuess: async () => undefined,
      countRead: async () => undefined,
    },
    addressOf: (request) => request.socket.remoteAddress ?? '',
    corsOrigins: [],
    messageLimitBytes: 20_000,
    isReady: () => true,
    isDraining: () => isDraining,
    ...overrides,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: served,
    ...{ topic, contexts, streams, server },
    release: () => waiting.forEach((go) => go()),
    held: () => waiting.size,
    given: () => given,
    setDraining: () => (isDraining = true),
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await served.drain(0);
      streams.forEach((stream) => stream.destroy());
      await closed;
    },
  };
}

/** Sends bytes, and gives what comes back until the other side closes. */
export function exchange(url: string, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const stream = connect(Number(port), hostname, () => stream.write(bytes));
    let answer = '';
    stream.setEncoding('latin1').on('data', (text: string) => (answer += text));
    stream.on('error', () => undefined);
    stream.once('close', () => resolve(answer));
  });
}
