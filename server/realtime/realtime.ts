import type { Claims } from '../auth/claims';
import { RequestError } from '../errors';
import type { Logger } from '../log';
import { REALTIME_TABLES, USUAL_TABLES, type RealtimeTable } from './change';
import { readCursor } from './cursor';
import type { Selection } from './delivery';
import { ItemFeed, type Feed } from './feed';
import { Hub } from './hub';
import { createTurns, type Turns } from './inTurn';
import { startListener, type Listener } from './listener';
import type { ChangeLog } from './log';
import { persistent } from './reading';
import type { Subscriber } from './subscriber';
import { Tail } from './tail';

/** What a subscription asks for. */
export interface Following extends Omit<Selection, 'tables'> {
  /** Undefined: the usual ones. */
  tables: readonly RealtimeTable[] | undefined;
  projectId: string;
  /** The cursor to go on from. */
  after: string | undefined;
  claims: Claims;
}

/** How the reading of the log stands. */
export interface RealtimeView {
  /** Undefined until the first subscriber came. */
  isListening: boolean | undefined;
  /** Reads for those who come back. */
  replays: Turns;
}

export interface Realtime {
  /**
   * Begins to follow a project: what happened since the cursor, READY, and what happens from then on.
   * @throws RequestError when the caller may not, or the cursor is none; a database error when it is away
   */
  follow(following: Following): Promise<Feed>;
  /** Whether there are subscribers, and the database cannot call: they are told what the next look at the log shows. */
  isDeaf(): boolean;
  view(): RealtimeView;
  stop(): Promise<void>;
}

export interface RealtimeOptions {
  /** Reads for the tail, on a connection of its own: it must not wait for requests. */
  tailLog: ChangeLog;
  /** Reads for subscribers who come back. */
  replayLog: ChangeLog;
  /** Looks up under the caller's own rights whether he sees the project. */
  isVisible(claims: Claims, projectId: string): Promise<boolean>;
  /** Where to listen, on a direct connection. */
  listenUrl: string;
  connectTimeoutMs: number;
  pollMs: number;
  log: Logger;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RETRY_MS = 200;
/** Who come back after a restart come back together: reading for all of them at once would leave nothing to others. */
const REPLAYS_AT_ONCE = 4;

/** The subscriptions of a gateway. Knows nothing of sockets and of GraphQL. */
export function startRealtime(options: RealtimeOptions): Realtime {
  const hub = new Hub(options.isVisible);
  let listener: Listener | undefined;
  const tail = new Tail({
    log: options.tailLog,
    audience: hub,
    isListening: () => listener?.isListening() ?? false,
    pollMs: options.pollMs,
    logger: options.log,
  });
  const takeTurn = createTurns(REPLAYS_AT_ONCE);

  const follow = async ({ claims, after, each, ...given }: Following): Promise<Feed> => {
    const projectId = given.projectId.toLowerCase();
    refuseWhoNeverMay(claims, projectId);
    const selection: Selection = { each, tables: inOrder(given.tables) };
    const cursor = after === undefined ? undefined : readCursor(after);
    listener ??= startListener({ ...options, url: options.listenUrl, heard: tail.call });
    const subscriber = await tail.join((start) => hub.enter(projectId, claims, start));
    try {
      await hub.authorize(subscriber);
    } catch (error) {
      subscriber.leave();
      throw error;
    }
    const owner = claims.sub ?? claims.role;
    const readInTurn: ChangeLog['read'] = (question) =>
      takeTurn(owner, () => options.replayLog.read(question));
    const read = persistent(readInTurn, subscriber, options.log);
    const goOn = () => comeBack(tail, subscriber);
    return new ItemFeed({ subscriber, selection, cursor, read, goOn });
  };
  return {
    follow,
    isDeaf: () => listener?.isListening() === false,
    view: () => ({ isListening: listener?.isListening(), replays: takeTurn.view() }),
    stop: async () => {
      tail.stop();
      await listener?.stop();
    },
  };
}

function refuseWhoNeverMay({ role }: Claims, projectId: string): void {
  if (role === 'anon') throw new RequestError('UNAUTHENTICATED', 'Sign in to do this.');
  if (role === 'worker') {
    throw new RequestError(
      'FORBIDDEN',
      'A worker learns by its heartbeat what it should stop, and follows no project.',
    );
  }
  if (!UUID.test(projectId)) throw new RequestError('INVALID_INPUT', 'projectId must be a UUID.');
}

/** However they are named, who follows the same shares what is made of it. */
function inOrder(tables: readonly RealtimeTable[] = USUAL_TABLES): Selection['tables'] {
  if (tables.length === 0) {
    const words = 'tables is empty: name those to follow, or leave it out to follow the usual four.';
    throw new RequestError('INVALID_INPUT', words);
  }
  return REALTIME_TABLES.filter((table) => tables.includes(table));
}

async function comeBack(tail: Tail, subscriber: Subscriber): Promise<void> {
  while (!subscriber.isOver()) {
    try {
      return await tail.join((place) => subscriber.goOnFrom(place));
    } catch {
      // The tail has said why in the log, and tries again itself.
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}
