import { alice, anonymous, gpu1, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { codeOf } from '../helpers/queue';

let database: TestDatabase;
let project: string;

beforeAll(async () => {
  database = await createTestDatabase();
  await builders(database).account(alice);
  await builders(database).worker('gpu-1');
  project = await builders(database).project(alice);
  await builders(database).generation(alice, project);
});
afterAll(() => database.drop());

const ACTORS: [string, Actor][] = [
  ['anonymous', anonymous],
  ['a user', alice],
  ['a worker', gpu1],
  ['a service', service],
];
const FOR_SERVICES = {
  open: 'select realtime.open()',
  standing: 'select * from realtime.standing()',
  read: `select * from realtime.read('1:1:', null, null, 0, 0, 10)`,
  prune: `select realtime.prune('1 day', 1)`,
};
const FOR_NOBODY = {
  'reading the changes': 'select * from realtime.changes',
  'reading the placed changes': 'select * from realtime.placed_changes',
  'reading the state': 'select * from realtime.state',
  'reading the marks': 'select * from realtime.marks',
  'forging a change': `insert into realtime.changes (project_id, operation) values (gen_random_uuid(), 'RESYNC')`,
  'clearing the changes': 'delete from realtime.changes where false',
  'changing the state': 'update realtime.state set epoch = gen_random_uuid() where false',
  'adding a mark': 'insert into realtime.marks default values',
  'logging a RESYNC': `select realtime.log_resync('{}', null)`,
  'following a table': `select realtime.follow('public.generations', '{}', '{}', '{}') where false`,
  'asking for the identity': 'select realtime.identity() where false',
  'naming a field': `select realtime.field_name('a') where false`,
};

describe.each(Object.entries(FOR_SERVICES))('%s', (_, sql) => {
  test.each(ACTORS)('%s', async (_name, actor) => {
    expect(await codeOf(database.query(actor, sql))).toBe(actor === service ? 'done' : '42501');
  });
});

describe.each(Object.entries(FOR_NOBODY))('%s', (_, sql) => {
  test.each(ACTORS)('not %s', async (_name, actor) => {
    expect(await codeOf(database.query(actor, sql))).toBe('42501');
  });
  test('the owner of the database may', async () => {
    expect(await codeOf(database.asOwner(sql))).toBe('done');
  });
});

test('every function and table of the log is tried here', async () => {
  const names = await database.asOwner<{ name: string }>(
    `select proname as name from pg_proc where pronamespace = 'realtime'::regnamespace
     union all select relname from pg_class where relnamespace = 'realtime'::regnamespace and relkind in ('r', 'v')`,
  );
  const tried = Object.values({ ...FOR_SERVICES, ...FOR_NOBODY }).join('\n');
  expect(names.length).toBeGreaterThan(10);
  expect(
    names.map(({ name }) => name).filter((name) => !new RegExp(`realtime\\.${name}\\b`).test(tried)),
  ).toEqual([]);
});
