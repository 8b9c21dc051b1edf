import type { Granted } from './granted';
import { OTHER_COLUMNS } from './otherColumns';
import { STUDIO_COLUMNS } from './studioColumns';
import type { Values } from './world';

export const GRANTED: Granted[] = [...STUDIO_COLUMNS, ...OTHER_COLUMNS];

const columnsOf = (sets: Values[]) => [...new Set(sets.flatMap((set) => Object.keys(set)))];

export function writable({ insert, update }: Granted) {
  return { insert: columnsOf(insert), update: columnsOf(update) };
}

/** Every column of the table, as the lists know it. */
export function known(granted: Granted): string[] {
  const { insert, update } = writable(granted);
  return [...new Set([...insert, ...update, ...granted.never])].sort();
}
