import { IconButton } from '../parts/IconButton';
import { count } from '../parts/words';
import { seconds } from './scale';

interface TimelineBarProps {
  length: number;
  lastFrame: number;
  onZoom(factor: number): void;
  onFit(): void;
  onChooseAll(): void;
  onEvenOut(): void;
}

const STEP = 1.4;

export function TimelineBar(props: TimelineBarProps) {
  const { length, lastFrame, onZoom, onFit, onChooseAll, onEvenOut } = props;
  return (
    <div className="timeline-bar">
      <h2 id="timeline-title">Timeline</h2>
      <span className="muted small number timeline-length">
        {count(length, 'item')}
        {length > 0 && ` · ${count(lastFrame, 'frame')} · ${seconds(lastFrame)}`}
      </span>
      <div className="timeline-tools">
        <button type="button" className="button quiet" onClick={onChooseAll} disabled={length === 0}>
          Select all
        </button>
        <button
          type="button"
          className="button quiet"
          onClick={onEvenOut}
          disabled={length < 2}
          title="Gaps of 10 to 81 frames, the first at 0"
        >
          Even out spacing
        </button>
        <span className="timeline-zoom" role="group" aria-label="Zoom">
          <IconButton icon="minus" label="Zoom out" onClick={() => onZoom(1 / STEP)} />
          <button type="button" className="button quiet" onClick={onFit} title="Show all of it">
            Fit
          </button>
          <IconButton icon="add" label="Zoom in" onClick={() => onZoom(STEP)} />
        </span>
      </div>
    </div>
  );
}
