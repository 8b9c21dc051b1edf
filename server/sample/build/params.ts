import { idFor, randomFor } from '../random';
import type { Story } from '../stories/story';

type Json = Record<string, unknown>;

const FRAMES: Record<Story['aspect'], [number, number]> = {
  '16:9': [1280, 720],
  '9:16': [720, 1280],
  '4:3': [1024, 768],
  '3:4': [768, 1024],
  '1:1': [1024, 1024],
};

function loras(story: Story): Json[] {
  if (!story.lora) return [];
  const { name, strength } = story.lora;
  return [{ id: idFor('resource', name), name, strength }];
}

/** What the image tool asks for. Ends up as `params` of the task and of the generation alike. */
export function imageParams(story: Story, tool: string, prompt: string, key: string): Json {
  const random = randomFor(`params/${story.key}/${key}`);
  const [width, height] = FRAMES[story.aspect];
  const fast = story.model === 'flux-dev';
  return {
    tool_type: tool,
    prompt: `${prompt}, ${story.style}`,
    negative_prompt: story.negative,
    model: tool === 'magic-edit' ? 'qwen-image-edit' : story.model,
    model_type: story.model,
    seed: random.between(1_000_000, 2_147_000_000),
    resolution: random.pick(['720p', '1080p', '1080p']),
    width,
    height,
    aspect_ratio: story.aspect,
    steps: fast ? 28 : random.pick([8, 12, 20]),
    guidance: fast ? 3.5 : random.pick([1, 2.5, 4]),
    loras: tool === 'magic-edit' ? [] : loras(story),
  };
}

/** What the travel tool asks for, whole or one segment of it. */
export function travelParams(story: Story, motion: string, key: string, frames: number): Json {
  const random = randomFor(`travel/${story.key}/${key}`);
  const [width, height] = FRAMES[story.aspect];
  return {
    tool_type: 'travel-between-images',
    prompt: motion,
    negative_prompt: 'flicker, morphing faces, jump cut',
    model: 'wan-2.2-i2v',
    model_type: random.pick(['i2v', 'i2v', 'vace']),
    seed: random.between(1_000_000, 2_147_000_000),
    resolution: '720p',
    width,
    height,
    frame_count: frames,
    fps: 16,
    steps: random.pick([6, 8]),
    guidance: 1,
    amount_of_motion: random.pick([40, 50, 65]),
    loras: [],
  };
}
