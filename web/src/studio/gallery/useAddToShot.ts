import { useState } from 'react';
import { useAddGenerationToShotMutation, useCreateShotWithImageMutation } from '../../graphql/hooks';
import { useDesk } from '../frame/project';
import { useTell } from '../parts/Toasts';
import { count } from '../parts/words';

export const NEW_SHOT = 'new';

interface ShotChoice {
  id: string;
  name: string;
}

interface Added {
  /** Which of them are in the shot now. */
  ids: readonly string[];
  /** Where they are: the one that was made, where one was. */
  shot: ShotChoice;
}

interface AddToShot {
  isAdding: boolean;
  /** In this order at the end of the shot; `NEW_SHOT`: of one that is made for them. Ends at the first that fails. */
  add(shot: ShotChoice, generationIds: readonly string[]): Promise<Added>;
}

export function useAddToShot(): AddToShot {
  const { project } = useDesk();
  const tell = useTell();
  const { mutateAsync: link } = useAddGenerationToShotMutation();
  const { mutateAsync: create } = useCreateShotWithImageMutation();
  const [isAdding, setIsAdding] = useState(false);

  /** Adds one; returns the shot that it is in. */
  const addOne = async (shot: ShotChoice, generationId: string): Promise<ShotChoice> => {
    if (shot.id !== NEW_SHOT) {
      await link({ shotId: shot.id, generationId });
      return shot;
    }
    const made = await create({ projectId: project.id, name: shot.name, generationId });
    const id = made.createShotWithImage?.shot?.id;
    if (!id) throw new Error('The shot was not made.');
    return { ...shot, id };
  };
  return {
    isAdding,
    add: async (shot, ids) => {
      setIsAdding(true);
      const added: string[] = [];
      let into = shot;
      try {
        for (const id of ids) {
          into = await addOne(into, id);
          added.push(id);
        }
        tell.good(`${count(ids.length, 'item')} added to ${shot.name}`);
      } catch (reason) {
        const some = `Only ${added.length} of ${count(ids.length, 'item')} added to ${shot.name}. `;
        tell.bad(added.length === 0 ? reason : some + (reason as Error).message);
      } finally {
        setIsAdding(false);
      }
      return { ids: added, shot: into };
    },
  };
}
