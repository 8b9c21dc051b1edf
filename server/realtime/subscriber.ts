import type { Claims } from '../auth/claims';
import type { Delivery } from './delivery';
import type { Place } from './tail';

/** What a subscriber finds who waited: that a delivery is there, that he lost some, or that it is over. */
export type Found = 'some' | 'lost' | 'over';

/** How a subscription stands, for whoever watches over the gateway. */
export interface SubscriberView {
  /**
   * `replaying`: told what was before he came; `live`; `catching up`: told from the log what his queue could not hold;
   * `paused`: until it is known that he still may.
   */
  state: 'replaying' | 'live' | 'catching up' | 'paused';
  /** Changes that wait for him. */
  queuedRows: number;
  /** When the oldest of them was written, by the clock of the database. */
  queuedSince: Date | undefined;
}

/** Rows that wait for one subscriber. What is more stands in the log, and is read from there when he has room. */
const MOST_ROWS = 4_000;

/** One who follows a project, with what waits for him. Bounded: who stops reading costs nothing more. */
export class Subscriber {
  private queue: Delivery[] = [];
  private rows = 0;
  private hasLost = false;
  private isSuspended = false;
  private state: 'open' | 'ending' | 'over' = 'open';
  private wakeUp: (() => void) | undefined;
  /** Which part of the stream he is told. */
  phase: 'replaying' | 'live' | 'catching up' = 'replaying';

  constructor(
    readonly projectId: string,
    readonly claims: Claims,
    /** What waits in the queue is everything behind it. */
    public start: Place,
    private readonly onLeave: (subscriber: Subscriber) => void,
  ) {}

  push(delivery: Delivery): void {
    if (this.state !== 'open' || this.hasLost) return;
    this.queue.push(delivery);
    this.rows += delivery.size;
    if (this.rows > MOST_ROWS) this.lose();
    this.wakeUp?.();
  }

  /** What waits is given up, and nothing more waits until he goes on from another place. */
  lose(): void {
    this.clear();
    this.hasLost = true;
    this.wakeUp?.();
  }

  /** He is told nothing until he may go on. */
  suspend(): void {
    this.isSuspended = true;
  }

  resume(): void {
    this.isSuspended = false;
    this.wakeUp?.();
  }

  /** After what waits, it is over. */
  end(): void {
    if (this.state === 'open') this.state = 'ending';
    this.wakeUp?.();
  }

  /** It is over at once: his rights ended, or he left. */
  leave(): void {
    if (this.state === 'over') return;
    this.state = 'over';
    this.clear();
    this.onLeave(this);
    this.wakeUp?.();
  }

  isOver(): boolean {
    return this.state === 'over';
  }

  view(): SubscriberView {
    return {
      state: this.isSuspended ? 'paused' : this.phase,
      queuedRows: this.rows,
      queuedSince: this.queue[0]?.transaction.loggedAt,
    };
  }

  /** From here on he is told again; what he lost before it is to be made up for. */
  goOnFrom(place: Place): void {
    this.start = place;
    this.hasLost = false;
  }

  /** The next delivery, when it is there and he may have it. */
  take(): Delivery | undefined {
    if (this.state === 'over' || this.isSuspended || this.hasLost) return undefined;
    const delivery = this.queue.shift();
    if (delivery) this.rows -= delivery.size;
    return delivery;
  }

  /** Resolves when there is something for him to do. */
  async wait(): Promise<Found> {
    for (;;) {
      if (this.state === 'over') return 'over';
      if (!this.isSuspended) {
        if (this.hasLost) return 'lost';
        if (this.queue.length > 0) return 'some';
        if (this.state === 'ending') {
          this.leave();
          return 'over';
        }
      }
      await new Promise<void>((resolve) => (this.wakeUp = resolve));
      this.wakeUp = undefined;
    }
  }

  private clear(): void {
    this.queue = [];
    this.rows = 0;
  }
}
