import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** An item of `projectChanges` as this asks for it. */
export interface Batch {
  kind: 'READY' | 'CHANGE' | 'RESYNC';
  cursor: string;
  originClientId: string | null;
  changes: Row[];
}

export interface Row {
  operation: 'INSERT' | 'UPDATE' | 'DELETE';
  table: string;
  id: string;
  changedColumns: string[];
  before: Small | null;
  after: Small | null;
}

type Small = Record<string, string | number | boolean | null>;

const SMALL = 'status location thumbnailUrl starred isPrimary timelineFrame position viewedAt order';
/** On the list of operations too, for gateways that answer no others. */
export const DOCUMENT = `subscription Watch($projectId: UUID!, $tables: [RealtimeTable!], $after: String) {
  projectChanges(projectId: $projectId, tables: $tables, after: $after) {
    kind cursor originClientId
    changes { operation table id changedColumns before { ${SMALL} } after { ${SMALL} } }
  }
}`;

export interface FollowOptions {
  /** Of the socket: ws:// or wss://. */
  url: string;
  /** Asked anew at each connection: a token ends before the watching does. */
  token(): Promise<string>;
  projectId: string;
  tables: string[] | undefined;
  after: string | undefined;
  onItem(batch: Batch): void;
  /** The connection is gone, with the code it was closed with; it is tried again. */
  onInterruption(code: number, reason: string): void;
  /** The gateway cannot answer now, for the reason it gives; it is asked again. */
  onWait(reason: string): void;
  /** Ends it. */
  signal: AbortSignal;
}

const LONGEST_WAIT_MS = 5_000;
const RETRY_MS = 500;

/**
 * Follows a project until it is told to stop, across every interruption: each time it goes on behind the last item.
 * Resolves when the gateway completes the stream: the project is gone, or is no longer the caller's.
 * @throws Error with the gateway's words when it refuses the subscription
 */
export async function follow(options: FollowOptions): Promise<void> {
  let cursor = options.after;
  const client = createClient({
    url: options.url,
    webSocketImpl: WebSocket,
    connectionParams: async () => ({ authorization: `Bearer ${await options.token()}` }),
    retryAttempts: Infinity,
    // Or a connection that broke without a word would never be missed.
    keepAlive: 10_000,
    shouldRetry: () => !options.signal.aborted,
    retryWait: (retries) =>
      new Promise((resolve) =>
        setTimeout(resolve, Math.min(LONGEST_WAIT_MS, 100 * 2 ** retries) * Math.random()),
      ),
    on: {
      closed: (event) => {
        const { code, reason } = event as { code: number; reason: string };
        if (code !== 1000) options.onInterruption(code, reason);
      },
    },
  });
  const { projectId, tables } = options;
  // Read anew at each connection: that is all it takes to resume.
  const variables = {
    ...{ projectId, tables },
    get after() {
      return cursor;
    },
  };
  /** Resolves with whether it is worth another try: the database may be away. */
  const once = () => {
    let stop = () => {};
    const watched = new Promise<boolean>((resolve, reject) => {
      stop = client.subscribe<{ projectChanges: Batch }>(
        { query: DOCUMENT, variables },
        {
          next: ({ data, errors }) => {
            if (errors?.every(({ extensions }) => extensions?.retryable)) {
              if (!options.signal.aborted) options.onWait(explain(errors).message);
              return resolve(true);
            }
            if (errors) return reject(explain(errors));
            const batch = data!.projectChanges;
            options.onItem(batch);
            cursor = batch.cursor;
          },
          error: (error) => reject(explain(error)),
          complete: () => resolve(false),
        },
      );
      options.signal.addEventListener('abort', stop);
    });
    return watched.finally(() => options.signal.removeEventListener('abort', stop));
  };
  while (!options.signal.aborted && (await once())) {
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
  await client.dispose();
}

function explain(error: unknown): Error {
  if (Array.isArray(error)) return new Error(error.map(({ message }: Error) => message).join('\n'));
  return error instanceof Error ? error : new Error('The gateway cannot be reached.');
}
