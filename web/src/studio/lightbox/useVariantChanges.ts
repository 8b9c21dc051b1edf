import { useQueryClient } from '@tanstack/react-query';
import {
  useDeleteVariantMutation,
  useSetPrimaryVariantMutation,
  useStarVariantMutation,
} from '../../graphql/hooks';
import { showAhead, type RowChange } from '../gallery/ahead';
import { useTell } from '../parts/Toasts';
import type { OpenVariant } from './rows';

type PutBack = () => void;

interface VariantChanges {
  makePrimary(variant: OpenVariant): void;
  star(variant: OpenVariant): void;
  remove(variant: OpenVariant): void;
}

/** Of one generation, whose card shows its primary variant. `variants`: the newest first. */
export function useVariantChanges(generationId: string, variants: readonly OpenVariant[]): VariantChanges {
  const queries = useQueryClient();
  const tell = useTell();
  const onError = (reason: Error, _variables: unknown, putBack: PutBack | undefined) => {
    putBack?.();
    tell.bad(reason);
  };
  const primary = useSetPrimaryVariantMutation<PutBack>({
    onMutate: ({ variantId }) =>
      showAhead(
        queries,
        asPrimary(
          generationId,
          variants.find(({ id }) => id === variantId),
        ),
      ),
    onError,
  });
  const star = useStarVariantMutation<PutBack>({
    onMutate: ({ id, starred }) => showAhead(queries, (row) => (row.id === id ? { starred } : undefined)),
    onError,
  });
  const remove = useDeleteVariantMutation<PutBack>({
    onMutate: ({ id }) => {
      const isPrimary = variants.some((variant) => variant.id === id && variant.isPrimary);
      const successor = isPrimary ? variants.find((variant) => variant.id !== id) : undefined;
      const promote = asPrimary(generationId, successor);
      return showAhead(queries, (row) => {
        if (row.id === id) return null;
        const { variantCount } = row;
        const isOwner = row.id === generationId && typeof variantCount === 'number';
        const fewer = isOwner ? { variantCount: variantCount - 1 } : undefined;
        const promoted = promote(row);
        return fewer || promoted ? { ...promoted, ...fewer } : undefined;
      });
    },
    onError,
  });
  return {
    makePrimary: ({ id }) => primary.mutate({ variantId: id }),
    star: ({ id, starred }) => star.mutate({ id, starred: !starred }),
    remove: ({ id }) => remove.mutate({ id }),
  };
}

/** What a generation shows is its primary variant's (V2 of docs/data-model.md), wherever it is shown. */
function asPrimary(generationId: string, variant: OpenVariant | undefined): RowChange {
  if (!variant) return () => undefined;
  const { location, thumbnailUrl, name, mediaUrl, previewUrl } = variant;
  return (row) => {
    if (row.generationId === generationId && 'isPrimary' in row) return { isPrimary: row.id === variant.id };
    if (row.id !== generationId || !('location' in row)) return undefined;
    return {
      location,
      thumbnailUrl,
      ...('name' in row ? { name } : {}),
      ...('mediaUrl' in row ? { mediaUrl, previewUrl } : {}),
      ...('primaryVariant' in row ? { primaryVariant: { ...variant, isPrimary: true } } : {}),
    };
  };
}
