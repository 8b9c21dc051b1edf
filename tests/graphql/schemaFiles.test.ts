import {
  type GraphQLField,
  type GraphQLInputField,
  buildSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { generateSchemaFiles, staleSchemaFiles } from '../../server/graphql/snapshot';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

const SETTINGS = { pageSize: { default: 100, max: 1000 } };
let database: TestDatabase;
const urls = () => ({ owner: database.ownerUrl, auth: database.authUrl });

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

test('schema/schema.graphql is what the database says; otherwise: npm run schema', async () => {
  const committed = await readFile(path.resolve(__dirname, '../../schema/schema.graphql'), 'utf8');
  const { 'schema.graphql': generated } = await generateSchemaFiles(urls(), SETTINGS);
  expect(generated).toBe(committed);
});

test('a change of the database makes it stale, by name', async () => {
  await database.asOwner(
    'alter table shots add column mood text; grant select (mood) on shots to authenticated',
  );
  try {
    expect(await staleSchemaFiles(urls(), SETTINGS)).toEqual(['schema/schema.graphql', 'schema/catalog.txt']);
  } finally {
    await database.asOwner('alter table shots drop column mood');
  }
});

test('the API documents itself: each of our types, fields and values has a description', async () => {
  const { 'schema.graphql': text } = await generateSchemaFiles(urls(), SETTINGS);
  const schema = buildSchema(text);
  const bare: string[] = [];
  for (const type of Object.values(schema.getTypeMap()).filter(
    (candidate) => !isIntrospectionType(candidate),
  )) {
    // Written by PostGraphile by the hundred; their names say it all.
    if (/(OrderBy|Filter|Condition|Connection|Edge|Payload)$/.test(type.name)) continue;
    if (isEnumType(type) && !type.description) bare.push(type.name);
    if (!isObjectType(type) && !isInputObjectType(type)) continue;
    if (!type.description) bare.push(type.name);
    for (const field of Object.values<GraphQLField<unknown, unknown> | GraphQLInputField>(type.getFields())) {
      const isWrapper = isInputObjectType(type) || field.type.toString().includes('Payload');
      // `project(id)` is a Project, which has its description.
      const isLookup =
        type.name === 'Query' &&
        'args' in field &&
        field.args.some(({ name }) => ['id', 'name'].includes(name));
      if (!field.description && !isWrapper && !isLookup) bare.push(`${type.name}.${field.name}`);
    }
  }
  expect(bare).toEqual([]);
});
