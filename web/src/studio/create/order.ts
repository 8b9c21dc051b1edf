import type { TaskRequestInput } from '../../graphql/generated';
import type { MediaRow } from '../parts/media';
import type { TaskType } from '../frame/project';

/** What the form asks for. Texts are as typed. */
export interface Wish {
  taskType: string;
  prompt: string;
  count: number;
  aspectRatio: string;
  /** Of those that the type has a price for; empty: it has none. */
  resolution: string;
  modelType: string;
  /** Of a clip. */
  seconds: number;
  /** Empty: another one for each. */
  seed: string;
  /** Empty: none. */
  shotId: string;
  isPlaced: boolean;
}

/** The generation that something is made from. */
export interface BasedOn extends MediaRow {
  id: string;
}

export const ASPECT_RATIOS = ['16:9', '9:16', '4:3', '3:4', '1:1'];
export const MOST_TASKS = 10;
export const LONGEST_SECONDS = 10;
const FRAMES_PER_SECOND = 16;

/** The tool that the gallery files them under, where it is not the type's own name. */
const TOOLS: Record<string, string> = {
  wan_2_2_t2i: 'image-generation',
  qwen_image_edit: 'magic-edit',
  image_inpaint: 'magic-edit',
  'image-upscale': 'upscale',
  travel_segment: 'travel-between-images',
  join_clips_segment: 'join-clips',
};

/** Whether it makes another version of something that is there. */
export const isTreatment = ({ category }: TaskType) => category === 'PROCESSING' || category === 'UPSCALE';
/** Whether a length is asked for: a treated clip has that of its source. */
export const hasLength = (type: TaskType) => type.contentType === 'VIDEO' && !isTreatment(type);
export const needsPrompt = (type: TaskType) => !isTreatment(type);

/** The keys of a factor of the price: what can be chosen. */
function keysOf(type: TaskType, factor: string): string[] {
  const factors = type.costFactors as Record<string, unknown> | null;
  const values = factors?.[factor];
  return typeof values === 'object' && values !== null ? Object.keys(values) : [];
}

export const resolutionsOf = (type: TaskType) =>
  keysOf(type, 'resolution').sort((one, other) => widthOf(one) - widthOf(other));
export const modelTypesOf = (type: TaskType) => keysOf(type, 'modelType');
/** `2k` is more than `720p`. */
const widthOf = (name: string) => parseFloat(name) * (/k$/i.test(name) ? 1000 : 1);

/** A kept choice where the type has it, else its first. */
export const choiceOf = (choices: readonly string[], kept: string) =>
  choices.includes(kept) ? kept : (choices[0] ?? '');

/** What the bill depends on. */
export function pricedParams(type: TaskType, wish: Wish): Record<string, string | number> {
  const resolution = choiceOf(resolutionsOf(type), wish.resolution);
  const modelType = choiceOf(modelTypesOf(type), wish.modelType);
  return {
    ...(resolution ? { resolution } : {}),
    ...(modelType ? { model_type: modelType } : {}),
    ...(hasLength(type) ? { frame_count: wish.seconds * FRAMES_PER_SECOND + 1, fps: FRAMES_PER_SECOND } : {}),
  };
}

/** The same number again makes the same picture, so several get numbers in a row. */
function seedOf(seed: string, index: number): number {
  return seed ? Number(seed) + index : Math.floor(Math.random() * 2_147_483_647);
}

/** The tasks of a wish, each with a key of its own: sent again they are the same tasks, not more of them. */
export function tasksOf(type: TaskType, wish: Wish, basedOn?: BasedOn): TaskRequestInput[] {
  const priced = pricedParams(type, wish);
  const source = basedOn && (isTreatment(type) ? { generation_id: basedOn.id } : { based_on: basedOn.id });
  // Another version of something is where that is.
  const place =
    wish.shotId && !isTreatment(type) ? { shot_id: wish.shotId, add_in_position: wish.isPlaced } : {};
  return Array.from({ length: wish.count }, (_, index) => ({
    taskType: type.name,
    idempotencyKey: crypto.randomUUID(),
    params: {
      tool_type: TOOLS[type.name] ?? type.name.replaceAll('_', '-'),
      prompt: wish.prompt.trim(),
      ...priced,
      // A worker that has it loaded is given the task first.
      ...(type.contentType === 'IMAGE' && priced.model_type ? { model: priced.model_type } : {}),
      ...(isTreatment(type) ? {} : { aspect_ratio: wish.aspectRatio }),
      seed: seedOf(wish.seed, index),
      ...source,
      ...place,
    },
  }));
}
