import type { Settings } from '../../config';
import type { DatabaseFacts } from './facts';

/** What keeps production from starting, and what is only told. */
export type Gravity = 'wrong' | 'warning';

/** What is wrong in words, and what to do about it. Neither holds a secret. */
export interface Wrong {
  wrong: string;
  mend: string;
}

export interface Finding extends Wrong {
  check: string;
  gravity: Gravity;
}

/** One thing that must hold of a deployment, of what is known of it. */
export interface Check<Known> {
  name: string;
  gravity: Gravity;
  look(known: Known): Wrong[];
}

export interface KnownSettings {
  settings: Settings;
  /** What tokens are signed with: the setting, or the one drawn with an embedded database. */
  jwtSecret: string | undefined;
}

export interface KnownDatabase {
  settings: Settings;
  facts: DatabaseFacts;
}

export function findingsOf<Known>(checks: readonly Check<Known>[], known: Known): Finding[] {
  return checks.flatMap(({ name, gravity, look }) =>
    look(known).map((wrong) => ({ check: name, gravity, ...wrong })),
  );
}
