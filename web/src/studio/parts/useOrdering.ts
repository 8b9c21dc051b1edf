import { useCallback, useLayoutEffect, useRef } from 'react';
import { useSortable } from './sortable';
import './sortable.css';

/**
 * An order that is changed by dragging, and step by step with keys or buttons (`move`).
 * @param onOrder the new order, and what was moved
 */
export function useOrdering(ids: readonly string[], onOrder: (ids: string[], id: string) => void) {
  const focused = useRef<Element | null>(null);
  const reorder = (next: string[], id: string) => {
    focused.current = document.activeElement;
    onOrder(next, id);
  };
  const sorting = useSortable(ids, reorder);
  // An element that is moved in the document loses the focus.
  useLayoutEffect(() => {
    const element = focused.current;
    focused.current = null;
    if (element instanceof HTMLElement && element.isConnected && element !== document.activeElement) {
      element.focus({ preventScroll: true });
    }
  }, [ids]);
  const latest = useRef({ ids, reorder });
  useLayoutEffect(() => {
    latest.current = { ids, reorder };
  });
  const move = useCallback((id: string, by: 1 | -1) => {
    const { ids: now, reorder: change } = latest.current;
    const from = now.indexOf(id);
    const to = from + by;
    if (from < 0 || to < 0 || to >= now.length) return;
    change(now.toSpliced(from, 1).toSpliced(to, 0, id), id);
  }, []);
  return { ...sorting, move };
}

/** The direction of Alt and an arrow key. */
export function stepOf(event: { altKey: boolean; key: string }): 1 | -1 | undefined {
  if (!event.altKey) return undefined;
  if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') return -1;
  if (event.key === 'ArrowRight' || event.key === 'ArrowDown') return 1;
  return undefined;
}
