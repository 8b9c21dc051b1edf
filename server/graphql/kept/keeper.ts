import { getOperationAST, type ExecutionArgs } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Answer } from './answer';
import { learnPlan } from './learn';
import { charactersOf, type KeptStatement } from './statements';
import { definedBy, isCount, shapeOf, type Defined, type Variables } from './variables';

/** What is known of a query whose statements were written before. */
export interface Plan {
  /** By the name of the root field in the answer. */
  statements: ReadonlyMap<string, KeptStatement>;
  /** How many statements it asks, all of them before the first is answered; undefined where that is not known. */
  asks: number | undefined;
  /** Puts the answer together; undefined where graphql-js has to. */
  answer: Answer | undefined;
}

export interface Keeper {
  /** The plan of a query that came before; undefined when it is to be run as if there were none. */
  planOf(args: ExecutionArgs): Plan | undefined;
}

/** Of statements, over all plans. */
const KEPT_CHARACTERS = 8_000_000;
/** Shapes of which it is known how often they came. */
const COUNTED_SHAPES = 2_000;
/** What comes less often is not worth being written three times more. */
const WORTH_TIMES = 3;

export interface Operation {
  id: number;
  defined: Defined[];
  /** Variables of numbers, and whether they are free. */
  numbers: Map<string, boolean>;
}

/**
 * Keeps the statements that PostGraphile writes for a query, for the next with the same document and variables of
 * the same shape. To write them anew was up to a third of what a request cost the gateway.
 * @param worthTimes when a shape comes as often, its statements are kept
 */
export function createKeeper(worthTimes = WORTH_TIMES): Keeper {
  // By the schema, and by the operation: a new schema, or a document that was forgotten, begins anew.
  const operations = new WeakMap<object, WeakMap<object, Operation>>();
  const plans = new LRUCache<string, Plan | 'none'>({
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: (plan, key) => key.length + (plan === 'none' ? 0 : charactersOf(plan.statements)),
  });
  const comings = new LRUCache<string, number>({ max: COUNTED_SHAPES });
  let ids = 0;

  const operationOf = ({ schema, document, operationName }: ExecutionArgs): Operation | undefined => {
    const ast = getOperationAST(document, operationName);
    if (ast?.operation !== 'query') return undefined;
    let ofSchema = operations.get(schema);
    if (!ofSchema) operations.set(schema, (ofSchema = new WeakMap()));
    let operation = ofSchema.get(ast);
    if (!operation) {
      operation = { id: ++ids, defined: definedBy(schema, ast), numbers: new Map() };
      ofSchema.set(ast, operation);
    }
    return operation;
  };

  const isWorth = (key: string): boolean => {
    const times = (comings.get(key) ?? 0) + 1;
    comings.set(key, times);
    return times >= worthTimes;
  };

  return {
    planOf: (args) => {
      const operation = operationOf(args);
      if (!operation) return undefined;
      const { id, defined, numbers } = operation;
      const variables = (args.variableValues ?? {}) as Variables;
      const keyWith = (free: readonly string[]): string | undefined => {
        const shape = shapeOf(defined, variables, free);
        return shape && `${id} ${shape.rest}`;
      };
      const counts = defined.filter((each) => isCount(each, variables)).map(({ name }) => name);
      const known = counts.filter((name) => numbers.get(name));
      // With the numbers that were free another time, and then with all as they are.
      for (const free of known.length > 0 ? [known, []] : [known]) {
        const key = keyWith(free);
        if (key === undefined) return undefined;
        const found = plans.get(key);
        if (found === 'none') continue;
        if (found) return found;
        // Pages count together as long as nobody knows whether they are one statement.
        const undecided = counts.filter((name) => !numbers.has(name));
        if (!isWorth(keyWith([...free, ...undecided]) ?? key)) return undefined;
        const learnt = learnPlan(args, operation, free, undecided);
        plans.set(keyWith(learnt?.free ?? free) ?? key, learnt?.plan ?? 'none');
        if (learnt) return learnt.plan;
      }
      return undefined;
    },
  };
}
