import { useState } from 'react';
import { useAddGenerationToShotMutation, useCreateShotWithImageMutation } from '../../graphql/hooks';
import { useDesk } from '../frame/project';
import { useTell } from '../parts/Toasts';
import { count } from '../parts/words';

export const NEW_SHOT = 'new';

interface AddToShot {
  isAdding: boolean;
  /** In this order at the end of the shot; `NEW_SHOT`: of one that is made for them. */
  add(shot: { id: string; name: string }, generationIds: readonly string[]): Promise<boolean>;
}

export function useAddToShot(): AddToShot {
  const { project } = useDesk();
  const tell = useTell();
  const { mutateAsync: link } = useAddGenerationToShotMutation();
  const { mutateAsync: create } = useCreateShotWithImageMutation();
  const [isAdding, setIsAdding] = useState(false);

  const addAll = async (shot: { id: string; name: string }, ids: readonly string[]) => {
    const [first, ...others] = ids;
    if (!first) return;
    if (shot.id !== NEW_SHOT) {
      for (const generationId of ids) await link({ shotId: shot.id, generationId });
      return;
    }
    const made = await create({ projectId: project.id, name: shot.name, generationId: first });
    const shotId = made.createShotWithImage?.shot?.id;
    if (!shotId) return;
    for (const generationId of others) await link({ shotId, generationId });
  };
  return {
    isAdding,
    add: async (shot, ids) => {
      setIsAdding(true);
      try {
        await addAll(shot, ids);
        tell.good(`${count(ids.length, 'item')} added to ${shot.name}`);
        return true;
      } catch (reason) {
        tell.bad(reason);
        return false;
      } finally {
        setIsAdding(false);
      }
    },
  };
}
