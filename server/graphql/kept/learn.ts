import type { ExecutionArgs } from 'graphql';
import { compileAnswer } from './answer';
import type { Operation, Plan } from './keeper';
import { charactersOf } from './statements';
import { writeKept } from './trial';
import { shapeOf } from './variables';

/** Tried by themselves. */
const MOST_NUMBERS = 3;
/** Written for trying numbers, as characters of statements: nobody else is answered meanwhile. */
const TRIED_CHARACTERS = 100_000;

type Kept = ReturnType<typeof writeKept>;

/**
 * Makes the plan of a query.
 * @param free numbers that are known to be
 * @param undecided numbers of which nobody knows; what is found out stands in the operation afterwards
 * @returns the plan, and the numbers that are free in it; undefined when there can be none
 */
export function learnPlan(
  args: ExecutionArgs,
  { defined, numbers }: Operation,
  free: readonly string[],
  undecided: readonly string[],
): { plan: Plan; free: readonly string[] } | undefined {
  const write = (more: readonly string[]): Kept => {
    const shape = shapeOf(defined, args.variableValues ?? {}, [...free, ...more]);
    return shape && writeKept(args, shape.free);
  };
  const plain = write([]);
  // Whatever stands against it says nothing of the numbers.
  if (!plain) return undefined;
  let left = TRIED_CHARACTERS;
  const tries = (more: readonly string[]): Kept =>
    (left -= charactersOf(plain.statements)) < 0 ? undefined : write(more);

  // All together, which is what most are, or else one by one.
  let found = undecided;
  let kept = undecided.length > 0 ? tries(undecided) : undefined;
  if (!kept && undecided.length > 1) {
    found = undecided.slice(0, MOST_NUMBERS).filter((name) => tries([name]));
    kept = found.length > 0 ? write(found) : undefined;
  }
  for (const name of undecided) numbers.set(name, kept !== undefined && found.includes(name));
  return {
    plan: { ...(kept ?? plain), answer: compileAnswer(args) },
    free: kept ? [...free, ...found] : free,
  };
}
