import { createClient, type Client } from 'graphql-ws';
import type { Connection } from './request';

/** How the socket is; `waiting` from the moment it was lost until it is back. */
export type SocketState = 'idle' | 'connecting' | 'live' | 'waiting';

export interface Socket {
  client: Client;
  state(): SocketState;
  /** Calls back at each change of state. Returns what ends that. */
  watch(listener: () => void): () => void;
}

const LONGEST_WAIT_MS = 5_000;
/** A connection that broke without a word answers no ping. */
const PINGS = { everyMs: 10_000, patienceMs: 5_000 };
/** The token was not accepted, or has ended (docs/sockets.md). */
const FORBIDDEN = 4403;

/**
 * One socket for all subscriptions of a window. It opens with the first, closes after the last, and when it is lost it
 * opens again, each time with a token of that moment.
 */
export function createSocket(connection: Connection, pings = PINGS): Socket {
  let state: SocketState = 'idle';
  const listeners = new Set<() => void>();
  const become = (next: SocketState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  let unanswered: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: () => socketUrl(connection.url),
    connectionParams: async () => {
      const token = await connection.getToken();
      return { clientId: connection.clientId, ...(token ? { authorization: `Bearer ${token}` } : {}) };
    },
    keepAlive: pings.everyMs,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    // Each window at another moment: a gateway that is back should not be met by all at once.
    retryWait: (retries) =>
      new Promise((resolve) => {
        setTimeout(resolve, Math.random() * Math.min(LONGEST_WAIT_MS, 100 * 2 ** retries));
      }),
    on: {
      connecting: () => {
        if (state !== 'waiting') become('connecting');
      },
      ping: (isReceived) => {
        if (!isReceived) unanswered = setTimeout(() => client.terminate(), pings.patienceMs);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(unanswered);
      },
      connected: () => become('live'),
      closed: (event) => {
        clearTimeout(unanswered);
        const { code, reason } = event as CloseEvent;
        become(code === 1000 ? 'idle' : 'waiting');
        if (code === FORBIDDEN) connection.onRefused?.(reason.split(':')[0] ?? '');
      },
    },
  });
  return {
    client,
    state: () => state,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function socketUrl(url: string): string {
  const target = new URL('/graphql', url || window.location.href);
  target.protocol = target.protocol === 'https:' ? 'wss:' : 'ws:';
  return target.toString();
}
