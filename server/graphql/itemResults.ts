import type { ExecutionResult } from 'graphql';
import type { Feed } from '../realtime/feed';
import type { Item } from '../realtime/delivery';
import type { WriteResult } from './changeText';
import { ResultText } from './sockets/frames';
import type { Result, Results } from './sockets/stream';

export interface ItemResultsOptions {
  feed: Feed;
  /** Makes the text of a result at once, when that is all it takes. */
  write: WriteResult | undefined;
  /** Makes a result by graphql-js, and of what it reads of the database. */
  execute(item: Item): Promise<ExecutionResult>;
  /** @returns for how long the change was under way, in ms, when that is known */
  wrote(item: Item, isLive: boolean): number | undefined;
}

const OVER = { done: true, value: undefined } as const;

/** Made of an item by the function, for all who ask the same. Of those who ask otherwise, the last one's is kept. */
const texts = new WeakMap<Item, { write: WriteResult; text: ResultText }>();

/** The results of a subscription, until the client ends it or may no longer follow. */
export class ItemResults implements Results, AsyncIterableIterator<Result> {
  /** Taken, and to be answered by graphql-js. */
  private held: Item | undefined;
  private last: Item | undefined;
  private wasLive = false;

  constructor(private readonly options: ItemResultsOptions) {}

  take(): Result | undefined {
    const { feed, write } = this.options;
    if (!write || this.held) return undefined;
    const item = feed.take();
    const text = item && textOf(item, write);
    if (text) this.note(item);
    else this.held = item;
    return text;
  }

  async next(): Promise<IteratorResult<Result, undefined>> {
    const { feed, write, execute } = this.options;
    try {
      let item = this.held;
      this.held = undefined;
      if (!item) {
        const next = await feed.next();
        if (next.done) return OVER;
        item = next.value;
      }
      const value = (write && textOf(item, write)) ?? (await execute(item));
      // The right may have ended while the rows were read.
      if (feed.isOver()) return OVER;
      this.note(item);
      return { done: false, value };
    } catch (error) {
      // Whoever is told of it asks for nothing more, and would stay among those who follow.
      await feed.return?.();
      throw error;
    }
  }

  wrote(): number | undefined {
    const item = this.last;
    this.last = undefined;
    return item && this.options.wrote(item, this.wasLive);
  }

  async return(): Promise<IteratorResult<Result, undefined>> {
    await this.options.feed.return?.();
    return OVER;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private note(item: Item): void {
    this.last = item;
    // For one who comes back, lag is his own absence.
    this.wasLive = !this.options.feed.isReplaying();
  }
}

function textOf(item: Item, write: WriteResult): ResultText | undefined {
  const known = texts.get(item);
  if (known?.write === write) return known.text;
  const written = write(item);
  if (written === undefined) return undefined;
  const text = new ResultText(written);
  texts.set(item, { write, text });
  return text;
}
