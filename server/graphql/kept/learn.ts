import type { ExecutionArgs } from 'graphql';
import { compileAnswer } from './answer';
import type { Operation, Plan } from './keeper';
import { writeKept } from './trial';
import { shapeOf } from './variables';

/** Tried by themselves. */
const MOST_NUMBERS = 3;
/** Written for trying numbers, as characters of statements: nobody else is answered meanwhile. */
const TRIED_CHARACTERS = 100_000;

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
  const write = (names: readonly string[]) => {
    const shape = shapeOf(defined, args.variableValues ?? {}, names);
    return shape && writeKept(args, shape.free);
  };
  const plain = write(free);
  // Whatever stands against it says nothing of the numbers.
  if (!plain) return undefined;
  const characters = [...plain.statements.values()].reduce((sum, { text }) => sum + text.length, 0);
  let left = TRIED_CHARACTERS;
  const tries = (names: readonly string[]) => (left -= characters) >= 0 && write(names) !== undefined;

  const found = findFree();
  for (const name of undecided) numbers.set(name, found.includes(name));
  const all = [...free, ...found];
  const kept = found.length > 0 ? write(all) : plain;
  const plan = { ...(kept ?? plain), answer: compileAnswer(args) };
  return { plan, free: kept ? all : free };

  /** All together, which is what most are, or else one by one. */
  function findFree(): readonly string[] {
    if (undecided.length === 0) return [];
    if (tries([...free, ...undecided])) return undecided;
    if (undecided.length === 1) return [];
    return undecided.slice(0, MOST_NUMBERS).filter((name) => tries([...free, name]));
  }
}
