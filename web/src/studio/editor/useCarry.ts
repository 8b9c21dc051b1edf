import { useCallback, useEffect, useRef, useState, type PointerEvent as ReactPointerEvent } from 'react';
import { canDrag, swallowClick, type Found } from '../parts/sortable';
import type { Link } from './shot';

const SLACK = 5;

/** What is under the pointer. */
export interface Over {
  /** Of the timeline. */
  frame: number | undefined;
  /** In the order. */
  found: Found | undefined;
}

export interface Carried {
  link: Link;
  /** How far it was carried, in pixels. */
  dx: number;
  dy: number;
  over: Over;
}

/** Carries something out of the tray by pointer. @param look what is at a point of the window */
export function useCarry(look: (x: number, y: number) => Over, onDrop: (link: Link, over: Over) => void) {
  const [carried, setCarried] = useState<Carried>();
  const latest = useRef({ look, onDrop });
  const stop = useRef(() => {});
  useEffect(() => {
    latest.current = { look, onDrop };
  });
  useEffect(() => () => stop.current(), []);
  const start = useCallback((event: ReactPointerEvent, link: Link) => {
    if (!canDrag(event)) return;
    const from = { x: event.clientX, y: event.clientY };
    let isCarried = false;
    const move = ({ pointerId, clientX: x, clientY: y }: PointerEvent) => {
      if (pointerId !== event.pointerId) return;
      isCarried ||= Math.hypot(x - from.x, y - from.y) >= SLACK;
      if (isCarried) setCarried({ link, dx: x - from.x, dy: y - from.y, over: latest.current.look(x, y) });
    };
    const end = () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', end);
      window.removeEventListener('keydown', escape);
      stop.current = () => {};
      setCarried(undefined);
    };
    const up = ({ pointerId, clientX, clientY }: PointerEvent) => {
      if (pointerId !== event.pointerId) return;
      end();
      if (!isCarried) return;
      swallowClick();
      latest.current.onDrop(link, latest.current.look(clientX, clientY));
    };
    const escape = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') end();
    };
    stop.current();
    stop.current = end;
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', end);
    window.addEventListener('keydown', escape);
  }, []);
  return { carried, start };
}
