import { useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState, type Ref } from 'react';
import { findPlace, type Found, type Line } from '../parts/sortable';
import { useOrdering } from '../parts/useOrdering';
import { nextFrame } from './changes';
import { OrderCard } from './OrderCard';
import { inOrder, type Link } from './shot';
import { nameOf } from './TimelineItem';
import type { ShotActions } from './useShot';
import './OrderList.css';

export interface OrderTarget {
  placeAt(x: number, y: number): Found | undefined;
}

interface OrderListProps {
  links: readonly Link[];
  actions: ShotActions;
  onOpen(link: Link): void;
  /** Where something from elsewhere would come. */
  incoming: Line | undefined;
  target: Ref<OrderTarget>;
}

/** More cards than this would make each change slow, and nobody sorts them by hand at once. */
const SHOWN = 200;

/** What has a position, in that order. */
export function OrderList({ links, actions, onOpen, incoming, target }: OrderListProps) {
  const order = useMemo(() => inOrder(links), [links]);
  const ids = useMemo(() => order.map(({ id }) => id), [order]);
  const [showsAll, setShowsAll] = useState(false);
  const [said, setSaid] = useState('');
  const { container, hold, dragged, line, start, move } = useOrdering(ids, (next, id) => {
    actions.reorder(next);
    setSaid(`Now ${next.indexOf(id) + 1} of ${next.length}.`);
  });
  const latest = useRef(links);
  useEffect(() => {
    latest.current = links;
  });
  const toTray = useCallback((link: Link) => actions.toTray([link]), [actions]);
  const giveFrame = useCallback(
    ({ id }: Link) => actions.moveFrames([{ id, timeline_frame: nextFrame(latest.current) }]),
    [actions],
  );
  useImperativeHandle(
    target,
    () => ({ placeAt: (x, y) => (container.current ? findPlace(container.current, x, y) : undefined) }),
    [container],
  );
  const shown = showsAll ? order : order.slice(0, SHOWN);
  const place = line ?? incoming;
  return (
    <section className="order" aria-labelledby="order-title">
      <header className="editor-part-head">
        <h2 id="order-title">Order</h2>
        <span className="badge">{order.length}</span>
      </header>
      <div className="order-board" ref={hold}>
        {order.length === 0 && (
          <p className="order-empty muted">Drag something here, or place it from the tray.</p>
        )}
        <ol className="order-cards" aria-label="Order">
          {shown.map((link, index) => (
            <OrderCard
              key={link.id}
              {...{ link, index, onOpen }}
              name={nameOf(link)}
              of={order.length}
              dragged={dragged?.id === link.id ? dragged : undefined}
              onGrab={start}
              onMove={move}
              onToTray={toTray}
              onFrame={giveFrame}
            />
          ))}
        </ol>
        {place && <div className="sort-line" style={place} />}
      </div>
      {shown.length < order.length && (
        <button type="button" className="button" onClick={() => setShowsAll(true)}>
          Show the other {order.length - shown.length}
        </button>
      )}
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </section>
  );
}
