import { mkdirSync } from 'node:fs';
import { constants, copyFile, link, mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addAbortSignal, type Writable } from 'node:stream';
import { codeOf } from '../../faults';
import { KeyTakenError, MissingBytesError, type Backend } from './backend';
import { checkPlace, isAbsent, publish, syncFile, syncFolder, unavailable } from './disk';
import { listFiles } from './fileListing';
import { ResumableFileStore } from './fileResumable';
import { guardUploads, requireKey } from './keys';
import { wholeRange } from './ranges';
import { createFileSender } from './sendFile';

/** Removals that are under way at once. */
const REMOVALS = 16;
/** What a file system says that cannot link, or not once more. */
const UNLINKABLE = new Set(['EPERM', 'EXDEV', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Bytes as files of one disk: `root/ab/{key}`, where `ab` are the key's first two digits. */
export function createFileBackend({ root }: { root: string }): Backend {
  const uploads = path.join(root, 'resumable');
  const folderOf = (key: string) => path.join(root, requireKey(key).slice(0, 2));
  const fileOf = (key: string) => path.join(folderOf(key), key);
  /** Told by its key, so that whoever finds it after a crash knows whose it was. */
  const halfOf = (key: string) => `${fileOf(key)}.part`;
  const uploadOf = (key: string) => path.join(uploads, requireKey(key));
  const infoOf = (key: string) => `${uploadOf(key)}.json`;
  const send = createFileSender();
  let store: ReturnType<typeof guardUploads> | undefined;

  return {
    kind: 'file',
    write: async (key, bytes, signal) => {
      // A stream that nobody listens to any more must not bring the process down when it fails.
      bytes.on('error', () => undefined);
      try {
        signal?.throwIfAborted();
        return await keep(key, async (half) => {
          const file = await open(half, 'wx');
          try {
            await writeFile(file, signal ? addAbortSignal(signal, bytes) : bytes);
            await file.sync();
            return (await file.stat()).size;
          } finally {
            await file.close();
          }
        });
      } finally {
        bytes.destroy();
      }
    },
    read: async (key, range, signal) => {
      signal?.throwIfAborted();
      // Open before anyone is told: a removal takes the name alone from whoever reads.
      const file = await open(fileOf(key), 'r').catch((error: unknown) => {
        throw isAbsent(error) ? new MissingBytesError(key) : unavailable(error);
      });
      try {
        const { size } = await file.stat();
        const part = range ? wholeRange(range, size) : { start: 0, end: size - 1 };
        const stream = file.createReadStream(range && part);
        if (signal) addAbortSignal(signal, stream);
        const sendTo = (to: Writable) => {
          // It only closes the file, and nobody listens to it.
          stream.on('error', () => undefined);
          return send(file, part, to, signal)?.finally(() => stream.destroy());
        };
        return Object.assign(stream, { sendTo });
      } catch (error) {
        await file.close();
        throw error;
      }
    },
    copy: async (from, to) => {
      const [source, target] = [fileOf(from), fileOf(to)];
      await ready(to);
      try {
        // Bytes never change: two names of the same ones are as good as two of them, and take no room.
        await link(source, target);
        await syncFolder(folderOf(to));
      } catch (error) {
        if (isAbsent(error)) throw new MissingBytesError(from);
        if (codeOf(error) === 'EEXIST') throw new KeyTakenError(to);
        if (!UNLINKABLE.has(codeOf(error) ?? '')) throw unavailable(error);
        await keep(to, async (half) => {
          await copyFile(source, half, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
          await syncFile(half);
          return 0;
        });
      }
    },
    remove: async (keys) => {
      const names = keys.flatMap((key) => [fileOf(key), halfOf(key), uploadOf(key), infoOf(key)]).values();
      const work = async () => {
        for (const name of names) await rm(name, { force: true });
      };
      const removals = await Promise.allSettled(Array.from({ length: REMOVALS }, work));
      for (const removal of removals) if (removal.status === 'rejected') throw unavailable(removal.reason);
    },
    size: (key) => sizeOf(fileOf(key)),
    list: (after) => listFiles(root, uploads, after),
    resumable: () => {
      if (store) return store;
      // Before the store makes it: its own failure to do so would end the process.
      try {
        mkdirSync(uploads, { recursive: true });
      } catch (error) {
        refuse(error);
      }
      return (store = guardUploads(new ResumableFileStore({ directory: uploads }), unavailable));
    },
    adopt: async (key) => {
      const upload = uploadOf(key);
      const brought = await sizeOf(upload);
      if (brought === undefined) {
        if ((await sizeOf(fileOf(key))) === undefined) throw new MissingBytesError(key);
      } else {
        if (brought !== (await lengthOf(key))) throw new MissingBytesError(key);
        await ready(key);
        await syncFile(upload).catch(refuse);
        await publish(upload, fileOf(key)).catch((error: unknown) => {
          throw codeOf(error) === 'EEXIST' ? new KeyTakenError(key) : unavailable(error);
        });
      }
      await rm(infoOf(key), { force: true }).catch(refuse);
    },
    check: () => checkPlace(root),
    close: async () => undefined,
  };

  /** Makes the half-finished file one that can be read, or leaves nothing of it. */
  async function keep(key: string, fill: (half: string) => Promise<number>): Promise<number> {
    const [half, whole] = [halfOf(key), fileOf(key)];
    await ready(key);
    if ((await sizeOf(whole)) !== undefined) throw new KeyTakenError(key);
    let begun = true;
    try {
      const size = await fill(half).catch((error: unknown) => {
        // Another one's, not ours to remove.
        if (codeOf(error) === 'EEXIST') begun = false;
        throw error;
      });
      await publish(half, whole);
      return size;
    } catch (error) {
      if (begun) await rm(half, { force: true }).catch(() => undefined);
      throw codeOf(error) === 'EEXIST' ? new KeyTakenError(key) : unavailable(error);
    }
  }

  async function ready(key: string): Promise<void> {
    const folder = folderOf(key);
    const made = await mkdir(folder, { recursive: true }).catch(refuse);
    if (made !== undefined) await syncFolder(path.dirname(folder)).catch(refuse);
  }

  /** How long the upload was said to become; undefined: nobody said so yet. */
  async function lengthOf(key: string): Promise<number | undefined> {
    const text = await readFile(infoOf(key), 'utf8').catch((error: unknown) => {
      if (isAbsent(error)) return '{}';
      throw unavailable(error);
    });
    return (JSON.parse(text) as { size?: number }).size;
  }
}

async function sizeOf(file: string): Promise<number | undefined> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw unavailable(error);
  }
}

function refuse(error: unknown): never {
  throw unavailable(error);
}
