import type { Job } from '../maintenance';

/** Counting reads every object: a million are a second's work. */
const INTERVAL_MS = 120_000;

/** Counts objects and their bytes for monitoring, so that a scrape need not. */
export const countObjects = (): Job => ({
  name: 'count objects',
  intervalMs: INTERVAL_MS,
  run: async (client) => {
    await client.query('select storage.count_objects()');
  },
});
