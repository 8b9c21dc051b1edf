import type { Client, Pool } from 'pg';

/** A place in the log of a server. Places of different servers or timelines cannot be compared. */
export interface Position {
  systemId: string;
  timeline: number;
  /** In bytes from the beginning of time. */
  lsn: bigint;
}

/** What is asked of a primary. */
export interface Primary {
  /** The place holds everything that anybody was told to be committed before the call. */
  position(): Promise<Position & { isOnDisk: boolean }>;
  /** Brings what it has logged to its disk, and so to its replicas. */
  flush(): Promise<void>;
}

/** `0/1D8C588` as a number. */
export function parseLsn(text: string): bigint {
  const [high = '', low = ''] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}

// The place behind all that was inserted and not only behind what is on disk: with synchronous_commit = off a commit
// is confirmed, and seen by others, before it is. The snapshot is taken first: whatever it sees lies before the place.
const ASK = `
  select pg_current_snapshot()::text as snapshot, pg_current_wal_insert_lsn()::text as lsn,
    pg_current_wal_flush_lsn()::text as flushed, left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as timeline,
    (select system_identifier::text from pg_control_system()) as system,
    pg_backend_pid() || ' since ' || pg_postmaster_start_time() as backend`;

interface Row {
  snapshot: string;
  lsn: string;
  flushed: string;
  timeline: string;
  system: string;
  backend: string;
}

// The log grows also by what no commit wrote, and that stays off the disk for many seconds where little happens. A
// commit takes it along; this one changes nothing.
const FLUSH = `select pg_logical_emit_message(true, 'reigh-gateway', '')`;

/**
 * One statement answers all who wait for a position; one that is under way does not count for who came later. While
 * the same transactions are over as before, the earlier place still holds them all: what readers log as they tidy
 * pages up is not waited for.
 */
export function openPrimary(pool: Pick<Pool | Client, 'query'>): Primary {
  let waiting: { told(position: Awaited<ReturnType<typeof ask>>): void; refused(error: unknown): void }[] =
    [];
  let isAsking = false;
  let last: { key: string; position: Position } | undefined;

  const ask = async () => {
    const { rows } = await pool.query<Row>(ASK);
    const [row] = rows;
    if (!row) throw new Error('the primary did not say how far it is');
    // After a crash, numbers of transactions that it lost are given out again: by another process.
    const key = [row.system, row.timeline, row.backend, row.snapshot].join();
    if (last?.key !== key) {
      const lsn = parseLsn(row.lsn);
      last = { key, position: { systemId: row.system, timeline: parseInt(row.timeline, 16), lsn } };
    }
    const { position } = last;
    return { ...position, isOnDisk: parseLsn(row.flushed) >= position.lsn };
  };
  const askForAll = async (): Promise<void> => {
    isAsking = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      await ask().then(
        (position) => batch.forEach(({ told }) => told(position)),
        (error: unknown) => batch.forEach(({ refused }) => refused(error)),
      );
    }
    isAsking = false;
  };
  return {
    position: () =>
      new Promise((told, refused) => {
        waiting.push({ told, refused });
        if (!isAsking) void askForAll();
      }),
    flush: async () => void (await pool.query(FLUSH)),
  };
}
