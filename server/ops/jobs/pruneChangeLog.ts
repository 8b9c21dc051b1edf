import type { Job } from '../maintenance';

/** Rows of one delete: none of them holds a lock for long. */
const CHUNK = 10_000;
/** Of one round, which is one transaction; what is left waits for the next. */
const MOST_CHUNKS = 10;

/** Clears the change log of what nobody can resume from any more. */
export function pruneChangeLog(intervalMs: number, keptHours: number): Job {
  return {
    name: 'prune the change log',
    intervalMs,
    run: async (client, log) => {
      let total = 0;
      for (let chunk = 0; chunk < MOST_CHUNKS; chunk++) {
        const { rows } = await client.query<{ count: number }>(
          'select realtime.prune(make_interval(hours => $1), $2) as count',
          [keptHours, CHUNK],
        );
        const count = rows[0]?.count ?? 0;
        total += count;
        if (count < CHUNK) break;
      }
      if (total > 0) log.debug({ changes: total }, 'cleared old changes from the log');
    },
  };
}
