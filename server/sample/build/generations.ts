import { drawPicture, drawThumbnail, type Picture } from '../draw/picture';
import { idIn, letPass, type Draft } from './draft';
import { imageParams } from './params';
import type { GenerationRow, Made, VariantRow } from './rows';
import { runTask } from './tasks';

type Json = Record<string, unknown>;

/** A gallery item without a picture yet. */
export function addGeneration(
  draft: Draft,
  key: string,
  type: GenerationRow['type'],
  more: Partial<GenerationRow> = {},
): GenerationRow {
  const row: GenerationRow = {
    id: idIn(draft, 'generation', key),
    project_id: draft.projectId,
    task_id: null,
    type,
    name: null,
    params: {},
    starred: false,
    based_on: null,
    parent_generation_id: null,
    is_child: false,
    child_order: null,
    created_at: draft.ago,
    ...more,
  };
  draft.world.generations.push(row);
  return row;
}

/** Looked at a while later, or not yet: what is newest, and now and then something older. */
function viewingOf(draft: Draft): number | null {
  if (draft.ago < 90_000 || draft.random.chance(0.1)) return null;
  return draft.ago - draft.random.between(20, 5400);
}

/** A version of a generation. A primary one takes the place of the primary before it. */
export function addVariant(
  draft: Draft,
  generation: GenerationRow,
  picture: Picture,
  version: { type: string; name: string | null; params: Json; primary: boolean },
): VariantRow {
  const siblings = draft.world.variants.filter((variant) => variant.generation_id === generation.id);
  if (version.primary) siblings.forEach((sibling) => (sibling.is_primary = false));
  const row: VariantRow = {
    id: idIn(draft, 'variant', `${generation.id}/${siblings.length}`),
    generation_id: generation.id,
    location: drawPicture(picture, generation.type === 'video'),
    thumbnail_url: drawThumbnail(picture),
    name: version.name,
    params: version.params,
    variant_type: version.type,
    is_primary: version.primary,
    starred: draft.random.chance(0.06),
    viewed_at: viewingOf(draft),
    created_at: draft.ago,
  };
  // Who opens the lightbox sees all versions there are.
  if (row.viewed_at !== null) siblings.forEach((sibling) => (sibling.viewed_at ??= row.viewed_at));
  draft.world.variants.push(row);
  return row;
}

export interface ImageOrder {
  key: string;
  title: string;
  prompt: string;
  picture: Picture;
  shotId?: string | undefined;
  /** What it is an edit of. */
  source?: Made | undefined;
}

function taskTypeOf(draft: Draft, order: ImageOrder): string {
  if (order.source) return 'qwen_image_edit';
  // Before the newer models came, there was one type of task for images.
  if (draft.ago > 60 * 86_400) return 'single_image';
  return draft.story.model === 'wan-2.2' ? 'wan_2_2_t2i' : 'image_generation';
}

/** An image the studio was asked for: the task that made it, the generation and its original. */
export function makeImage(draft: Draft, order: ImageOrder): Made {
  letPass(draft, 25, 240);
  const id = idIn(draft, 'generation', order.key);
  const tool = order.source ? 'magic-edit' : 'image-generation';
  const params = imageParams(draft.story, tool, order.prompt, order.key);
  const routing: Json = {};
  if (order.shotId) routing.shot_id = order.shotId;
  if (order.source) routing.based_on = order.source.row.id;
  const task = runTask(
    draft,
    { key: order.key, type: taskTypeOf(draft, order), params: { ...params, ...routing } },
    drawPicture(order.picture),
    { generation_id: id },
  );
  const row = addGeneration(draft, order.key, 'image', {
    task_id: task.id,
    based_on: order.source?.row.id ?? null,
    starred: draft.random.chance(0.14),
  });
  addVariant(draft, row, order.picture, { type: 'original', name: order.title, params, primary: true });
  return { row, title: order.title, prompt: order.prompt, picture: order.picture };
}

/** An image somebody brought along: no task made it, nothing was paid. */
export function uploadImage(draft: Draft, key: string, title: string, picture: Picture): Made {
  letPass(draft, 60, 400);
  const row = addGeneration(draft, key, 'image');
  const filename = `${title.toLowerCase().replace(/[^a-z0-9]+/g, '_')}.jpg`;
  const params = { source: 'upload', original_filename: filename, content_type: 'image/jpeg' };
  addVariant(draft, row, picture, { type: 'original', name: title, params, primary: true });
  return { row, title, prompt: '', picture };
}
