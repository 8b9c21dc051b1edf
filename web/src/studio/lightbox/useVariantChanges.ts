import type {
  DeleteVariantMutationVariables,
  SetPrimaryVariantMutationVariables,
  StarVariantMutationVariables,
} from '../../graphql/generated';
import {
  useDeleteVariantMutation,
  useSetPrimaryVariantMutation,
  useStarVariantMutation,
} from '../../graphql/hooks';
import { useRowsAhead, type RowChange } from '../parts/useRowsAhead';
import type { OpenVariant } from './rows';

interface VariantChanges {
  makePrimary(variant: OpenVariant): void;
  star(variant: OpenVariant): void;
  remove(variant: OpenVariant): void;
}

/** Of one generation, whose card shows its primary variant. `variants`: the newest first. */
export function useVariantChanges(generationId: string, variants: readonly OpenVariant[]): VariantChanges {
  const primary = useSetPrimaryVariantMutation(
    useRowsAhead<SetPrimaryVariantMutationVariables>(({ variantId }) =>
      asPrimary(
        generationId,
        variants.find(({ id }) => id === variantId),
      ),
    ),
  );
  const star = useStarVariantMutation(
    useRowsAhead<StarVariantMutationVariables>(
      ({ id, starred }) =>
        (row) =>
          row.id === id ? { starred } : undefined,
    ),
  );
  const remove = useDeleteVariantMutation(
    useRowsAhead<DeleteVariantMutationVariables>(({ id }) => {
      const isPrimary = variants.some((variant) => variant.id === id && variant.isPrimary);
      const successor = isPrimary ? variants.find((variant) => variant.id !== id) : undefined;
      const promote = asPrimary(generationId, successor);
      return (row) => {
        if (row.id === id) return null;
        const { variantCount } = row;
        const isOwner = row.id === generationId && typeof variantCount === 'number';
        const fewer = isOwner ? { variantCount: variantCount - 1 } : undefined;
        const promoted = promote(row);
        return fewer || promoted ? { ...promoted, ...fewer } : undefined;
      };
    }),
  );
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
