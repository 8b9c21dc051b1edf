/** How many run, and how many wait for their turn. */
export interface Turns {
  running: number;
  waiting: number;
}

/** Runs work of its owner, when it is his turn. */
export interface TakeTurn {
  <T>(owner: string, work: () => Promise<T>): Promise<T>;
  view(): Turns;
}

/** So much at once, and of those who wait each in turn, however much one of them waits for. */
export function createTurns(most: number): TakeTurn {
  // In the order in which they are next.
  const waiting = new Map<string, (() => void)[]>();
  let free = most;
  const callNext = () => {
    const [next] = waiting;
    if (!next) return void free++;
    const [owner, queue] = next;
    const begin = queue.shift()!;
    waiting.delete(owner);
    if (queue.length > 0) waiting.set(owner, queue);
    begin();
  };
  const takeTurn = async <T>(owner: string, work: () => Promise<T>): Promise<T> => {
    if (free > 0) free--;
    else {
      await new Promise<void>((begin) => {
        const queue = waiting.get(owner);
        if (queue) queue.push(begin);
        else waiting.set(owner, [begin]);
      });
    }
    try {
      return await work();
    } finally {
      callNext();
    }
  };
  const view = () => ({
    running: most - free,
    waiting: [...waiting.values()].reduce((sum, { length }) => sum + length, 0),
  });
  return Object.assign(takeTurn, { view });
}
