import { Readable } from 'node:stream';
import { DataStore, ERRORS, Metadata, Upload } from '@tus/server';
import { BackendUnavailableError } from '../backends/backend';
import { keepUpload, releaseUpload } from '../objects';
import { completeUpload, type CompletionParts } from './completion';
import { StorageError } from '../errors';
import type { UploadLock } from './locks';
import { declareLength, findRecord, type UploadRecord } from './records';
import type { Tally } from './tally';

/** How long an upload may rest. */
export const KEEP_SECONDS = 24 * 60 * 60;
const KEEP_EVERY_MS = (KEEP_SECONDS * 1000) / 24;

export interface UploadStoreParts extends CompletionParts {
  /** The lock that the request holds while it is here. */
  lock: () => UploadLock;
  tally: Pick<Tally, 'add' | 'complete'>;
}

/**
 * The uploads of one caller, as one request of his sees them: bytes are the backend's, all else is the database's.
 * Where all bytes of an upload turn out to be there the object is made before anything is answered, under the lock: so
 * an upload that is told to be complete is an object, also when a gateway died in between.
 */
export class UploadStore extends DataStore {
  /** As it was found under the lock, by which it stays so. */
  private known: UploadRecord | undefined;
  /**
   * Why bytes could not be kept, where that was neither the client's doing nor the protocol's. The library pipes them
   * here, and of a pipe that breaks at its end it reports what its beginning said of that: that it was aborted.
   */
  refused: StorageError | BackendUnavailableError | undefined;

  constructor(private readonly parts: UploadStoreParts) {
    super();
    this.extensions = [
      'creation',
      'creation-with-upload',
      'creation-defer-length',
      'termination',
      'expiration',
    ];
  }

  override async create(upload: Upload): Promise<Upload> {
    const { id, size } = upload;
    // Names and what else was said have no business in a store of bytes.
    await this.bytes.create(new Upload({ id, offset: 0, ...(size === undefined ? {} : { size }) }));
    // Of nothing, all is there already.
    if (size === 0) await this.getUpload(id);
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const record = await this.find(id);
    if (record.state === 'live') return asUpload(record, record.length ?? 0);
    const offset = await this.offsetOf(record);
    if (offset !== record.length) return asUpload(record, offset);
    await this.complete(record);
    return asUpload(record, offset);
  }

  override async write(bytes: Readable, id: string, offset: number): Promise<number> {
    const { run, caller } = this.parts;
    const record = this.known ?? (await this.find(id));
    // Told again by a client that did not hear the answer.
    if (record.state === 'live') return offset;
    await keepUpload(run, caller, id, KEEP_SECONDS);
    const keeping = setInterval(() => {
      // Failing that it is given up a day later.
      void keepUpload(run, caller, id, KEEP_SECONDS).catch(() => undefined);
    }, KEEP_EVERY_MS).unref();
    try {
      const guarded = Readable.from(this.whileLocked(bytes), { objectMode: false });
      const reached = await this.bytes.write(guarded, id, offset);
      if (reached === record.length) await this.complete(record);
      return reached;
    } catch (error) {
      // Stores have their own words for a stream that failed.
      const reason = this.parts.lock().isHeld() ? error : new StorageError('ResourceLocked');
      if (reason instanceof StorageError || reason instanceof BackendUnavailableError) this.refused = reason;
      throw reason;
    } finally {
      clearInterval(keeping);
    }
  }

  override async remove(id: string): Promise<void> {
    const { run, caller } = this.parts;
    // Its bytes are the sweep's: here they could be those of an object that another gateway has just made of them.
    await releaseUpload(run, caller, id);
  }

  override async declareUploadLength(id: string, length: number): Promise<void> {
    const { run, caller } = this.parts;
    await this.bytes.declareUploadLength(id, length);
    await declareLength(run, caller, id, length);
    if (this.known) this.known = { ...this.known, length };
  }

  override getExpiration(): number {
    return KEEP_SECONDS * 1000;
  }

  private get bytes(): DataStore {
    return this.parts.backend.resumable();
  }

  /** A gateway that stood still for longer than its lock lasts must not write into what another one writes. */
  private async *whileLocked(bytes: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of bytes) {
      if (!this.parts.lock().isHeld()) throw new StorageError('ResourceLocked');
      this.parts.tally.add((chunk as Buffer).length);
      yield chunk as Buffer;
    }
  }

  private async find(id: string): Promise<UploadRecord> {
    const { run, caller, byToken } = this.parts;
    const record = await findRecord(run, caller, id, byToken);
    if (!record) throw new StorageError('NoSuchUpload');
    if (record.state === 'garbage')
      throw Object.assign(new Error('the upload is over'), ERRORS.FILE_NO_LONGER_EXISTS);
    return (this.known = record);
  }

  private async complete(record: UploadRecord): Promise<void> {
    await completeUpload(this.parts, record);
    this.parts.tally.complete();
    this.known = { ...record, state: 'live' };
  }

  /** Bytes that are there, in the place where uploads grow or in that where they are read. */
  private async offsetOf({ version }: UploadRecord): Promise<number> {
    try {
      return (await this.bytes.getUpload(version)).offset;
    } catch (error) {
      if (!isGone(error)) throw error;
      const size = await this.parts.backend.size(version);
      if (size === undefined) throw error;
      return size;
    }
  }
}

function isGone(error: unknown): boolean {
  return error === ERRORS.FILE_NOT_FOUND || error === ERRORS.FILE_NO_LONGER_EXISTS;
}

/** With what the client said, to be told to it again. */
function asUpload({ version, length, expiresAt, said }: UploadRecord, offset: number): Upload {
  const ends = expiresAt?.getTime() ?? Date.now() + KEEP_SECONDS * 1000;
  return new Upload({
    ...{ id: version, offset, metadata: Metadata.parse(said) },
    ...(length === undefined ? {} : { size: length }),
    // It is what the expiry is counted from, and that is put off with each piece.
    creation_date: new Date(ends - KEEP_SECONDS * 1000).toISOString(),
  });
}
