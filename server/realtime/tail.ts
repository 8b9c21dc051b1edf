import { codeOf, messageOf } from '../faults';
import type { Logger } from '../log';
import { join, type Span, type Transaction } from './change';
import { goesOn, type ChangeLog, type Reading, type Standing } from './log';
import type { Snapshot } from './snapshot';

/** Where the tail stands: it has handed out all that `seen` saw. */
export interface Place {
  epoch: string;
  seen: Snapshot;
}

/** Whom the tail hands changes to. */
export interface Audience {
  isEmpty(): boolean;
  /** @param isLast whether this is the end of the span, and not only a page of it */
  deliver(span: Span, transactions: Transaction[], isLast: boolean): void;
  /** What was between is not known: the log is another one, or was cleared meanwhile. */
  lose(): void;
}

export interface TailOptions {
  log: ChangeLog;
  audience: Audience;
  isListening(): boolean;
  /** How often to look though nobody called, in ms: calls can be lost. */
  pollMs: number;
  logger: Logger;
}

/** Changes in one page: no more of a large span is in memory at once. */
const PAGE = 2_000;
/** Between the begins of two looks: many small commits are read together, and reading leaves the writers in peace. */
const SPACING_MS = 10;
/** While nobody can call, looking is all there is. */
const DEAF_MS = 50;
const RETRY_MS = 100;

/** A look of several pages that is being handed out: of the span, all up to `behind` but what is held back. */
interface Look {
  span: Span;
  behind: Reading['goesOnBehind'];
  held: Transaction | undefined;
}

interface Joiner {
  enter(place: Place): void;
  refuse(error: unknown): void;
}

/**
 * Follows the log for a gateway: one reader, whatever the number of subscribers. Looks when it is called, when a
 * subscriber joins, soon again after either, for those who found somebody else calling, and then less and less often.
 * Reads nothing while nobody follows.
 */
export class Tail {
  private place: Place | undefined;
  /** What the last look could not read to its end. */
  private unfinished: Look | undefined;
  private joiners: Joiner[] = [];
  private isRunning = false;
  private isStopped = false;
  private isCalled = false;
  private wakeUp: (() => void) | undefined;

  constructor(private readonly options: TailOptions) {}

  /** Look at the log. */
  readonly call = (): void => {
    this.isCalled = true;
    this.wakeUp?.();
  };

  /**
   * Enters a subscriber into the audience, at a place that nothing before this call lies behind.
   * @param enter is called between two looks: what is handed out next is what comes behind the place
   * @throws what made the log unreadable
   */
  join<T>(enter: (place: Place) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.isStopped) return reject(new Error('the tail has been stopped'));
      this.joiners.push({ enter: (place) => resolve(enter(place)), refuse: reject });
      if (this.isRunning) this.call();
      else void this.run();
    });
  }

  stop(): void {
    this.isStopped = true;
    this.call();
  }

  private isWanted(): boolean {
    return !this.isStopped && (this.joiners.length > 0 || !this.options.audience.isEmpty());
  }

  private async run(): Promise<void> {
    const { log, logger, isListening, pollMs } = this.options;
    this.isRunning = true;
    this.place = undefined;
    this.unfinished = undefined;
    let isOpen = false;
    let isFailing = false;
    let followUpMs = SPACING_MS;
    while (this.isWanted()) {
      const begun = performance.now();
      // Only these: who comes while the look is under way may know of what it does not see.
      const joiners = this.joiners.splice(0);
      const wasCalled = this.isCalled || joiners.length > 0;
      this.isCalled = false;
      let restMs: number;
      try {
        if (!isOpen) await log.open();
        isOpen = true;
        await this.look();
        for (const joiner of joiners) joiner.enter(this.place!);
        if (isFailing) logger.info('the change log can be read again');
        isFailing = false;
        // Who found another one calling commits soon after it. No snapshot tells that he runs: it ends below him.
        followUpMs = wasCalled ? SPACING_MS : Math.min(followUpMs * 2, pollMs);
        restMs = followUpMs;
        if (!isListening()) restMs = Math.min(restMs, DEAF_MS);
      } catch (error) {
        for (const joiner of joiners) joiner.refuse(error);
        if (!isFailing)
          logger.warn({ reason: messageOf(error), code: codeOf(error) }, 'the change log cannot be read');
        isFailing = true;
        // It may be another server that answers next.
        isOpen = false;
        restMs = RETRY_MS;
      }
      await this.rest(begun, restMs, isFailing);
    }
    this.isRunning = false;
    for (const joiner of this.joiners.splice(0)) joiner.refuse(new Error('the tail has been stopped'));
  }

  /** Until it is called or the time is over, but not before the spacing is. */
  private async rest(begun: number, restMs: number, isFailing: boolean): Promise<void> {
    if (!this.isCalled || isFailing) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, restMs);
        this.wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.wakeUp = undefined;
    }
    const early = SPACING_MS - (performance.now() - begun);
    if (early > 0 && this.place) await new Promise((resolve) => setTimeout(resolve, early));
  }

  /** Hands out what has been committed since the last look. */
  private async look(): Promise<void> {
    const { log } = this.options;
    if (this.unfinished) await this.handOut(this.unfinished, await this.readOn(this.unfinished));
    const { place } = this;
    const first = await log.read({ since: place?.seen, most: PAGE });
    const { standing } = first;
    if (!place) this.place = standing;
    else {
      const span = { epoch: place.epoch, since: place.seen, upto: standing.seen };
      await this.handOut({ span, behind: undefined, held: undefined }, first);
    }
  }

  /** Page by page. When one cannot be read, the next look goes on there: what was handed out is not read again. */
  private async handOut(look: Look, first: Reading): Promise<void> {
    for (let page = first; ; page = await this.readOn(look)) {
      if (!goesOn(look.span.epoch, look.span.since, page.standing)) return this.lose(page.standing);
      const transactions = join(look.held, page.transactions);
      look.behind = page.goesOnBehind;
      // It may go on in the next page.
      look.held = look.behind && transactions.pop();
      this.unfinished = look.behind && look;
      if (transactions.length > 0) this.options.audience.deliver(look.span, transactions, !look.behind);
      if (!look.behind) break;
    }
    this.place = { epoch: look.span.epoch, seen: look.span.upto };
  }

  private readOn({ span: { since, upto }, behind }: Look): Promise<Reading> {
    return this.options.log.read({ since, upto, ...(behind ? { behind } : {}), most: PAGE });
  }

  private lose(standing: Standing): void {
    this.place = standing;
    this.unfinished = undefined;
    this.options.audience.lose();
  }
}
