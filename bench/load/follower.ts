import WebSocket from 'ws';

const DOCUMENT = `subscription ($projectId: UUID!, $after: String) {
  projectChanges(projectId: $projectId, after: $after) {
    kind cursor changes { operation table id }
  }
}`;
const AGAIN_MS = 20;

interface Item {
  kind: 'READY' | 'CHANGE' | 'RESYNC';
  cursor: string;
  changes: { operation: string; table: string; id: string }[] | null;
}

export interface Follower {
  /** When each new generation was heard of, by its id: more than once would be once too often. */
  heard: Map<string, number[]>;
  resyncs(): number;
  ready: Promise<void>;
  /** From now on at another gateway. */
  moveTo(url: string): void;
  close(): void;
}

/** A client as the studio has one: it goes on from its last cursor whenever its socket ended, until it is closed. */
export function follow(at: string, authorization: string, projectId: string): Follower {
  const heard = new Map<string, number[]>();
  let url = at;
  let cursor: string | undefined;
  let resyncs = 0;
  let isClosed = false;
  let socket: WebSocket | undefined;
  let began: () => void;
  const ready = new Promise<void>((resolve) => (began = resolve));

  const take = ({ kind, cursor: next, changes }: Item) => {
    cursor = next;
    if (kind === 'READY') began();
    if (kind === 'RESYNC') resyncs++;
    for (const { operation, table, id } of changes ?? []) {
      if (operation !== 'INSERT' || table !== 'GENERATIONS') continue;
      heard.set(id, [...(heard.get(id) ?? []), performance.now()]);
    }
  };
  const connect = () => {
    if (isClosed) return;
    const opened = (socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws'));
    const send = (message: object) => opened.send(JSON.stringify(message));
    opened.on('open', () => send({ type: 'connection_init', payload: { authorization } }));
    opened.on('message', (data) => {
      const message = JSON.parse((data as Buffer).toString()) as {
        type: string;
        payload?: { data?: { projectChanges?: Item } };
      };
      const variables = { projectId, after: cursor };
      if (message.type === 'connection_ack')
        send({ id: '1', type: 'subscribe', payload: { query: DOCUMENT, variables } });
      const item = message.payload?.data?.projectChanges;
      if (item) take(item);
      // The subscription ended, as when the database was away while it began.
      if (message.type === 'error' || message.type === 'complete') opened.close();
    });
    opened.on('error', () => undefined);
    opened.on('close', () => setTimeout(connect, AGAIN_MS));
  };
  connect();
  return {
    heard,
    resyncs: () => resyncs,
    ready,
    moveTo: (next) => {
      url = next;
      socket?.terminate();
    },
    close: () => {
      isClosed = true;
      socket?.terminate();
    },
  };
}
