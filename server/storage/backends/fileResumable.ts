import { createWriteStream } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FileStore } from '@tus/file-store';

/** Uploads are files of one folder by their ids, each with a `.json` beside it. */
export class ResumableFileStore extends FileStore {
  /**
   * The store's own has one word for whatever went wrong, FILE_WRITE_ERROR: a full disk would be a fault of ours, and not
   * what passes by itself and may be tried again.
   */
  override async write(bytes: Readable, id: string, offset: number): Promise<number> {
    // Its ids are keys here: they lead out of no folder.
    const file = createWriteStream(path.join(this.directory, id), { flags: 'r+', start: offset });
    await pipeline(bytes, file);
    return offset + file.bytesWritten;
  }
}
