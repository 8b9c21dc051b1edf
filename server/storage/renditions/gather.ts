import { addAbortSignal, type Readable } from 'node:stream';
import { abortable } from '../abortable';
import { StorageError } from '../errors';

/**
 * Brings a stream together in memory, where a picture has to be: the decoders go back and forth in it. The bytes are
 * counted as they come, whatever was said of their number, and the stream is closed whichever way this ends.
 * @throws StorageError ImageProcessingError when there are more; the signal's reason; what the stream fails with
 */
export async function gather(
  read: (signal: AbortSignal) => Promise<Readable>,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Buffer> {
  signal.throwIfAborted();
  const opening = read(signal);
  let stream: Readable;
  try {
    stream = await abortable(opening, signal);
  } catch (error) {
    // It may still be opened, for nobody.
    opening.then(
      (late) => late.on('error', () => undefined).destroy(),
      () => undefined,
    );
    throw error;
  }
  const chunks: Buffer[] = [];
  let count = 0;
  try {
    // Leaving the loop destroys the stream.
    for await (const chunk of addAbortSignal(signal, stream) as AsyncIterable<Buffer>) {
      count += chunk.length;
      if (count > bytesMax) throw tooManyBytes(bytesMax);
      chunks.push(chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
  return Buffer.concat(chunks, count);
}

export function tooManyBytes(bytesMax: number): StorageError {
  const size = `${Math.floor((bytesMax / 1_000_000) * 10) / 10} MB`;
  return new StorageError(
    'ImageProcessingError',
    `The picture is larger than ${size}, the most that is rendered`,
  );
}
