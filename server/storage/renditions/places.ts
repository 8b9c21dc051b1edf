import { StorageError } from '../errors';

export interface PlacesOptions {
  atOnce: number;
  /** More than these are not even let wait. */
  waitingMax: number;
  waitMs: number;
  /** What there is too much of. */
  busy: string;
}

/** So many at once, and a queue of bounded length behind them. */
export interface Places {
  /**
   * Waits for a place, as long as the signal lets it.
   * @returns what gives the place on
   * @throws StorageError SlowDown when too many wait, or after waiting too long; the signal's reason
   */
  take(signal: AbortSignal): Promise<() => void>;
  view(): { running: number; waiting: number };
}

export function createPlaces({ atOnce, waitingMax, waitMs, busy }: PlacesOptions): Places {
  const queue = new Set<() => void>();
  let running = 0;

  const give = () => {
    const [next] = queue;
    // A place that is given on stays taken.
    if (next) next();
    else running--;
  };

  const refusal = () => new StorageError('SlowDown', busy, 1_000);

  const waitInQueue = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const leave = (then: () => void) => () => {
        queue.delete(go);
        clearTimeout(late);
        signal.removeEventListener('abort', giveUp);
        then();
      };
      const go = leave(resolve);
      const giveUp = leave(() => reject(signal.reason as Error));
      const late = setTimeout(
        leave(() => reject(refusal())),
        waitMs,
      );
      queue.add(go);
      signal.addEventListener('abort', giveUp, { once: true });
    });

  return {
    take: async (signal) => {
      signal.throwIfAborted();
      if (running < atOnce) running++;
      else if (queue.size >= waitingMax) throw refusal();
      else await waitInQueue(signal);
      let isTaken = true;
      return () => {
        if (isTaken) give();
        isTaken = false;
      };
    },
    view: () => ({ running, waiting: queue.size }),
  };
}
