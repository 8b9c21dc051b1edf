import type { ExecutionResult } from 'graphql';
import type { ResultText } from './frames';

export type Result = ExecutionResult | ResultText;

/** The results of a subscription. */
export interface Results extends AsyncIterable<Result> {
  /** The next one when it is there already: asked first, because a promise for each costs as much as the result. */
  take?(): Result | undefined;
  /** Is told that the last one was handed to the socket. @returns for how long its change was under way, in ms */
  wrote?(): number | undefined;
}

/** Who is told. */
export interface Listener {
  /** Resolves when it may be followed by another. */
  tell(results: Results, result: Result): Promise<void>;
  /** What the client is told of what the source throws. */
  explain(error: unknown): Error;
}

const OVER = { value: undefined, done: true } as const;

/**
 * Tells the results of a subscription, from the first `next()` on. What it gives itself is only the end, or what was
 * thrown: graphql-ws, which asks, would hand each result through promises that cost more than the rest.
 *
 * Ended by `return()` at once, although its source may be waiting for something that never comes (`return()` of an
 * async generator waits for that too). The source is told in any case.
 */
export class ToldResults implements AsyncIterableIterator<never, undefined> {
  private readonly source: AsyncIterator<Result>;
  private isOver = false;
  private leave: (() => void) | undefined;

  constructor(
    private readonly results: Results,
    private readonly listener: Listener,
  ) {
    this.source = results[Symbol.asyncIterator]();
  }

  next(): Promise<IteratorResult<never, undefined>> {
    if (this.isOver) return Promise.resolve(OVER);
    return new Promise((resolve, reject) => {
      this.leave = () => resolve(OVER);
      this.run().then(
        () => {
          this.isOver = true;
          resolve(OVER);
        },
        (error: unknown) => {
          if (this.isOver) return;
          this.end();
          reject(this.listener.explain(error));
        },
      );
    });
  }

  return(): Promise<IteratorResult<never, undefined>> {
    this.end();
    this.leave?.();
    return Promise.resolve(OVER);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private async run(): Promise<void> {
    const { results, listener, source } = this;
    while (!this.isOver) {
      let result = results.take?.();
      if (!result) {
        const next = await source.next();
        if (this.isOver || next.done) return;
        result = next.value;
      }
      await listener.tell(results, result);
    }
  }

  private end(): void {
    if (this.isOver) return;
    this.isOver = true;
    // Nobody waits for it: what it has to say about its end interests nobody either.
    Promise.resolve(this.source.return?.()).catch(() => undefined);
  }
}
