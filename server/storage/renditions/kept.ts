import { LRUCache } from 'lru-cache';
import type { Rendition } from './picture';

/** Renditions in memory. */
export interface Kept {
  get(version: string, name: string): Rendition | undefined;
  set(version: string, name: string, rendition: Rendition): void;
  /** All of a version. */
  remove(version: string): void;
  view(): { count: number; bytes: number };
}

const COUNT_MAX = 10_000;
/** More than any page needs of one picture; who counts through its sizes only drives out his own. */
const PER_VERSION_MAX = 16;
/** One rendition does not drive out most others. */
const LARGEST_SHARE = 8;
/** Of what an entry takes beside the picture, so that many tiny ones are counted as what they are. */
const ENTRY_BYTES = 512;

/** Keeps what was asked for last, up to so many bytes; 0 keeps nothing. */
export function keepRenditions(bytesMax: number): Kept {
  if (bytesMax < 1) {
    return { get: () => undefined, set: () => {}, remove: () => {}, view: () => ({ count: 0, bytes: 0 }) };
  }
  // The names of each version, the one that was asked for longest ago first.
  const versions = new Map<string, Set<string>>();
  const cache = new LRUCache<string, Rendition & { version: string }>({
    max: COUNT_MAX,
    maxSize: bytesMax,
    maxEntrySize: Math.max(1, Math.floor(bytesMax / LARGEST_SHARE)),
    sizeCalculation: ({ bytes }) => bytes.length + ENTRY_BYTES,
    dispose: ({ version }, id, reason) => {
      if (reason === 'set') return;
      const ids = versions.get(version);
      ids?.delete(id);
      if (ids?.size === 0) versions.delete(version);
    },
  });
  const idOf = (version: string, name: string) => `${version} ${name}`;
  const note = (version: string, id: string) => {
    const ids = versions.get(version) ?? new Set<string>();
    versions.set(version, ids);
    ids.delete(id);
    ids.add(id);
    return ids;
  };
  return {
    get: (version, name) => {
      const id = idOf(version, name);
      const rendition = cache.get(id);
      if (rendition) note(version, id);
      return rendition && { bytes: rendition.bytes, type: rendition.type };
    },
    set: (version, name, { bytes, type }) => {
      const id = idOf(version, name);
      cache.set(id, { version, bytes, type });
      // Too large a one was not taken.
      if (!cache.has(id)) return;
      const [oldest, ...others] = note(version, id);
      if (oldest && others.length >= PER_VERSION_MAX) cache.delete(oldest);
    },
    remove: (version) => {
      for (const id of [...(versions.get(version) ?? [])]) cache.delete(id);
    },
    view: () => ({ count: cache.size, bytes: cache.calculatedSize }),
  };
}
