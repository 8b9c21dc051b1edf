import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { GatewayError } from '../../client/errors';
import { useGateway } from '../../client/gateway';
import { request } from '../../client/request';
import { ShotEditorDocument, type ShotEditorQuery } from '../../graphql/generated';
import { useShotEditorQuery } from '../../graphql/hooks';
import type { Change } from '../parts/useAhead';

type Answer = NonNullable<ShotEditorQuery['shot']>;
/** A generation's place in the shot; the same generation may have several. */
export type Link = Answer['shotGenerations']['nodes'][number];
export interface ShotState {
  shot: Omit<Answer, 'shotGenerations'>;
  links: readonly Link[];
}

/** The most that the gateway gives at once. */
const PAGE = 1000;

/**
 * A shot with all that is in it; null: there is none. Of a large one the pages make one answer of the cache: as answers
 * of their own they would be fetched at different times, and a place that moved over their border be twice there, or
 * nowhere.
 */
export function useWholeShot(id: string) {
  const { connection } = useGateway();
  const queries = useQueryClient();
  const queryKey = useMemo(() => [...useShotEditorQuery.key(), { id, isWhole: true }], [id]);
  const query = useQuery<ShotState | null, GatewayError>({
    queryKey,
    queryFn: async ({ signal }) => {
      const links = new Map<string, Link>();
      for (let offset = 0; ; offset += PAGE) {
        const answer = await request(connection, ShotEditorDocument, { id, first: PAGE, offset }, signal);
        if (!answer.shot) return null;
        const { shotGenerations, ...shot } = answer.shot;
        for (const link of shotGenerations.nodes) links.set(link.id, link);
        if (offset + PAGE >= shotGenerations.totalCount) return { shot, links: [...links.values()] };
      }
    },
    meta: { reads: useShotEditorQuery.reads },
  });
  const keep = useCallback(
    async (change: Change<ShotState>) => {
      // One that set out before the change would bring back what was.
      await queries.cancelQueries({ queryKey });
      queries.setQueryData<ShotState | null>(queryKey, (before) => before && change(before));
    },
    [queries, queryKey],
  );
  return { query, keep };
}

const byId = (a: Link, b: Link) => (a.id < b.id ? -1 : 1);

/** What has a frame, in the order of the timeline. */
export function onTimeline(links: readonly Link[]): Link[] {
  return links
    .filter(({ timelineFrame }) => timelineFrame !== null)
    .sort(
      (a, b) =>
        (a.timelineFrame ?? 0) - (b.timelineFrame ?? 0) ||
        (a.position ?? Infinity) - (b.position ?? Infinity) ||
        byId(a, b),
    );
}

/** What has a position, in that order. */
export function inOrder(links: readonly Link[]): Link[] {
  return links
    .filter(({ position }) => position !== null)
    .sort((a, b) => (a.position ?? 0) - (b.position ?? 0) || byId(a, b));
}

export function inTray(links: readonly Link[]): Link[] {
  return links.filter(({ position }) => position === null);
}
