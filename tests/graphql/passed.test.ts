import { buildSchema, parse } from 'graphql';
import { parseSettings } from '../../server/config';
import { refusalOf } from '../../server/graphql/limits/limits';
import { measureKey } from '../../server/graphql/limits/passed';

const document = parse(
  'query Page($first: Int, $filter: [Filter!], $id: ID) { things(first: $first) { id } }',
);
const schema = buildSchema('type Query { things(first: Int): [Thing] } type Thing { id: ID }');
const { limits, pageSize } = parseSettings({});
const LIMITS = {
  ...limits,
  ...{ valueBytes: limits.variableBytes, pageSize: pageSize.max, pageDefault: pageSize.default },
} as Parameters<typeof refusalOf>[1];
const keyOf = (variableValues: Record<string, unknown>) => measureKey({ schema, document, variableValues });

test('ids of the same length are one measure; sizes, lists and longer texts are others', () => {
  expect(keyOf({ id: 'aaaa', first: 3 })).toBe(keyOf({ id: 'bbbb', first: 3 }));
  expect(keyOf({ id: 'aaaa' })).not.toBe(keyOf({ id: 'aaaaa' }));
  // The same length as JSON, another one as a text.
  expect(keyOf({ id: '\n' })).not.toBe(keyOf({ id: 'ab' }));
  expect(keyOf({ first: 3 })).not.toBe(keyOf({ first: 4 }));
  expect(keyOf({ first: '3' })).not.toBe(keyOf({ first: 3 }));
  expect(keyOf({ filter: ['a'] })).not.toBe(keyOf({ filter: ['b'] }));
  expect(keyOf({ filter: [['a']] })).not.toBe(keyOf({ filter: { 0: { 0: 'a' } } }));
  expect(keyOf({ filter: ['x'.repeat(1_000)] })).toBeUndefined();
  expect(keyOf({ filter: 'x'.repeat(20_000) })).toBeUndefined();
  expect(keyOf({ 'first:100000\nz': 1 })).not.toBe(keyOf({ first: 100_000, z: 1 }));
  expect(keyOf({ 'first":100000\n"z': 1 })).not.toBe(keyOf({ first: 100_000, z: 1 }));
  let deep: unknown = 1;
  for (let n = 0; n < 100_000; n++) deep = [deep];
  expect(keyOf({ filter: deep })).toBeUndefined();
});

test('what passed is not what else is asked by the same document', () => {
  const refusal = (variableValues: Record<string, unknown>) =>
    refusalOf({ schema, document, variableValues }, LIMITS)?.message;
  expect(refusal({ first: 10 })).toBeUndefined();
  expect(refusal({ first: 10 })).toBeUndefined();
  expect(refusal({ first: 100_000 })).toMatch(/first can be/);
  expect(refusal({ first: 100_000 })).toMatch(/first can be/);
  expect(refusal({ first: 10 })).toBeUndefined();
});
