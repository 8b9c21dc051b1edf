import type { Readable, Writable } from 'node:stream';
import type { DataStore } from '@tus/server';

/** Bytes of a file, both ends included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** Whether all was sent, or whoever it was sent to left before. */
export type Sent = 'done' | 'aborted';

/** Bytes to be read once. */
export interface StoredStream extends Readable {
  /**
   * Sends all of them and ends what they are sent to, for less than a pipe costs. Instead of reading: once it has begun
   * there is nothing to be read. Undefined when it cannot be had now. Rejects when they can be read no further.
   */
  sendTo?(to: Writable): Promise<Sent> | undefined;
}

/** What lies in a backend, whoever knows of it. */
export interface StoredBytes {
  key: string;
  size: number;
  modified: Date;
}

/**
 * Where the bytes are. A key is the version of an object (a UUID), is written once and never changes: so whoever reads
 * has one whole version, and a name moves without its bytes. What belongs to whom is the database's to know.
 */
export interface Backend {
  readonly kind: 'file' | 's3';
  /**
   * Keeps all of `bytes` under the key, or nothing: of a stream that fails or is cut off nothing stays. Resolves when
   * they would outlive a power cut. However it ends, the stream is destroyed.
   * @returns how many there were
   * @throws KeyTakenError when there are bytes under the key, or another write of it is under way
   */
  write(key: string, bytes: Readable, signal?: AbortSignal): Promise<number>;
  /**
   * The bytes, all of them or of the range, which may end behind the last one.
   * @throws MissingBytesError when there are none under the key
   * @throws RangeError when the range begins behind the last one
   */
  read(key: string, range?: ByteRange, signal?: AbortSignal): Promise<StoredStream>;
  /** The same bytes under another key. @throws MissingBytesError, KeyTakenError */
  copy(from: string, to: string): Promise<void>;
  /** Forgets the keys, with what half-finished resumable uploads left there. What is not there is no fault. */
  remove(keys: readonly string[]): Promise<void>;
  /** How many bytes are under the key; undefined: there is no such key. */
  size(key: string): Promise<number | undefined>;
  /** All there is, in the order of the keys, from after the given one. Half-finished writes are among it. */
  list(after?: string): AsyncIterable<StoredBytes>;
  /** Where resumable uploads grow. The id of an upload is its key. */
  resumable(): DataStore;
  /**
   * Makes what a resumable upload has brought together readable under its key. May be asked twice: whoever was killed
   * in between asks again.
   * @throws MissingBytesError when the upload is not complete or there is none
   */
  adopt(key: string): Promise<void>;
  /** Whether bytes can be kept now. @throws Fault that says what is wrong with the settings or the place */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** The backend has no bytes under the key. */
export class MissingBytesError extends Error {
  constructor(readonly key: string) {
    super(`no bytes under ${key}`);
    this.name = 'MissingBytesError';
  }
}

/** What is under a key stays as it is: it cannot be written once more. */
export class KeyTakenError extends Error {
  constructor(readonly key: string) {
    super(`there are bytes under ${key} already`);
    this.name = 'KeyTakenError';
  }
}

/** Bytes can be neither kept nor had now: no room, no way to the store, or it refuses. Another try may succeed. */
export class BackendUnavailableError extends Error {
  constructor(reason: string) {
    super(`stored bytes cannot be reached: ${reason}`);
    this.name = 'BackendUnavailableError';
  }
}
