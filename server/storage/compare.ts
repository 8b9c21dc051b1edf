import type { StoredBytes } from './backends/backend';

/** A version as the database knows it. */
export interface RegisteredVersion {
  version: string;
  state: 'reserved' | 'live' | 'garbage';
}

/** What a slice of both lists showed. */
export interface Comparison {
  /** The last key of it; undefined: it went to the end of both. */
  last: string | undefined;
  /** Keys of either list. */
  seen: number;
  /** Objects of the database. */
  live: number;
  /** Those of them that have no bytes. */
  missing: string[];
  /** Bytes that nobody registered. */
  unregistered: StoredBytes[];
}

/**
 * Goes through both lists side by side, as far as so many keys. Both are in the order of their keys, so each is read
 * once and nothing of it is kept but what has no counterpart.
 */
export async function compare(
  registered: AsyncIterable<RegisteredVersion>,
  stored: AsyncIterable<StoredBytes>,
  most: number,
): Promise<Comparison> {
  const versions = registered[Symbol.asyncIterator]();
  const bytes = stored[Symbol.asyncIterator]();
  const found: Comparison = { last: undefined, seen: 0, live: 0, missing: [], unregistered: [] };
  try {
    let [version, lying] = await Promise.all([versions.next(), bytes.next()]);
    while (found.seen < most) {
      if (version.done && lying.done) return { ...found, last: undefined };
      const [known, there] = [version.done ? END : version.value.version, lying.done ? END : lying.value.key];
      found.last = known < there ? known : there;
      found.seen++;
      if (!version.done && version.value.state === 'live' && known <= there) {
        found.live++;
        if (known < there) found.missing.push(known);
      }
      if (!lying.done && there < known) found.unregistered.push(lying.value);
      if (!version.done && known === found.last) version = await versions.next();
      if (!lying.done && there === found.last) lying = await bytes.next();
    }
    return found;
  } finally {
    await Promise.all([versions.return?.(), bytes.return?.()]);
  }
}

/** Behind every key. */
const END = '~';
