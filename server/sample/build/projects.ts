import { idFor } from '../random';
import type { Story } from '../stories/story';
import { idIn, letPass, openDraft, type Draft } from './draft';
import type { Made, World } from './rows';
import { makeShot } from './shots';
import { travelParams } from './params';
import { makeVideo } from './videos';

const LIVELY = ['portrait', 'keeper', 'otter', 'fox', 'dress', 'coat', 'astronaut', 'deer'];

/** How the tools were left in this project. */
function settingsOf(story: Story): Record<string, unknown> {
  return {
    'image-generation': {
      model: story.model,
      aspectRatio: story.aspect,
      afterEachPromptText: story.style,
      negativePrompt: story.negative,
      selectedLoras: story.lora
        ? [{ id: idFor('resource', story.lora.name), strength: story.lora.strength }]
        : [],
    },
    'travel-between-images': { model: 'wan-2.2-i2v', frames: 81, steps: 6, turboMode: false },
    'magic-edit': { numImages: story.owner === 'bob' ? 4 : 1 },
    gallery: { sort: 'newest', showStarredOnly: false },
  };
}

/** Characters that were brought to life, and a bridge between two of them. */
function makeClips(draft: Draft, placed: Made[]): void {
  const cast = placed.filter((made) => LIVELY.includes(made.picture.subject)).slice(0, 3);
  const clips = cast.map((made) => {
    const params = {
      ...travelParams(
        draft.story,
        `${made.title}: breathes, blinks, turns slightly towards us`,
        made.row.id,
        81,
      ),
      tool_type: 'character-animate',
      model: 'wan-2.2-animate',
      model_type: 'animate',
      mode: 'animate',
    };
    return makeVideo(draft, made, {
      key: `${made.title}/animated`,
      title: `${made.title}, animated`,
      type: 'animate_character',
      params,
    });
  });
  const [first, second] = clips;
  if (!first || !second) return;
  makeVideo(draft, first, {
    key: 'joined',
    title: `${first.title.replace(', animated', '')} → ${second.title.replace(', animated', '')}`,
    type: 'join_clips_segment',
    params: {
      ...travelParams(draft.story, 'One clip flows into the other, match the movement', 'joined', 33),
      tool_type: 'join-clips',
      model_type: 'vace',
      clip_generation_ids: [first.row.id, second.row.id],
    },
  });
}

/** A project whose story is told, for what happened in it besides. */
export interface Project {
  draft: Draft;
  /** Images on the timelines, by shot. */
  timelines: { shotId: string; images: Made[] }[];
}

/** A project as its story tells it, from the first shot to the last. */
export function makeProject(story: Story, world: World): Project {
  const draft = openDraft(story, world);
  world.projects.push({
    id: draft.projectId,
    name: story.name,
    aspect_ratio: story.aspect,
    settings: settingsOf(story),
    created_at: draft.ago + 900,
  });
  const [began, touched] = story.days;
  const timelines: Project['timelines'] = [];
  story.shots.forEach((shot, i) => {
    // One shot is one session of work.
    const share = story.shots.length === 1 ? 0 : i / (story.shots.length - 1);
    const session = (began - (began - touched) * share) * 86_400;
    draft.ago = Math.min(draft.ago, session);
    letPass(draft, 0, i === 0 ? 600 : 9000);
    // An image may stand in two shots; the opening one is also the reference of the last.
    const borrowed = i > 0 && i === story.shots.length - 1 ? timelines[0]?.images[0] : undefined;
    timelines.push({ shotId: idIn(draft, 'shot', shot.name), images: makeShot(draft, shot, i, borrowed) });
  });
  makeClips(
    draft,
    timelines.flatMap((timeline) => timeline.images),
  );
  return { draft, timelines };
}
