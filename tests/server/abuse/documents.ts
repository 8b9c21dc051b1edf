/** Requests that nobody sends who means well, and the code each is answered by. */
export interface AbusiveRequest {
  name: string;
  /** HTTP status and code. */
  answer: string;
  query?: string;
  variables?: Record<string, unknown>;
  operationName?: string;
  /** Instead of the three. */
  body?: string | Buffer;
  headers?: Record<string, string>;
}

const times = (count: number, text: (index: number) => string, between = ' ') =>
  Array.from({ length: count }, (_, index) => text(index)).join(between);
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const MEGABYTE = 1_000_000;
const TOO_MUCH = '200 LIMIT_EXCEEDED';
const INVALID = '200 GRAPHQL_VALIDATION_FAILED';
const TOO_LARGE = '413 LIMIT_EXCEEDED';
const filtered = (filter: string) => `{ projects(filter: ${filter}) { totalCount } }`;

export const ABUSIVE_REQUESTS: AbusiveRequest[] = [
  { name: '1,000 aliases', query: `{ ${times(1_000, (i) => `a${i}: me { id }`)} }`, answer: TOO_MUCH },
  { name: '1,000 times the same field', query: `{ me { ${'id '.repeat(1_000)} } }`, answer: TOO_MUCH },
  { name: '20,000 unknown fields', query: `{ ${times(20_000, (i) => `x${i}`)} }`, answer: TOO_MUCH },
  {
    name: '300 nested connections',
    query: `{ me { ${'projects { nodes { user { '.repeat(100)} id ${'} } }'.repeat(100)} } }`,
    answer: TOO_MUCH,
  },
  {
    name: 'four lists within each other, of no size',
    query:
      '{ projects { nodes { shots { nodes { shotGenerations { nodes { generation { variants { nodes { id } } } } } } } } } }',
    answer: TOO_MUCH,
  },
  {
    name: 'three lists of a thousand within each other',
    query:
      '{ projects(first: 1000) { nodes { shots(first: 1000) { nodes { shotGenerations(first: 1000) { nodes { id } } } } } } }',
    answer: TOO_MUCH,
  },
  {
    name: 'fragments 500 deep',
    query: `{ me { ...F0 } } ${times(500, (i) => `fragment F${i} on User { ...F${i + 1} }`)} fragment F500 on User { id }`,
    answer: TOO_MUCH,
  },
  {
    name: 'fragments that fan out to 2^30 fields',
    query: `{ ...F0 } ${times(30, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F30 on Query { __typename }`,
    answer: TOO_MUCH,
  },
  {
    name: 'circular fragments',
    query:
      '{ me { ...A } } fragment A on User { ...B } fragment B on User { ...C } fragment C on User { ...A }',
    answer: INVALID,
  },
  {
    name: '24,000 filters by a variable',
    query: 'query ($o: [TaskFilter!]) { tasks(first: 1, filter: { or: $o }) { nodes { id } } }',
    variables: { o: Array.from({ length: 24_000 }, () => ({ cost: { isNull: true } })) },
    answer: TOO_MUCH,
  },
  {
    name: '300,000 empty filters',
    query: 'query ($f: ProjectFilter) { projects(filter: $f) { totalCount } }',
    variables: { f: { or: Array.from({ length: 300_000 }, () => ({})) } },
    answer: TOO_MUCH,
  },
  {
    name: '500 filters over a relation',
    query: 'query ($f: GenerationFilter) { generations(filter: $f) { totalCount } }',
    variables: {
      f: { or: Array.from({ length: 500 }, () => ({ derivatives: { some: { name: { isNull: true } } } })) },
    },
    answer: TOO_MUCH,
  },
  {
    name: 'a pattern of 200 KB to look for',
    query: 'query ($f: GenerationFilter) { generations(filter: $f) { totalCount } }',
    variables: { f: { location: { includes: `${'a'.repeat(200_000)}b` } } },
    answer: TOO_MUCH,
  },
  {
    name: '40,000 entries of an order',
    query: 'query ($o: [ProjectsOrderBy!]) { projects(orderBy: $o) { totalCount } }',
    variables: { o: Array.from({ length: 40_000 }, () => 'NAME_ASC') },
    answer: TOO_MUCH,
  },
  { name: 'first: 2147483647', query: '{ projects(first: 2147483647) { nodes { id } } }', answer: TOO_MUCH },
  {
    name: 'first: 2147483647 by a variable',
    query: 'query ($n: Int) { projects(first: $n) { nodes { id } } }',
    variables: { n: 2_147_483_647 },
    answer: TOO_MUCH,
  },
  { name: '500 directives', query: `{ me ${'@skip(if: false) '.repeat(500)} { id } }`, answer: TOO_MUCH },
  { name: '10 MB of spaces', query: `{ me { id } }${' '.repeat(10 * MEGABYTE)}`, answer: TOO_LARGE },
  { name: 'almost 1 MB of spaces', query: `{ me { id } }${' '.repeat(0.9 * MEGABYTE)}`, answer: TOO_MUCH },
  { name: 'comments and nothing else', query: '#\n'.repeat(45_000), answer: '200 GRAPHQL_PARSE_FAILED' },
  {
    name: 'a string of 10 MB',
    query: filtered(`{ name: { equalTo: "${'x'.repeat(10 * MEGABYTE)}" } }`),
    answer: TOO_LARGE,
  },
  {
    name: 'a string of 0.9 MB',
    query: filtered(`{ name: { equalTo: "${'x'.repeat(0.9 * MEGABYTE)}" } }`),
    answer: TOO_MUCH,
  },
  { name: 'a name of 90,000 letters', query: `{ ${'x'.repeat(90_000)} }`, answer: INVALID },
  {
    name: 'a number of a million digits',
    query: `{ projects(first: ${'9'.repeat(MEGABYTE)}) { totalCount } }`,
    answer: TOO_LARGE,
  },
  {
    name: 'a number of 90,000 digits',
    query: `{ projects(first: ${'9'.repeat(90_000)}) { totalCount } }`,
    answer: TOO_MUCH,
  },
  {
    name: 'a list of 40,000',
    query: filtered(`{ name: { in: [${'1,'.repeat(40_000)}] } }`),
    answer: TOO_MUCH,
  },
  { name: 'brackets without end', query: `{ projects(filter: ${'['.repeat(90_000)}`, answer: TOO_MUCH },
  {
    name: '5,000 operations in one document',
    query: times(5_000, (i) => `query A${i}{me{id}}`),
    operationName: 'A1',
    answer: TOO_MUCH,
  },
  {
    name: 'a large document whose operation is not there',
    query: `query A { ${'me { id } '.repeat(1_500)} }`,
    operationName: 'B',
    answer: TOO_MUCH,
  },
  {
    name: '1,000 changes in one mutation',
    query: `mutation { ${times(1_000, (i) => `a${i}: ensureUser(input: {}) { clientMutationId }`)} }`,
    answer: TOO_MUCH,
  },
  {
    name: 'variables of 10 MB',
    query: '{ me { id } }',
    variables: { x: 'x'.repeat(10 * MEGABYTE) },
    answer: TOO_LARGE,
  },
  {
    name: 'a variable used 1,000 times',
    query: `query ($x: String) ${filtered(`{ or: [${times(1_000, () => '{ name: { equalTo: $x } }')}] }`)}`,
    variables: { x: 'x'.repeat(90_000) },
    answer: TOO_MUCH,
  },
  {
    name: 'JSON 100,000 deep',
    body: `{"query":"{ me { id } }","variables":{"x":${nested(100_000)}}}`,
    answer: TOO_MUCH,
  },
  {
    name: 'introspection that describes itself without end',
    query: `{ __schema { types { ${'fields { type { '.repeat(12)} name ${'} }'.repeat(12)} } } }`,
    answer: TOO_MUCH,
  },
  {
    name: 'introspection side by side',
    query: `{ __schema { types { ${times(90, (i) => `f${i}: fields { args { type { fields { name } } } }`)} } } }`,
    answer: TOO_MUCH,
  },
  {
    name: 'a batch of 1,000 operations',
    body: JSON.stringify(Array(1_000).fill({ query: '{ me { id } }' })),
    answer: '400 BAD_REQUEST',
  },
  { name: 'a document that is no text', body: '{"query":{"a":[1,2]}}', answer: '400 BAD_REQUEST' },
  { name: 'bytes that are no text', body: Buffer.alloc(500_000, 0xfe), answer: '400 BAD_REQUEST' },
  {
    name: 'signs of all kinds for a document',
    query: '\u202e\ufeff🦄\u0007é'.repeat(1_000),
    answer: '200 GRAPHQL_PARSE_FAILED',
  },
  // 10 MB of zeros, for whoever unpacks them.
  {
    name: 'a packed body',
    body: Buffer.from('1f8b0800000000000003edc101010000008090feafee080a000000000000000000', 'hex'),
    headers: { 'content-encoding': 'gzip' },
    answer: '400 BAD_REQUEST',
  },
];
