import { useCallback, useState } from 'react';

export interface Selection {
  /** Whether cards are chosen rather than opened. */
  isOn: boolean;
  /** Across pages, in the order they were chosen. */
  ids: ReadonlySet<string>;
  turn(isOn: boolean): void;
  toggle(id: string): void;
  add(ids: readonly string[]): void;
  remove(ids: readonly string[]): void;
  clear(): void;
}

const NONE: ReadonlySet<string> = new Set();

export function useSelection(): Selection {
  const [isOn, setIsOn] = useState(false);
  const [ids, setIds] = useState(NONE);
  const toggle = useCallback((id: string) => {
    setIds((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  return {
    isOn,
    ids,
    toggle,
    turn: (next) => {
      setIsOn(next);
      setIds(NONE);
    },
    add: (more) => setIds((before) => new Set([...before, ...more])),
    remove: (done) => setIds((before) => new Set([...before].filter((id) => !done.includes(id)))),
    clear: () => setIds(NONE),
  };
}
