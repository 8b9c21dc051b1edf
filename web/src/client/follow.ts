import type { Client } from 'graphql-ws';
import type { TypedDocumentString } from '../graphql/generated';
import { GatewayError, type AnswerError } from './errors';

/** What every subscription of the gateway answers with: docs/realtime.md. */
export interface StreamItem {
  kind: 'READY' | 'CHANGE' | 'RESYNC';
  cursor: string;
}

export interface Following<Item extends StreamItem> {
  /**
   * Called with each item, in order. READY: live, nothing after it is missed. RESYNC: fetch anew what you show.
   * The cursor counts as reached when it returns.
   */
  onItem(item: Item): void;
  /** The gateway refuses it, or has ended it: the project is gone, or belongs to somebody else. Undefined: ended. */
  onEnd(reason: GatewayError | undefined): void;
  /** Of the last item that was acted on, to go on behind it. Undefined: from now on. */
  after?: string | undefined;
}

const RETRY_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Follows a subscription across lost connections, restarts and expired tokens: each time it goes on behind the last
 * item. Returns what ends it, after which nothing is called any more.
 */
export function follow<Result, Variables, Item extends StreamItem>(
  client: Client,
  document: TypedDocumentString<Result, Variables & { after?: string | null }>,
  variables: Omit<Variables, 'after'>,
  itemOf: (data: Result) => Item | null | undefined,
  following: Following<Item>,
): () => void {
  let cursor = following.after;
  let tries = 0;
  let isOver = false;
  let stop = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const asked = {
    ...variables,
    // graphql-ws sends it again at each connection: read then, it is what resumes.
    get after() {
      return cursor;
    },
  };
  const end = (reason?: GatewayError) => {
    if (isOver) return;
    isOver = true;
    following.onEnd(reason);
  };
  /** Later each time, and not all windows at once. */
  const again = (notBeforeMs = 0) => {
    if (isOver) return;
    const wait = Math.min(LONGEST_WAIT_MS, RETRY_MS * 2 ** tries++) * (0.5 + Math.random() / 2);
    timer = setTimeout(subscribe, Math.max(notBeforeMs, wait));
  };
  const refuse = (errors: readonly AnswerError[]) => {
    const error = GatewayError.of(errors);
    // The database is away, too much was asked at once, or the gateway has a fault: the cursor is still good.
    if (error.isRetryable || error.code === 'INTERNAL') again(error.retryAfterMs);
    else end(error);
  };
  function subscribe() {
    let isRefused = false;
    stop = client.subscribe<Result>(
      { query: document.toString(), variables: asked },
      {
        next: ({ data, errors }) => {
          if (isOver) return;
          if (errors) {
            isRefused = true;
            refuse(errors as readonly AnswerError[]);
            return;
          }
          const item = data ? itemOf(data) : undefined;
          if (!item) return;
          tries = 0;
          following.onItem(item);
          cursor = item.cursor;
        },
        error: (error) => {
          if (Array.isArray(error)) refuse(error as AnswerError[]);
          // Not of the protocol: graphql-ws has given up on the connection.
          else again();
        },
        complete: () => {
          if (!isRefused) end();
        },
      },
    );
  }
  subscribe();
  return () => {
    isOver = true;
    clearTimeout(timer);
    stop();
  };
}
