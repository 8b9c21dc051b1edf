import { memo, type CSSProperties, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react';
import { Media } from '../parts/Media';
import { titleOf } from '../parts/media';
import { LANE, seconds } from './scale';
import type { Link } from './shot';

export interface ItemHandlers {
  onGrab(event: PointerEvent, id: string): void;
  onPress(event: MouseEvent, id: string): void;
  onKey(event: KeyboardEvent, id: string): void;
  onFocus(id: string): void;
  onOpen(link: Link): void;
}

interface TimelineItemProps extends ItemHandlers {
  link: Link;
  /** As it is shown: while it is dragged, not the one it has. */
  frame: number;
  x: number;
  lane: number;
  place: number;
  of: number;
  isChosen: boolean;
  isMoving: boolean;
  /** The one of all that Tab comes to. */
  isActive: boolean;
}

/** What it is called, for whoever cannot see it. */
export function nameOf({ generation }: Link): string {
  return generation ? titleOf(generation) : 'Gone';
}

export const TimelineItem = memo(function TimelineItem(props: TimelineItemProps) {
  const { link, frame, x, lane, place, of, isChosen, isMoving, isActive } = props;
  const { id, generation } = link;
  return (
    <div
      role="option"
      className={`timeline-item ${isMoving ? 'moving' : ''}`}
      data-link={id}
      aria-label={`${nameOf(link)}, frame ${frame}`}
      aria-selected={isChosen}
      aria-posinset={place + 1}
      aria-setsize={of}
      tabIndex={isActive ? 0 : -1}
      title={`${nameOf(link)}\nFrame ${frame}, ${seconds(frame)}`}
      style={{ transform: `translateX(${x}px)`, '--lane': `${lane * LANE}px` } as CSSProperties}
      onPointerDown={(event) => props.onGrab(event, id)}
      onClick={(event) => props.onPress(event, id)}
      onDoubleClick={() => props.onOpen(link)}
      onKeyDown={(event) => props.onKey(event, id)}
      onFocus={() => props.onFocus(id)}
    >
      <span className="timeline-thumb">{generation && <Media row={generation} alt="" />}</span>
      <span className="timeline-frame number">
        {frame}
        {isMoving && <span> · {seconds(frame)}</span>}
      </span>
    </div>
  );
});
