import type { Place } from '../draw/backdrops';
import type { TimeOfDay, Tint } from '../draw/color';
import type { Weather } from '../draw/picture';
import type { Subject } from '../draw/subjects';

/** What somebody asked for and how it looks: one image of a shot. */
export interface Scene {
  title: string;
  prompt: string;
  look: [Place, Subject, TimeOfDay, Weather, size: number];
  /** Further tries of the same prompt with another seed. */
  takes?: number;
  /** Instructions, each given to the result of the one before: a chain of edits. */
  edits?: { prompt: string; time?: TimeOfDay; weather?: Weather; accent?: number }[];
  /** The edits all start from this image instead of from each other. */
  fan?: boolean;
  uploaded?: boolean;
}

export interface ShotStory {
  name: string;
  scenes: Scene[];
  /** The shot's images were travelled between: what moves, and how many segments at most. */
  travel?: { motion: string; segments: number };
  /** Index of the image that stands in the shot a second time. */
  again?: number;
}

/** A project as its owner would tell it. */
export interface Story {
  key: string;
  name: string;
  owner: 'alice' | 'bob' | 'carol';
  aspect: '16:9' | '9:16' | '4:3' | '3:4' | '1:1';
  tint: Tint;
  model: 'qwen-image' | 'flux-dev' | 'wan-2.2';
  lora?: { name: string; strength: number };
  /** Appended to every prompt: the look of the project. */
  style: string;
  negative: string;
  /** Days before the load at which the work began and at which it was last touched. */
  days: [began: number, touched: number];
  shots: ShotStory[];
}
