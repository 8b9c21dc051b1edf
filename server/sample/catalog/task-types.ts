import { idFor } from '../random';

/** A row of task_types. Prices are in credits (1 credit = 1 US dollar). */
export interface TaskTypeRow {
  id: string;
  name: string;
  display_name: string;
  category: 'generation' | 'processing' | 'upscale' | 'orchestration';
  run_type: 'gpu' | 'api';
  content_type: 'image' | 'video' | null;
  variant_type: string | null;
  billing_type: 'per_second' | 'per_unit';
  base_cost_per_second: number | null;
  unit_cost: number | null;
  cost_factors: Record<string, unknown>;
  max_attempts: number;
  is_active: boolean;
}

const IMAGE_SIZES = { '720p': 1, '1080p': 1.6, '2k': 2.4 };
const VIDEO_SIZES = { '540p': 1, '720p': 1.75, '1080p': 3.2 };

type Content = 'image' | 'video' | null;

function list(
  name: string,
  display_name: string,
  category: TaskTypeRow['category'],
  run_type: TaskTypeRow['run_type'],
  content_type: Content,
  price: { perSecond?: number; perUnit?: number; factors?: Record<string, unknown> },
  more: { variant_type?: string; max_attempts?: number; is_active?: boolean } = {},
): TaskTypeRow {
  return {
    id: idFor('task-type', name),
    name,
    display_name,
    category,
    run_type,
    content_type,
    variant_type: more.variant_type ?? null,
    billing_type: price.perSecond === undefined ? 'per_unit' : 'per_second',
    base_cost_per_second: price.perSecond ?? null,
    unit_cost: price.perUnit ?? null,
    cost_factors: price.factors ?? {},
    max_attempts: more.max_attempts ?? 3,
    is_active: more.is_active ?? true,
  };
}

/** What can be ordered, and one type that could be once. */
export const TASK_TYPES: readonly TaskTypeRow[] = [
  list('travel_orchestrator', 'Travel between images', 'orchestration', 'gpu', 'video', { perUnit: 0 }),
  list('join_clips_orchestrator', 'Join clips', 'orchestration', 'gpu', 'video', { perUnit: 0 }),
  list('travel_segment', 'Travel segment', 'generation', 'gpu', 'video', {
    perSecond: 0.000556,
    factors: { resolution: VIDEO_SIZES, frameCount: 0.000002, modelType: { i2v: 1, vace: 1.25 } },
  }),
  list('travel_stitch', 'Stitch travel video', 'processing', 'gpu', 'video', { perSecond: 0.0002 }),
  list('join_clips_segment', 'Bridge between two clips', 'generation', 'gpu', 'video', {
    perSecond: 0.000556,
    factors: { resolution: VIDEO_SIZES, frameCount: 0.000002, modelType: { vace: 1.25 } },
  }),
  list('animate_character', 'Animate character', 'generation', 'gpu', 'video', {
    perSecond: 0.0007,
    factors: { resolution: VIDEO_SIZES, modelType: { animate: 1.1 } },
  }),
  list('image_generation', 'Image', 'generation', 'api', 'image', {
    perUnit: 0.02,
    factors: { resolution: IMAGE_SIZES, modelType: { 'qwen-image': 1, 'flux-dev': 1.25 } },
  }),
  list('wan_2_2_t2i', 'Image (Wan 2.2)', 'generation', 'gpu', 'image', {
    perSecond: 0.000556,
    factors: { resolution: IMAGE_SIZES, modelType: { 'wan-2.2': 1 } },
  }),
  list('qwen_image_edit', 'Magic edit', 'generation', 'api', 'image', {
    perUnit: 0.03,
    factors: { resolution: IMAGE_SIZES },
  }),
  list(
    'image_inpaint',
    'Inpaint',
    'processing',
    'api',
    'image',
    { perUnit: 0.035, factors: { resolution: IMAGE_SIZES } },
    { variant_type: 'edit' },
  ),
  list(
    'image-upscale',
    'Upscale image',
    'upscale',
    'api',
    'image',
    { perUnit: 0.012 },
    { variant_type: 'upscaled' },
  ),
  list(
    'video_upscale',
    'Upscale video',
    'upscale',
    'gpu',
    'video',
    { perSecond: 0.0008, factors: { resolution: { '1080p': 1, '4k': 2.6 }, frameCount: 0.000001 } },
    { variant_type: 'upscaled', max_attempts: 2 },
  ),
  list(
    'video_enhance',
    'Enhance video',
    'processing',
    'api',
    'video',
    { perUnit: 0.06, factors: { resolution: VIDEO_SIZES, frameCount: 0.0004 } },
    { variant_type: 'enhanced' },
  ),
  // Retired: tasks of it may not be enqueued any more, old ones keep their type.
  list(
    'single_image',
    'Image (SDXL, retired)',
    'generation',
    'gpu',
    'image',
    { perSecond: 0.0004 },
    { is_active: false },
  ),
];

export function findTaskType(name: string): TaskTypeRow {
  const found = TASK_TYPES.find((type) => type.name === name);
  if (!found) throw new Error(`The sample data has no task type ${name}.`);
  return found;
}
