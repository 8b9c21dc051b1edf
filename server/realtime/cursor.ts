import { createHmac, timingSafeEqual } from 'node:crypto';
import { RequestError } from '../errors';
import type { Snapshot } from './snapshot';

/**
 * A reader's place in the log: he has all that `since` saw and, of what `upto` saw beyond that, all up to the place
 * (`lastId`, `logId`).
 */
export interface Cursor {
  epoch: string;
  since: Snapshot;
  rest?: { upto: Snapshot; lastId: bigint; logId: bigint };
}

/** A cursor that a client gave. */
export interface GivenCursor extends Omit<Cursor, 'epoch'> {
  /** Whether it was written in this epoch, and is as it was written. */
  isOf(epoch: string): boolean;
}

/** Longer than any server's: as many running transactions as it has connections, a few bytes each. */
const MOST_CHARACTERS = 20_000;
const SNAPSHOT = '[0-9a-z]{1,13}(?:-[0-9a-z]{1,13})*';
const FORM = new RegExp(
  `^([\\w-]{22})\\.((${SNAPSHOT})(?:\\.(${SNAPSHOT})\\.([0-9a-z]{1,13})\\.([0-9a-z]{1,13}))?)$`,
);
/** Of a bigint; an id of a transaction that large is 290,000 years of a million a second away. */
const LARGEST = 2n ** 63n - 1n;

/**
 * Text that means nothing to clients. Running transactions stand as distances below `next`: short.
 *
 * It is sealed with the epoch, which no client ever sees: a made-up one could name what it has not seen so that the
 * moment at which the project changed hands is not among it, and would be told what was another's.
 */
export function writeCursor(cursor: Cursor): string {
  return cursor.rest ? seal(cursor) : writeEnd(cursor);
}

/** The end of a look at the log is where all projects stand of which it found something: written once for them. */
const ends = new WeakMap<Snapshot, { epoch: string; text: string }>();

function writeEnd(cursor: Cursor): string {
  const known = ends.get(cursor.since);
  if (known?.epoch === cursor.epoch) return known.text;
  const text = seal(cursor);
  ends.set(cursor.since, { epoch: cursor.epoch, text });
  return text;
}

function seal({ epoch, since, rest }: Cursor): string {
  const parts = [writeSnapshot(since)];
  if (rest) parts.push(writeSnapshot(rest.upto), rest.lastId.toString(36), rest.logId.toString(36));
  const place = parts.join('.');
  return Buffer.from(`${sealOf(epoch, place)}.${place}`).toString('base64url');
}

/** @throws RequestError for what this gateway and its like never wrote */
export function readCursor(text: string): GivenCursor {
  const match =
    text.length <= MOST_CHARACTERS && FORM.exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (!match) throw notACursor();
  const [, seal, place, since, upto, lastId, logId] = match;
  return {
    isOf: (epoch) => timingSafeEqual(Buffer.from(seal!), Buffer.from(sealOf(epoch, place!))),
    since: readSnapshot(since!),
    ...(upto
      ? { rest: { upto: readSnapshot(upto), lastId: readNumber(lastId!), logId: readNumber(logId!) } }
      : {}),
  };
}

function sealOf(epoch: string, place: string): string {
  return createHmac('sha256', epoch).update(place).digest().subarray(0, 16).toString('base64url');
}

function writeSnapshot({ next, running }: Snapshot): string {
  return [next, ...running.map((id) => next - id)].map((number) => number.toString(36)).join('-');
}

function readSnapshot(text: string): Snapshot {
  const [next, ...distances] = text.split('-').map(readNumber) as [bigint, ...bigint[]];
  const running = distances.map((distance) => next - distance);
  const isAscending = running.every(
    (id, index) => id >= 0n && id < next && (index === 0 || id > running[index - 1]!),
  );
  if (!isAscending) throw notACursor();
  return { next, running };
}

function readNumber(text: string): bigint {
  let number = 0n;
  for (const digit of text) number = number * 36n + BigInt(parseInt(digit, 36));
  if (number > LARGEST) throw notACursor();
  return number;
}

function notACursor(): RequestError {
  return new RequestError('INVALID_INPUT', 'after is not a cursor that a subscription gave.');
}
