import { useCallback, useEffect, useRef, useState, type PointerEvent as ReactPointerEvent } from 'react';

/** Before this many pixels a press is a press, and no drag. */
const SLACK = 5;
/** So near to the edge of the screen it scrolls, by so many pixels a frame. */
const EDGE = 56;
const SPEED = 14;

export interface Line {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Spot {
  id: string;
  box: DOMRect;
}

export interface Dragged {
  id: string;
  /** How far it was dragged, in pixels. */
  dx: number;
  dy: number;
}

export interface Found {
  /** Where in the list it would come, counted with itself still in it. */
  place: number;
  /** Where to show that, in pixels of the container. */
  line: Line;
}

/** Between which two of the spots a point is. One column is sorted downwards, several to the right. */
function find(spots: readonly Spot[], x: number, y: number, origin: DOMRect): Found | undefined {
  let nearest = -1;
  let least = Infinity;
  for (const [index, { box }] of spots.entries()) {
    const dx = Math.max(box.left - x, 0, x - box.right);
    const dy = Math.max(box.top - y, 0, y - box.bottom);
    // A row below is farther than any in the same one.
    const distance = dx + dy * 3;
    if (distance < least) [nearest, least] = [index, distance];
  }
  const spot = spots[nearest];
  if (!spot) return undefined;
  const { box } = spot;
  const isColumn = spots.length > 1 && spots.every((other) => other.box.left === spots[0]?.box.left);
  const isAfter = isColumn ? y > box.top + box.height / 2 : x > box.left + box.width / 2;
  const line = isColumn
    ? {
        left: box.left,
        top: (isAfter ? box.bottom : box.top) + (isAfter ? 4 : -7),
        width: box.width,
        height: 3,
      }
    : {
        left: (isAfter ? box.right : box.left) + (isAfter ? 4 : -7),
        top: box.top,
        width: 3,
        height: box.height,
      };
  return {
    place: nearest + (isAfter ? 1 : 0),
    line: { ...line, left: line.left - origin.left, top: line.top - origin.top },
  };
}

function spotsOf(container: HTMLElement): Spot[] {
  return [...container.querySelectorAll<HTMLElement>('[data-sort]')].map((element) => ({
    id: element.dataset['sort'] ?? '',
    box: element.getBoundingClientRect(),
  }));
}

/** Where something from elsewhere would come into the container; undefined: it is not over it. */
export function findPlace(container: HTMLElement, x: number, y: number): Found | undefined {
  const box = container.getBoundingClientRect();
  if (x < box.left || x > box.right || y < box.top || y > box.bottom) return undefined;
  return (
    find(spotsOf(container), x, y, box) ?? {
      place: 0,
      line: { left: 0, top: 0, width: 3, height: box.height },
    }
  );
}

/** `ids` with one of them moved before the `place`, counted with itself in the list. */
export function moved(ids: readonly string[], id: string, place: number): string[] {
  const from = ids.indexOf(id);
  const rest = ids.filter((other) => other !== id);
  rest.splice(place > from ? place - 1 : place, 0, id);
  return rest;
}

/** A button is pressed and not dragged, unless it says otherwise; a finger scrolls, unless it is on a grip. */
export function canDrag(event: ReactPointerEvent): boolean {
  if (event.button !== 0) return false;
  const control = (event.target as Element).closest<HTMLElement>('button, input, select, [data-grip]');
  const grip = control?.dataset['grip'];
  if (event.pointerType === 'touch') return grip !== undefined && grip !== 'mouse';
  return !control || grip !== undefined;
}

/** The click that ends a drag is none. */
export function swallowClick(): void {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0);
}

/**
 * Lets the children of a container, each with `data-sort` = its id, be dragged into another order by mouse, pen or
 * touch. See canDrag for what of a child does.
 *
 * @param onDrop the new order; not called when it is the old one
 */
export function useSortable(ids: readonly string[], onDrop: (ids: string[], id: string) => void) {
  const container = useRef<HTMLElement | null>(null);
  const [dragged, setDragged] = useState<Dragged>();
  const [line, setLine] = useState<Line>();
  const latest = useRef({ ids, onDrop });
  const stop = useRef(() => {});
  useEffect(() => {
    latest.current = { ids, onDrop };
  });
  useEffect(() => () => stop.current(), []);

  const start = useCallback((event: ReactPointerEvent, id: string) => {
    if (!canDrag(event)) return;
    const box = container.current;
    if (!box) return;
    const scroller = box.closest('.screen') ?? document.documentElement;
    const from = { x: event.clientX, y: event.clientY, scroll: scroller.scrollTop };
    const at = { x: from.x, y: from.y };
    let spots: Spot[] | undefined;
    let found: Found | undefined;
    let frame = 0;
    const show = () => {
      const scrolled = scroller.scrollTop - from.scroll;
      setDragged({ id, dx: at.x - from.x, dy: at.y - from.y + scrolled });
      if (!spots) return;
      const origin = box.getBoundingClientRect();
      const before = new DOMRect(origin.left, origin.top + scrolled, origin.width, origin.height);
      found = find(spots, at.x, at.y + scrolled, before);
      setLine(
        found && moved(latest.current.ids, id, found.place).join() !== latest.current.ids.join()
          ? found.line
          : undefined,
      );
    };
    const scroll = () => {
      const { top, bottom } = scroller.getBoundingClientRect();
      const by = at.y < top + EDGE ? -SPEED : at.y > bottom - EDGE ? SPEED : 0;
      if (by) {
        scroller.scrollTop += by;
        show();
      }
      frame = requestAnimationFrame(scroll);
    };
    const move = (moving: PointerEvent) => {
      if (moving.pointerId !== event.pointerId) return;
      at.x = moving.clientX;
      at.y = moving.clientY;
      if (!spots) {
        if (Math.hypot(at.x - from.x, at.y - from.y) < SLACK) return;
        // Measured once: the dragged one moves by transform only, nothing else does.
        spots = spotsOf(box);
        frame = requestAnimationFrame(scroll);
      }
      show();
    };
    const end = () => {
      cancelAnimationFrame(frame);
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', drop);
      window.removeEventListener('pointercancel', end);
      window.removeEventListener('keydown', escape);
      stop.current = () => {};
      setDragged(undefined);
      setLine(undefined);
    };
    const drop = (up: PointerEvent) => {
      if (up.pointerId !== event.pointerId) return;
      end();
      if (!spots) return;
      swallowClick();
      if (!found) return;
      const before = latest.current.ids;
      const after = moved(before, id, found.place);
      if (after.join() !== before.join()) latest.current.onDrop(after, id);
    };
    const escape = (pressed: KeyboardEvent) => {
      if (pressed.key === 'Escape') end();
    };
    stop.current();
    stop.current = end;
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', drop);
    window.addEventListener('pointercancel', end);
    window.addEventListener('keydown', escape);
  }, []);

  const hold = useCallback((element: HTMLElement | null) => {
    container.current = element;
  }, []);
  return { container, hold, dragged, line, start };
}
