import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import type { Expected } from './streamModel';

/** One clock for all writers: what happened before what, in this process. */
export class Clock {
  private now = 0;
  readonly tick = (): number => ++this.now;
}

/** What a transaction did to one project. */
export interface Doings {
  changes: string[];
  lastWriteAt: number;
}

export type Outcome = 'committed' | 'rolled back' | 'unknown';

export interface Written {
  origin: string;
  projects: Map<string, Doings>;
  committedAt: number;
  outcome: Outcome;
}

/** All that the writers did, and what came of it. */
export class Ledger extends EventEmitter {
  readonly clock = new Clock();
  readonly written: Written[] = [];
  /** No two ledgers give the same names. */
  private readonly run = randomBytes(4).toString('hex');
  private count = 0;
  statements = 0;
  commits = 0;

  nextOrigin(session: string): string {
    return `${this.run}/${session}/${++this.count}`;
  }

  add(written: Written): void {
    this.written.push(written);
    if (written.outcome === 'committed') this.commits++;
    this.emit('step');
  }

  /** Waits until it holds; looked at after each transaction. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(this, 'step');
  }

  /** Finds out what came of commits that nobody answered. */
  async settle(isThere: (origin: string) => Promise<boolean>): Promise<number> {
    const open = this.written.filter(({ outcome }) => outcome === 'unknown');
    for (const written of open)
      written.outcome = (await isThere(written.origin)) ? 'committed' : 'rolled back';
    return open.length;
  }

  countOf(outcome: Outcome): number {
    return this.written.filter((written) => written.outcome === outcome).length;
  }

  /** What a subscriber of the project has to get, of one table or of all. */
  expected(projectId: string, table?: string): Expected[] {
    return this.written.flatMap(({ origin, projects, committedAt, outcome }) => {
      const doings = projects.get(projectId);
      const changes = doings?.changes.filter((change) => !table || change.split(' ', 2)[1] === table) ?? [];
      if (outcome !== 'committed' || !doings || changes.length === 0) return [];
      return [{ origin, changes, lastWriteAt: doings.lastWriteAt, committedAt }];
    });
  }
}
