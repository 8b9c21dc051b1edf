import { memo } from 'react';
import { seconds, ticksOf } from './scale';
import { PAD } from './useView';

/** Frames, and below them the time at which they are played. */
export const Ruler = memo(function Ruler({ zoom, from, to }: { zoom: number; from: number; to: number }) {
  return (
    <div className="timeline-ruler" aria-hidden="true">
      {ticksOf(zoom, from / zoom, to / zoom).map((frame) => (
        <span
          key={frame}
          className="timeline-tick number"
          style={{ transform: `translateX(${PAD + frame * zoom}px)` }}
        >
          {frame}
          <small>{seconds(frame)}</small>
        </span>
      ))}
    </div>
  );
});
