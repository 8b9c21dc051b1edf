import { writeCursor, type Cursor, type GivenCursor } from './cursor';
import type { Item, ResyncReason, Selection } from './delivery';
import type { ChangeLog } from './log';
import { replay, UntellableError } from './replay';
import type { Subscriber, SubscriberView } from './subscriber';

/** Items without end, until the caller stops, or may no longer follow. Asked for one at a time. */
export interface Feed extends AsyncIterableIterator<Item> {
  /** The next item when it is there already: most are, and a promise for each would cost more than the item. */
  take(): Item | undefined;
  /** Whether nothing more may reach the caller, not even what is being made of an item now. */
  isOver(): boolean;
  /** Whether he is still told what was before he came. */
  isReplaying(): boolean;
  view(): SubscriberView;
}

export interface FeedSource {
  subscriber: Subscriber;
  selection: Selection;
  cursor: GivenCursor | undefined;
  read: ChangeLog['read'];
  /** Lets him wait for what comes from now on, when his queue could not hold what came. */
  goOn(): Promise<void>;
}

const NONE: readonly Item[] = [];
const OVER = { done: true, value: undefined } as const;

/**
 * What a subscriber is told. What is not in his queue stands in the log: what was before he came, and what came
 * faster than he read. Only what the log cannot tell, or what is too much of it, is a RESYNC.
 */
export class ItemFeed implements Feed {
  /** What the log tells, up to where he starts; undefined when he has been told. */
  private past: AsyncGenerator<Item, undefined> | undefined;
  /** Of the last delivery, those that are still to be told. */
  private items: readonly Item[] = NONE;
  private told = 0;
  /** The place behind the last delivery, when there was one since he started. */
  private place: Cursor | undefined;

  constructor(private readonly source: FeedSource) {
    this.past = pastItems(source, source.cursor, false);
  }

  take(): Item | undefined {
    const { subscriber, selection } = this.source;
    if (this.past || subscriber.isOver()) return undefined;
    for (;;) {
      const item = this.items[this.told];
      if (item) {
        this.told++;
        return item;
      }
      const delivery = subscriber.take();
      // What has been told is not kept for as long as nothing comes.
      this.items = delivery?.itemsFor(selection) ?? NONE;
      this.told = 0;
      if (!delivery) return undefined;
      this.place = delivery.end();
    }
  }

  async next(): Promise<IteratorResult<Item, undefined>> {
    const { subscriber } = this.source;
    while (!subscriber.isOver()) {
      if (this.past) {
        const next = await this.past.next();
        if (!next.done) return next;
        this.past = undefined;
      }
      const value = this.take();
      if (value) return { done: false, value };
      const found = await subscriber.wait();
      if (found === 'over') break;
      if (found === 'lost') await this.catchUp();
    }
    return OVER;
  }

  /** Ends at once when it is told to, and not after the item it waits for. */
  return(): Promise<IteratorResult<Item, undefined>> {
    this.source.subscriber.leave();
    return Promise.resolve(OVER);
  }

  async throw(error: unknown): Promise<never> {
    await this.return();
    throw error;
  }

  isOver(): boolean {
    return this.source.subscriber.isOver();
  }

  isReplaying(): boolean {
    return this.source.subscriber.phase === 'replaying';
  }

  view(): SubscriberView {
    return this.source.subscriber.view();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async catchUp(): Promise<void> {
    const { source } = this;
    const place = this.place ?? startOf(source);
    source.subscriber.phase = 'catching up';
    await source.goOn();
    this.place = undefined;
    this.past = pastItems(source, { ...place, isOf: (epoch) => epoch === place.epoch }, true);
  }
}

const startOf = ({ subscriber: { start } }: FeedSource): Cursor => ({
  epoch: start.epoch,
  since: start.seen,
});

/** What happened from a cursor to where the subscriber starts, and READY when he was not told yet. */
async function* pastItems(
  source: FeedSource,
  from: GivenCursor | undefined,
  isReady: boolean,
): AsyncGenerator<Item, undefined> {
  const { subscriber, selection, read } = source;
  const { projectId } = subscriber;
  const mark = (kind: 'READY' | 'RESYNC', reason?: ResyncReason): Item => ({
    ...{ kind, cursor: writeCursor(startOf(source)), projectId, changes: [], ...(reason ? { reason } : {}) },
  });
  if (from) {
    try {
      for await (const delivery of replay(read, subscriber, from)) {
        if (subscriber.isOver()) return;
        yield* delivery.itemsFor(selection);
      }
    } catch (error) {
      if (!(error instanceof UntellableError)) throw error;
      if (!subscriber.isOver()) yield mark('RESYNC', error.reason);
    }
  }
  if (subscriber.isOver()) return;
  subscriber.phase = 'live';
  if (!isReady) yield mark('READY');
}
