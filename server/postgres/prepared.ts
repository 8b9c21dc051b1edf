import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { ClientBase } from 'pg';
import { codeOf } from '../faults';

/** Of the gateway: how often a text came is only known of so many. */
const KNOWN_TEXTS = 500;
/** Of each connection: a plan of a large screen takes most of a megabyte of the server's memory. */
const KEPT_PLANS = 25;
/** What comes less often is not worth a plan. */
const WORTH_TIMES = 3;

/** For so long nothing is prepared after a fault. */
const OFF_MS = 60_000;

export interface Prepared {
  /** Under which name the statement is planned once for this connection; undefined: not worth it yet. */
  name: string | undefined;
  /** A statement to be forgotten first. */
  forget: Forgotten | undefined;
}

export interface Forgotten {
  name: string;
  /** It could not be: the server still has it. */
  isKept(): void;
}

export interface Preparer {
  of(client: ClientBase, text: string): Prepared;
  /** Is told why a transaction failed. Returns whether it was for a name: then none is given for a while. */
  failed(error: unknown): boolean;
}

/** What pg keeps of a connection, beside its types: the texts of its named statements that the server has parsed. */
const parsedOn = (client: ClientBase) =>
  (client as unknown as { connection: { parsedStatements: Record<string, string> } }).connection
    .parsedStatements;

/** The server does not know the name, or knows it already: somebody between us and it hands on connections. */
const IS_OF_NAMES = ['26000', '42P05'];

/** The same text has the same name everywhere: whoever is answered by another's statement is answered the same. */
const nameOf = (text: string) => `read_${createHash('sha1').update(text).digest('hex')}`;

/**
 * Lets statements that come again be planned once for each connection and not each time: planning was half of what the
 * studio's larger screens cost the database. What they return must not change with a migration: for reads, whose
 * columns are JSON, that holds. Behind a pooler that hands on connections it gives up at the first fault, for a while.
 */
export function createPreparer(now = Date.now): Preparer {
  const texts = new LRUCache<string, { name: string; times: number }>({ max: KNOWN_TEXTS });
  const plans = new WeakMap<ClientBase, Set<string>>();
  let offUntil = 0;

  /** Puts the name behind those that were used before it. Returns one that is too much. */
  const use = (client: ClientBase, name: string): Forgotten | undefined => {
    const kept = plans.get(client) ?? new Set<string>();
    plans.set(client, kept);
    kept.delete(name);
    kept.add(name);
    const [oldest] = kept;
    if (kept.size <= KEPT_PLANS || oldest === undefined) return undefined;
    kept.delete(oldest);
    const parsed = parsedOn(client);
    if (!(oldest in parsed)) return undefined;
    const text = parsed[oldest] as string;
    delete parsed[oldest];
    return {
      name: oldest,
      isKept: () => {
        parsed[oldest] = text;
        kept.add(oldest);
      },
    };
  };
  return {
    of: (client, text) => {
      let known = texts.get(text);
      if (!known) texts.set(text, (known = { name: nameOf(text), times: 0 }));
      if (++known.times < WORTH_TIMES || now() < offUntil) return { name: undefined, forget: undefined };
      return { name: known.name, forget: use(client, known.name) };
    },
    failed: (error) => {
      const isOfName = IS_OF_NAMES.includes(codeOf(error) ?? '');
      if (isOfName) offUntil = now() + OFF_MS;
      return isOfName;
    },
  };
}
