import type { Backend } from '../../storage/backends/backend';
import { deepSweep } from '../../storage/deepSweep';
import type { Job } from '../maintenance';

/** One slice each time. In between it is asked whether a look is due, which is one row. */
const INTERVAL_MS = 60_000;

/** Compares the store with what is registered, a slice after the other. @param pauseHours 0: never */
export function sweepStorageDeeply(backend: Backend, pauseHours: number): Job {
  return {
    name: 'sweep storage deeply',
    intervalMs: INTERVAL_MS,
    run: async (client, log) => {
      if (pauseHours > 0) await deepSweep(client, { backend, pauseHours }, log);
    },
  };
}
