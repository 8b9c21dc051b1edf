import { once } from 'node:events';
import { WebSocket } from 'ws';
import { authorizationOf, type Actor } from '../helpers/actors';
import type { TestGateway } from '../helpers/gateway';

export interface Told {
  operation: 'INSERT' | 'UPDATE' | 'DELETE';
  table: string;
  id: string;
  [field: string]: unknown;
}

/** What a subscription gave, whichever of the fields it is. */
export interface Item extends Partial<Told> {
  kind: 'READY' | 'CHANGE' | 'RESYNC';
  cursor: string;
  projectId: string;
  changes?: Told[];
}

interface GraphQLErrorText {
  message: string;
  extensions?: Record<string, unknown>;
}

/** One operation on a socket, with all that came of it. */
export interface Stream {
  items: Item[];
  errors: GraphQLErrorText[];
  /** Results as they came, for what is no subscription. */
  results: { data?: Record<string, unknown> | null; errors?: GraphQLErrorText[] }[];
  isOver: boolean;
  /** Resolves when it holds; rejects when it has not for long. */
  until(holds: (stream: Stream) => boolean): Promise<Stream>;
  stop(): void;
}

export interface Follower {
  socket: WebSocket;
  /** Every frame as it came. */
  frames: string[];
  closed: Promise<{ code: number; reason: string }>;
  begin(query: string, variables?: Record<string, unknown>): Stream;
  /** All that came is here when this resolves: what is asked last is answered last. */
  settle(): Promise<void>;
  end(): Promise<void>;
}

const PATIENCE_MS = 20_000;

/** Speaks graphql-transport-ws by hand, to see every frame. */
export async function follow(
  gateway: Pick<TestGateway, 'url'>,
  who: Actor | { authorization: string },
  params: Record<string, unknown> = {},
): Promise<Follower> {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const frames: string[] = [];
  const streams = new Map<string, Stream>();
  const waiting = new Set<() => void>();
  let count = 0;
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  await once(socket, 'open');
  const authorization = 'authorization' in who ? who.authorization : await authorizationOf(who);
  const acknowledged = once(socket, 'message');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization, ...params } }));
  await acknowledged;

  socket.on('message', (data: Buffer) => {
    const text = data.toString();
    frames.push(text);
    const message = JSON.parse(text) as { type: string; id: string; payload: never };
    const stream = streams.get(message.id);
    if (stream) take(stream, message);
    waiting.forEach((check) => check());
  });

  const follower: Follower = {
    socket,
    frames,
    closed,
    begin: (query, variables) => {
      const id = `operation ${++count}`;
      const stream: Stream = {
        ...{ items: [], errors: [], results: [], isOver: false },
        until: (holds) => waitFor(waiting, stream, holds),
        stop: () => socket.send(JSON.stringify({ type: 'complete', id })),
      };
      streams.set(id, stream);
      socket.send(JSON.stringify({ type: 'subscribe', id, payload: { query, variables } }));
      return stream;
    },
    settle: async () => {
      await follower.begin('{ __typename }').until(({ isOver }) => isOver);
    },
    end: async () => {
      socket.resume();
      socket.terminate();
      await closed;
    },
  };
  return follower;
}

function take(stream: Stream, { type, payload }: { type: string; payload: never }): void {
  if (type === 'complete') stream.isOver = true;
  if (type === 'error') {
    stream.errors.push(...(payload as GraphQLErrorText[]));
    stream.isOver = true;
  }
  if (type !== 'next') return;
  const result = payload as Stream['results'][number];
  stream.results.push(result);
  stream.errors.push(...(result.errors ?? []));
  stream.items.push(...(Object.values(result.data ?? {}) as Item[]));
}

function waitFor(waiting: Set<() => void>, stream: Stream, holds: (stream: Stream) => boolean) {
  return new Promise<Stream>((resolve, reject) => {
    const check = () => {
      if (!holds(stream)) return;
      clearTimeout(timer);
      waiting.delete(check);
      resolve(stream);
    };
    const timer = setTimeout(() => {
      waiting.delete(check);
      reject(new Error(`waited for ${String(holds)}, and got ${JSON.stringify(stream).slice(0, 2000)}`));
    }, PATIENCE_MS);
    waiting.add(check);
    check();
  });
}

/** Ids of the changed rows, in the order told. */
export const idsOf = ({ items }: Stream): string[] =>
  items.flatMap((item) => item.changes?.map(({ id }) => id) ?? (item.id ? [item.id] : []));

/** All changes of a stream of batches, in the order told. */
export const changesOf = ({ items }: Stream): Told[] => items.flatMap(({ changes }) => changes ?? []);

export const isReady = ({ items }: Stream): boolean => items.some(({ kind }) => kind === 'READY');
export const hasTold =
  (id: string) =>
  (stream: Stream): boolean =>
    idsOf(stream).includes(id);
export const codesOf = ({ errors }: Stream): unknown[] => errors.map(({ extensions }) => extensions?.code);

/** All of a project, with what a change says of itself, and the rows. */
export const EVERYTHING = `subscription ($p: UUID!, $after: String, $tables: [RealtimeTable!]) {
  projectChanges(projectId: $p, after: $after, tables: $tables) {
    kind cursor projectId originClientId
    changes {
      operation table id projectId shotId generationId parentGenerationId changedColumns originClientId
      before { status location thumbnailUrl starred isPrimary timelineFrame position viewedAt order }
      after { status location thumbnailUrl starred isPrimary timelineFrame position viewedAt order }
      generation { id projectId location primaryVariant { id } }
      generationVariant { id location generation { id } }
      shotGeneration { id shotId generationId }
      task { id projectId status }
    }
  }
}`;

/** The same without rows: no statement for it. */
export const FACTS = `subscription ($p: UUID!, $after: String, $tables: [RealtimeTable!]) {
  projectChanges(projectId: $p, after: $after, tables: $tables) {
    kind cursor projectId
    changes { operation table id projectId }
  }
}`;

/** The five, by name, each with the least that tells something. */
export const FIELDS: Record<string, string> = {
  projectChanges: FACTS,
  ...Object.fromEntries(
    [
      'generationChanges',
      'generationVariantChanges',
      'shotGenerationChanges',
      'shotChanges',
      'taskChanges',
    ].map((name) => [
      name,
      `subscription ($p: UUID!, $after: String) {
        ${name}(projectId: $p, after: $after) { kind cursor projectId operation table id }
      }`,
    ]),
  ),
};
