import { Readable } from 'node:stream';
import type { PoolClient } from 'pg';
import type { Logger } from '../log';
import { KeyTakenError, type Backend } from './backends/backend';
import { compare, type Comparison, type RegisteredVersion } from './compare';

export interface DeepSweepOptions {
  backend: Backend;
  /** From the end of one look to the begin of the next. */
  pauseHours: number;
  /** Younger bytes than this are left alone, whoever has registered them. */
  orphanAgeMs?: number;
  /** Keys of one slice, which is one transaction. */
  sliceKeys?: number;
}

/** What a slice has changed. */
export interface Swept {
  /** Whether the look has come to its end. */
  isOver: boolean;
  removed: number;
  /** Versions without bytes: their objects go when a later look finds the same. */
  missing: number;
  dropped: number;
}

interface Look {
  marker: string;
  is_marked: boolean;
  place: string | null;
}

const DAY_MS = 86_400_000;
const SLICE_KEYS = 10_000;
const PAGE = 1_000;
/** Of an unmarked store: enough to see that it is somebody else's. */
const FIRST_KEYS = 1_000;
/** A store that lacks more than this of what it should have is not the right one, or not all there. */
const missingMax = (live: number) => Math.max(10, live / 100);
/** A database that knows less than half of what lies there is not the right one. */
const strangersMax = (seen: number) => Math.max(10, seen / 2);

/**
 * Compares a slice of what lies in the store with what is registered, both ways: old bytes that nobody registered are
 * removed, and objects whose bytes were missing in two looks lose their rows. A store that is not mounted, or another
 * one, must not empty the database, nor the database of yesterday the store: nothing happens where the marker of this
 * database is not, nor where too much is amiss.
 * @returns undefined when it is not time yet
 */
export async function deepSweep(
  client: PoolClient,
  { backend, pauseHours, orphanAgeMs = DAY_MS, sliceKeys = SLICE_KEYS }: DeepSweepOptions,
  log: Logger,
): Promise<Swept | undefined> {
  const { rows } = await client.query<Look>(
    'select marker, is_marked, place from storage.begin_look(make_interval(hours => $1))',
    [pauseHours],
  );
  const [look] = rows;
  if (!look) return undefined;
  if (!(await isOurs(client, backend, look, log))) return endSlice(client, undefined, {});

  const { place, marker } = look;
  const found = await compare(
    versionsAfter(client, place),
    without(marker, backend.list(place ?? '')),
    sliceKeys,
  );
  const removed = await removeStrangers(client, backend, found, orphanAgeMs, log);
  const dropped = await dropLost(client, backend, found, place, log);
  return endSlice(client, found.last, { removed, dropped, missing: found.missing.length });
}

async function endSlice(
  client: PoolClient,
  last: string | undefined,
  swept: { removed?: number; missing?: number; dropped?: number },
): Promise<Swept> {
  await client.query('select storage.end_slice($1)', [last]);
  return { isOver: last === undefined, removed: 0, missing: 0, dropped: 0, ...swept };
}

/** Whether the store is the one of this database. One that is not used yet gets the marker by which it is known. */
async function isOurs(
  client: PoolClient,
  backend: Backend,
  { marker, is_marked: isMarked }: Look,
  log: Logger,
): Promise<boolean> {
  if ((await backend.size(marker)) !== undefined) {
    if (!isMarked) await client.query('select storage.mark_store()');
    return true;
  }
  if (isMarked) {
    log.warn({ marker }, 'the store is not the one of this database');
    return false;
  }
  const first: string[] = [];
  for await (const { key } of backend.list()) if (first.push(key) === FIRST_KEYS) break;
  const strangers = await unregistered(client, first);
  if (strangers.length > 0) {
    log.warn({ bytes: strangers.length }, 'the store holds what this database does not know');
    return false;
  }
  try {
    await backend.write(marker, Readable.from([Buffer.from('the store of one database of Reigh Gateway\n')]));
  } catch (error) {
    if (!(error instanceof KeyTakenError)) throw error;
  }
  await client.query('select storage.mark_store()');
  return true;
}

async function removeStrangers(
  client: PoolClient,
  backend: Backend,
  found: Comparison,
  orphanAgeMs: number,
  log: Logger,
): Promise<number> {
  const before = Date.now() - orphanAgeMs;
  const old = found.unregistered.filter(({ modified }) => modified.getTime() < before).map(({ key }) => key);
  // Once more: the two lists were not read at the same moment.
  const strangers = await unregistered(client, old);
  if (strangers.length > strangersMax(found.seen)) {
    const told = { bytes: strangers.length, of: found.seen };
    log.warn(told, 'too much of the store is unknown to remove it');
    return 0;
  }
  for (let at = 0; at < strangers.length; at += PAGE) await backend.remove(strangers.slice(at, at + PAGE));
  if (strangers.length > 0) log.info({ bytes: strangers.length }, 'removed bytes that nobody registered');
  return strangers.length;
}

async function dropLost(
  client: PoolClient,
  backend: Backend,
  { missing, live, last }: Comparison,
  place: string | null,
  log: Logger,
): Promise<number> {
  if (missing.length > missingMax(live)) {
    const told = { missing: missing.length, of: live };
    log.warn(told, 'too much is missing in the store to believe it');
    return 0;
  }
  const { rows } = await client.query<{ version: string }>(
    'select version from storage.note_missing($1, $2, $3) as version',
    [place, last, missing],
  );
  const lost: string[] = [];
  // A list may lag behind what is there; a question for one key does not.
  for (const { version } of rows) if ((await backend.size(version)) === undefined) lost.push(version);
  if (lost.length === 0) return 0;
  const { rowCount } = await client.query('select storage.drop_lost($1)', [lost]);
  log.warn({ versions: lost }, 'removed objects whose bytes are lost');
  return rowCount ?? 0;
}

async function unregistered(client: PoolClient, keys: string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const { rows } = await client.query<{ key: string }>('select key from storage.unregistered($1) as key', [
    keys,
  ]);
  return rows.map(({ key }) => key);
}

async function* versionsAfter(client: PoolClient, place: string | null): AsyncIterable<RegisteredVersion> {
  for (let after = place; ;) {
    const { rows } = await client.query<RegisteredVersion>(
      'select version, state from storage.versions_after($1, $2)',
      [after, PAGE],
    );
    yield* rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.version;
  }
}

async function* without<T extends { key: string }>(key: string, stored: AsyncIterable<T>): AsyncIterable<T> {
  for await (const each of stored) if (each.key !== key) yield each;
}
