import type { Backend } from '../../storage/backends/backend';
import { messageOf } from '../../faults';
import type { Logger } from '../../log';
import type { Job } from '../maintenance';

/** Versions of one turn; their registrations are locked while their bytes are removed. */
const CHUNK = 1_000;
/** Of one round, which is one transaction; what is left waits for the next. */
const MOST_CHUNKS = 10;

/**
 * Removes the bytes of what was deleted, replaced or given up. Bytes first and their registration after: a round that
 * breaks off is begun again, and what is gone already is no fault.
 */
export function sweepStorage(intervalMs: number, backend: Backend): Job {
  return {
    name: 'sweep storage',
    intervalMs,
    run: async (client, log) => {
      await client.query('select storage.forget_resumables()');
      let total = 0;
      for (let chunk = 0; chunk < MOST_CHUNKS; chunk++) {
        const { rows } = await client.query<{ version: string }>(
          'select version from storage.take_garbage($1) as version',
          [CHUNK],
        );
        const versions = rows.map(({ version }) => version);
        if (versions.length > 0) {
          const removed = await remove(backend, versions, log);
          await client.query('select storage.forget_garbage($1)', [removed]);
        }
        total += versions.length;
        if (versions.length < CHUNK) break;
      }
      if (total > 0) log.debug({ versions: total }, 'removed stored bytes that nobody has any more');
    },
  };
}

/** All at once, or else one by one: what the store will not remove must not keep the rest. @returns those that are gone */
async function remove(backend: Backend, versions: string[], log: Logger): Promise<string[]> {
  try {
    await backend.remove(versions);
    return versions;
  } catch (error) {
    const removed: string[] = [];
    for (const version of versions) {
      const isGone = await backend.remove([version]).then(
        () => true,
        () => false,
      );
      if (isGone) removed.push(version);
      // It is away altogether: the next round will ask again.
      else if (removed.length === 0) throw error;
    }
    log.warn(
      { reason: messageOf(error), versions: versions.length - removed.length },
      'the store keeps what it is to remove',
    );
    return removed;
  }
}
