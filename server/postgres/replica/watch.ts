import type { Pool } from 'pg';
import { codeOf, messageOf } from '../../faults';
import type { Logger } from '../../log';
import type { Position, Primary } from './primary';
import { lagOf, misfitOf, STANDING, type Standing } from './standing';

/** Between two looks at the replica. */
const INTERVAL_MS = 1_000;

export interface Watch {
  isUsable(): boolean;
  /** It is not used from now on, until the next look finds it well. */
  suspect(reason: string): void;
  /** Looks now and not only when it is time. */
  look(): void;
  stop(): Promise<void>;
}

export interface WatchOptions {
  /** To the replica; gives up what is not answered. */
  pool: Pool;
  primary: Primary;
  lag(standing: Standing, position: Position): void;
  onSilence(): void;
  log: Logger;
}

/** Looks every second whether the replica is there and is one of this primary; tells each change of that once. */
export function startWatch({ pool, primary, lag, onSilence, log }: WatchOptions): Watch {
  // Until the first look it is not used.
  let state: 'unknown' | 'usable' | 'unusable' = 'unknown';
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let isStopped = false;

  const settle = (fault?: { reason: string; code?: string | undefined }): void => {
    if (isStopped) return;
    if (fault && state !== 'unusable')
      log.warn(fault, 'the replica is not used: queries are read on the primary');
    if (!fault && state !== 'usable') log.info('queries are read on the replica');
    state = fault ? 'unusable' : 'usable';
  };
  const suspect = (reason: string): void => {
    settle({ reason });
    onSilence();
  };
  const lookOnce = async (): Promise<void> => {
    // A primary that is away says nothing about the replica, and nothing is read without it.
    const position = await primary.position().catch(() => undefined);
    if (!position) return;
    try {
      const { rows } = await pool.query<Standing>(`select ${STANDING}`);
      const standing = rows[0]!;
      lag(standing, position);
      const misfit = misfitOf(standing, position);
      // What is being read there is of another history, or will be.
      if (misfit) suspect(misfit);
      else settle();
      if (!misfit && !position.isOnDisk && lagOf(standing, position) > 0)
        await primary.flush().catch(() => undefined);
    } catch (error) {
      settle({ reason: messageOf(error), code: codeOf(error) });
      onSilence();
    }
  };
  const look = (): void => {
    if (looking || isStopped) return;
    clearTimeout(timer);
    looking = lookOnce().finally(() => {
      looking = undefined;
      if (!isStopped) timer = setTimeout(look, INTERVAL_MS);
    });
  };
  look();
  return {
    isUsable: () => state === 'usable',
    suspect,
    look,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
