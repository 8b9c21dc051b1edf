import type { Job } from '../maintenance';

/** Forgets callers whose window is over: each address that ever asked would else keep a row. */
export function clearRateLimits(intervalMs: number): Job {
  return {
    name: 'clear rate limits',
    intervalMs,
    run: async (client, log) => {
      // As the gateway itself: no role of a caller may touch what is counted, services included.
      await client.query('set local role none');
      const { rowCount } = await client.query('delete from app_private.rate_limits where expire < $1', [
        Date.now(),
      ]);
      if (rowCount) log.debug({ callers: rowCount }, 'cleared rate limits that are over');
    },
  };
}
