import { getOperationAST, type ExecutionArgs } from 'graphql';
import { LRUCache } from 'lru-cache';
import { compileAnswer, type Answer } from './answer';
import type { KeptStatement } from './statements';
import { writeKept } from './trial';
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
/** What comes less often is not worth being written three times more. */
const WORTH_TIMES = 3;

/** Each that is tried costs three times what writing the statements does. */
const MOST_NUMBERS = 3;

interface Operation {
  id: number;
  defined: Defined[];
  /** Variables of numbers, and whether they are free. */
  numbers: Map<string, boolean>;
}

/** A plan, how often there was none yet, or that there can be none. */
type Entry = Plan | { times: number } | 'none';

/**
 * Keeps the statements that PostGraphile writes for a query, for the next with the same document and variables of
 * the same shape. To write them anew was up to a third of what a request cost the gateway.
 * @param worthTimes when a shape comes as often, its statements are kept
 */
export function createKeeper(worthTimes = WORTH_TIMES): Keeper {
  // By the schema, and by the operation: a new schema, or a document that was forgotten, begins anew.
  const operations = new WeakMap<object, WeakMap<object, Operation>>();
  const entries = new LRUCache<string, Entry>({
    maxSize: KEPT_CHARACTERS,
    sizeCalculation: (entry, key) => key.length + sizeOf(entry),
  });
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

  return {
    planOf: (args) => {
      const operation = operationOf(args);
      if (!operation) return undefined;
      const { id, defined, numbers } = operation;
      const variables = (args.variableValues ?? {}) as Variables;
      const keyWith = (free: readonly string[]) => {
        const shape = shapeOf(defined, variables, free);
        return shape && { key: `${id} ${shape.rest}`, free: shape.free };
      };
      const learn = (free: readonly string[]): Plan | undefined => {
        const shape = keyWith(free);
        const kept = shape && writeKept(args, shape.free);
        const plan = kept && { ...kept, answer: compileAnswer(args) };
        if (shape) entries.set(shape.key, plan ?? 'none');
        return plan;
      };

      /** Tries the numbers that nobody has tried yet, each by itself. Returns a plan when some are free. */
      const learnNumbers = (free: readonly string[]): Plan | undefined => {
        const unknown = defined.filter(({ name }) => !numbers.has(name) && isCount(variables[name]));
        const plans = unknown
          .slice(0, MOST_NUMBERS)
          .map(({ name }) => ({ name, plan: learn([...free, name]) }));
        for (const { name } of unknown) numbers.set(name, false);
        const found = plans.filter(({ plan }) => plan !== undefined);
        for (const { name } of found) numbers.set(name, true);
        return found.length > 1 ? learn([...free, ...found.map(({ name }) => name)]) : found[0]?.plan;
      };

      const known = [...numbers].flatMap(([name, isFree]) => (isFree ? [name] : []));
      // With the numbers that were free another time, and then with all as they are.
      for (const free of known.length ? [known, []] : [known]) {
        const shape = keyWith(free);
        if (!shape) return undefined;
        const entry = entries.get(shape.key) ?? { times: 0 };
        if (entry === 'none') continue;
        if ('statements' in entry) return entry;
        if (++entry.times < worthTimes) {
          entries.set(shape.key, entry);
          return undefined;
        }
        const plan = learnNumbers(free) ?? learn(free);
        if (plan) return plan;
      }
      return undefined;
    },
  };
}

function sizeOf(entry: Entry): number {
  if (typeof entry === 'string' || !('statements' in entry)) return 10;
  return [...entry.statements.values()].reduce((sum, { text }) => sum + text.length, 10);
}
