import { letPass, type Draft } from './draft';
import { imageParams, travelParams } from './params';
import type { Project } from './projects';
import type { Made } from './rows';
import { cancelTask, failTask, failWith, queueTask, startTask } from './tasks';
import { completeSegment, queueTravel, SEGMENT_FRAMES } from './videos';

/** An order that came to nothing, with the words people see. */
function failImage(
  draft: Draft,
  order: { type: string; prompt: string; message: string; attempts: number; source?: Made | undefined },
): void {
  letPass(draft, 100, 900);
  const { type, prompt, message, attempts, source } = order;
  const params = imageParams(draft.story, source ? 'magic-edit' : 'image-generation', prompt, message);
  const aim = source ? { based_on: source.row.id } : {};
  const task = queueTask(draft, { key: `failed/${message}`, type, params: { ...params, ...aim } });
  failTask(draft, startTask(draft, task), message, attempts);
}

/** One segment runs out of memory: what was paid for the others is given back. */
function failTravel({ draft, timelines }: Project): void {
  const timeline = timelines[2];
  if (!timeline) return;
  letPass(draft, 600, 900);
  const travel = queueTravel(draft, {
    key: 'storm in 1080p',
    title: 'The storm, 1080p attempt',
    shotId: timeline.shotId,
    motion: 'Handheld, the boat rises and falls, rain lashes across the lens, full resolution',
    images: timeline.images.slice(0, 4),
  });
  startTask(draft, travel.orchestrator);
  completeSegment(draft, travel, 0);
  completeSegment(draft, travel, 2);
  const broken = travel.segments[1]?.task;
  if (!broken) return;
  failTask(
    draft,
    startTask(draft, broken),
    'CUDA out of memory. Tried to allocate 2.53 GiB (GPU 0; 23.65 GiB total capacity; 21.88 GiB already allocated)',
    3,
  );
  failWith(draft, travel.stitch, broken);
  failTask(draft, travel.orchestrator, '1 of 3 segments failed; the video could not be stitched.', 1);
  letPass(draft, 3600, 7200);
  for (const index of [0, 2]) {
    const task = travel.segments[index]?.task;
    if (task)
      draft.world.refunds.push({ task, reason: 'Travel video failed on our side', created_at: draft.ago });
  }
}

/** Stopped half-way: what is done stays done, and paid. */
function cancelTravel({ draft, timelines }: Project): void {
  const timeline = timelines[0];
  if (!timeline) return;
  letPass(draft, 600, 900);
  const travel = queueTravel(draft, {
    key: 'push in, too fast',
    title: 'Into the woods, fast push',
    shotId: timeline.shotId,
    motion: 'Fast push through all layers, whip pan at the end',
    images: timeline.images.slice(0, 4),
  });
  startTask(draft, travel.orchestrator);
  completeSegment(draft, travel, 0);
  const second = travel.segments[1]?.task;
  if (second) startTask(draft, second);
  letPass(draft, 20, 40);
  for (const { task } of travel.segments.slice(1)) cancelTask(draft, task);
  cancelTask(draft, travel.stitch);
  cancelTask(draft, travel.orchestrator);
}

function cancelImages(draft: Draft, prompts: string[]): void {
  letPass(draft, 300, 900);
  const tasks = prompts.map((prompt) =>
    queueTask(draft, {
      key: `cancelled/${prompt}`,
      type: 'image_generation',
      params: imageParams(draft.story, 'image-generation', prompt, prompt),
    }),
  );
  letPass(draft, 5, 20);
  tasks.forEach((task) => cancelTask(draft, task));
}

/** A video task of this project that gave up. */
function failVideo(
  draft: Draft,
  type: string,
  source: Made | undefined,
  message: string,
  attempts: number,
): void {
  letPass(draft, 300, 900);
  const params = travelParams(draft.story, 'As before, at twice the size', message, SEGMENT_FRAMES);
  const aim = source ? { generation_id: source.row.id } : {};
  const task = queueTask(draft, { key: `failed/${message}`, type, params: { ...params, ...aim } });
  failTask(draft, startTask(draft, task), message, attempts);
}

/** Two edits in a row of which the first is refused: the second fails with it. */
function failChain(draft: Draft, source: Made | undefined): void {
  letPass(draft, 300, 900);
  const order = (key: string, prompt: string) => ({
    key,
    type: 'qwen_image_edit',
    params: {
      ...imageParams(draft.story, 'magic-edit', prompt, key),
      ...(source && { based_on: source.row.id }),
    },
  });
  const first = queueTask(draft, order('chain/1', 'Move the model to a rooftop at night'));
  const second = queueTask(draft, { ...order('chain/2', 'Then add city lights'), after: [first] });
  failTask(
    draft,
    startTask(draft, first),
    'Could not download the input image: the server answered 404 Not Found after 3 tries.',
    3,
  );
  failWith(draft, second, first);
}

/** What went wrong in a project, after all that went right. */
export function makeTroubles(project: Project): void {
  const { draft, timelines } = project;
  const first = timelines[0]?.images[0];
  switch (draft.story.key) {
    case 'lighthouse':
      return failTravel(project);
    case 'otter':
      return failImage(draft, {
        type: 'image_generation',
        prompt: 'The otter shoots an arrow at the moon',
        message: 'The provider refused the prompt (content policy). Rephrase it and try again.',
        attempts: 1,
      });
    case 'nightbus':
      return failImage(draft, {
        type: 'wan_2_2_t2i',
        prompt: 'The bus as a painted toy',
        message: "LoRA 'Gouache Picture Book' was trained for flux-dev and cannot be used with wan-2.2.",
        attempts: 1,
      });
    case 'dustroads':
      return failVideo(
        draft,
        'video_upscale',
        first,
        'The worker stopped answering twice (lease ran out). Given up after 2 attempts.',
        2,
      );
    case 'lookbook':
      return failChain(draft, first);
    case 'kettle':
      return cancelImages(draft, [
        'Kettle in matte black, marble worktop',
        'Kettle in matte black, concrete worktop',
      ]);
    case 'paperforest':
      return cancelTravel(project);
    default:
      return failVideo(
        draft,
        'join_clips_segment',
        undefined,
        'ffmpeg exited with code 1: clip_2.mp4: moov atom not found',
        3,
      );
  }
}

/** A task that is over by now, for the last hour's figures. */
export function failRecently(draft: Draft, prompt: string, message: string, source: Made | undefined): void {
  failImage(draft, {
    type: source ? 'qwen_image_edit' : 'image_generation',
    prompt,
    message,
    attempts: 1,
    source,
  });
}
