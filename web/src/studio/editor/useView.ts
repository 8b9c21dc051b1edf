import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { ITEM, LEAST_ZOOM, MOST_ZOOM } from './scale';

/** Before frame 0, so that nothing sticks to the edge. */
export const PAD = 12;
/** Scrolled by less than this, what is drawn stays as it is. */
const COARSE = 200;
/** At first, pictures should not lie so near that one has to zoom in before anything else. */
const READABLE = 1.4;

const within = (zoom: number) => Math.min(MOST_ZOOM, Math.max(LEAST_ZOOM, zoom));

/** What of the timeline is in view, and how large a frame is. `zoom` is undefined until it is known how wide it is. */
export function useView(lastFrame: number) {
  const [element, setElement] = useState<HTMLDivElement | null>(null);
  const [zoom, setZoom] = useState<number>();
  const [left, setLeft] = useState(0);
  const [width, setWidth] = useState(0);
  const last = useRef(lastFrame);
  /** A frame that stays where it is when the zoom changes. */
  const anchor = useRef<{ frame: number; offset: number }>();
  useEffect(() => {
    last.current = lastFrame;
  });

  useEffect(() => {
    if (!element) return undefined;
    const fit = (room: number) => within((room - PAD * 2 - ITEM) / Math.max(1, last.current));
    const observer = new ResizeObserver(() => {
      setWidth(element.clientWidth);
      setZoom((before) => before ?? Math.min(4, Math.max(READABLE, fit(element.clientWidth))));
    });
    let frame = 0;
    const onScroll = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setLeft(Math.floor(element.scrollLeft / COARSE) * COARSE));
    };
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      element.removeEventListener('scroll', onScroll);
    };
  }, [element]);

  const zoomBy = useCallback(
    (factor: number, at?: number) => {
      if (!element || zoom === undefined) return;
      const offset = at ?? element.clientWidth / 2;
      anchor.current = { frame: (element.scrollLeft + offset - PAD) / zoom, offset };
      setZoom(within(zoom * factor));
    },
    [element, zoom],
  );
  const zoomToFit = useCallback(() => {
    if (!element) return;
    anchor.current = { frame: 0, offset: PAD };
    setZoom(within((element.clientWidth - PAD * 2 - ITEM) / Math.max(1, last.current)));
  }, [element]);
  useLayoutEffect(() => {
    const kept = anchor.current;
    if (!element || !kept || zoom === undefined) return;
    anchor.current = undefined;
    element.scrollTo({ left: kept.frame * zoom + PAD - kept.offset });
  }, [element, zoom]);

  useEffect(() => {
    if (!element) return undefined;
    // As maps do it. Not React's: that one may not keep the page from zooming.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY / 300), event.clientX - element.getBoundingClientRect().left);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [element, zoomBy]);

  const reveal = useCallback(
    (frame: number) => {
      if (!element || zoom === undefined) return;
      const x = PAD + frame * zoom;
      if (x < element.scrollLeft + PAD) element.scrollTo({ left: x - PAD });
      const right = element.scrollLeft + element.clientWidth - PAD;
      if (x + ITEM > right) element.scrollTo({ left: x + ITEM + PAD - element.clientWidth });
    },
    [element, zoom],
  );
  const from = left - COARSE - ITEM;
  const to = left + width + COARSE * 2;
  return { element, setElement, zoom, width, from, to, zoomBy, zoomToFit, reveal };
}
