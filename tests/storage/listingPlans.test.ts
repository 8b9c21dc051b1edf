import { alice, bob, gpu1, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

/** 50 folders of 100 files of Alice, among 20,000 files of 200 others. */
const OTHERS = 200;
const EACH = 100;
const FOLDERS = 50;
/** So often in one session that the plans of the functions are the ones kept for all values. */
const CALLS = 12;

let database: TestDatabase;
let task: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.account(bob);
  await make.taskType('image_generation');
  await make.worker('gpu-1');
  task = await make.task(await make.project(alice), { status: 'In Progress', workerId: 'gpu-1' });
  await database.asOwner(`
    alter table storage.objects disable trigger _200_take_version;
    insert into storage.objects (bucket_id, name, version)
    select 'public', u || '/' || n || '.png', gen_random_uuid()
    from (select gen_random_uuid() as u from generate_series(1, ${OTHERS})) as users, generate_series(1, ${EACH}) n;
    insert into storage.objects (bucket_id, name, version)
    select 'public', '${alice.id}/f' || f || '/' || n || '.png', gen_random_uuid()
    from generate_series(1, ${FOLDERS}) f, generate_series(1, ${EACH}) n;
    insert into storage.objects (bucket_id, name, version)
    select 'public', '${alice.id}/tasks/${task}/' || n || '.png', gen_random_uuid() from generate_series(1, 20) n;
    alter table storage.objects enable trigger _200_take_version`);
  await database.asOwner('analyze storage.objects');
});
afterAll(() => database.drop());

/** How many rows of storage.objects, or entries of its indexes, were read since the transaction began. */
const READ = `select sum(pg_stat_get_xact_tuples_returned(r))::int as read from (
  select 'storage.objects'::regclass::oid as r
  union all select indexrelid from pg_index where indrelid = 'storage.objects'::regclass
) as relations`;

/** Rows that come of a statement, and rows that the most costly of many calls read. */
async function costOf(actor: Actor, sql: string, values: unknown[]) {
  return database.as(actor, async (client) => {
    const readSoFar = async () => (await client.query<{ read: number }>(READ)).rows[0]!.read;
    let [given, most] = [0, 0];
    for (let call = 0; call < CALLS; call++) {
      const before = await readSoFar();
      given = (await client.query(sql, values)).rows.length;
      most = Math.max(most, (await readSoFar()) - before);
    }
    return { given, most };
  });
}

const root = `${alice.id}/`;
const folder = `${root}f7/`;
const v1 = 'select * from storage.search($1, $2, $3, 1, $4)';
const v2 = 'select * from storage.search_v2($1, $2, $3, $4, $5, $6)';

test.each<[what: string, actor: Actor, sql: string, values: () => unknown[], given: number, most: number]>([
  ['the folders of the owner', alice, v1, () => [root, 'public', 100, 0], 51, 60],
  ['some of them, further down', alice, v1, () => [root, 'public', 10, 30], 10, 45],
  ['one folder', alice, v1, () => [folder, 'public', 100, 0], 100, 110],
  ['a page of a folder', alice, v1, () => [folder, 'public', 10, 20], 10, 100],
  ['the whole bucket, as who sees one folder', alice, v1, () => ['', 'public', 100, 0], 1, 5],
  ['the folder of another', alice, v1, () => [`${bob.id}/`, 'public', 100, 0], 0, 5],
  ['folders by the second listing', alice, v2, () => [root, 'public', 100, 1, null, 'asc'], 51, 60],
  ['folders downwards', alice, v2, () => [root, 'public', 100, 1, null, 'desc'], 51, 60],
  ['a flat page', alice, v2, () => ['', 'public', 50, null, null, 'asc'], 50, 100],
  ['a flat page from the middle', alice, v2, () => [root, 'public', 50, null, `${root}f25/`, 'asc'], 50, 100],
  ['a flat page downwards', alice, v2, () => [root, 'public', 50, null, `${root}f25/`, 'desc'], 50, 100],
  ['the whole bucket, as a service', service, v1, () => ['', 'public', 100, 0], 100, 110],
  ['a flat page of all, as a service', service, v2, () => ['', 'public', 50, null, null, 'asc'], 50, 100],
  [
    'the folder of its task, as a worker',
    gpu1,
    v1,
    () => [`${root}tasks/${task}/`, 'public', 100, 0],
    20,
    30,
  ],
])('%s', async (_, actor, sql, values, given, most) => {
  const cost = await costOf(actor, sql, values());
  expect(cost.given).toBe(given);
  expect(cost.most).toBeGreaterThanOrEqual(Math.min(given, 1));
  expect(cost.most).toBeLessThanOrEqual(most);
});

test.each([
  [
    'replaced',
    `select storage.put_row('public', $1, storage.reserve_version('public', '1 hour'), true, null, null)`,
  ],
  ['moved', `select storage.move_row('public', $1, 'public', $1)`],
  ['tried', `select storage.begin_upload('public', $1, true, '1 hour')`],
])('an object is %s without a look at the others', async (_, sql) => {
  const { most } = await costOf(alice, sql, [`${folder}7.png`]);
  expect(most).toBeGreaterThan(0);
  // What the calls before have left of the row, which is written again and again here, is read too.
  expect(most).toBeLessThanOrEqual(10 * CALLS);
});
