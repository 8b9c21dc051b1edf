import type { IncomingMessage } from 'node:http';
import type { StorageMetrics, TransferOutcome } from '../../ops/metrics/storage';

/** What one request brings of an upload, for the metrics. */
export interface Tally {
  /** From here on it is a transfer, as one request that brings a whole file is. */
  begin(): void;
  add(bytes: number): void;
  /** With it all bytes are there, and the object is made. */
  complete(): void;
  /** @param status that the request is answered with */
  end(status: number): void;
}

export function createTally(request: IncomingMessage, metrics: Pick<StorageMetrics, 'began'>): Tally {
  let bytes = 0;
  let isComplete = false;
  let ended: ReturnType<StorageMetrics['began']> | undefined;

  const outcomeOf = (status: number): TransferOutcome | undefined => {
    if (isComplete) return 'done';
    if (request.destroyed && !request.complete) return 'aborted';
    if (status >= 500) return 'failed';
    if (status >= 400) return 'refused';
    // A request that only announces an upload has moved nothing.
    return bytes > 0 ? 'part' : undefined;
  };

  return {
    begin: () => (ended = metrics.began('upload', () => bytes)),
    add: (count) => (bytes += count),
    complete: () => (isComplete = true),
    end: (status) => {
      ended?.(outcomeOf(status));
      ended = undefined;
    },
  };
}
