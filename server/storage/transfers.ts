import { StorageError } from './errors';

/** Gives each caller so many uploads at once; @returns what to call when one has ended. @throws StorageError SlowDown */
export type Transfers = (caller: string) => () => void;

export function createTransfers(max: number): Transfers {
  const running = new Map<string, number>();
  return (caller) => {
    const now = running.get(caller) ?? 0;
    if (now >= max) {
      throw new StorageError(
        'SlowDown',
        `${max} uploads of yours are running, which is what a caller can have at once. Try again when one has ended.`,
        1_000,
      );
    }
    running.set(caller, now + 1);
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const left = (running.get(caller) ?? 1) - 1;
      if (left > 0) running.set(caller, left);
      else running.delete(caller);
    };
  };
}
