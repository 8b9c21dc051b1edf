import { rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, type Pool } from 'pg';
import type { IssuerKeys } from '../auth/keys';
import { codeOf } from '../faults';
import { inTime, LateError } from '../inTime';
import { pendingMigrations } from '../postgres/migrate';
import type { Finding, PartCheck } from './readiness';

/** For each of the two ways to the database: together they stay below the time that readiness has. */
const WAY_MS = 900;

/** Asks the database through the pool. Of one that does not answer, a connection of its own tells whether it is away or only busy. */
export async function lookAtDatabase(pool: Pool, url: string): Promise<Finding | undefined> {
  try {
    const pending = await inTime(WAY_MS, pendingMigrations(pool));
    return pending.length > 0 ? { part: 'migrations' } : undefined;
  } catch (error) {
    const isExhausted = pool.totalCount >= pool.options.max && pool.idleCount === 0;
    if (!(await answers(url))) return { part: 'database' };
    // Others have the same callers: whoever takes them over is full next.
    if (isExhausted) return { part: 'pool', serves: true };
    // One connection of the pool has died: the next is a new one.
    return error instanceof LateError
      ? { part: 'database' }
      : inTime(WAY_MS, pool.query('select 1')).then(() => undefined);
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: WAY_MS,
    query_timeout: WAY_MS,
    application_name: 'reigh-gateway readiness',
  });
  client.on('error', () => undefined);
  try {
    await inTime(
      WAY_MS,
      client.connect().then(() => client.query('select 1')),
    );
    return true;
  } catch {
    return false;
  } finally {
    void client.end().catch(() => undefined);
  }
}

/**
 * Whether callers' tokens can be checked. A gateway whose issuer was never there is not ready: so a roll-out stops.
 * One that has served stays, because the others have the same issuer, and without them nobody is served.
 */
export async function lookAtKeys(keys: IssuerKeys): Promise<Finding | undefined> {
  const state = await keys.state();
  if (state === 'usable') return undefined;
  return { part: 'keys', serves: state !== 'missing' };
}

/** Below this, PostgreSQL's next file of its log (16 MB) may be the last. */
const ROOM_BYTES = 32_000_000;

/** Whether an embedded database has room to write. */
export async function hasRoom(dataDir: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(dataDir);
  if (bavail * bsize < ROOM_BYTES) return false;
  // A disk can have room and take nothing: mounted read only, or a quota.
  const file = path.join(dataDir, `.room-${process.pid}`);
  await writeFile(file, Buffer.alloc(4_096));
  await rm(file, { force: true });
  return true;
}

/** Remembers that the database said its disk is full: what is not on this machine cannot be looked at. */
export function createDiskMemory(forMs = 10_000) {
  let until = -Infinity;
  return {
    notice: (error: unknown): void => {
      if (codeOf(error) === '53100') until = performance.now() + forMs;
    },
    isFull: () => performance.now() < until,
  };
}

export interface Parts {
  pool(): Pool;
  /** Where to ask whether the database is there when the pool does not answer. */
  databaseUrl(): string;
  /** Of an issuer of tokens, when there is one. */
  keys: IssuerKeys | undefined;
  /** Whether the database remembers a full disk. */
  isDiskFull(): boolean;
  /** Where an embedded database is; undefined for anybody else's. */
  dataDir(): string | undefined;
  /** Whether subscribers wait for what the database cannot call out. */
  isDeaf(): boolean;
  /** Whether bytes of objects can be kept. */
  isStoreWell(): Promise<boolean>;
}

/** What a gateway needs to serve, each with its name and how to look after it. */
export function checksOf({ keys, ...parts }: Parts): PartCheck[] {
  const database: PartCheck = {
    late: { part: 'database' },
    look: async () => lookAtDatabase(parts.pool(), parts.databaseUrl()),
  };
  const disk: PartCheck = {
    late: { part: 'disk', serves: true },
    look: async () => {
      const dataDir = parts.dataDir();
      const hasSome = dataDir === undefined || (await hasRoom(dataDir));
      return hasSome && !parts.isDiskFull() ? undefined : { part: 'disk', serves: true };
    },
  };
  const listener: PartCheck = {
    late: { part: 'listener', serves: true },
    look: async () => (parts.isDeaf() ? { part: 'listener', serves: true } : undefined),
  };
  const issuer: PartCheck[] = keys
    ? [{ late: { part: 'keys', serves: true }, look: () => lookAtKeys(keys) }]
    : [];
  // Whatever is not storage is served without it.
  const store: PartCheck = {
    late: { part: 'storage', serves: true },
    look: async () => ((await parts.isStoreWell()) ? undefined : { part: 'storage', serves: true }),
  };
  return [database, ...issuer, disk, listener, store];
}
