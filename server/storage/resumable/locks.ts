import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Lock } from '@tus/server';
import type { Logger } from '../../log';
import { asService, type RunAs } from '../database';
import { StorageError } from '../errors';

/** A gateway that was killed holds its locks no longer than this. */
const LEASE_MS = 10_000;
/** How soon a holder hears that somebody waits. */
const RENEW_MS = 1_000;
/** How often one who waits asks. */
const ASK_MS = 200;
/** Longer than a lease: whoever was left behind by a dead gateway is still let in. */
const PATIENCE_MS = 20_000;

const seconds = (ms: number) => `${ms / 1000} seconds`;

interface Held {
  version: string;
  /** By `performance.now()`: until then nobody else can have the lock, whatever became of the database. */
  until: number;
  /** Asks the request that holds it to come to its end. */
  letGo: () => void;
}

export interface UploadLock extends Lock {
  /** Whether it is certainly still this request's own. */
  isHeld(): boolean;
}

/** One request at a time for each upload, whichever gateway it came to. */
export interface UploadLocks {
  newLock(version: string): UploadLock;
  /** Asks all who hold locks to come to their ends, and who will from now on. */
  stop(): void;
}

/**
 * Locks as leases in the database. No connection is held meanwhile, so they work behind a pooler, and nothing has to be
 * cleaned up after a gateway that was killed. Whoever waits leaves word of it; whoever holds looks once a second and
 * ends its request: it is mostly the old connection of a client that has come again.
 */
export function createUploadLocks(run: RunAs, log: Logger): UploadLocks {
  const caller = asService({ requestId: 'resumable uploads' });
  const held = new Map<string, Held>();
  let stopped = false;
  let renewing: NodeJS.Timeout | undefined;

  const ask = <Row extends object>(statement: string, values: unknown[]): Promise<Row[]> =>
    run(caller, async (client) => (await client.query<Row>(statement, values)).rows);

  async function renew(): Promise<void> {
    const holders = [...held.keys()];
    const versions = [...held.values()].map(({ version }) => version);
    const asked = performance.now();
    try {
      const rows = await ask<{ holder: string; wanted: boolean }>(
        'select * from storage.renew_resumable_locks($1, $2, $3)',
        [versions, holders, seconds(LEASE_MS)],
      );
      const wanted = new Map(rows.map((row) => [row.holder, row.wanted]));
      for (const holder of holders) {
        const lock = held.get(holder);
        if (!lock) continue;
        if (wanted.has(holder)) lock.until = asked + LEASE_MS;
        // Not ours any more, or waited for: either way this request is at its end.
        if (wanted.get(holder) !== false) lock.letGo();
      }
    } catch (error) {
      log.warn({ err: error }, 'locks of uploads could not be renewed; they are kept as long as they last');
    } finally {
      renewing = undefined;
      schedule();
    }
  }

  function schedule(): void {
    if (held.size > 0) renewing ??= setTimeout(() => void renew(), RENEW_MS).unref();
  }

  function newLock(version: string): UploadLock {
    const holder = randomUUID();
    return {
      isHeld: () => (held.get(holder)?.until ?? 0) > performance.now(),
      lock: async (signal, cancel) => {
        const letGo = () => void cancel();
        const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
        for (;;) {
          const asked = performance.now();
          const [row] = await ask<{ taken: boolean }>('select storage.lock_resumable($1, $2, $3) as taken', [
            version,
            holder,
            seconds(LEASE_MS),
          ]);
          if (row?.taken) {
            held.set(holder, { version, until: asked + LEASE_MS, letGo });
            if (stopped) letGo();
            return schedule();
          }
          // One of this gateway need not wait until it looks.
          for (const other of held.values()) if (other.version === version) other.letGo();
          await wait(ASK_MS, undefined, { signal: patience }).catch(() => undefined);
          if (patience.aborted) throw new StorageError('ResourceLocked');
        }
      },
      unlock: async () => {
        held.delete(holder);
        // Failing that it ends by itself.
        await ask('select storage.unlock_resumable($1, $2)', [version, holder]).catch((error: unknown) =>
          log.warn({ err: error }, 'the lock of an upload could not be given back; it ends by itself'),
        );
      },
    };
  }

  return {
    newLock,
    stop: () => {
      stopped = true;
      for (const { letGo } of held.values()) letGo();
    },
  };
}
