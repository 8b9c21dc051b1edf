import type { Job } from '../maintenance';

/** Candidates of one round: what a deleted project showed goes over a few of them. */
const MOST = 1_000;

/** Removes objects that lost their last reference. Their bytes are the sweep's. */
export function releaseObjects(intervalMs: number): Job {
  return {
    name: 'release objects',
    intervalMs,
    run: async (client, log) => {
      const { rows } = await client.query<{ objects: number }>(
        'select storage.release_unreferenced($1) as objects',
        [MOST],
      );
      if (rows[0]?.objects) log.info(rows[0], 'released objects that nothing refers to any more');
    },
  };
}
