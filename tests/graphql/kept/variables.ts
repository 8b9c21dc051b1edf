import fc from 'fast-check';
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { definedBy } from '../../../server/graphql/kept/variables';

export type Values = Record<string, unknown>;

/** Those that change when they are escaped, and those that are as good as nothing. */
const TEXTS = ['', 'l1', 'image', '50%_\\', "it's $1", 'Ä"x'];
const NUMBERS = [-1, 0, 1, 2, 3, 20];
const SCALARS: Record<string, unknown[]> = {
  String: TEXTS,
  Int: NUMBERS,
  Float: [0, 1.5],
  Boolean: [true, false],
  BigInt: ['0', '3'],
  BigFloat: ['0', '0.5', '-2'],
  // 1e999 is Infinity to JavaScript, and written like null.
  Datetime: ['2026-01-02T03:04:05Z', '2030-01-01T00:00:00Z', Infinity],
  // The second of a list by no order, and nothing.
  Cursor: ['WyJuYXR1cmFsIiwxXQ==', 'garbage'],
  JSON: [{}, { a: [1] }, 'text'],
  ID: ['WyJ1c2VycyIsIngiXQ==', 'x'],
};

/** Values of a type, as a caller may send them: most fit, some are refused. */
function valuesOf(type: GraphQLInputType, ids: readonly string[], depth = 0): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return presentOf(type.ofType as GraphQLInputType, ids, depth);
  return fc.option(presentOf(type, ids, depth), { nil: null, freq: 4 });
}

function presentOf(type: GraphQLInputType, ids: readonly string[], depth: number): fc.Arbitrary<unknown> {
  if (isListType(type)) {
    const item = type.ofType as GraphQLInputType;
    // One stands for a list of one.
    return fc.oneof(
      { weight: 4, arbitrary: fc.array(valuesOf(item, ids, depth), { maxLength: 2 }) },
      { weight: 1, arbitrary: presentOf(item, ids, depth) },
    );
  }
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const optional = depth < 3 ? fields.filter((field) => !isNonNullType(field.type)) : [];
    return fc
      .subarray(optional, { maxLength: Math.min(2, optional.length) })
      .chain((some) =>
        fc.record(
          Object.fromEntries(
            [...fields.filter((field) => isNonNullType(field.type)), ...some].map((field) => [
              field.name,
              valuesOf(field.type, ids, depth + 1),
            ]),
          ),
        ),
      );
  }
  const name = 'name' in type ? type.name : '';
  return fc.constantFrom(...(name === 'UUID' ? ids : (SCALARS[name] ?? ['x'])));
}

/** Variables of an operation, some of them not given. */
export function variablesOf(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  ids: readonly string[],
): fc.Arbitrary<Values> {
  const defined = definedBy(schema, operation);
  const required = defined.flatMap(({ name, type }) => (isNonNullType(type) ? [name] : []));
  return fc.record(Object.fromEntries(defined.map(({ name, type }) => [name, valuesOf(type, ids)])), {
    requiredKeys: required,
  });
}

/** Others that are like them: each id, text and number another one. */
export function likeThese(value: unknown, ids: readonly string[], by: number): unknown {
  const next = (list: readonly unknown[], at: number) => list[(at + by) % list.length];
  if (Array.isArray(value)) return value.map((each) => likeThese(each, ids, by));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, likeThese(each, ids, by)]));
  for (const list of [ids, TEXTS.slice(1), NUMBERS.slice(2)])
    if (list.includes(value as never)) return next(list, list.indexOf(value as never));
  return value;
}
