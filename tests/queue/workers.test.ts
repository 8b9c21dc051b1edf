import { randomUUID } from 'node:crypto';
import { gpu1, gpu2, service, type Actor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { refusalOf } from './studio';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const told = (actor: Actor, call: string, values: unknown[] = []) =>
  refusalOf(database.query(actor, `select * from ${call}`, values));

test.each<[what: string, actor: Actor, call: string, code: string, message: string]>([
  ['a claim of no run type', gpu1, `claim_next_task('gpu-1', null)`, 'RG400', 'runType is required.'],
  ['another’s name', gpu2, `heartbeat('gpu-1')`, 'RG403', 'This token speaks for worker gpu-2.'],
  ['no name', gpu2, `heartbeat(null)`, 'RG403', 'This token speaks for worker gpu-2.'],
  [
    'a claim in another’s name',
    gpu2,
    `claim_next_task('gpu-1', 'gpu')`,
    'RG403',
    'This token speaks for worker gpu-2.',
  ],
])('%s is refused', async (_what, actor, call, code, message) => {
  expect(await told(actor, call)).toMatchObject({ code, message });
  expect(await database.asOwner('select from workers')).toEqual([]);
});

test('a heartbeat names 1,000 tasks at most', async () => {
  const ids = Array.from({ length: 1001 }, () => randomUUID());
  expect(await told(service, `heartbeat('gpu-3', task_ids => $1)`, [ids])).toMatchObject({
    code: 'RG400',
    message: 'taskIds has more than 1000 entries.',
  });
  const [answer] = await database.query(service, `select * from heartbeat('gpu-3', task_ids => $1)`, [
    ids.slice(1),
  ]);
  expect(answer).toEqual({ extended: [], cancelled: [], lost: ids.slice(1).sort() });
});

test.each([
  ['a name nobody can read', `heartbeat('no name')`, 'workers_id_is_readable'],
  ['metadata that are no object', `heartbeat('gpu-3', metadata => '[]')`, 'workers_metadata_is_object'],
])('%s is refused by the rule of the table', async (_what, call, constraint) => {
  expect(await told(service, call)).toMatchObject({ code: '23514', constraint });
});

test('a claim needs READ COMMITTED: an older snapshot would break the cap', async () => {
  await expect(
    database.as(gpu1, async (client) => {
      // Isolation is chosen before the first query of a transaction.
      await client.query('commit');
      await client.query('begin isolation level repeatable read');
      await client.query(`select set_config('request.jwt.claims', '{"role": "service_role"}', true)`);
      await client.query('set local role service_role');
      await client.query(`select * from claim_next_task('gpu-3', 'gpu')`);
    }),
  ).rejects.toMatchObject({
    code: 'RG400',
    message: 'Claim in READ COMMITTED: an older snapshot cannot count what runs now.',
  });
});
