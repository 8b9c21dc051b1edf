import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Fault, codeOf, messageOf } from '../../faults';
import { BackendUnavailableError } from './backend';

/** What a disk says that is full, broken, closed or not ours: nothing the caller did. */
const TROUBLES: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this account',
  EROFS: 'the disk may only be read',
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EIO: 'the disk fails',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  ENOTDIR: 'a part of the path is not a folder',
  ESTALE: 'the network disk is gone',
};

/** The error, or what it means when it is the disk's. */
export function unavailable(error: unknown): unknown {
  const trouble = TROUBLES[codeOf(error) ?? ''];
  return trouble === undefined ? error : new BackendUnavailableError(trouble);
}

export function isAbsent(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

export async function syncFile(name: string): Promise<void> {
  const file = await open(name, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A name outlives a power cut only when its folder was written too. */
export async function syncFolder(name: string): Promise<void> {
  // Windows opens no folders; NTFS keeps names in its own journal.
  if (process.platform === 'win32') return;
  const folder = await open(name, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Gives a finished file its name, in one step and for good. What has that name already stays.
 * @throws EEXIST when it is something else
 */
export async function publish(half: string, whole: string): Promise<void> {
  try {
    await link(half, whole);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      // Whoever was killed right here before had linked the two.
      if (!(await isSameFile(half, whole))) throw error;
    } else if (isAbsent(error) || (await exists(whole))) {
      throw error;
    } else {
      // A disk without hard links.
      await rename(half, whole);
      return syncFolder(path.dirname(whole));
    }
  }
  try {
    await syncFolder(path.dirname(whole));
  } catch (error) {
    await unlink(whole);
    throw error;
  }
  await unlink(half);
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([stat(one), stat(other)]);
  return a.dev === b.dev && a.ino === b.ino;
}

async function exists(name: string): Promise<boolean> {
  return stat(name).then(
    () => true,
    () => false,
  );
}

/** @throws Fault when files cannot be kept in the folder, which is made when it is not there */
export async function checkPlace(root: string): Promise<void> {
  const probe = path.join(root, `check-${randomUUID()}`);
  try {
    await mkdir(root, { recursive: true });
    const file = await open(probe, 'wx');
    try {
      await file.writeFile('a file can be kept here\n');
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    const trouble = TROUBLES[codeOf(error) ?? ''] ?? messageOf(error);
    throw new Fault(`Files cannot be kept in ${root}: ${trouble}.`);
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}
