import { randomUUID } from 'node:crypto';
import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';

interface Shot extends Record<string, unknown> {
  id: string;
  name: string;
  order: number;
}

let database: TestDatabase;
let make: ReturnType<typeof builders>;
let project = '';
let second = '';

beforeAll(async () => {
  database = await createTestDatabase();
  make = builders(database);
  await make.account(alice);
});
beforeEach(async () => {
  await database.asOwner('delete from projects');
  project = await make.project(alice);
  second = await make.project(alice, 'The second project');
  for (const name of ['X', 'Y']) await make.shot(alice, second, name);
  for (const name of ['A', 'B', 'C', 'D']) await make.shot(alice, project, name);
});
afterEach(async () => {
  expect(await brokenInvariants(database)).toEqual({});
});
afterAll(() => database?.drop());

const sql = (text: string, values: unknown[] = []) => database.query<Shot>(alice, text, values);
const shots = (of = project) => sql('select * from shots where project_id = $1 order by "order"', [of]);
const names = async (of = project) => (await shots(of)).map(({ name }) => name).join('');
const ids = async () => (await shots()).map(({ id }) => id);

test('reorder_shots puts the shots in the order of the list, and those of no other project', async () => {
  const [a, b, c, d] = await ids();
  const told = await sql('select * from reorder_shots($1, $2)', [project, [d, b, a, c]]);
  expect(told.map(({ name, order }) => `${name}${order}`)).toEqual(['D0', 'B1', 'A2', 'C3']);
  expect(await names()).toBe('DBAC');
  expect(await names(second)).toBe('XY');
});

test('reorder_shots of a project without shots takes an empty list', async () => {
  expect(await sql('select * from reorder_shots($1, $2)', [await make.project(alice), []])).toEqual([]);
});

test.each([
  ['leaves one out', (all: string[]) => all.slice(1)],
  ['names one twice in place of another', (all: string[]) => [...all.slice(1), all[1]]],
  ['names one twice besides the others', (all: string[]) => [...all, all[0]]],
  ['names a strange one', (all: string[]) => [...all.slice(1), randomUUID()]],
  ['holds a null', (all: string[]) => [...all.slice(1), null]],
  ['is none', () => null],
])('reorder_shots refuses a list that %s, and changes nothing', async (_what, list) => {
  await expect(
    sql('select reorder_shots($1, $2)', [project, list([...(await ids())].reverse())]),
  ).rejects.toMatchObject({ code: 'RG400' });
  expect(await names()).toBe('ABCD');
});

test('orders close up when shots go, one or several at once', async () => {
  await sql(`delete from shots where name = 'B'`);
  expect(await names()).toBe('ACD');
  await sql(`delete from shots where name in ('A', 'D', 'X')`);
  expect((await shots()).map(({ name, order }) => `${name}${order}`)).toEqual(['C0']);
  expect((await shots(second)).map(({ name, order }) => `${name}${order}`)).toEqual(['Y0']);
});

test('orders have no holes whatever a service writes, and none where a shot moves to another project', async () => {
  await database.query(service, `update shots set "order" = 70 where name = 'B'`);
  expect(await names()).toBe('ACDB');
  await database.query(service, `update shots set project_id = $1 where name = 'C'`, [second]);
  expect([await names(), (await names(second)).length]).toEqual(['ADB', 3]);
  await database.query(service, `insert into shots (project_id, name, "order") values ($1, 'Z', 900)`, [
    second,
  ]);
  expect((await shots(second)).at(-1)).toMatchObject({ name: 'Z', order: 3 });
});
