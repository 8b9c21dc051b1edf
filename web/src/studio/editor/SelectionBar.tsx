import { Icon } from '../parts/Icon';
import type { Link } from './shot';
import { nameOf } from './TimelineItem';
import type { ShotActions } from './useShot';

interface SelectionBarProps {
  chosen: readonly Link[];
  actions: ShotActions;
  onOpen(link: Link): void;
  onClear(): void;
}

/** What can be done with what is chosen on the timeline. Always there: nothing jumps when something is chosen. */
export function SelectionBar({ chosen, actions, onOpen, onClear }: SelectionBarProps) {
  const [first] = chosen;
  if (!first) {
    return (
      <div className="timeline-choice muted small">
        <span className="wide-only">
          Drag to move. Click chooses, with Ctrl or Shift several. Double-click opens.
        </span>
        <span className="narrow-only">Drag to move. Tap to choose.</span>
      </div>
    );
  }
  return (
    <div className="timeline-choice" role="group" aria-label="Chosen on the timeline">
      <span className="timeline-choice-name clip">
        {chosen.length === 1 ? nameOf(first) : `${chosen.length} chosen`}
      </span>
      {chosen.length === 1 && (
        <button type="button" className="button quiet" onClick={() => onOpen(first)}>
          <Icon name="eye" size={18} />
          Open
        </button>
      )}
      <button type="button" className="button quiet" onClick={() => actions.toTray(chosen)}>
        <Icon name="tray" size={18} />
        To the tray
      </button>
      <button type="button" className="button quiet" onClick={() => actions.remove(chosen)}>
        <Icon name="trash" size={18} />
        Remove
      </button>
      <button type="button" className="button quiet" onClick={onClear}>
        Clear
      </button>
    </div>
  );
}
