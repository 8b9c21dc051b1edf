import { memo, type PointerEvent } from 'react';
import { IconButton } from '../parts/IconButton';
import type { Dragged } from '../parts/sortable';
import { stepOf } from '../parts/useOrdering';
import { LinkPicture } from './LinkPicture';
import type { Link } from './shot';

interface OrderCardProps {
  link: Link;
  name: string;
  index: number;
  of: number;
  dragged: Dragged | undefined;
  onGrab(event: PointerEvent, id: string): void;
  onMove(id: string, by: 1 | -1): void;
  onOpen(link: Link): void;
  onToTray(link: Link): void;
  /** For one that stands in the order but not on the timeline. */
  onFrame(link: Link): void;
}

export const OrderCard = memo(function OrderCard(props: OrderCardProps) {
  const { link, name, index, of, dragged, onGrab, onMove, onOpen, onToTray, onFrame } = props;
  const { id, timelineFrame } = link;
  return (
    <li
      className={`order-card ${dragged ? 'dragged' : ''}`}
      data-sort={id}
      style={dragged && { transform: `translate(${dragged.dx}px, ${dragged.dy}px)` }}
      onPointerDown={(event) => onGrab(event, id)}
      onKeyDown={(event) => {
        const by = stepOf(event);
        if (!by) return;
        event.preventDefault();
        onMove(id, by);
      }}
    >
      <LinkPicture link={link} name={name} badge={index + 1} onOpen={onOpen} />
      <div className="order-words">
        <span className="clip small">{name}</span>
        {timelineFrame === null ? (
          <button type="button" className="order-frame number missing" onClick={() => onFrame(link)}>
            Put on the timeline
          </button>
        ) : (
          <span className="order-frame number muted">Frame {timelineFrame}</span>
        )}
      </div>
      <div className="order-actions">
        <IconButton
          icon="back"
          size={16}
          label={`Move ${name} earlier`}
          aria-disabled={index === 0}
          onClick={() => onMove(id, -1)}
        />
        <IconButton
          icon="forward"
          size={16}
          label={`Move ${name} later`}
          aria-disabled={index === of - 1}
          onClick={() => onMove(id, 1)}
        />
        <span className="order-gap" />
        <IconButton icon="tray" size={16} label={`Move ${name} to the tray`} onClick={() => onToTray(link)} />
      </div>
    </li>
  );
});
