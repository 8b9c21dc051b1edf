import { drawPicture, type Picture } from '../draw/picture';
import { idIn, letPass, type Draft } from './draft';
import { addVariant } from './generations';
import type { Made, VariantRow } from './rows';
import { runTask } from './tasks';

type Json = Record<string, unknown>;

interface Treatment {
  variant: string;
  task?: string;
  name: string;
  primary: boolean;
  params: Json;
  change(picture: Picture): Picture;
}

const INPAINTS = [
  'Remove the bright spot at the left edge',
  'Clean up the horizon, keep everything else',
  'Soften the shadow under the subject',
  'Replace the clutter in the background with plain colour',
];

const upscaled: Treatment = {
  variant: 'upscaled',
  task: 'image-upscale',
  name: 'upscaled 2×',
  primary: true,
  params: { tool_type: 'upscale', model: 'seedvr2', scale: 2, resolution: '2k' },
  change: (picture) => ({ ...picture, detail: 2 }),
};

const repositioned: Treatment = {
  variant: 'repositioned',
  name: 'repositioned',
  primary: false,
  params: { tool_type: 'reposition', scale: 1.3, offset_x: -0.24, offset_y: -0.16 },
  change: (picture) => ({ ...picture, shifted: true }),
};

const inpainted: Treatment = {
  variant: 'edit',
  task: 'image_inpaint',
  name: 'inpainted',
  primary: false,
  params: { tool_type: 'magic-edit', model: 'qwen-image-edit', mode: 'inpaint', resolution: '1080p' },
  change: (picture) => ({ ...picture, weather: picture.weather === 'clear' ? 'fog' : 'clear' }),
};

const sharpened: Treatment = {
  variant: 'upscaled',
  task: 'video_upscale',
  name: 'upscaled to 1080p',
  primary: true,
  params: { tool_type: 'video-upscale', model: 'flashvsr', resolution: '1080p' },
  change: (picture) => ({ ...picture, detail: 2 }),
};

const enhanced: Treatment = {
  variant: 'enhanced',
  task: 'video_enhance',
  name: 'interpolated to 32 fps',
  primary: false,
  params: { tool_type: 'video-enhance', model: 'film', fps: 32, resolution: '720p' },
  change: (picture) => ({ ...picture, time: picture.time === 'day' ? 'dawn' : picture.time }),
};

/** A version of something there already, by a task aimed at it or, without one, by hand. */
function treat(draft: Draft, made: Made, treatment: Treatment, more: Json = {}): VariantRow {
  letPass(draft, 30, 200);
  const key = `${made.row.id}/${treatment.variant}/${treatment.name}`;
  const picture = treatment.change(made.picture);
  const original = draft.world.variants.find((variant) => variant.generation_id === made.row.id);
  const params: Json = { ...original?.params, ...treatment.params, ...more };
  if (treatment.task) {
    const moving = made.row.type === 'video';
    const routing = {
      generation_id: made.row.id,
      variant_type: treatment.variant,
      make_primary: treatment.primary,
    };
    const task = runTask(
      draft,
      { key, type: treatment.task, params: { ...params, ...routing } },
      drawPicture(picture, moving),
      { generation_id: made.row.id },
    );
    params.source_task_id = task.id;
  }
  const name = `${made.title}, ${treatment.name}`;
  const { variant: type, primary } = treatment;
  const row = addVariant(draft, made.row, picture, { type, name, params, primary });
  if (params.source_task_id) {
    const task = draft.world.tasks.find((each) => each.id === idIn(draft, 'task', key));
    if (task) task.result_data = { generation_id: made.row.id, variant_id: row.id };
  }
  return row;
}

/** What a person does with some of his images when the shot is done. */
export function treatImages(draft: Draft, images: Made[]): void {
  for (const made of images) {
    // Uploads are moved about at most: a generation names the task it came from, and they came from none.
    const generated = made.row.task_id !== null;
    if (generated && draft.random.chance(0.22)) {
      treat(draft, made, inpainted, { prompt: draft.random.pick(INPAINTS) });
    }
    if (generated && draft.random.chance(0.34)) treat(draft, made, upscaled);
    if (draft.random.chance(0.2)) treat(draft, made, repositioned);
  }
}

export function upscaleVideo(draft: Draft, made: Made): void {
  treat(draft, made, sharpened);
}

export function enhanceVideo(draft: Draft, made: Made): void {
  treat(draft, made, enhanced);
}
