import { useQueryClient } from '@tanstack/react-query';
import { useDeleteGenerationsMutation, useUpdateGenerationMutation } from '../../graphql/hooks';
import { useTell } from '../parts/Toasts';
import { count } from '../parts/words';
import { showAhead } from './ahead';

type PutBack = () => void;

export function useStarGeneration(): (id: string, starred: boolean) => void {
  const queries = useQueryClient();
  const tell = useTell();
  const { mutate } = useUpdateGenerationMutation<PutBack>({
    onMutate: ({ id, patch: { starred } }) =>
      showAhead(queries, (row) => (row.id === id && 'starred' in row ? { starred } : undefined)),
    onError: (reason, _variables, putBack) => {
      putBack?.();
      tell.bad(reason);
    },
  });
  return (id, starred) => mutate({ id, patch: { starred } });
}

export function useDeleteGenerations(onDone?: () => void): (ids: readonly string[]) => void {
  const queries = useQueryClient();
  const tell = useTell();
  const { mutate } = useDeleteGenerationsMutation<PutBack>({
    onMutate: ({ ids }) => {
      const gone = new Set(ids);
      onDone?.();
      return showAhead(queries, (row) => (gone.has(String(row.id)) ? null : undefined));
    },
    onError: (reason, _variables, putBack) => {
      putBack?.();
      tell.bad(reason);
    },
    onSuccess: (_answer, { ids }) => tell.good(`${count(ids.length, 'item')} deleted`),
  });
  return (ids) => mutate({ ids });
}
