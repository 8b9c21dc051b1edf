import { useState } from 'react';
import type { GenerationCardFragment } from '../../graphql/generated';
import { ConfirmDialog } from '../parts/ConfirmDialog';
import { Icon } from '../parts/Icon';
import { count } from '../parts/words';
import { AddToShot } from './AddToShot';
import { useDeleteGenerations } from './useGalleryChanges';
import type { Selection } from './useSelection';

/** What can be done with the cards that were chosen. */
export function SelectionBar({
  selection,
  rows,
}: {
  selection: Selection;
  rows: readonly GenerationCardFragment[];
}) {
  const [isAsking, setIsAsking] = useState(false);
  const ids = [...selection.ids];
  const remove = useDeleteGenerations(selection.clear);
  return (
    <section className="selection-bar" aria-label="Selection">
      <p className="number" role="status">
        {ids.length === 0 ? 'Choose cards' : `${ids.length} selected`}
      </p>
      <button type="button" className="button quiet" onClick={() => selection.add(rows.map(({ id }) => id))}>
        All on this page
      </button>
      {ids.length > 0 && (
        <button type="button" className="button quiet" onClick={selection.clear}>
          None
        </button>
      )}
      <div className="selection-bar-end">
        <AddToShot generationIds={ids} onAdded={selection.remove} />
        <button
          type="button"
          className="button"
          aria-disabled={ids.length === 0}
          onClick={() => setIsAsking(ids.length > 0)}
        >
          <Icon name="trash" size={18} />
          Delete
        </button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={`Delete ${count(ids.length, 'item')}?`}
          act="Delete"
          onClose={() => setIsAsking(false)}
          onConfirm={() => {
            setIsAsking(false);
            remove(ids);
          }}
        >
          <p>With their variants, and out of every shot they stand in. This cannot be taken back.</p>
        </ConfirmDialog>
      )}
    </section>
  );
}
