import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../server/faults';
import { emptyFolder, execute } from './process';

export interface SmallDisk {
  folder: string;
  /** Takes all the room that is left. */
  fill(): Promise<void>;
  free(): Promise<void>;
  /** When nothing uses it any more. */
  remove(): Promise<void>;
}

/** A disk of its own of so many megabytes. Undefined where one may not mount any. */
export async function openSmallDisk(megabytes: number): Promise<SmallDisk | undefined> {
  const folder = await emptyFolder();
  const mounting = execute('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder]);
  if (
    !(await mounting.then(
      () => true,
      () => false,
    ))
  )
    return undefined;
  const filler = path.join(folder, 'filler');
  return {
    folder,
    fill: async () => {
      const file = await open(filler, 'a');
      try {
        for (const size of [1_000_000, 4_096]) await writeWhileThereIsRoom(file, Buffer.alloc(size));
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler, { force: true }),
    remove: async () => {
      await execute('umount', [folder]);
    },
  };
}

async function writeWhileThereIsRoom(file: Awaited<ReturnType<typeof open>>, chunk: Buffer): Promise<void> {
  try {
    for (;;) await file.appendFile(chunk);
  } catch (error) {
    if (codeOf(error) !== 'ENOSPC') throw error;
  }
}
