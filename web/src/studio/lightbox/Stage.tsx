import { IconButton } from '../parts/IconButton';
import type { MediaRow } from '../parts/media';
import { SteadyMedia } from './SteadyMedia';
import type { PageAround } from './usePageAround';

interface StageProps {
  row: MediaRow;
  around: PageAround;
  onOpen(id: string): void;
}

/** The picture itself, as large as there is room. */
export function Stage({ row, around, onOpen }: StageProps) {
  const { previous, next, at, of } = around;
  return (
    <div className="stage">
      <SteadyMedia row={row} show="whole" fit="contain" />
      {of > 1 && (
        <>
          {/* Not disabled at the ends: a button that is would lose the focus it has. */}
          <IconButton
            icon="back"
            label="Previous"
            className="stage-step previous"
            size={24}
            aria-disabled={!previous}
            onClick={() => previous && onOpen(previous)}
          />
          <IconButton
            icon="forward"
            label="Next"
            className="stage-step next"
            size={24}
            aria-disabled={!next}
            onClick={() => next && onOpen(next)}
          />
          <p className="badge over-media stage-count" role="status">
            {at} of {of}
          </p>
        </>
      )}
    </div>
  );
}
