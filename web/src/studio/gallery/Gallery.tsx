import { keepPreviousData } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useGalleryPageQuery } from '../../graphql/hooks';
import { useOpenItem } from '../frame/places';
import { useDesk } from '../frame/project';
import { Fault, Loading } from '../parts/Notice';
import { FilterBar } from './FilterBar';
import { variablesOf } from './filters';
import { GalleryGrid } from './GalleryGrid';
import { NothingHere } from './NothingHere';
import { Pager } from './Pager';
import { cardRatio } from './ratio';
import { SelectionBar } from './SelectionBar';
import { useFilters } from './useFilters';
import { useGridSize } from './useGridSize';
import { useSelection } from './useSelection';
import './Gallery.css';

export function Gallery() {
  const { project } = useDesk();
  const [filters, changeFilters] = useFilters();
  const [, openItem] = useOpenItem();
  const selection = useSelection();
  const [scroller, setScroller] = useState<HTMLElement | null>(null);
  const ratio = cardRatio(project.aspectRatio);
  const size = useGridSize(scroller, ratio);
  const pageSize = size?.pageSize ?? 0;
  const { data, error, isPlaceholderData, refetch } = useGalleryPageQuery(
    variablesOf(project.id, filters, pageSize),
    { enabled: pageSize > 0, placeholderData: keepPreviousData },
  );
  const rows = data?.generations?.nodes ?? [];
  const total = data?.generations?.totalCount ?? 0;
  const pages = pageSize > 0 ? Math.max(1, Math.ceil(total / pageSize)) : 1;

  const { page } = filters;
  const sizeBefore = useRef(0);
  useEffect(() => {
    const before = sizeBefore.current;
    sizeBefore.current = pageSize;
    // The window became another: what stood first on the page stays in sight.
    if (before && pageSize && before !== pageSize && page > 1)
      changeFilters({ page: Math.floor(((page - 1) * before) / pageSize) + 1 }, { replace: true });
  }, [pageSize, page, changeFilters]);
  useEffect(() => {
    if (data && !isPlaceholderData && page > pages) changeFilters({ page: pages }, { replace: true });
  }, [data, isPlaceholderData, page, pages, changeFilters]);

  const goTo = useCallback(
    (next: number) => {
      changeFilters({ page: next });
      scroller?.scrollTo({ top: 0 });
    },
    [changeFilters, scroller],
  );

  return (
    <section className="gallery" aria-labelledby="gallery-title">
      <FilterBar
        filters={filters}
        onChange={changeFilters}
        rows={rows}
        total={data ? total : undefined}
        isSelecting={selection.isOn}
        onSelecting={selection.turn}
      />
      <div className="gallery-scroller" ref={setScroller} data-busy={isPlaceholderData || undefined}>
        {error && !data ? (
          <Fault reason={error} onRetry={() => void refetch()} />
        ) : !data || !size ? (
          <Loading what="Loading the gallery" />
        ) : rows.length === 0 ? (
          <NothingHere filters={filters} onChange={changeFilters} />
        ) : (
          <GalleryGrid
            rows={rows}
            columns={size.columns}
            ratio={ratio}
            selected={selection.isOn ? selection.ids : undefined}
            onOpen={openItem}
            onToggle={selection.toggle}
          />
        )}
      </div>
      {selection.isOn && <SelectionBar selection={selection} rows={rows} />}
      {data && total > 0 && (
        <Pager
          page={Math.min(page, pages)}
          pages={pages}
          from={(Math.min(page, pages) - 1) * pageSize + 1}
          shown={rows.length}
          total={total}
          onPage={goTo}
        />
      )}
    </section>
  );
}
