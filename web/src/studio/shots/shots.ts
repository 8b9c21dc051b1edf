import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { ShotsPaneQuery } from '../../graphql/generated';
import {
  useCreateShotMutation,
  useDeleteShotMutation,
  useDuplicateShotMutation,
  useRenameShotMutation,
  useReorderShotsMutation,
  useShotsPaneQuery,
} from '../../graphql/hooks';
import { useAhead, type Change } from '../parts/useAhead';

type Answer = NonNullable<ShotsPaneQuery['shots']>;
export type Shot = Answer['nodes'][number];
type Shots = readonly Shot[];

/** Of a shot that the gateway does not know yet. */
const COMING = 'coming-';
export const isComing = ({ id }: Pick<Shot, 'id'>) => id.startsWith(COMING);

/** As many as a card has room for. */
const PREVIEWS = 5;

function blankShot(projectId: string, name: string, aspectRatio: string | null, order: number): Shot {
  const now = new Date().toISOString();
  return {
    ...{ id: `${COMING}${crypto.randomUUID()}`, projectId, name, aspectRatio, order },
    ...{ createdAt: now, updatedAt: now, imageCount: 0, finalVideoCount: 0, unpositionedCount: 0 },
    shotGenerations: { totalCount: 0, nodes: [] },
  };
}

const numbered = (shots: Shots): Shots =>
  shots.map((shot, order) => (shot.order === order ? shot : { ...shot, order }));
const withShot =
  (shot: Shot): Change<Shots> =>
  (shots) =>
    shots.some(({ id }) => id === shot.id) ? shots : [...shots, shot];

function inOrder(ids: readonly string[]): Change<Shots> {
  const places = new Map(ids.map((id, place) => [id, place]));
  const place = ({ id }: Shot) => places.get(id) ?? ids.length;
  return (shots) => numbered(shots.toSorted((a, b) => place(a) - place(b)));
}

export interface ShotChanges {
  create(name: string, aspectRatio: string | null): void;
  rename(id: string, name: string): void;
  duplicate(shot: Shot): void;
  remove(id: string): void;
  reorder(ids: readonly string[]): void;
}

/** The shots of a project in their order, and what can be done with them; each change shows before it is answered. */
export function useShots(projectId: string) {
  const variables = useMemo(() => ({ projectId, previews: PREVIEWS }), [projectId]);
  const query = useShotsPaneQuery(variables);
  const queries = useQueryClient();
  const keep = useCallback(
    async (change: Change<Shots>) => {
      const queryKey = useShotsPaneQuery.key(variables);
      // One that set out before the change would bring back what was.
      await queries.cancelQueries({ queryKey });
      queries.setQueryData<ShotsPaneQuery>(queryKey, (before) => {
        if (!before?.shots) return before;
        const nodes = change(before.shots.nodes);
        return { ...before, shots: { ...before.shots, nodes, totalCount: nodes.length } };
      });
    },
    [queries, variables],
  );
  const [shots, run] = useAhead<Shots>(query.data?.shots?.nodes, keep);

  // One after the other, as they were made: two requests may overtake each other.
  const scope = { id: `shots of ${projectId}` };
  const { mutateAsync: create } = useCreateShotMutation({ scope });
  const { mutateAsync: rename } = useRenameShotMutation({ scope });
  const { mutateAsync: duplicate } = useDuplicateShotMutation({ scope });
  const { mutateAsync: remove } = useDeleteShotMutation({ scope });
  const { mutateAsync: reorder } = useReorderShotsMutation({ scope });

  const count = shots?.length ?? 0;
  const changes = useMemo<ShotChanges>(
    () => ({
      create: (name, aspectRatio) => {
        const coming = blankShot(projectId, name, aspectRatio, count);
        void run(
          withShot(coming),
          () => create({ projectId, name, aspectRatio }),
          (answer) => {
            const made = answer.createShot?.shot;
            return made ? withShot({ ...coming, ...made }) : (all) => all;
          },
        );
      },
      rename: (id, name) => {
        const change: Change<Shots> = (all) => all.map((shot) => (shot.id === id ? { ...shot, name } : shot));
        void run(change, () => rename({ id, name }));
      },
      duplicate: (shot) => {
        const blank = blankShot(projectId, `${shot.name} (copy)`, shot.aspectRatio, count);
        const coming: Shot = { ...shot, id: blank.id, name: blank.name, order: count };
        void run(
          withShot(coming),
          () => duplicate({ id: shot.id }),
          (answer) => {
            const made = answer.duplicateShot?.shot;
            if (!made) return (all) => all;
            const { id, name, order, createdAt, updatedAt } = made;
            return withShot({ ...coming, id, name, order, createdAt, updatedAt });
          },
        );
      },
      remove: (id) => {
        const change: Change<Shots> = (all) => numbered(all.filter((shot) => shot.id !== id));
        void run(change, () => remove({ id }));
      },
      reorder: (ids) => {
        void run(inOrder(ids), () => reorder({ projectId, shotIds: ids }));
      },
    }),
    [projectId, count, run, create, rename, duplicate, remove, reorder],
  );
  return { query, shots, changes };
}
