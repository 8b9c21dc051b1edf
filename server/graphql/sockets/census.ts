import type { SocketLimits } from './limits';

/** Of all sockets, how many one address may hold that have not said yet who they are. */
const STRANGERS_SHARE = 0.5;

export interface Place {
  /** Its caller has said who he is. @returns why he may not stay */
  identify(caller: string): string | undefined;
  /** He begins an operation. @returns why he may not */
  begin(): string | undefined;
  end(): void;
  leave(): void;
}

export interface Census {
  /** @returns a place, or why there is none */
  enter(address: string): Place | string;
}

type CensusLimits = Pick<SocketLimits, 'max' | 'perCallerMax' | 'operationsMax' | 'operationsPerCallerMax'>;

/** Counts who is here, so that nobody takes the sockets of everybody. */
export function createCensus(limits: CensusLimits): Census {
  let total = 0;
  const strangers = createCounter();
  const callers = createCounter();
  const operations = createCounter();
  const strangersMax = Math.max(1, Math.floor(limits.max * STRANGERS_SHARE));
  return {
    enter: (address) => {
      if (total >= limits.max) return `SOCKETS_MAX: this gateway holds ${limits.max} sockets at most.`;
      if (strangers.of(address) >= strangersMax) {
        return 'SOCKETS_MAX: too many sockets of your address wait for connection_init.';
      }
      total++;
      strangers.add(address, 1);
      let known: string | undefined;
      let isHere = true;
      let running = 0;
      const count = (change: number) => {
        running += change;
        if (known !== undefined) operations.add(known, change);
      };
      return {
        identify: (caller) => {
          if (!isHere) return 'The socket is closed.';
          if (callers.of(caller) >= limits.perCallerMax) {
            return `SOCKETS_PER_CALLER_MAX: a caller can hold ${limits.perCallerMax} sockets at most.`;
          }
          strangers.add(address, -1);
          callers.add(caller, 1);
          known = caller;
          return undefined;
        },
        begin: () => {
          if (running >= limits.operationsMax) {
            return `SOCKET_OPERATIONS_MAX: a socket can have ${limits.operationsMax} operations at once at most.`;
          }
          if (known !== undefined && operations.of(known) >= limits.operationsPerCallerMax) {
            return `SOCKET_OPERATIONS_PER_CALLER_MAX: a caller can have ${limits.operationsPerCallerMax} operations at once at most, on all of his sockets.`;
          }
          count(1);
          return undefined;
        },
        end: () => count(-1),
        leave: () => {
          if (!isHere) return;
          isHere = false;
          total--;
          if (known === undefined) strangers.add(address, -1);
          else callers.add(known, -1);
        },
      };
    },
  };
}

function createCounter() {
  const counts = new Map<string, number>();
  const of = (name: string) => counts.get(name) ?? 0;
  return {
    of,
    add: (name: string, change: number) => {
      const count = of(name) + change;
      // Names come from outside: those nobody holds any more are forgotten.
      if (count > 0) counts.set(name, count);
      else counts.delete(name);
    },
  };
}
