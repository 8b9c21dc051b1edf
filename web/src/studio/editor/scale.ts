import type { Link } from './shot';

/** A shot plays at this rate. */
export const FPS = 24;
/** Pixels for a frame: at the least, a timeline of 1,500 pictures is still a few screens wide. */
export const LEAST_ZOOM = 0.25;
export const MOST_ZOOM = 16;
/** Width of a picture on the timeline, and the room that it takes with what is between. */
export const ITEM = 92;
const ROOM = ITEM + 6;
export const LANES = 3;
export const LANE = 94;
export const RULER = 40;

/** `1.5 s`. */
export function seconds(frame: number): string {
  return `${Number((frame / FPS).toFixed(2))} s`;
}

const STEPS = [1, 2, 4, 6, 12, 24, 48, 72, 120, 240, 480, 720, 1440, 2880, 7200, 14_400, 72_000];
const TICK_ROOM = 76;

/** Frames to mark between two places, in steps that divide seconds or are divided by them. */
export function ticksOf(zoom: number, from: number, to: number): number[] {
  const step = STEPS.find((frames) => frames * zoom >= TICK_ROOM) ?? 144_000;
  const ticks: number[] = [];
  for (let frame = Math.max(0, Math.floor(from / step) * step); frame <= to; frame += step) ticks.push(frame);
  return ticks;
}

/**
 * A row for each, so that pictures near each other are seen beside each other; where three rows are not enough, they
 * overlap. @param links by frame
 */
export function lanesOf(links: readonly Link[], zoom: number): Map<string, number> {
  const ends = Array.from({ length: LANES }, () => -Infinity);
  const lanes = new Map<string, number>();
  for (const { id, timelineFrame } of links) {
    const x = (timelineFrame ?? 0) * zoom;
    const free = ends.findIndex((end) => end <= x);
    const lane = free >= 0 ? free : ends.indexOf(Math.min(...ends));
    ends[lane] = x + ROOM;
    lanes.set(id, lane);
  }
  return lanes;
}
