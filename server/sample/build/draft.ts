import { idFor, randomFor, type Random } from '../random';
import type { Story } from '../stories/story';
import type { World } from './rows';

/** One project while its rows are made. Time runs with the work: `ago` only ever gets smaller. */
export interface Draft {
  story: Story;
  projectId: string;
  world: World;
  random: Random;
  /** The clock: seconds before the load, in tenths. */
  ago: number;
}

export function openDraft(story: Story, world: World): Draft {
  return {
    story,
    projectId: idFor('project', story.key),
    world,
    random: randomFor(`story/${story.key}`),
    ago: story.days[0] * 86_400,
  };
}

/** Lets some time pass and says what time it is then. */
export function letPass(draft: Draft, min: number, max: number): number {
  return letPassExactly(draft, draft.random.between(min, max));
}

export function letPassExactly(draft: Draft, seconds: number): number {
  // Tenths, so that the number written is the number counted with.
  draft.ago = Math.max(1, Math.round((draft.ago - seconds) * 10) / 10);
  return draft.ago;
}

/** An id within the project. */
export function idIn(draft: Draft, kind: string, name: string): string {
  return idFor(kind, `${draft.story.key}/${name}`);
}
