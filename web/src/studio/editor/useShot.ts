import { useMemo } from 'react';
import {
  useAddGenerationToShotMutation,
  useBatchUpdateTimelineFramesMutation,
  useFixTimelineSpacingMutation,
  usePositionShotGenerationMutation,
  useRemoveGenerationFromShotMutation,
  useRenameShotMutation,
  useReorderShotGenerationsMutation,
} from '../../graphql/hooks';
import { useAhead } from '../parts/useAhead';
import * as changes from './changes';
import { useWholeShot, type Link, type ShotState } from './shot';

export interface ShotActions {
  /** One drop: all of them, or none. */
  moveFrames(moves: readonly changes.FrameChange[]): void;
  evenOut(): void;
  /** All that have a position, in the order wanted. */
  reorder(ids: readonly string[]): void;
  /** Into the order at this place, and onto the timeline at this frame. */
  place(id: string, position: number, frame?: number): void;
  /** Out of the order and off the timeline. */
  toTray(links: readonly Link[]): void;
  remove(links: readonly Link[]): void;
  /** Resolves to how many were added. */
  add(generationIds: readonly string[], withPosition: boolean): Promise<number>;
  rename(name: string): void;
}

/** A shot, and what can be done with it. Every change shows at once and is put back when it is refused. */
export function useShot(shotId: string) {
  const { query, keep } = useWholeShot(shotId);
  const [state, run] = useAhead<ShotState>(query.data ?? undefined, keep);

  // One after the other, as they were made: two requests may overtake each other, and the earlier drop would stay.
  const scope = { id: `shot ${shotId}` };
  const { mutateAsync: move } = useBatchUpdateTimelineFramesMutation({ scope });
  const { mutateAsync: fix } = useFixTimelineSpacingMutation({ scope });
  const { mutateAsync: reorder } = useReorderShotGenerationsMutation({ scope });
  const { mutateAsync: position } = usePositionShotGenerationMutation({ scope });
  const { mutateAsync: remove } = useRemoveGenerationFromShotMutation({ scope });
  const { mutateAsync: add } = useAddGenerationToShotMutation({ scope });
  const { mutateAsync: rename } = useRenameShotMutation({ scope });

  const actions = useMemo<ShotActions>(() => {
    const moveFrames = (moves: readonly changes.FrameChange[]) =>
      void run(changes.setFrames(moves), () => move({ shotId, changes: moves }));
    return {
      moveFrames,
      evenOut: () => void run(changes.evenOut, () => fix({ shotId })),
      reorder: (ids) => void run(changes.setOrder(ids), () => reorder({ shotId, ids })),
      place: (id, to, frame) =>
        void run(changes.setPosition(id, to, frame), () =>
          position({ id, position: to, ...(frame === undefined ? {} : { timelineFrame: frame }) }),
        ),
      toTray: (links) => {
        const framed = links.filter(({ timelineFrame }) => timelineFrame !== null);
        if (framed.length > 0) moveFrames(framed.map(({ id }) => ({ id, timeline_frame: null })));
        for (const { id, position: at } of links) {
          if (at !== null) void run(changes.setPosition(id, null), () => position({ id, position: null }));
        }
      },
      remove: (links) => {
        for (const { id } of links) void run(changes.removeLink(id), () => remove({ id }));
      },
      add: async (generationIds, withPosition) => {
        const answers = await Promise.all(
          generationIds.map((generationId) =>
            run(
              (shown) => shown,
              () => add({ shotId, generationId, withPosition }),
              (answer) => {
                const added = answer.addGenerationToShot?.shotGeneration;
                const generation = added?.generation;
                if (!generation) return (known) => known;
                const { id, position: at, timelineFrame, metadata } = added;
                const whole = { ...generation, isChild: false, parentGenerationId: null };
                return changes.addLink({ id, position: at, timelineFrame, metadata, generation: whole });
              },
            ),
          ),
        );
        return answers.filter((answer) => answer !== undefined).length;
      },
      rename: (name) => void run(changes.rename(name), () => rename({ id: shotId, name })),
    };
  }, [shotId, run, move, fix, reorder, position, remove, add, rename]);
  return { query, state, actions };
}
