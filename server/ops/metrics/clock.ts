/** What a database said of the time, between two moments of ours; all in milliseconds since 1970. */
export interface ClockSample {
  sentAt: number;
  databaseAt: number;
  receivedAt: number;
}

/** Clocks drift: a sample, however good, is not believed for longer. */
const BELIEVED_MS = 60_000;

/**
 * By how much the database's clock is ahead of ours. A change carries the time of the database, which is another
 * machine: without this, a second between the two clocks would be told as a second of delay.
 *
 * Of the samples of the last minute, the one with the shortest way there and back counts: it cannot be wrong by more than half
 * of that. Source: RFC 5905, 10 (the clock filter).
 */
export class DatabaseClock {
  private best: { offset: number; trip: number; at: number } | undefined;

  note({ sentAt, databaseAt, receivedAt }: ClockSample): void {
    const trip = receivedAt - sentAt;
    const { best } = this;
    if (best && trip > best.trip && receivedAt - best.at < BELIEVED_MS) return;
    this.best = { offset: databaseAt - (sentAt + receivedAt) / 2, trip, at: receivedAt };
  }

  /** Milliseconds; undefined until a sample came. */
  offset(): number | undefined {
    return this.best?.offset;
  }

  /** Milliseconds since a moment of the database, never less than none. */
  since(moment: Date, now = Date.now()): number {
    return Math.max(0, now + (this.best?.offset ?? 0) - moment.getTime());
  }
}
