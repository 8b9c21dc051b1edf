import { useCallback } from 'react';
import { useSearchParams } from 'wouter';

/** The addresses of the studio, each written once. */
export const places = {
  gallery: (projectId: string) => `/projects/${projectId}/gallery`,
  shots: (projectId: string) => `/projects/${projectId}/shots`,
  shot: (projectId: string, shotId: string) => `/projects/${projectId}/shots/${shotId}`,
  tasks: (projectId: string) => `/projects/${projectId}/tasks`,
};

/** What is open in the lightbox, over whichever screen: `?item=`. */
export function useOpenItem(): [id: string | undefined, open: (id: string | undefined) => void] {
  const [search, setSearch] = useSearchParams();
  const open = useCallback(
    (id: string | undefined) => {
      setSearch((before) => {
        const next = new URLSearchParams(before);
        if (id) next.set('item', id);
        else next.delete('item');
        return next;
      });
    },
    [setSearch],
  );
  return [search.get('item') ?? undefined, open];
}
