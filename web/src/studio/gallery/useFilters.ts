import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { readFilters, writeFilters, type GalleryFilters } from './filters';

interface ChangeOptions {
  /** Where going back to what was before would be of no use, such as to each letter that was typed. */
  replace?: boolean;
}

export type ChangeFilters = (change: Partial<GalleryFilters>, options?: ChangeOptions) => void;

/** They live in the address: reloading, going back and sending somebody the link all keep them. */
export function useFilters(): [filters: GalleryFilters, change: ChangeFilters] {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(() => readFilters(search), [search]);
  const change = useCallback<ChangeFilters>(
    (part, options) => {
      // Another choice begins at its first page.
      setSearch((before) => writeFilters({ ...readFilters(before), page: 1, ...part }, before), options);
    },
    [setSearch],
  );
  return [filters, change];
}
