import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { execute, type ExecutionArgs } from 'graphql';
import { escapeLiteral } from 'pg';
import * as sql from 'pg-sql2';
import type { Plan } from './keeper';
import { asking } from './run';
import { Statements, type KeptStatement, type Statement } from './statements';
import { replaced, valueAt, type Free, type Path, type Variables } from './variables';

/** A value that stands for one of the caller's, and that nothing else in a statement is by chance. */
interface Probe {
  path: Path;
  value: string | number;
}

/** Whatever escapes or changes a text in some way changes this one. */
const AWKWARD = `Ä%_\\'"$1 [{*`;

const PROBES: Record<Free['type'], () => string | number> = {
  text: () => AWKWARD + randomBytes(12).toString('hex'),
  uuid: randomUUID,
  number: () => randomInt(1_000_000_000, 2_000_000_000),
};

/**
 * Lets an operation write its statements three times without asking them: with the caller's variables, and twice with
 * others in the place of those that are taken for free. They are, when nothing differs but values in the same places.
 * @returns undefined when one is not: its value decides how a statement is written
 */
export function writeKept(args: ExecutionArgs, free: readonly Free[]): Omit<Plan, 'answer'> | undefined {
  const variables = (args.variableValues ?? {}) as Variables;
  const probes = [draw(free), draw(free)] as const;
  const real = write(args, variables);
  const tried = probes.map((each) => write(args, replaced(variables, each)).statements);
  const statements = new Map<string, KeptStatement>();
  for (const [name, statement] of real.statements) {
    const [one, other] = tried.map((each) => each.get(name));
    const kept = one && other && keep(statement, [one, other], probes, variables);
    if (!kept) return undefined;
    statements.set(name, kept);
  }
  if (tried.some(({ size }) => size !== statements.size) || statements.size === 0) return undefined;
  return { statements, asks: real.asks };
}

const draw = (free: readonly Free[]): Probe[] =>
  free.map(({ path, type }) => ({ path, value: PROBES[type]() }));

type Written = Statement & { query: sql.SQLQuery };

/** The statements of a run that are written before the first is answered: none is. */
function write(args: ExecutionArgs, variables: Variables) {
  const statements = new Statements();
  const asked: string[] = [];
  const pgClient = {
    query: (text: string) => {
      asked.push(text);
      return new Promise<never>(() => undefined);
    },
  };
  const contextValue = asking(args.contextValue, pgClient);
  // Not waited for: it never ends.
  void execute({ ...args, variableValues: variables, rootValue: statements, contextValue });
  const { written } = statements;
  const isAll = isDeepStrictEqual(
    asked,
    [...written.values()].map(({ text }) => text),
  );
  return { statements: written, asks: isAll ? asked.length : undefined };
}

function keep(
  real: Statement,
  tried: readonly [Written, Written],
  probes: readonly [Probe[], Probe[]],
  variables: Variables,
): KeptStatement | undefined {
  const template = templateOf(tried[0], probes[0]);
  if (!isDeepStrictEqual(template, templateOf(tried[1], probes[1]))) return undefined;
  // With the caller's own values it has to be what was written for him.
  const own = fillerOf(template)(variables);
  const count = template.slots.length;
  const text = template.numbers.reduce(
    (sum, path, n) => sum.replaceAll(placeholder(count + n), String(valueAt(variables, path))),
    template.text,
  );
  if (text !== real.text || !isDeepStrictEqual(own.slice(0, count), real.values)) return undefined;
  const lean = templateOf(compile(withLiterals(tried[0].query, probes[0])), probes[0]);
  return { text: lean.text, valuesFor: fillerOf(lean) };
}

/**
 * What is the same each time stands in the text: the planner knows it then, also in a plan for all values. Of
 * `pane_group < $2` it could not know that an index on those with `pane_group < 2` holds all of them.
 */
function withLiterals(query: sql.SQLQuery, probes: readonly Probe[]): sql.SQLQuery {
  return query.map((node) => {
    if (node.type !== 'VALUE') return node;
    const { value } = node as { value: unknown };
    if (value === null) return sql.null;
    const isPlain =
      typeof value === 'number' ||
      typeof value === 'boolean' ||
      (typeof value === 'string' && !value.includes('\0'));
    const isProbe = probes.some((probe) => probe.value === value);
    return isPlain && !isProbe ? sql.raw(escapeLiteral(String(value))) : node;
  });
}

function compile(query: sql.SQLQuery): Statement {
  const { text, values = [] } = sql.compile(query);
  return { text, values };
}

/** In the place of a number that stands in the text. */
const placeholder = (index: number) => `$${index + 1}::int`;

/** A value of a statement: always the same, or one of the variables. */
type Slot = { fixed: unknown } | { list: Slot[] } | { path: Path };

interface Template {
  text: string;
  slots: Slot[];
  /** Of what stands behind the values. */
  numbers: Path[];
}

/** A statement without the probes. */
function templateOf({ text, values }: Statement, probes: readonly Probe[]): Template {
  const slots = values.map((value) => slotOf(value, probes));
  const numbers: Path[] = [];
  const lifted = probes.reduce((sum, { path, value }) => {
    if (typeof value !== 'number') return sum;
    const whole = new RegExp(`(?<![\\w.])${value}(?![\\w.])`, 'g');
    if (!whole.test(sum)) return sum;
    numbers.push(path);
    return sum.replace(whole, () => placeholder(values.length + numbers.length - 1));
  }, text);
  return { text: lifted, slots, numbers };
}

function slotOf(value: unknown, probes: readonly Probe[]): Slot {
  if (Array.isArray(value)) return { list: value.map((each) => slotOf(each, probes)) };
  const probe = probes.find((each) => each.value === value);
  return probe ? { path: probe.path } : { fixed: value };
}

const fillerOf =
  ({ slots, numbers }: Template) =>
  (given: Variables): unknown[] => [
    ...slots.map((slot) => fill(slot, given)),
    ...numbers.map((path) => valueAt(given, path)),
  ];

function fill(slot: Slot, variables: Variables): unknown {
  if ('path' in slot) return valueAt(variables, slot.path);
  return 'list' in slot ? slot.list.map((each) => fill(each, variables)) : slot.fixed;
}
