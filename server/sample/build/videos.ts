import { drawPicture } from '../draw/picture';
import { idIn, letPass, letPassExactly, type Draft } from './draft';
import { addGeneration, addVariant } from './generations';
import { travelParams } from './params';
import type { GenerationRow, Made, TaskRow } from './rows';
import { completeTask, queueTask, runTask, startTask } from './tasks';

type Json = Record<string, unknown>;

export interface Travel {
  key: string;
  title: string;
  shotId: string;
  motion: string;
  /** One segment runs from each image to the next. */
  images: Made[];
}

/** Tasks and placeholder of a travel video, nothing done yet. */
export interface QueuedTravel {
  parent: GenerationRow;
  params: Json;
  orchestrator: TaskRow;
  segments: { task: TaskRow; from: Made; params: Json }[];
  stitch: TaskRow;
}

export const SEGMENT_FRAMES = 81;

/** What the travel tool enqueues: an orchestrator, a task per segment, and the stitch that waits for them. */
export function queueTravel(draft: Draft, travel: Travel): QueuedTravel {
  const pairs = travel.images.slice(1).flatMap((to, i) => {
    const from = travel.images[i];
    return from ? [{ from, to }] : [];
  });
  const params = {
    ...travelParams(draft.story, travel.motion, travel.key, SEGMENT_FRAMES * pairs.length),
    image_generation_ids: travel.images.map((image) => image.row.id),
  };
  const parent = addGeneration(draft, travel.key, 'video', { name: travel.title, params });
  const aim = { shot_id: travel.shotId, parent_generation_id: parent.id };
  const orchestrator = queueTask(draft, {
    key: `${travel.key}/orchestrator`,
    type: 'travel_orchestrator',
    params: { ...params, ...aim },
  });
  const segments = pairs.map(({ from, to }, i) => {
    const own = {
      ...travelParams(draft.story, travel.motion, `${travel.key}/${i}`, SEGMENT_FRAMES),
      segment_index: i,
      start_image_generation_id: from.row.id,
      end_image_generation_id: to.row.id,
    };
    const task = queueTask(draft, {
      key: `${travel.key}/segment${i}`,
      type: 'travel_segment',
      params: { ...own, ...aim, child_order: i },
      parent: orchestrator,
    });
    return { task, from, params: own };
  });
  const stitch = queueTask(draft, {
    key: `${travel.key}/stitch`,
    type: 'travel_stitch',
    params: { tool_type: 'travel-between-images', shot_id: travel.shotId, generation_id: parent.id },
    parent: orchestrator,
    after: segments.map((segment) => segment.task),
  });
  return { parent, params, orchestrator, segments, stitch };
}

/** One segment is done: a child of the travel video. */
export function completeSegment(draft: Draft, travel: QueuedTravel, index: number): void {
  const segment = travel.segments[index];
  if (!segment) throw new Error(`There is no segment ${index}.`);
  const { task, from, params } = segment;
  const key = `${travel.parent.id}/segment${index}`;
  if (task.status === 'Queued') startTask(draft, task);
  completeTask(draft, task, drawPicture(from.picture, true), {
    generation_id: idIn(draft, 'generation', key),
  });
  const row = addGeneration(draft, key, 'video', {
    task_id: task.id,
    parent_generation_id: travel.parent.id,
    is_child: true,
    child_order: index,
  });
  addVariant(draft, row, from.picture, {
    type: 'original',
    name: `Segment ${index + 1} · ${from.title}`,
    params,
    primary: true,
  });
}

/** A travel video from the first task to the stitched film. */
export function makeTravel(draft: Draft, travel: Travel): Made {
  letPass(draft, 200, 900);
  const queued = queueTravel(draft, travel);
  startTask(draft, queued.orchestrator);
  queued.segments.forEach((_, i) => completeSegment(draft, queued, i));
  const first = queued.segments[0];
  if (!first) throw new Error(`${travel.title} has no segments.`);
  const { picture } = first.from;
  startTask(draft, queued.stitch);
  completeTask(draft, queued.stitch, drawPicture(picture, true), { generation_id: queued.parent.id });
  queued.parent.task_id = queued.stitch.id;
  queued.parent.starred = draft.random.chance(0.5);
  addVariant(draft, queued.parent, picture, {
    type: 'original',
    name: travel.title,
    params: queued.params,
    primary: true,
  });
  letPassExactly(draft, 1);
  queued.orchestrator.status = 'Complete';
  queued.orchestrator.generation_processed_at = draft.ago;
  queued.orchestrator.updated_at = draft.ago;
  queued.orchestrator.lease_expires_at = null;
  queued.orchestrator.result_data = { generation_id: queued.parent.id, segments: queued.segments.length };
  return { row: queued.parent, title: travel.title, prompt: travel.motion, picture };
}

/** A video made from one or two things that are there: a character brought to life, a bridge between clips. */
export function makeVideo(
  draft: Draft,
  source: Made,
  order: { key: string; title: string; type: string; params: Json },
): Made {
  letPass(draft, 120, 600);
  const id = idIn(draft, 'generation', order.key);
  const task = runTask(
    draft,
    { key: order.key, type: order.type, params: { ...order.params, based_on: source.row.id } },
    drawPicture(source.picture, true),
    { generation_id: id },
  );
  const row = addGeneration(draft, order.key, 'video', { task_id: task.id, based_on: source.row.id });
  addVariant(draft, row, source.picture, {
    type: 'original',
    name: order.title,
    params: order.params,
    primary: true,
  });
  return { row, title: order.title, prompt: order.title, picture: source.picture };
}
