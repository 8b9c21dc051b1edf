import type { ExecutionResult } from 'graphql';

/**
 * The results of a subscription, ended when `abandoned` is aborted: at once, although its source may be waiting
 * for something that never comes (`return()` of an async generator waits for that too). The source is told in any case.
 * @param explain what the client is told of what the source throws
 */
export function endWith(
  abandoned: AbortSignal,
  source: AsyncIterable<ExecutionResult>,
  explain: (error: unknown) => Error,
): AsyncIterableIterator<ExecutionResult, undefined> {
  const results = source[Symbol.asyncIterator]();
  const over = { value: undefined, done: true } as const;
  let isOver = false;
  let leave: (() => void) | undefined;
  const end = () => {
    if (isOver) return;
    isOver = true;
    abandoned.removeEventListener('abort', end);
    leave?.();
    // Nobody waits for it: what it has to say about its end interests nobody either.
    Promise.resolve(results.return?.()).catch(() => undefined);
  };
  if (abandoned.aborted) end();
  else abandoned.addEventListener('abort', end, { once: true });

  return {
    next() {
      return isOver
        ? Promise.resolve(over)
        : new Promise((resolve, reject) => {
            // Not Promise.race with something that lives as long as the socket: each race would stay in its memory.
            leave = () => resolve(over);
            results.next().then(
              (result) => {
                if (isOver) return;
                if (result.done) isOver = true;
                resolve(result.done ? over : result);
              },
              (error: unknown) => {
                if (isOver) return;
                isOver = true;
                reject(explain(error));
              },
            );
          });
    },
    return() {
      end();
      return Promise.resolve(over);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
