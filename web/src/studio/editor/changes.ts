import type { Change } from '../parts/useAhead';
import { inOrder, onTimeline, type Link, type ShotState } from './shot';

/** What the mutations do to a shot, as the database does it (docs: the comments of the functions in the schema). */

export interface FrameChange {
  id: string;
  timeline_frame: number | null;
}

/** Between the last frame and one that is put behind it. */
export const STEP = 50;
const LEAST_GAP = 10;
const MOST_GAP = 81;

type LinkChange = Change<readonly Link[]>;

const onLinks =
  (change: LinkChange): Change<ShotState> =>
  (state) => ({ ...state, links: change(state.links) });

const placed = (link: Link, position: number | null): Link =>
  link.position === position ? link : { ...link, position };

function numbered(links: readonly Link[], order: readonly string[]): Link[] {
  const positions = new Map(order.map((id, position) => [id, position]));
  return links.map((link) => placed(link, positions.get(link.id) ?? null));
}

export function setFrames(changes: readonly FrameChange[]): Change<ShotState> {
  const frames = new Map(changes.map(({ id, timeline_frame }) => [id, timeline_frame]));
  return onLinks((links) =>
    links.map((link) => {
      const frame = frames.get(link.id);
      return frame === undefined || frame === link.timelineFrame ? link : { ...link, timelineFrame: frame };
    }),
  );
}

/** Those that came into the order meanwhile stay behind it. */
export function setOrder(ids: readonly string[]): Change<ShotState> {
  const places = new Map(ids.map((id, place) => [id, place]));
  return onLinks((links) => {
    const order = inOrder(links).map(({ id }) => id);
    const place = (id: string) => places.get(id) ?? ids.length;
    return numbered(
      links,
      order.sort((a, b) => place(a) - place(b)),
    );
  });
}

export function setPosition(id: string, position: number | null, frame?: number): Change<ShotState> {
  return onLinks((links) => {
    if (!links.some((link) => link.id === id)) return links;
    const order = inOrder(links)
      .map((link) => link.id)
      .filter((other) => other !== id);
    if (position !== null) order.splice(position, 0, id);
    return numbered(links, order).map((link) =>
      link.id === id && frame !== undefined ? { ...link, timelineFrame: frame } : link,
    );
  });
}

export function removeLink(id: string): Change<ShotState> {
  return onLinks((links) => {
    const rest = links.filter((link) => link.id !== id);
    return numbered(
      rest,
      inOrder(rest).map((link) => link.id),
    );
  });
}

export function addLink(added: Link): Change<ShotState> {
  return onLinks((links) => (links.some(({ id }) => id === added.id) ? links : [...links, added]));
}

export const evenOut: Change<ShotState> = onLinks((links) => {
  let last: number | undefined;
  let frame = 0;
  const changes = onTimeline(links).map((link): FrameChange => {
    const current = link.timelineFrame ?? 0;
    if (last !== undefined) frame += Math.min(Math.max(current - last, LEAST_GAP), MOST_GAP);
    last = current;
    return { id: link.id, timeline_frame: frame };
  });
  const frames = new Map(changes.map(({ id, timeline_frame }) => [id, timeline_frame]));
  return links.map((link) => {
    const next = frames.get(link.id);
    return next === undefined || next === link.timelineFrame ? link : { ...link, timelineFrame: next };
  });
});

export const rename =
  (name: string): Change<ShotState> =>
  (state) => ({ ...state, shot: { ...state.shot, name } });

/** Where the next one goes: behind the last, as the gateway does it. */
export function nextFrame(links: readonly Link[]): number {
  const last = links.reduce((most, { timelineFrame }) => Math.max(most, timelineFrame ?? -1), -1);
  return last < 0 ? 0 : last + STEP;
}
