import type { ExecutionArgs } from 'graphql';
import { getOperationAST } from 'graphql';
import { RequestError } from '../errors';
import type { createExecutor, RequestContext } from './execute';
import { AbandonedError } from './serialClient';

type Execute = ReturnType<typeof createExecutor>;

export interface ShareOptions {
  /** Operations of one caller that run at once. */
  max: number;
  /** How long one more waits for one of them to end. */
  waitMs: number;
}

interface Caller {
  running: number;
  waiting: Set<() => void>;
}

/** Of one caller: more than these are not even let wait. */
const WAITING_MAX = 1_000;

/**
 * Gives each caller his share of the connections and no more. Whoever lets his requests wait for each other, behind a
 * lock of his own, would else hold all of them until their time is over, and everybody else's requests with them.
 * One more than his share waits for his own to end; after a while it is refused, with nothing done.
 * @throws RequestError RATE_LIMITED, from the function that is returned
 */
export function shareOut(execute: Execute, { max, waitMs }: ShareOptions): Execute {
  const callers = new Map<string, Caller>();

  return async (args) => {
    const { caller: name } = args.contextValue as RequestContext;
    let caller = callers.get(name);
    if (!caller) callers.set(name, (caller = { running: 0, waiting: new Set() }));
    if (caller.running >= max) await turnOf(caller, args);
    else caller.running++;
    try {
      return await execute(args);
    } finally {
      // A place that is given on stays taken.
      const [next] = caller.waiting;
      if (next) next();
      else if (--caller.running === 0) callers.delete(name);
    }
  };

  function turnOf({ waiting }: Caller, args: ExecutionArgs): Promise<void> {
    const refusal = () =>
      new RequestError(
        'RATE_LIMITED',
        `${max} operations of yours are still running, which is what a caller can have at once. Try again when they have ended.`,
        { retryAfterMs: 1_000 },
      );
    if (waiting.size >= WAITING_MAX) return Promise.reject(refusal());
    // As where it waits for a connection: a change is carried through although its caller has gone.
    const readOnly = getOperationAST(args.document, args.operationName)?.operation === 'query';
    const { abandoned } = args.contextValue as RequestContext;
    const signal = readOnly ? abandoned : undefined;
    return new Promise((resolve, reject) => {
      const leave = (then: () => void) => () => {
        waiting.delete(go);
        clearTimeout(late);
        signal?.removeEventListener('abort', giveUp);
        then();
      };
      const go = leave(resolve);
      const giveUp = leave(() => reject(new AbandonedError()));
      const late = setTimeout(
        leave(() => reject(refusal())),
        waitMs,
      );
      waiting.add(go);
      if (signal?.aborted) giveUp();
      else signal?.addEventListener('abort', giveUp, { once: true });
    });
  }
}
