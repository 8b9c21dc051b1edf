import { alice, bob, gpu1, type Actor, type User } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { makeStudio, queueOf, refusalOf, type Queue } from './studio';

let database: TestDatabase;
let queue: Queue;
const worker = gpu1 as Extract<Actor, { kind: 'worker' }>;
const MOST = '9999999999.9999';

beforeAll(async () => {
  database = await createTestDatabase();
  queue = queueOf(database);
  await queue.type('dearest', { unit_cost: '999999', cost_factors: { resolution: { x: 1e30 } } });
  await queue.type('plain');
});
afterAll(() => database?.drop());

const creditsOf = async (user: User) =>
  (await database.query<{ credits: string }>(user, 'select credits::text from users'))[0]?.credits;
const dearest = { task_type: 'dearest', params: { resolution: 'x' } };

test('an account with hardly any credits goes as deep as the column holds, and no completion fails', async () => {
  const project = await makeStudio(database, alice, 0);
  await queue.grant(alice, '0.0001');
  await queue.enqueue(alice, project, [dearest, dearest, dearest]);
  // Handed out while there are credits: what runs is billed whatever the balance has become.
  const tasks = [await queue.claim(worker), await queue.claim(worker), await queue.claim(worker)];
  const costs = [];
  for (const task of tasks) costs.push(await queue.complete(worker, task!.id, 1));

  const tooLarge = 'the cost is larger than a bill can be: 9999999999.9999';
  const noRoom = 'the account holds no larger debt';
  expect(costs).toMatchObject([
    { status: 'Complete', cost: MOST, result_data: { notes: [tooLarge] } },
    { status: 'Complete', cost: '0.0001', result_data: { notes: [tooLarge, noRoom] } },
    { status: 'Complete', cost: '0.0000', result_data: { notes: [tooLarge, noRoom] } },
  ]);
  expect(await creditsOf(alice)).toBe(`-${MOST}`);
  expect(
    await database.query(
      alice,
      `select amount::text, metadata -> 'notes' as notes from credits_ledger where type = 'spend' order by created_at`,
    ),
  ).toEqual([
    { amount: `-${MOST}`, notes: [tooLarge] },
    { amount: '-0.0001', notes: [tooLarge, noRoom] },
    { amount: '0.0000', notes: [tooLarge, noRoom] },
  ]);
  // In debt to the last place: nothing more is handed out, and what is given back counts.
  await queue.enqueue(alice, project, [{ task_type: 'plain' }]);
  expect(await queue.claim(worker)).toBeUndefined();
  await queue.refund(tasks[0]!.id);
  expect(await creditsOf(alice)).toBe('0.0000');
  expect(await queue.claim(worker)).toBeUndefined();
  await queue.refund(tasks[1]!.id);
  expect(await creditsOf(alice)).toBe('0.0001');
  expect(await queue.claim(worker)).toMatchObject({ task_type: 'plain' });
});

test('a full account spends as any other; what does not fit into it is refused and not lost in part', async () => {
  const project = await makeStudio(database, bob, 0);
  await queue.grant(bob, MOST);
  expect(await refusalOf(queue.grant(bob, '0.0001'))).toMatchObject({ code: '22003' });
  expect(await creditsOf(bob)).toBe(MOST);
  await queue.enqueue(bob, project, [{ task_type: 'plain' }]);
  const task = await queue.claim(worker);
  expect(await queue.complete(worker, task!.id, 1)).toMatchObject({ cost: '0.0500' });
  expect(await creditsOf(bob)).toBe('9999999999.9499');
});
