import { opendir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { StoredBytes } from './backend';
import { isAbsent, unavailable } from './disk';
import { isKey } from './keys';

/**
 * Each key once, in order, with the size of what can be read or else of what is half finished. In memory are the names
 * of one folder, a 256th of all, and those of the resumable uploads that are under way.
 */
export async function* listFiles(root: string, uploads: string, after = ''): AsyncIterable<StoredBytes> {
  const growing = await keysIn(uploads, /\.json$/, after);
  const folders = (await namesIn(root)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  const digits = new Set([...folders, ...growing.map((key) => key.slice(0, 2))]);
  for (const folder of [...digits].sort()) {
    if (folder < after.slice(0, 2)) continue;
    const kept = await keysIn(path.join(root, folder), /\.part$/, after);
    const keys = new Set([...kept, ...growing.filter((key) => key.startsWith(folder))]);
    for (const key of [...keys].sort()) {
      const file = path.join(root, folder, key);
      const found = await firstOf([
        file,
        `${file}.part`,
        path.join(uploads, key),
        path.join(uploads, `${key}.json`),
      ]);
      // Removed since its folder was read.
      if (found) yield { key, ...found };
    }
  }
}

/** Keys that have a file in the folder, be it one with the ending. */
async function keysIn(folder: string, ending: RegExp, after: string): Promise<string[]> {
  const keys = (await namesIn(folder)).map((name) => name.replace(ending, ''));
  return keys.filter((key) => isKey(key) && key > after);
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(folder)) names.push(entry.name);
  } catch (error) {
    if (!isAbsent(error)) throw unavailable(error);
  }
  return names;
}

async function firstOf(files: string[]): Promise<{ size: number; modified: Date } | undefined> {
  for (const file of files) {
    try {
      const { size, mtime } = await stat(file);
      return { size, modified: mtime };
    } catch (error) {
      if (!isAbsent(error)) throw unavailable(error);
    }
  }
  return undefined;
}
