import {
  useCallback,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
} from 'react';
import { count } from '../parts/words';
import { Ruler } from './Ruler';
import { ITEM, LANE, lanesOf, RULER, seconds } from './scale';
import { onTimeline, type Link } from './shot';
import { SelectionBar } from './SelectionBar';
import { TimelineBar } from './TimelineBar';
import { TimelineItem } from './TimelineItem';
import type { ShotActions } from './useShot';
import { useSelection } from './useSelection';
import { useShift } from './useShift';
import { PAD, useView } from './useView';
import './Timeline.css';

/** Where on the timeline something is let go: a frame, or undefined beside it. */
export interface DropTarget {
  frameAt(x: number, y: number): number | undefined;
}

interface TimelineProps {
  links: readonly Link[];
  actions: ShotActions;
  onOpen(link: Link): void;
  /** A frame over which something from elsewhere is held. */
  incoming: number | undefined;
  target: Ref<DropTarget>;
}

const stemAt = (x: number, lane: number) =>
  ({ transform: `translateX(${x}px)`, '--lane': `${lane * LANE}px` }) as CSSProperties;

/** What has a frame, on the axis of frames. */
export function Timeline({ links, actions, onOpen, incoming, target }: TimelineProps) {
  const items = useMemo(() => onTimeline(links), [links]);
  const lastFrame = items.at(-1)?.timelineFrame ?? 0;
  const { element, setElement, zoom, width: room, from, to, zoomBy, zoomToFit, reveal } = useView(lastFrame);
  const selection = useSelection(items);
  const { ids: chosen, press } = selection;
  const [active, setActive] = useState<string>();
  const [said, setSaid] = useState('');
  const focusNext = useRef(false);
  const focused = useRef<Element | null>(null);
  const { shift, start, nudge, flush } = useShift({
    ...{ items, zoom, element },
    grab: (id) => {
      if (chosen.has(id)) return chosen;
      press(id, { adds: false, spans: false });
      return new Set([id]);
    },
    onDrop: (moves) => {
      focused.current = document.activeElement;
      actions.moveFrames(moves);
    },
  });

  const activeId = items.some(({ id }) => id === active) ? active : items[0]?.id;
  const lanes = useMemo(() => lanesOf(items, zoom ?? 1), [items, zoom]);
  const rows = Math.max(1, ...items.map(({ id }) => (lanes.get(id) ?? 0) + 1));

  useImperativeHandle(
    target,
    () => ({
      frameAt: (x, y) => {
        const box = element?.getBoundingClientRect();
        if (!element || !zoom || !box) return undefined;
        if (x < box.left || x > box.right || y < box.top || y > box.bottom) return undefined;
        return Math.max(0, Math.round((x - box.left + element.scrollLeft - PAD) / zoom));
      },
    }),
    [element, zoom],
  );
  // One that is behind another now was moved in the document too, which takes the focus from it.
  useLayoutEffect(() => {
    const dropped = focused.current;
    focused.current = null;
    if (dropped instanceof HTMLElement && dropped.isConnected && dropped !== document.activeElement) {
      dropped.focus({ preventScroll: true });
    }
  }, [items]);
  // What is not in view is not drawn: it can take the focus after it was.
  useEffect(() => {
    if (!focusNext.current || !activeId) return;
    focusNext.current = false;
    element?.querySelector<HTMLElement>(`[data-link="${activeId}"]`)?.focus({ preventScroll: true });
  }, [element, activeId]);

  const goTo = (place: number) => {
    const link = items[Math.min(items.length - 1, Math.max(0, place))];
    if (!link) return;
    flush();
    focusNext.current = true;
    setActive(link.id);
    reveal(link.timelineFrame ?? 0);
  };
  const shiftBy = (id: string, by: number) => {
    const ids = chosen.has(id) ? chosen : new Set([id]);
    const { delta } = nudge(ids, by);
    const link = items.find((item) => item.id === id);
    const frame = (link?.timelineFrame ?? 0) + delta;
    reveal(frame);
    setSaid(ids.size > 1 ? `${ids.size} items, this one at frame ${frame}` : `Frame ${frame}`);
  };
  const onKey = (event: KeyboardEvent, id: string) => {
    const place = items.findIndex((item) => item.id === id);
    const link = items[place];
    const acts: Record<string, () => void> = {
      ArrowLeft: () => shiftBy(id, event.shiftKey ? -10 : -1),
      ArrowRight: () => shiftBy(id, event.shiftKey ? 10 : 1),
      ArrowUp: () => goTo(place - 1),
      ArrowDown: () => goTo(place + 1),
      Home: () => goTo(0),
      End: () => goTo(items.length - 1),
      ' ': () => press(id, { adds: true, spans: event.shiftKey }),
      Enter: () => link && onOpen(link),
      Escape: selection.clear,
      ...(event.ctrlKey || event.metaKey ? { a: selection.chooseAll } : {}),
    };
    const act = acts[event.key];
    if (!act || event.altKey) return;
    event.preventDefault();
    act();
  };
  const onPress = (event: MouseEvent, id: string) =>
    press(id, { adds: event.ctrlKey || event.metaKey, spans: event.shiftKey });
  // The same ones for as long as the timeline stands: an item that did not change is not drawn again.
  const latest = useRef({ onKey, onPress, onOpen, start });
  useEffect(() => {
    latest.current = { onKey, onPress, onOpen, start };
  });
  const handlers = useMemo(
    () => ({
      onKey: (event: KeyboardEvent, id: string) => latest.current.onKey(event, id),
      onPress: (event: MouseEvent, id: string) => latest.current.onPress(event, id),
      onGrab: (event: React.PointerEvent, id: string) => latest.current.start(event, id),
      onOpen: (link: Link) => latest.current.onOpen(link),
      onFocus: setActive,
    }),
    [],
  );
  const clearOutside = useCallback(
    (event: React.PointerEvent) => {
      if (event.button === 0 && !(event.target as Element).closest('.timeline-item')) selection.clear();
    },
    [selection],
  );

  const shown = items
    .map((link, place) => {
      const isMoving = shift?.ids.has(link.id) ?? false;
      const frame = (link.timelineFrame ?? 0) + (isMoving ? (shift?.delta ?? 0) : 0);
      return { link, place, frame, isMoving, x: PAD + frame * (zoom ?? 1), lane: lanes.get(link.id) ?? 0 };
    })
    .filter(({ link, x }) => zoom !== undefined && ((x >= from && x <= to) || link.id === activeId));
  const farthest = Math.max(lastFrame + Math.max(0, shift?.delta ?? 0), incoming ?? 0);
  const width = Math.max(room, PAD * 2 + farthest * (zoom ?? 1) + ITEM + 160);
  return (
    <section className="timeline" aria-labelledby="timeline-title">
      <TimelineBar
        length={items.length}
        lastFrame={lastFrame}
        onZoom={zoomBy}
        onFit={zoomToFit}
        onChooseAll={selection.chooseAll}
        onEvenOut={() => {
          flush();
          actions.evenOut();
        }}
      />
      <div
        className="timeline-scroll"
        ref={setElement}
        tabIndex={items.length === 0 ? 0 : -1}
        role="region"
        aria-label="Frames of the timeline"
        onPointerDown={clearOutside}
      >
        <div className="timeline-track" style={{ width, height: RULER + rows * LANE + 10 }}>
          {zoom !== undefined && <Ruler zoom={zoom} from={Math.max(0, from - PAD)} to={to} />}
          {items.length === 0 && (
            <p className="timeline-empty muted">
              Nothing on the timeline yet. Place something from the tray.
            </p>
          )}
          <div aria-hidden="true">
            {shown.map(({ link, x, lane }) => (
              <span key={link.id} className="timeline-stem" style={stemAt(x, lane)} />
            ))}
          </div>
          {shown.length > 0 && (
            <div
              role="listbox"
              aria-multiselectable="true"
              aria-label="Timeline"
              aria-describedby="timeline-keys"
            >
              {shown.map(({ link, place, ...where }) => (
                <TimelineItem
                  key={link.id}
                  {...{ link, place, ...where, ...handlers }}
                  of={items.length}
                  isChosen={chosen.has(link.id)}
                  isActive={link.id === activeId}
                />
              ))}
            </div>
          )}
          {incoming !== undefined && zoom !== undefined && (
            <div
              className="timeline-incoming"
              style={{ transform: `translateX(${PAD + incoming * zoom}px)` }}
            >
              <span className="number">
                {incoming} · {seconds(incoming)}
              </span>
            </div>
          )}
        </div>
      </div>
      <p className="visually-hidden" id="timeline-keys">
        Up and down go from one to the next. Left and right move it by a frame, with Shift by ten. Space
        chooses, Control and A chooses all, Enter opens.
      </p>
      <SelectionBar
        chosen={items.filter(({ id }) => chosen.has(id))}
        actions={actions}
        onOpen={onOpen}
        onClear={selection.clear}
      />
      <p className="visually-hidden" role="status">
        {said || (chosen.size > 1 ? `${count(chosen.size, 'item')} chosen` : '')}
      </p>
    </section>
  );
}
