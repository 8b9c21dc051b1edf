import { useCallback, useMemo, useState } from 'react';
import { useTell } from './Toasts';

/** What becomes of a state by something a person did. Applied again it changes nothing more. */
export type Change<State> = (state: State) => State;

/** Shows a change at once, sends it, and keeps or drops it by the answer, which it returns; undefined: refused. */
export type Run<State> = <Answer>(
  change: Change<State>,
  send: () => Promise<Answer>,
  /** What the answer makes of the known state, where that is not the change itself. */
  settle?: (answer: Answer) => Change<State>,
) => Promise<Answer | undefined>;

/**
 * What is shown ahead of the gateway's answers: what is known, and on it every change that is not answered yet, in the
 * order they were made. An answer, or a refusal, takes away its own change only: with copies of the state that are put
 * back, the earlier of two quick drags would undo the later.
 *
 * @param keep takes a change that was accepted over into what is known
 */
export function useAhead<State>(
  known: State | undefined,
  keep: (change: Change<State>) => Promise<void>,
): [shown: State | undefined, run: Run<State>] {
  const tell = useTell();
  const [ahead, setAhead] = useState<readonly Change<State>[]>([]);
  const shown = useMemo(
    () => known && ahead.reduce<State>((state, change) => change(state), known),
    [known, ahead],
  );
  const run = useCallback<Run<State>>(
    async (change, send, settle) => {
      // One of its own, for the same change may be made twice.
      const own: Change<State> = (state) => change(state);
      setAhead((all) => [...all, own]);
      try {
        const answer = await send();
        await keep(settle ? settle(answer) : change);
        return answer;
      } catch (error) {
        tell.bad(error);
        return undefined;
      } finally {
        setAhead((all) => all.filter((other) => other !== own));
      }
    },
    [keep, tell],
  );
  return [shown, run];
}
