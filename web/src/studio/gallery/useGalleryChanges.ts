import type {
  DeleteGenerationsMutationVariables,
  UpdateGenerationMutationVariables,
} from '../../graphql/generated';
import { useDeleteGenerationsMutation, useUpdateGenerationMutation } from '../../graphql/hooks';
import { useTell } from '../parts/Toasts';
import { useRowsAhead } from '../parts/useRowsAhead';
import { count } from '../parts/words';

export function useStarGeneration(): (id: string, starred: boolean) => void {
  const ahead = useRowsAhead<UpdateGenerationMutationVariables>(
    ({ id, patch: { starred } }) =>
      (row) =>
        row.id === id && 'starred' in row ? { starred } : undefined,
  );
  const { mutate } = useUpdateGenerationMutation(ahead);
  return (id, starred) => mutate({ id, patch: { starred } });
}

/** @param onAhead they are about to be shown no more */
export function useDeleteGenerations(onAhead: () => void): (ids: readonly string[]) => void {
  const tell = useTell();
  const ahead = useRowsAhead<DeleteGenerationsMutationVariables>(({ ids }) => {
    const gone = new Set(ids);
    return (row) => (gone.has(String(row.id)) ? null : undefined);
  });
  const { mutate } = useDeleteGenerationsMutation({
    ...ahead,
    onSuccess: (_answer, { ids }) => tell.good(`${count(ids.length, 'item')} deleted`),
  });
  return (ids) => {
    onAhead();
    mutate({ ids });
  };
}
