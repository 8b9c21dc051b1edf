import fc from 'fast-check';
import {
  execute,
  getNamedType,
  isLeafType,
  isObjectType,
  parse,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { Pool } from 'pg';
import { resultWriterOf } from '../../server/graphql/changeText';
import { ROWS } from '../../server/graphql/plugins/realtimeRows';
import { buildApi } from '../../server/graphql/schema';
import { REALTIME_TABLES, type Change } from '../../server/realtime/change';
import type { Item } from '../../server/realtime/delivery';
import { createStorageLinks } from '../../server/storage/links';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

// What is written at once is, to the letter, what graphql-js would make of it.

let database: TestDatabase;
let pool: Pool;
let schema: GraphQLSchema;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.authUrl });
  const links = createStorageLinks(
    () => '',
    () => undefined,
  );
  ({ schema } = await buildApi(pool, { default: 100, max: 1_000 }, links));
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

const ROW_FIELDS = new Set(Object.values(ROWS).map(({ field }) => field));
const ROOTS = ['projectChanges', ...Object.values(ROWS).map(({ root }) => root)];
const PROJECT = '0b1ec700-0000-4000-8000-000000000001';

const rootType = (root: string) =>
  getNamedType(schema.getSubscriptionType()!.getFields()[root]!.type) as GraphQLObjectType;
/** What a type tells without a row, and what of it has fields of its own. */
const fieldsOf = (type: GraphQLObjectType) =>
  Object.values(type.getFields())
    .filter(({ name }) => !ROW_FIELDS.has(name))
    .map(({ name, type: given }) => ({ name, of: getNamedType(given) }));

const both = async (query: string, item: Item, operationName?: string) => {
  const args = { schema, document: parse(query), operationName, rootValue: item, contextValue: {} };
  const expected = await execute({ ...args, variableValues: { p: PROJECT } });
  return { written: resultWriterOf(args)?.(item), expected };
};

/** A selection of a type: some of its fields, some by another name, some in fragments, some twice. */
const selection = (type: GraphQLObjectType): fc.Arbitrary<string> => {
  const field = fc
    .constantFrom({ name: '__typename', of: undefined }, ...fieldsOf(type))
    .chain(({ name, of }) => {
      const alias = fc.constantFrom('', '', `${name}_again: `);
      if (!isObjectType(of)) return alias.map((words) => `${words}${name}`);
      return fc.tuple(alias, selection(of)).map(([words, inner]) => `${words}${name} ${inner}`);
    });
  const part = fc.oneof(
    { weight: 4, arbitrary: field },
    { weight: 1, arbitrary: field.map((text) => `... on ${type.name} { ${text} }`) },
    { weight: 1, arbitrary: field.map((text) => `... { ${text} }`) },
    { weight: 1, arbitrary: fc.constant(`...Of${type.name}`) },
  );
  return fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => `{ ${parts.join(' ')} }`);
};

const document = (root: string) =>
  selection(rootType(root)).map((text) => {
    const names = [
      'ChangeBatch',
      'Change',
      'SmallColumns',
      ...Object.values(ROWS).map(({ type }) => `${type}Change`),
    ];
    const fragments = names
      .filter((name) => text.includes(`...Of${name}`))
      .map((name) => {
        const leaf = fieldsOf(schema.getType(name) as GraphQLObjectType).find(({ of }) => isLeafType(of));
        return `fragment Of${name} on ${name} { again: ${leaf!.name} ${leaf!.name} }`;
      });
    return `subscription ($p: UUID!) { ${root}(projectId: $p) ${text} } ${fragments.join(' ')}`;
  });

const words = fc.option(fc.string({ unit: 'grapheme' }));
const small = fc.option(
  fc.record(
    {
      status: fc.constantFrom<unknown>('Queued', 'In Progress', 'Complete', 'no status', null),
      location: words,
      thumbnailUrl: words,
      starred: fc.constantFrom<unknown>(true, false, null, 'yes'),
      isPrimary: fc.option(fc.boolean()),
      timelineFrame: fc.option(fc.oneof(fc.integer(), fc.constantFrom(1.5, 2 ** 40))),
      position: fc.option(fc.nat()),
      viewedAt: fc.option(fc.constant('2026-11-30T08:00:00.123456+00:00')),
      order: fc.option(fc.nat()),
    },
    { requiredKeys: [] },
  ),
);
const uuid = fc.uuid();
const change: fc.Arbitrary<Change> = fc.record({
  operation: fc.constantFrom('INSERT', 'UPDATE', 'DELETE'),
  table: fc.constantFrom(...REALTIME_TABLES),
  id: uuid,
  projectId: uuid,
  shotId: fc.option(uuid),
  generationId: fc.option(uuid),
  parentGenerationId: fc.option(uuid),
  changedColumns: fc.array(fc.string()),
  before: small,
  after: small,
  originClientId: words,
  logId: fc.bigInt({ min: 1n }),
});
const item: fc.Arbitrary<Item> = fc.record({
  kind: fc.constantFrom('READY', 'CHANGE', 'RESYNC'),
  cursor: fc.string(),
  projectId: uuid,
  changes: fc.array(change, { maxLength: 3 }),
});

test('documents of all kinds over items of all kinds', async () => {
  let written = 0;
  const asked = fc.constantFrom(...ROOTS).chain(document);
  await fc.assert(
    fc.asyncProperty(asked, item, async (query, given) => {
      const result = await both(query, given);
      // An error is for graphql-js to tell, and the only reason to leave it to it.
      expect(result.written).toBe(result.expected.errors ? undefined : JSON.stringify(result.expected));
      if (result.written !== undefined) written++;
    }),
    { numRuns: 500 },
  );
  expect(written).toBeGreaterThan(100);
});

const READY: Item = { kind: 'READY', cursor: 'c', projectId: PROJECT, changes: [] };
const LEFT: Record<string, string> = {
  'a row': 'projectChanges(projectId: $p) { changes { generation { id } } }',
  'a row in a fragment': 'projectChanges(projectId: $p) { changes { ... on Change { task { id } } } }',
  'the row of a table alone': 'taskChanges(projectId: $p) { kind task { id } }',
  'what a variable decides': 'projectChanges(projectId: $p) { kind cursor @include(if: $yes) }',
  'a fragment that a variable decides':
    'projectChanges(projectId: $p) { kind ... @skip(if: $yes) { cursor } }',
};
test.each(Object.entries(LEFT))('%s is left to graphql-js', (_what, text) => {
  const args = { schema, document: parse(`subscription ($p: UUID!, $yes: Boolean = true) { ${text} }`) };
  expect(resultWriterOf(args)).toBeUndefined();
});

test('each operation of a document is its own, and one function for all who ask it', async () => {
  const query = `subscription A($p: UUID!) { projectChanges(projectId: $p) { kind } }
    subscription B($p: UUID!) { projectChanges(projectId: $p) { cursor } }`;
  expect((await both(query, READY, 'A')).written).toBe('{"data":{"projectChanges":{"kind":"READY"}}}');
  expect((await both(query, READY, 'B')).written).toBe('{"data":{"projectChanges":{"cursor":"c"}}}');
  const args = { schema, document: parse(query) };
  expect(resultWriterOf({ ...args, operationName: 'A' })).toBe(
    resultWriterOf({ ...args, operationName: 'A' }),
  );
  expect(resultWriterOf({ ...args, operationName: 'none' })).toBeUndefined();
});
