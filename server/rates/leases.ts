/** What a caller was given of what is left to him. */
export interface Taken {
  /** Points, between none and as many as were asked for. */
  granted: number;
  /** What nobody has taken yet. */
  left: number;
  /** Until all begins anew. */
  msLeft: number;
}

/** Takes points of a caller, for whoever asks first. */
export type Take = (key: string, points: number) => Promise<Taken>;

interface Lease {
  /** Points that may be spent here. */
  here: number;
  /** Points that could still be taken. */
  there: number;
  until: number;
}

/** Most points taken at once. */
const LEASE = 20;
/** Who has less than ten leases left takes less: what lies here unspent is missing at other gateways. */
const PART = 10;

/** How many are taken at once by whom so many are left. */
const pointsOf = (left: number): number => Math.min(LEASE, Math.max(1, Math.floor(left / PART)));

/**
 * Spends points that are taken some at a time from a store that many gateways share, so that most operations wait for
 * nobody. What was taken was counted: together, gateways never give more than there is. Of what one has taken and not
 * spent, its caller gets nothing elsewhere: who uses several gateways at once may be refused that much earlier,
 * which is a few points near his limit.
 */
export class Leases {
  private readonly leases = new Map<string, Lease>();
  private readonly taking = new Map<string, Promise<void>>();
  private sweepAt = 0;

  constructor(
    private readonly take: Take,
    private readonly max: number,
    private readonly windowMs: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** @returns 0, or the milliseconds until there are points again */
  async spend(key: string): Promise<number> {
    for (;;) {
      const lease = this.leases.get(key);
      if (lease && this.now() < lease.until) {
        if (lease.here > 0) {
          lease.here--;
          // Nobody is kept waiting by what can be had in time.
          if (lease.here < LEASE / 2 && pointsOf(lease.there) === LEASE)
            this.takeOnce(key, lease).catch(() => undefined);
          return 0;
        }
        if (lease.there <= 0) return lease.until - this.now();
      }
      await this.takeOnce(key, lease);
    }
  }

  /** Many may find nothing at once: they wait for the same points, and those who get none ask again. */
  private takeOnce(key: string, lease: Lease | undefined): Promise<void> {
    let taking = this.taking.get(key);
    if (!taking) {
      taking = this.takeMore(key, lease).finally(() => this.taking.delete(key));
      this.taking.set(key, taking);
    }
    return taking;
  }

  private async takeMore(key: string, lease: Lease | undefined): Promise<void> {
    this.sweep();
    const isCurrent = lease && this.now() < lease.until;
    const taken = await this.take(key, pointsOf(isCurrent ? lease.there : this.max));
    const until = this.now() + Math.max(1, taken.msLeft);
    const last = this.leases.get(key);
    // What is left of a window that is over was not counted in this one.
    const isSameWindow = last && this.now() < last.until && until - last.until < this.windowMs / 2;
    const here = taken.granted + (isSameWindow ? last.here : 0);
    this.leases.set(key, { here, there: taken.left, until });
  }

  /** Names come from outside: those whose window is over are forgotten. */
  private sweep(): void {
    const now = this.now();
    if (now < this.sweepAt) return;
    this.sweepAt = now + this.windowMs;
    for (const [key, { until }] of this.leases) if (until <= now) this.leases.delete(key);
  }
}
