import { randomUUID } from 'node:crypto';
import { alice, bob, service } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt, insertOf } from '../rls/attempt';
import { makeWorld, type World } from '../rls/world';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeWorld(database);
});
afterAll(() => database.drop());

const book = (entry: Record<string, unknown>) =>
  database.query(service, ...insertOf('credits_ledger', { user_id: alice.id, ...entry }));
const AMOUNTS = { spend: -1, refund: 1 } as const;

describe.each(['spend', 'refund'] as const)('a %s', (type) => {
  const amount = AMOUNTS[type];

  test('is booked once for a task', async () => {
    const task_id = randomUUID();
    await book({ type, amount, task_id });
    await expect(book({ type, amount: amount * 2, task_id })).rejects.toMatchObject({
      code: '23505',
      constraint: `credits_ledger_one_${type}_per_task`,
    });
  });

  test('is booked once when ten sessions book it at once', async () => {
    const task_id = randomUUID();
    const booked = await Promise.allSettled(
      Array.from({ length: 10 }, () => book({ type, amount, task_id })),
    );
    expect(booked.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    expect(await database.asOwner('select from credits_ledger where task_id = $1', [task_id])).toHaveLength(
      1,
    );
  });

  test('is booked for each of two tasks', async () => {
    await book({ type, amount, task_id: randomUUID() });
    await expect(book({ type, amount, task_id: randomUUID() })).resolves.toEqual([]);
  });
});

test('a task is both paid and refunded', async () => {
  const task_id = randomUUID();
  await book({ type: 'spend', amount: -2, task_id });
  await expect(book({ type: 'refund', amount: 2, task_id })).resolves.toEqual([]);
});

test('a spend of nothing is an entry: the task was free', async () => {
  await expect(book({ type: 'spend', amount: 0, task_id: randomUUID() })).resolves.toEqual([]);
});

test('a payment reported twice is booked once, whoever it is for', async () => {
  const payment = { type: 'stripe', amount: 10, idempotency_key: 'payment 1' };
  await book(payment);
  await expect(book({ ...payment, user_id: bob.id })).rejects.toMatchObject({
    code: '23505',
    constraint: 'credits_ledger_idempotency_key_key',
  });
});

test('an entry outlives the task it paid for', async () => {
  await book({ type: 'spend', amount: -1, task_id: world.queued });
  await database.query(service, 'delete from tasks where id = $1', [world.queued]);
  expect(
    await database.query(alice, 'select amount from credits_ledger where task_id = $1', [world.queued]),
  ).toEqual([{ amount: '-1.0000' }]);
});

test.each(['update credits_ledger set amount = 1', 'delete from credits_ledger', 'truncate credits_ledger'])(
  'the ledger stays as it is, for services too: %s',
  async (sql) => {
    expect(await attempt(database, service, sql)).toMatchObject({ ok: false, code: '42501' });
  },
);

test('a person reads his own account and nobody else’s', async () => {
  const owners = async (user: typeof alice) =>
    (await database.query<{ user_id: string }>(user, 'select distinct user_id from credits_ledger')).map(
      (row) => row.user_id,
    );
  expect(await owners(alice)).toEqual([alice.id]);
  expect(await owners(bob)).toEqual([bob.id]);
});
