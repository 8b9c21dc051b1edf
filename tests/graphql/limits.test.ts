import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, getIntrospectionQuery } from 'graphql';
import { limitsOf } from '../../server/app';
import { parseSettings } from '../../server/config';
import { openGate } from '../../server/graphql/gate';
import type { Limits } from '../../server/graphql/limits/limits';
import { prepareOperation, type OperationRequest } from '../../server/graphql/operations';
import * as documents from '../../web/src/graphql/generated';

const schema = buildSchema(readFileSync(path.resolve(__dirname, '../../schema/schema.graphql'), 'utf8'));
const ID = '00000000-0000-4000-8000-000000000001';
const SETTINGS = parseSettings({});
const DEFAULTS = limitsOf(SETTINGS);
const GATE = openGate(SETTINGS);

/** What is told of a request that is refused; 'passes' when it is none. */
function answerOf(request: OperationRequest | string, limits: Partial<Limits> = {}): string {
  const given = typeof request === 'string' ? { query: request } : request;
  const prepared = prepareOperation(given, schema, { ...DEFAULTS, ...limits }, GATE, 'anon');
  if (!Array.isArray(prepared)) return 'passes';
  return `${String(prepared[0]?.extensions?.code)}: ${prepared[0]?.message}`;
}
const exceeded = (words: RegExp) =>
  expect.stringMatching(new RegExp(`^LIMIT_EXCEEDED: .*${words.source}`)) as string;
const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i));

describe('the defaults pass', () => {
  const all = Object.entries(documents).filter(([name]) => name.endsWith('Document'));
  test.each(all)('%s of the studio', (_name, document) => {
    expect(answerOf(String(document))).toBe('passes');
  });
  test('there are such documents', () => expect(all.length).toBeGreaterThan(40));

  test('what GraphiQL asks first', () => expect(answerOf(getIntrospectionQuery())).toBe('passes'));
});

/** What is just allowed, and what is one too much, by the limit that says so. */
const MEASURES: [
  string,
  Partial<Limits>,
  passes: OperationRequest | string,
  refused: OperationRequest | string,
  RegExp,
][] = [
  [
    'bytes of the document',
    { textBytes: 50 },
    `{ me { id } }${' '.repeat(37)}`,
    `{ me { id } }${' '.repeat(38)}`,
    /50 bytes/,
  ],
  [
    'bytes, not characters',
    { textBytes: 50 },
    '{ me { id } } # äöü',
    `{ me { id } } # ${'ä'.repeat(20)}`,
    /50 bytes/,
  ],
  [
    'tokens',
    { tokens: 8 },
    '{ me { id name } }             ',
    '{ me { id name email credits } }',
    /8 tokens/,
  ],
  [
    'depth',
    { depth: 3 },
    '{ projects { nodes { id } } }',
    '{ projects { nodes { user { id } } } }',
    /3 levels/,
  ],
  [
    'terms of filters and orders',
    { filterTerms: 3 },
    '{ projects(filter: {name: {equalTo: "a"}}) { totalCount } }',
    '{ projects(filter: {name: {equalTo: "a"}, id: {isNull: true}}) { totalCount } }',
    /3 terms/,
  ],
  [
    'terms of a variable, each time it is used',
    { filterTerms: 5 },
    {
      query: 'query ($f: ProjectFilter) { projects(filter: $f) { totalCount } }',
      variables: { f: { or: [{ name: { isNull: true } }] } },
    },
    {
      query:
        'query ($f: ProjectFilter) { projects(filter: $f) { totalCount nodes { shots { nodes { id } } } } more: projects(filter: $f) { totalCount } }',
      variables: { f: { or: [{ name: { isNull: true } }] } },
    },
    /5 terms/,
  ],
  [
    'empty filters',
    { filterTerms: 5 },
    {
      query: 'query ($f: ProjectFilter) { projects(filter: $f) { totalCount } }',
      variables: { f: { or: [{}, {}, {}, {}] } },
    },
    {
      query: 'query ($f: ProjectFilter) { projects(filter: $f) { totalCount } }',
      variables: { f: { or: [{}, {}, {}, {}, {}] } },
    },
    /5 terms/,
  ],
  [
    'items of lists in filters',
    { filterItems: 2 },
    '{ projects(filter: {name: {in: ["a", "b"]}}) { totalCount } }',
    '{ projects(filter: {name: {in: ["a", "b", "c"]}}) { totalCount } }',
    /2 items/,
  ],
  [
    'entries of orders',
    { filterItems: 2 },
    '{ projects(orderBy: [NAME_ASC, NAME_DESC]) { totalCount } }',
    '{ projects(orderBy: [NAME_ASC, NAME_DESC, NAME_ASC]) { totalCount } }',
    /2 items/,
  ],
  [
    'a text in a filter',
    { filterTextBytes: 3 },
    '{ projects(filter: {name: {includes: "aaa"}}) { totalCount } }',
    '{ projects(filter: {name: {includes: "aaaa"}}) { totalCount } }',
    /3 bytes/,
  ],
  [
    'a text in a filter, by a variable within it',
    { filterTextBytes: 3 },
    {
      query: 'query ($t: String) { projects(filter: {name: {includes: $t}}) { totalCount } }',
      variables: { t: 'aaa' },
    },
    {
      query: 'query ($t: String = "aaaa") { projects(filter: {name: {includes: $t}}) { totalCount } }',
      variables: {},
    },
    /3 bytes/,
  ],
  [
    'items and fields of other values',
    { valueItems: 3 },
    {
      query: 'mutation ($i: CancelTasksInput!) { cancelTasks(input: $i) { clientMutationId } }',
      variables: { i: { ids: [ID, ID] } },
    },
    {
      query: 'mutation ($i: CancelTasksInput!) { cancelTasks(input: $i) { clientMutationId } }',
      variables: { i: { ids: [ID, ID, ID] } },
    },
    /3 items and fields/,
  ],
  [
    'but not what is in JSON',
    { valueItems: 2 },
    {
      query: 'mutation ($i: UpdateProjectInput!) { updateProject(input: $i) { clientMutationId } }',
      variables: { i: { patch: { settings: { a: [1, 2, 3, 4, 5], b: { c: {} } } } } },
    },
    {
      query: 'mutation ($i: UpdateProjectInput!) { updateProject(input: $i) { clientMutationId } }',
      variables: { i: { patch: { settings: {}, name: 'a' } } },
    },
    /2 items and fields/,
  ],
  ['fields', { fields: 3 }, '{ me { id name } }', '{ me { id name email } }', /3 fields/],
  [
    'fields of all operations together',
    { fields: 3 },
    { query: 'query A { me { id name } }', operationName: 'A' },
    { query: 'query A { me { id } } query B { me { id } }', operationName: 'A' },
    /3 fields/,
  ],
  [
    'fields of a document whose operation is not there',
    { fields: 3 },
    '{ me { id } }',
    { query: 'query A { me { id name email } }', operationName: 'Nope' },
    /3 fields/,
  ],
  [
    'fields of fragments that nobody spreads',
    { fields: 3 },
    '{ me { id } }',
    '{ me { id } } fragment F on User { id name }',
    /3 fields/,
  ],
  ['aliases', { aliases: 1 }, '{ me { a: id name } }', '{ me { a: id b: name } }', /1 aliases/],
  ['fields asked for again', { aliases: 1 }, '{ me { id id } }', '{ me { id id id } }', /1 aliases/],
  [
    'aliases in fragments',
    { aliases: 2 },
    '{ me { ...F } } fragment F on User { a: id b: id }',
    '{ me { ...F } ensured: me { ...F } } fragment F on User { a: id b: id }',
    /2 aliases/,
  ],
  [
    'fields at the top of a query',
    { rootFields: 2 },
    '{ me { id } projects { totalCount } }',
    '{ me { id } ...F } fragment F on Query { projects { totalCount } shots { totalCount } }',
    /2 fields at its top/,
  ],
  [
    'directives',
    { directives: 2 },
    '{ me { id @skip(if: false) name @skip(if: false) } }',
    '{ me @skip(if: false) { ... on User @skip(if: false) { id @skip(if: false) } } }',
    /2 directives/,
  ],
  [
    'directives of fragments as often as they are spread',
    { directives: 2 },
    '{ me { ...F } } fragment F on User { id @skip(if: false) }',
    '{ a: me { ...F } b: me { ...F } c: me { ...F } } fragment F on User { id @skip(if: false) }',
    /2 directives/,
  ],
  [
    'directives of one field',
    { directivesEach: 1 },
    '{ me @skip(if: false) { id } }',
    '{ me @skip(if: false) @include(if: true) { id } }',
    /1 directives/,
  ],
  [
    'bytes of variables',
    { variableBytes: 60 },
    {
      query: 'query ($n: String) { projects(filter: { name: { equalTo: $n } }) { totalCount } }',
      variables: { n: 'x'.repeat(50) },
    },
    { query: '{ me { id } }', variables: { unused: 'x'.repeat(60) } },
    /variables .* 60 bytes/,
  ],
  [
    'digits of a number',
    {},
    `{ taskCostEstimate(taskType: "a", seconds: ${'1'.repeat(999)}) }`,
    `{ taskCostEstimate(taskType: "a", seconds: ${'1'.repeat(1001)}) }`,
    /1000 digits/,
  ],
];
describe('a request is refused for', () => {
  test.each(MEASURES)('%s', (_what, limits, passes, refused, words) => {
    expect(answerOf(passes, limits)).toBe('passes');
    expect(answerOf(refused, limits)).toEqual(exceeded(words));
    expect(answerOf(refused)).not.toMatch(words === MEASURES.at(-1)?.[4] ? /^$/ : words);
  });
});

describe('cost is the rows asked for', () => {
  const COSTS: [string, number, OperationRequest | string][] = [
    ['no row for what is no row', 0, '{ taskCostEstimate(taskType: "a") }'],
    ['one for an object', 1, '{ me { id } }'],
    ['one for a count', 1, '{ projects { totalCount } }'],
    ['a page for a connection that names no size', 101, '{ projects { nodes { id } } }'],
    ['its size for one that names it', 8, '{ projects(first: 7) { nodes { id } } }'],
    ['the same by its end', 8, '{ projects(last: 7) { nodes { id } } }'],
    ['the same by edges', 8, '{ projects(first: 7) { edges { cursor node { id } } } }'],
    [
      'by a variable',
      8,
      { query: 'query ($n: Int) { projects(first: $n) { nodes { id } } }', variables: { n: 7 } },
    ],
    ['by the default of a variable', 8, 'query ($n: Int = 7) { projects(first: $n) { nodes { id } } }'],
    [
      'a page for a variable that is not given',
      101,
      'query ($n: Int) { projects(first: $n) { nodes { id } } }',
    ],
    [
      'lists within lists, multiplied',
      1 + 10 * (1 + 1 + 20 * 1),
      '{ projects(first: 10) { nodes { shots(first: 20) { nodes { id } } } } }',
    ],
    ['an object of each row', 1 + 10 * 2, '{ shots(first: 10) { nodes { project { id } } } }'],
    [
      'through fragments on connections',
      1 + 10 * (1 + 1 + 20),
      '{ projects(first: 10) { ...C } } fragment C on ProjectsConnection { nodes { ...P } } fragment P on Project { shots(first: 20) { ... on ShotsConnection { nodes { id } } } }',
    ],
    [
      'a page for a list that has no size',
      1 + 100,
      'mutation { deleteGenerations(input: { ids: [] }) { generations { id } } }',
    ],
    [
      'each item of a subscription',
      1 + 100 * 2,
      'subscription { projectChanges(projectId: "00000000-0000-4000-8000-000000000000") { changes { task { id } } } }',
    ],
  ];
  test.each(COSTS)('%s', (_what, cost, request) => {
    expect(answerOf(request, { cost })).toBe('passes');
    if (cost > 0)
      expect(answerOf(request, { cost: cost - 1 })).toEqual(
        exceeded(new RegExp(`up to ${cost} rows.* ask for ${cost - 1}\\.`)),
      );
  });

  test('of introspection, what tools ask for twice', () => {
    const deep = (levels: number) =>
      `{ __schema { types { ${'fields { type { '.repeat(levels)} name ${'} }'.repeat(levels)} } } }`;
    expect(answerOf(deep(2))).toBe('passes');
    expect(answerOf(deep(10))).toEqual(exceeded(/parts of the schema/));
    const many = times(60, (i) => `f${i}: fields { args { type { fields { name } } } }`).join(' ');
    expect(answerOf(`{ __schema { types { ${many} } } }`)).toEqual(exceeded(/parts of the schema/));
  });
});

test('measuring costs no more than what was sent, however often fragments are spread', () => {
  const levels = times(30, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(' ');
  const nothing = `{ ...F0 } ${levels} fragment F30 on Query { __typename }`;
  // 2^30 fields.
  expect(answerOf(nothing)).toEqual(exceeded(/2000 fields/));
  const rows = `{ projects { nodes { ...F0 } } } ${levels.replaceAll('Query', 'Project')} fragment F30 on Project { shots { nodes { id } } }`;
  expect(answerOf(rows, { fields: Infinity, depth: 1e6 })).toEqual(exceeded(/more than|up to \d+ rows/));
});

test('what a message repeats is cut', () => {
  const told = answerOf(`{ ${'x'.repeat(50_000)} }`);
  expect(told).toMatch(/^GRAPHQL_VALIDATION_FAILED: Cannot query field "x+…$/);
  expect(told.length).toBeLessThan(1_100);
});
