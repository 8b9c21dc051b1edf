import type { FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import type { ByteRange, Sent } from './backend';

/**
 * Read and sent at once. A pipe has pieces of 64 kB, each in memory of its own: calls of the system for so few bytes,
 * and as much garbage as is sent, were most of what sending a file cost.
 */
export const PIECE_BYTES = 524_288;

/** Pieces there are at most, so much memory in all: whoever reads slowly keeps one. */
export const PIECES_MAX = 32;

/** Sends the bytes of a file; undefined when all memory for it is taken. Rejects with what the file's disk says. */
export type SendFile = (
  file: FileHandle,
  range: ByteRange,
  to: Writable,
  signal?: AbortSignal,
) => Promise<Sent> | undefined;

/** Sends with memory that is used again. */
export function createFileSender(): SendFile {
  const free: Buffer[] = [];
  let taken = 0;

  async function send(...[file, range, to, signal]: Parameters<SendFile>): Promise<Sent> {
    taken++;
    try {
      const piece = free.pop() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
      const sent = await sendPieces(file, range, to, piece, signal);
      // A write that was cut off may still read it.
      if (sent === 'done') free.push(piece);
      return sent;
    } finally {
      taken--;
    }
  }

  return (...given) => (taken < PIECES_MAX ? send(...given) : undefined);
}

async function sendPieces(
  file: FileHandle,
  { start, end }: ByteRange,
  to: Writable,
  piece: Buffer,
  signal: AbortSignal | undefined,
): Promise<Sent> {
  const isGone = () => to.destroyed || signal?.aborted === true;
  for (let at = start; at <= end;) {
    const { bytesRead } = await file.read(piece, 0, Math.min(PIECE_BYTES, end - at + 1), at);
    if (bytesRead === 0) throw new Error('the file is shorter than it was');
    at += bytesRead;
    // While it was read: no event would come any more.
    if (isGone()) return 'aborted';
    await write(to, piece.subarray(0, bytesRead), signal);
    if (isGone()) return 'aborted';
  }
  to.end();
  return 'done';
}

/** Until the system has taken all of it, so that it may be overwritten; or whoever reads it has left. */
function write(to: Writable, bytes: Buffer, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      signal?.removeEventListener('abort', over);
      resolve();
    };
    signal?.addEventListener('abort', over);
    to.write(bytes, over);
  });
}
