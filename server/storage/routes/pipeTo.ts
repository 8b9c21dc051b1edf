import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { abortable } from '../abortable';

/**
 * Sends all of a stream as the answer. A pipe waits for the end of both, and an answer that waited behind another one on
 * its connection is told nothing of the connection's: without the signal it would be under way for ever.
 * @throws what the stream fails with; the signal's reason
 */
export async function pipeTo(response: ServerResponse, bytes: Readable, signal: AbortSignal): Promise<void> {
  try {
    await abortable(pipeline(bytes, response), signal);
  } catch (error) {
    // An answer that is over closes too.
    if (!response.writableFinished) throw error;
  }
}
