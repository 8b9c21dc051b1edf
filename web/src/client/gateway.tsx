import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, useContext, useState, type ReactNode } from 'react';
import { GatewayError } from './errors';
import type { Connection } from './request';
import { createSocket, type Socket } from './socket';
import { createStaleness, type Staleness } from './staleness';

export interface Gateway {
  connection: Connection;
  socket: Socket;
  staleness: Staleness;
}

const GatewayContext = createContext<Gateway | undefined>(undefined);

/** @throws Error outside of a GatewayProvider */
export function useGateway(): Gateway {
  const gateway = useContext(GatewayContext);
  if (!gateway) throw new Error('Hooks of the gateway work below a <GatewayProvider> only.');
  return gateway;
}

const LONGEST_WAIT_MS = 5_000;

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What changes is told by the stream; what the stream does not tell is fetched when the window is looked at.
        staleTime: 30_000,
        // Also when the system says it is offline: the gateway may be on this machine.
        networkMode: 'always',
        retry: (count, error) => error instanceof GatewayError && error.isRetryable && count < 20,
        retryDelay: (count, error) => {
          const wait = Math.min(LONGEST_WAIT_MS, 250 * 2 ** count);
          return error instanceof GatewayError ? Math.max(error.retryAfterMs ?? 0, wait) : wait;
        },
      },
      mutations: { networkMode: 'always' },
    },
  });
}

/** Everything of one connection: with another one it needs another `key`, so that nothing is carried over. */
export function GatewayProvider({ connection, children }: { connection: Connection; children: ReactNode }) {
  // The socket closes with the last subscription: nothing is left to be ended when this goes.
  const [{ queries, gateway }] = useState(() => {
    const client = createQueries();
    const opened: Gateway = {
      connection,
      socket: createSocket(connection),
      staleness: createStaleness(client),
    };
    return { queries: client, gateway: opened };
  });
  return (
    <GatewayContext.Provider value={gateway}>
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
    </GatewayContext.Provider>
  );
}
