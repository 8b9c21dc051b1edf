import { useCallback, useEffect, useRef, useState, type PointerEvent as ReactPointerEvent } from 'react';
import { swallowClick } from '../parts/sortable';
import type { FrameChange } from './changes';
import type { Link } from './shot';

/** Items on their way along the timeline, and by how many frames. */
export interface Shift {
  ids: ReadonlySet<string>;
  delta: number;
}

const SLACK = 4;
const EDGE = 48;
/** Pixels that it scrolls in a frame of the screen, at an edge. */
const SPEED = 12;
/** After the last key the move is sent: an arrow that is held is one change. */
const PAUSE_MS = 450;

const areSame = (one: ReadonlySet<string>, other: ReadonlySet<string>) =>
  one.size === other.size && [...one].every((id) => other.has(id));

interface Moving {
  items: readonly Link[];
  zoom: number | undefined;
  element: HTMLElement | null;
  /** What goes along when this one is dragged. */
  grab(id: string): ReadonlySet<string>;
  onDrop(moves: FrameChange[]): void;
}

/** Moves items by pointer and by keys. What is shown meanwhile is `shift`; a drop tells all of it at once. */
export function useShift(moving: Moving) {
  const [shift, setShift] = useState<Shift>();
  const latest = useRef(moving);
  const keys = useRef<{ shift: Shift; timer: ReturnType<typeof setTimeout> }>();
  const cancel = useRef(() => {});
  useEffect(() => {
    latest.current = moving;
  });

  /** No frame is below 0: the first that comes there stops all. */
  const clamped = useCallback(({ ids, delta }: Shift): Shift => {
    const first = latest.current.items.reduce(
      (least, { id, timelineFrame }) => (ids.has(id) ? Math.min(least, timelineFrame ?? 0) : least),
      Infinity,
    );
    return { ids, delta: Math.max(delta, first === Infinity ? 0 : -first) };
  }, []);
  const drop = useCallback(({ ids, delta }: Shift) => {
    setShift(undefined);
    if (delta === 0) return;
    const moves = latest.current.items
      .filter(({ id }) => ids.has(id))
      .map(({ id, timelineFrame }) => ({ id, timeline_frame: Math.max(0, (timelineFrame ?? 0) + delta) }));
    if (moves.length > 0) latest.current.onDrop(moves);
  }, []);
  const flush = useCallback(() => {
    const held = keys.current;
    if (!held) return;
    clearTimeout(held.timer);
    keys.current = undefined;
    drop(held.shift);
  }, [drop]);
  useEffect(
    () => () => {
      cancel.current();
      flush();
    },
    [flush],
  );

  const nudge = useCallback(
    (ids: ReadonlySet<string>, by: number): Shift => {
      if (keys.current && !areSame(keys.current.shift.ids, ids)) flush();
      clearTimeout(keys.current?.timer);
      const next = clamped({ ids, delta: (keys.current?.shift.delta ?? 0) + by });
      keys.current = { shift: next, timer: setTimeout(flush, PAUSE_MS) };
      setShift(next);
      return next;
    },
    [clamped, flush],
  );

  const start = useCallback(
    (event: ReactPointerEvent, id: string) => {
      const { element } = latest.current;
      if (event.button !== 0 || !element) return;
      flush();
      const from = { x: event.clientX, scroll: element.scrollLeft };
      let x = from.x;
      let held: Shift | undefined;
      let frame = 0;
      const show = () => {
        const zoom = latest.current.zoom ?? 1;
        if (!held) return;
        const delta = Math.round((x - from.x + element.scrollLeft - from.scroll) / zoom);
        held = clamped({ ids: held.ids, delta });
        setShift(held);
      };
      const scroll = () => {
        const { left, right } = element.getBoundingClientRect();
        const by = x < left + EDGE ? -SPEED : x > right - EDGE ? SPEED : 0;
        if (by) {
          element.scrollLeft += by;
          show();
        }
        frame = requestAnimationFrame(scroll);
      };
      const move = (moved: PointerEvent) => {
        if (moved.pointerId !== event.pointerId) return;
        x = moved.clientX;
        if (!held) {
          if (Math.abs(x - from.x) < SLACK) return;
          held = { ids: latest.current.grab(id), delta: 0 };
          frame = requestAnimationFrame(scroll);
        }
        show();
      };
      const end = () => {
        cancelAnimationFrame(frame);
        window.removeEventListener('pointermove', move);
        window.removeEventListener('pointerup', up);
        window.removeEventListener('pointercancel', giveUp);
        window.removeEventListener('keydown', escape);
        cancel.current = () => {};
      };
      const giveUp = () => {
        end();
        setShift(undefined);
      };
      const up = (released: PointerEvent) => {
        if (released.pointerId !== event.pointerId) return;
        end();
        if (!held) return;
        swallowClick();
        drop(held);
      };
      const escape = (pressed: KeyboardEvent) => {
        if (pressed.key === 'Escape') giveUp();
      };
      cancel.current();
      cancel.current = end;
      window.addEventListener('pointermove', move);
      window.addEventListener('pointerup', up);
      window.addEventListener('pointercancel', giveUp);
      window.addEventListener('keydown', escape);
    },
    [clamped, drop, flush],
  );
  return { shift, start, nudge, flush };
}
