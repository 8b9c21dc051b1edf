import { useEffect, useState } from 'react';

export interface GridSize {
  columns: number;
  /** Whole rows, about two screens of them. */
  pageSize: number;
}

const SETTLED_MS = 150;
const HEIGHT_STEP = 200;
/** Of the window: the rest is what stands around the cards. */
const CARDS_SHARE = 0.75;
const SMALLEST_PAGE = 4;
const LARGEST_PAGE = 288;

/** As Gallery.css spaces the cards. */
const spacing = (width: number) => (width < 600 ? { edge: 12, gap: 8 } : { edge: 16, gap: 12 });

export function gridSizeFor(width: number, height: number, ratio: number): GridSize {
  const { edge, gap } = spacing(width);
  const inner = width - 2 * edge;
  const narrowest = ratio < 1 ? 150 : 190;
  const columns = Math.max(2, Math.floor((inner + gap) / (narrowest + gap)));
  const cardHeight = (inner - gap * (columns - 1)) / columns / ratio;
  const rows = Math.max(2, Math.ceil((2 * CARDS_SHARE * height) / (cardHeight + gap)));
  const most = Math.floor(LARGEST_PAGE / columns);
  return { columns, pageSize: Math.max(SMALLEST_PAGE, columns * Math.min(rows, most)) };
}

/**
 * Of the window and not of the element, and in steps: another page must not be asked for when the filters unfold or a
 * phone hides its address bar.
 */
const windowHeight = () => Math.max(1, Math.round(window.innerHeight / HEIGHT_STEP)) * HEIGHT_STEP;

/** How many cards fit into the element, which scrolls; undefined before it was measured. */
export function useGridSize(element: HTMLElement | null, ratio: number): GridSize | undefined {
  const [size, setSize] = useState<GridSize>();
  useEffect(() => {
    if (!element) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isFirst = true;
    const measure = () => {
      if (element.clientWidth === 0) return;
      const next = gridSizeFor(element.clientWidth, windowHeight(), ratio);
      setSize((last) => (last && JSON.stringify(last) === JSON.stringify(next) ? last : next));
    };
    const observer = new ResizeObserver(() => {
      clearTimeout(timer);
      // A window that is being drawn larger would ask for a page at each step.
      if (isFirst) measure();
      else timer = setTimeout(measure, SETTLED_MS);
      isFirst = false;
    });
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [element, ratio]);
  return size;
}
