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
  const here: Here = {
    ...{ limits, total: 0 },
    ...{ strangers: createCounter(), callers: createCounter(), operations: createCounter() },
  };
  const strangersMax = Math.max(1, Math.floor(limits.max * STRANGERS_SHARE));
  return {
    enter: (address) => {
      if (here.total >= limits.max) return `SOCKETS_MAX: this gateway holds ${limits.max} sockets at most.`;
      if (here.strangers.of(address) >= strangersMax) {
        return 'SOCKETS_MAX: too many sockets of your address wait for connection_init.';
      }
      return new Seat(here, address);
    },
  };
}

/** All who are here. */
interface Here {
  limits: CensusLimits;
  total: number;
  strangers: Counter;
  callers: Counter;
  operations: Counter;
}

/** A class, because there is one for each socket: functions of its own would cost each of them kilobytes. */
class Seat implements Place {
  private known: string | undefined;
  private isHere = true;
  private running = 0;

  constructor(
    private readonly here: Here,
    private readonly address: string,
  ) {
    here.total++;
    here.strangers.add(address, 1);
  }

  identify(caller: string): string | undefined {
    const { limits, callers, strangers } = this.here;
    if (!this.isHere) return 'The socket is closed.';
    if (callers.of(caller) >= limits.perCallerMax) {
      return `SOCKETS_PER_CALLER_MAX: a caller can hold ${limits.perCallerMax} sockets at most.`;
    }
    strangers.add(this.address, -1);
    callers.add(caller, 1);
    this.known = caller;
    return undefined;
  }

  begin(): string | undefined {
    const { limits, operations } = this.here;
    if (this.running >= limits.operationsMax) {
      return `SOCKET_OPERATIONS_MAX: a socket can have ${limits.operationsMax} operations at once at most.`;
    }
    if (this.known !== undefined && operations.of(this.known) >= limits.operationsPerCallerMax) {
      return `SOCKET_OPERATIONS_PER_CALLER_MAX: a caller can have ${limits.operationsPerCallerMax} operations at once at most, on all of his sockets.`;
    }
    this.count(1);
    return undefined;
  }

  end(): void {
    this.count(-1);
  }

  leave(): void {
    const { here, known, address } = this;
    if (!this.isHere) return;
    this.isHere = false;
    here.total--;
    if (known === undefined) here.strangers.add(address, -1);
    else here.callers.add(known, -1);
  }

  private count(change: number): void {
    this.running += change;
    if (this.known !== undefined) this.here.operations.add(this.known, change);
  }
}

type Counter = ReturnType<typeof createCounter>;

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
