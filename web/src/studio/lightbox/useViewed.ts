import { useEffect, useRef, useState } from 'react';
import { useMarkVariantsViewedMutation } from '../../graphql/hooks';
import { useTell } from '../parts/Toasts';
import type { OpenGeneration } from './rows';

/**
 * Marks the variants of what was opened as viewed, once. Returns those that were not: they are told apart for as long
 * as it is open. What arrives meanwhile is new until it is opened again.
 */
export function useViewed({ id, unviewedCount, variants }: OpenGeneration): ReadonlySet<string> {
  const tell = useTell();
  const { mutate } = useMarkVariantsViewedMutation({ onError: tell.bad });
  const isMarked = useRef(false);
  const unseen = variants.nodes.filter(({ viewedAt }) => viewedAt === null);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(() => new Set());
  if (unseen.some((variant) => !fresh.has(variant.id)))
    setFresh(new Set([...fresh, ...unseen.map((variant) => variant.id)]));
  useEffect(() => {
    if (isMarked.current) return;
    isMarked.current = true;
    if (unviewedCount > 0) mutate({ generationId: id });
  }, [id, unviewedCount, mutate]);
  return fresh;
}
