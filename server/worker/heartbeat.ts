import type { Logger } from '../log';
import { CallError } from './client';
import type { Report, Told } from './queue';
import { pause } from './retry';

export interface Heartbeat {
  /** Reports now and not when its time comes. */
  soon(): void;
  /** Makes the pauses short enough for a lease of that length. */
  fit(leaseMs: number): void;
  /** Ends when the signal does. @throws Fault */
  run(signal: AbortSignal): Promise<void>;
}

/** While the gateway is away: a lease may end before the next regular one. */
const AGAIN_MS = 1_000;

/**
 * Reports to the gateway again and again.
 * @param beat sends one report
 * @param heed gets what it was told
 */
export function createHeartbeat(options: {
  intervalMs: number;
  report(): Report;
  beat(report: Report): Promise<Told>;
  heed(told: Told): void;
  log: Logger;
}): Heartbeat {
  let intervalMs = options.intervalMs;
  let waiting = new AbortController();

  const beat = async (): Promise<number> => {
    try {
      options.heed(await options.beat(options.report()));
      return intervalMs;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      // That the gateway is away the client has told. A refusal may be of this once.
      if (!error.isRetryable)
        options.log.warn({ code: error.code, reason: error.message }, 'heartbeat refused');
      return Math.min(intervalMs, AGAIN_MS);
    }
  };
  return {
    soon: () => waiting.abort(),
    fit: (leaseMs) => {
      // Two may get lost. An answer without a lease, or one of another clock, is no reason to change anything.
      if (leaseMs > 0) intervalMs = Math.min(intervalMs, leaseMs / 3);
    },
    run: async (signal) => {
      while (!signal.aborted) {
        waiting = new AbortController();
        const ms = await beat();
        await pause(ms, signal, waiting.signal);
      }
    },
  };
}
