import { Notice } from '../parts/Notice';
import { countActive, NO_FILTERS, type GalleryFilters } from './filters';
import type { ChangeFilters } from './useFilters';

/** A gallery without cards: because there is nothing yet, or because the filters leave everything out. */
export function NothingHere({ filters, onChange }: { filters: GalleryFilters; onChange: ChangeFilters }) {
  if (countActive(filters) === 0) {
    return (
      <Notice icon="gallery" title="No pictures yet">
        <p>Press Create to make the first one, or upload your own.</p>
      </Notice>
    );
  }
  return (
    <Notice icon="search" title="Nothing matches">
      <button
        type="button"
        className="button"
        onClick={() => onChange({ ...NO_FILTERS, sort: filters.sort })}
      >
        Clear filters
      </button>
    </Notice>
  );
}
