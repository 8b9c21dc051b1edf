import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { FOLLOWED, readerOf } from './log';

let database: TestDatabase;
let project: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  project = await builders(database).project(alice);
});
afterAll(() => database.drop());

const TYPES = {
  GENERATIONS: 'Generation',
  GENERATION_VARIANTS: 'GenerationVariant',
  SHOT_GENERATIONS: 'ShotGeneration',
  SHOTS: 'Shot',
  TASKS: 'Task',
};
const SMALL = [
  'status',
  'location',
  'thumbnailUrl',
  'starred',
  'isPrimary',
  'timelineFrame',
  'position',
  'viewedAt',
  'order',
];

const schema = buildSchema(readFileSync(path.join(__dirname, '../../schema/schema.graphql'), 'utf8'));

test.each(Object.entries(FOLLOWED))(
  '%s: what is named is a field of the API, and only the small is shown',
  async (log, table) => {
    const [{ prosrc }] = (await database.asOwner<{ prosrc: string }>(
      `select prosrc from pg_proc where oid = 'app_private.log_${table}'::regproc`,
    )) as [{ prosrc: string }];
    const named = [...prosrc.matchAll(/is distinct from r\."?\w+"? then '(\w+)'/g)].map(([, name]) => name!);
    const shown = [...prosrc.matchAll(/jsonb_build_object\((.*?)\) as/g)].flatMap(([, pairs]) =>
      [...pairs!.matchAll(/'(\w+)',/g)].map(([, name]) => name!),
    );
    expect(named.length).toBeGreaterThan(4);
    expect(shown.length).toBeGreaterThan(0);
    const fields = Object.keys(
      (schema.getType(TYPES[log as keyof typeof TYPES]) as GraphQLObjectType).getFields(),
    );
    expect(named.filter((name) => !fields.includes(name))).toEqual([]);
    expect(shown.filter((name) => !SMALL.includes(name))).toEqual([]);
    // Every column is compared, or said not to be.
    const columns = await database.asOwner<{ name: string }>(
      `select realtime.field_name(attname) as name from pg_attribute
     where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped`,
    );
    const silent = ['id', 'projectId', 'updatedAt'];
    if (table === 'tasks')
      silent.push(
        'params',
        'workerId',
        'leaseExpiresAt',
        'panePosition',
        'paneGroup',
        'targetShotId',
        'targetGenerationId',
      );
    expect(
      columns
        .map(({ name }) => name)
        .filter((name) => !named.includes(name))
        .sort(),
    ).toEqual(silent.sort());
  },
);

test.each([
  ['2,048 bytes', 'a'.repeat(2048), true],
  ['2,049 bytes', 'a'.repeat(2049), false],
  ['2,050 bytes in fewer characters', 'é'.repeat(1025), false],
])('a location of %s', async (_, location, isShown) => {
  const reader = await readerOf(database);
  const id = await builders(database).generation(alice, project, location);
  const [entry] = (await reader.news()).filter(({ row_id }) => row_id === id);
  expect(entry!.after).toMatchObject({ location: isShown ? location : null });
});

test('a picture that is a location of megabytes makes no entry long, and its change is told', async () => {
  const id = await builders(database).generation(alice, project, 'data:' + 'x'.repeat(3_000_000));
  const reader = await readerOf(database);
  await database.query(alice, 'update generations set location = $1 where id = $2', [
    'data:' + 'y'.repeat(3_000_000),
    id,
  ]);
  const entries = await reader.news();
  expect(entries.length).toBeGreaterThan(0);
  expect(entries.find(({ row_id }) => row_id === id)!.changed_columns).toEqual(['location']);
  expect(JSON.stringify(entries).length).toBeLessThan(5_000);
});

test.each([
  ['a short one', 'tab-7', 'tab-7'],
  ['none', '', null],
  ['unicode', '☃ \u202e 𝕏 \u0001 "\'\\', '☃ \u202e 𝕏 \u0001 "\'\\'],
  ['a long one', '𝕏'.repeat(100_000), '𝕏'.repeat(200)],
])('the client of a write: %s', async (_, client, expected) => {
  const reader = await readerOf(database);
  await database.as(alice, async (session) => {
    await session.query(`select set_config('request.client_id', $1, true)`, [client]);
    await session.query('insert into generations (project_id) values ($1)', [project]);
  });
  expect((await reader.news()).map(({ origin_client_id }) => origin_client_id)).toEqual([expected]);
});

test('a write without a client tells of none', async () => {
  const reader = await readerOf(database);
  await builders(database).generation(alice, project, null);
  expect((await reader.news()).map(({ origin_client_id }) => origin_client_id)).toEqual([null]);
});
