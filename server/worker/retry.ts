import { CallError } from './client';

/**
 * Waits; each of the signals ends the wait early, and that is no error. Not by AbortSignal.any(): Node 20 keeps
 * something of each such signal for as long as the longest of its sources lives (measured: 4 MB after 80,000).
 */
export function pause(ms: number, ...signals: AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    for (const signal of signals) signal.addEventListener('abort', end);
    if (signals.some((signal) => signal.aborted)) end();
  });
}

/** Pauses that double up to a limit, each shortened by chance, so that many who wait do not come together. */
export function* backoff(firstMs: number, mostMs: number): Generator<number, never> {
  for (let ms = firstMs; ; ms = Math.min(ms * 2, mostMs)) yield ms * (0.5 + Math.random() / 2);
}

/**
 * Calls until there is an answer that another try would not change. Only for calls that are the same when
 * they come twice.
 * @param signal ends the trying: the last reason is thrown
 */
export async function persistently<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const ms of backoff(200, 5_000)) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof CallError && error.isRetryable) || signal.aborted) throw error;
    }
    await pause(ms, signal);
  }
  throw new Error('unreachable');
}
