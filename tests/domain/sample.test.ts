import { loadSampleData } from '../../server/sample/load';
import { PEOPLE } from '../../server/sample/people';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';

let database: TestDatabase;
const load = () => loadSampleData({ auth: database.authUrl });

beforeAll(async () => {
  database = await createTestDatabase();
  await load();
});
afterAll(() => database?.drop());

const count = async (sql: string) =>
  Number((await database.asOwner<{ count: string }>(`select count(*) from ${sql}`))[0]?.count);

const TABLES = [
  'users',
  'projects',
  'shots',
  'generations',
  'generation_variants',
  'shot_generations',
  'tasks',
  'credits_ledger',
  'resources',
  'training_data_batches',
  'training_data',
  'training_data_segments',
  'task_types',
  'workers',
];

/** A sum over everything, for what must not change. */
const print = () =>
  database.asOwner(
    TABLES.map(
      (table) =>
        `select '${table}' as name, count(*), md5(string_agg(t::text, '' order by id)) from ${table} t`,
    ).join(' union all ') + ' order by name',
  );

test('every promise of the data model is kept', async () => {
  expect(await brokenInvariants(database)).toEqual({});
});

test('the balance of each is the sum of what he paid and spent', async () => {
  expect(
    await count(
      `users u where credits = (select sum(amount) from credits_ledger l where l.user_id = u.id) and credits > 0`,
    ),
  ).toBe(PEOPLE.length);
});

describe('there is something of everything to look at', () => {
  const sights: [string, string][] = [
    ['a finished composite', `generations g where location is not null and jsonb_array_length(children) > 1`],
    [
      'a composite that is still made',
      `generations g where location is null and jsonb_array_length(children) > 0`,
    ],
    [
      'one of which nothing is done',
      `generations g where location is null and children = '[]' and params <> '{}'`,
    ],
    [
      'an edit of an edit',
      `generations g join generations s on s.id = g.based_on where s.based_on is not null`,
    ],
    [
      'an image with several edits',
      `(select based_on from generations group by 1 having count(*) > 2) x where based_on is not null`,
    ],
    ['a later version that is shown', `generation_variants where is_primary and variant_type = 'upscaled'`],
    ['a version that is not shown', `generation_variants where not is_primary and variant_type = 'edit'`],
    ['a version nobody has looked at', `generation_variants where viewed_at is null`],
    ['a version somebody has looked at', `generation_variants where viewed_at is not null`],
    ['a starred generation', `generations where starred`],
    [
      'a generation twice in a list',
      `(select from shot_generations where position is not null group by shot_id, generation_id having count(*) > 1) x`,
    ],
    [
      'a generation in two shots',
      `(select from shot_generations group by generation_id having count(distinct shot_id) > 1) x`,
    ],
    ['one in a shot and not placed', `shot_generations where position is null and timeline_frame is null`],
    ['one in no shot', `generations where shot_data = '{}' and not is_child and location is not null`],
    ['an upload', `generations where task_id is null and location is not null`],
    ['a generation that names its task', `generations where task_id is not null`],
  ];
  test.each(sights)('%s', async (_what, sql) => {
    expect(await count(sql)).toBeGreaterThan(0);
  });

  test('tasks in every status', async () => {
    const statuses = `select unnest(enum_range(null::task_status))::text as status`;
    expect(await count(`(${statuses} except select distinct status::text from tasks) missing`)).toBe(0);
  });
});

describe('times', () => {
  const impossible: [string, string][] = [
    ['in the future', `generations where created_at > now()`],
    [
      'an edit before its source',
      `generations g join generations s on s.id = g.based_on where g.created_at < s.created_at`,
    ],
    [
      'a part before its composite',
      `generations g join generations p on p.id = g.parent_generation_id where g.created_at < p.created_at`,
    ],
    [
      'a version before its generation',
      `generation_variants v join generations g on g.id = v.generation_id where v.created_at < g.created_at`,
    ],
    ['a look at what is not there', `generation_variants where viewed_at < created_at or viewed_at > now()`],
    [
      'a place before its generation',
      `shot_generations l join generations g on g.id = l.generation_id where l.created_at < g.created_at`,
    ],
    [
      'a generation before its task',
      `generations g join tasks t on t.id = g.task_id where g.location is not null and not g.is_child and g.children = '[]' and g.created_at < t.created_at`,
    ],
    [
      'a project before its owner',
      `projects p join users u on u.id = p.user_id where p.created_at < u.created_at`,
    ],
    [
      'a shot before its project',
      `shots s join projects p on p.id = s.project_id where s.created_at < p.created_at`,
    ],
  ];
  test.each(impossible)('show nothing impossible: %s', async (_what, sql) => {
    expect(await count(sql)).toBe(0);
  });

  test('are spread: each project is the work of days', async () => {
    const brief = `(select from generations group by project_id having max(created_at) - min(created_at) < interval '1 day') x`;
    expect(await count(brief)).toBe(0);
    expect(
      await count(`(select from generations group by project_id, created_at having count(*) > 2) x`),
    ).toBe(0);
  });
});

test('loading it again, and twice at once, changes nothing', async () => {
  const before = await print();
  await Promise.all([load(), load()]);
  expect(await print()).toEqual(before);
});
