import { useCallback, useMemo, useRef, useState } from 'react';
import type { Link } from './shot';

export interface Press {
  /** Beside what is chosen already. */
  adds: boolean;
  /** All from the last one that was pressed. */
  spans: boolean;
}

/** Which items of the timeline are chosen. */
export function useSelection(items: readonly Link[]) {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const anchor = useRef<string>();
  // What has left the timeline is not chosen any more.
  const ids = useMemo<ReadonlySet<string>>(
    () => new Set(items.filter(({ id }) => chosen.has(id)).map(({ id }) => id)),
    [items, chosen],
  );
  const press = useCallback(
    (id: string, { adds, spans }: Press) => {
      const from = items.findIndex((item) => item.id === anchor.current);
      if (spans && from >= 0) {
        const to = items.findIndex((item) => item.id === id);
        const span = items.slice(Math.min(from, to), Math.max(from, to) + 1).map((item) => item.id);
        setChosen(new Set(adds ? [...chosen, ...span] : span));
        return;
      }
      anchor.current = id;
      if (!adds) {
        setChosen(new Set([id]));
        return;
      }
      const next = new Set(chosen);
      if (!next.delete(id)) next.add(id);
      setChosen(next);
    },
    [items, chosen],
  );
  const chooseAll = useCallback(() => setChosen(new Set(items.map(({ id }) => id))), [items]);
  const clear = useCallback(() => setChosen(new Set()), []);
  return { ids, press, chooseAll, clear };
}
