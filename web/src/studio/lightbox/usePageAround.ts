import { notifyManager, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState, useSyncExternalStore } from 'react';
import type { GalleryPageQuery, GenerationCardFragment } from '../../graphql/generated';
import { useGalleryPageQuery } from '../../graphql/hooks';

export interface PageAround {
  previous: string | undefined;
  next: string | undefined;
  /** `3 of 25`; both 0 where it stands on no page. */
  at: number;
  of: number;
  /** Its card, to show while the rest is on its way. */
  card: GenerationCardFragment | undefined;
}

type Cards = readonly GenerationCardFragment[];
const NONE: Cards = [];

/** What stands beside a generation on the page of the gallery that is open behind the lightbox. */
export function usePageAround(id: string): PageAround {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback(
    (told: () => void) => cache.subscribe(notifyManager.batchCalls(told)),
    [cache],
  );
  const shown = useSyncExternalStore(subscribe, () => {
    const [page] = cache.findAll({ queryKey: useGalleryPageQuery.key(), type: 'active' });
    return (page?.state.data as GalleryPageQuery | undefined)?.generations?.nodes ?? NONE;
  });
  // Starred no more, it leaves a page of starred ones: one still goes on from where it stood.
  const [last, setLast] = useState(NONE);
  const has = shown.some((card) => card.id === id);
  if (has && last !== shown) setLast(shown);
  const cards = has ? shown : last;
  const at = cards.findIndex((card) => card.id === id);
  if (at < 0) return { previous: undefined, next: undefined, at: 0, of: 0, card: undefined };
  return {
    previous: cards[at - 1]?.id,
    next: cards[at + 1]?.id,
    at: at + 1,
    of: cards.length,
    card: cards[at],
  };
}
