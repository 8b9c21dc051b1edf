import { randomUUID } from 'node:crypto';
import { alice, bob, gpu1, service, type Actor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { makeStudio, queueOf, refusalOf, type Queue } from './studio';

let database: TestDatabase;
let queue: Queue;
let gateway: TestGateway;
let project: string;
const worker = gpu1 as Extract<Actor, { kind: 'worker' }>;
const NOBODY = '00000000-0000-4000-8000-00000000dead';

beforeAll(async () => {
  database = await createTestDatabase();
  queue = queueOf(database);
  await queue.type('image');
  await queue.type('free', { unit_cost: '0' });
  await queue.type('direct', { category: 'orchestration', unit_cost: null, content_type: null });
  project = await makeStudio(database, alice, 10);
  await makeStudio(database, bob, 0);
  gateway = await startTestGateway(database);
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

interface Entry extends Record<string, unknown> {
  id: string;
  amount: string;
  type: string;
  metadata: object;
}
/** user_id, amount, type, idempotency_key, metadata: those that are given, in their order. */
async function grant(...given: unknown[]): Promise<Entry> {
  const places = given.map((_, n) => `$${n + 1}`).join(', ');
  const [entry] = await database.query<Entry>(service, `select * from grant_credits(${places})`, given);
  return entry!;
}
const balance = async (id = alice.id) =>
  Number(
    (await database.asOwner<{ credits: string }>('select credits from users where id = $1', [id]))[0]
      ?.credits,
  );
const count = async () => (await database.asOwner('select from credits_ledger')).length;

/** Ends a task of this type; how is left to the caller. */
async function ended(type: string, end: 'complete' | 'fail' = 'complete'): Promise<string> {
  const [task] = await queue.enqueue(alice, project, [{ task_type: type }]);
  expect(await queue.claim(worker)).toMatchObject({ id: task!.id });
  await (end === 'complete' ? queue.complete(worker, task!.id, 1) : queue.fail(worker, task!.id, 1));
  return task!.id;
}
const refund = (id: string | null, reason: string | null = 'It was blurred.') =>
  database.query<Entry>(service, 'select * from refund_task($1, $2)', [id, reason]);

describe('grant_credits', () => {
  test('books a correction, up or down, by default', async () => {
    const before = await balance();
    expect(await grant(alice.id, '2.5')).toMatchObject({
      amount: '2.5000',
      type: 'manual',
      idempotency_key: null,
      metadata: {},
    });
    expect(await grant(alice.id, '-0.0001', 'manual', null, { why: 'a test' })).toMatchObject({
      ...{ amount: '-0.0001', type: 'manual', task_id: null, metadata: { why: 'a test' } },
    });
    expect(await balance()).toBeCloseTo(before + 2.4999, 4);
  });

  test.each(['stripe', 'auto_topup', 'manual'])(
    'books a %s once, however often it is reported',
    async (type) => {
      const before = await balance();
      const key = `payment of ${type}`;
      const entry = await grant(alice.id, '20', type, key, { event: 1 });
      for (const amount of ['20', '20.0000'])
        expect(await grant(alice.id, amount, type, key, { event: 2 })).toEqual(entry);
      expect(await balance()).toBeCloseTo(before + 20, 4);
    },
  );

  test('a key is that of one payment', async () => {
    await grant(alice.id, '5', 'stripe', 'key');
    const before = await count();
    for (const other of [
      [alice.id, '6', 'stripe'],
      [alice.id, '5', 'auto_topup'],
      [bob.id, '5', 'stripe'],
    ])
      expect(await refusalOf(grant(...other, 'key'))).toMatchObject({
        code: 'RG409',
        message: 'idempotencyKey key is that of another payment.',
      });
    expect(await count()).toBe(before);
  });

  test('a correction without a key is booked each time', async () => {
    const before = await count();
    await grant(alice.id, '1');
    await grant(alice.id, '1');
    expect(await count()).toBe(before + 2);
  });

  const AMOUNT = 'amount must be a number of credits with at most 4 decimals, up to 9999999999.9999.';
  const KEY =
    'idempotencyKey is required for a payment, so that it is booked once however often it is reported.';
  const TYPE = 'type must be STRIPE, MANUAL or AUTO_TOPUP: spends and refunds come from tasks.';
  test.each<[what: string, given: unknown[], code: string, message: string]>([
    ['nobody', [NOBODY, '1'], 'RG404', `There is no user ${NOBODY}.`],
    ['null', [null, '1'], 'RG404', 'There is no user <NULL>.'],
    ['a spend', [alice.id, '-1', 'spend'], 'RG400', TYPE],
    ['a refund', [alice.id, '1', 'refund'], 'RG400', TYPE],
    ['no type', [alice.id, '1', null], 'RG400', TYPE],
    ['a payment without a key', [alice.id, '1', 'stripe'], 'RG400', KEY],
    ['a top-up without a key', [alice.id, '1', 'auto_topup', null], 'RG400', KEY],
    ['no amount', [alice.id, null], 'RG400', AMOUNT],
    ['no number', [alice.id, 'NaN'], 'RG400', AMOUNT],
    ['all there is', [alice.id, 'Infinity'], 'RG400', AMOUNT],
    ['less than that', [alice.id, '-Infinity'], 'RG400', AMOUNT],
    ['too much', [alice.id, '10000000000'], 'RG400', AMOUNT],
    ['too fine an amount', [alice.id, '0.00001'], 'RG400', AMOUNT],
  ])('refuses %s', async (_what, given, code, message) => {
    const before = await count();
    expect(await refusalOf(grant(...given))).toMatchObject({ code, message });
    expect(await count()).toBe(before);
  });

  test.each<[what: string, given: unknown[], constraint: string]>([
    ['a correction of nothing', [alice.id, '0'], 'credits_ledger_amount_has_its_sign'],
    ['a payment of nothing', [alice.id, '0', 'stripe', 'zero'], 'credits_ledger_amount_has_its_sign'],
    ['a payment that takes', [alice.id, '-5', 'stripe', 'less'], 'credits_ledger_amount_has_its_sign'],
    ['an empty key', [alice.id, '5', 'stripe', ''], 'credits_ledger_idempotency_key_is_short'],
    [
      'a key that is too long',
      [alice.id, '5', 'stripe', 'k'.repeat(201)],
      'credits_ledger_idempotency_key_is_short',
    ],
    [
      'metadata that are no object',
      [alice.id, '5', 'manual', null, '[]'],
      'credits_ledger_metadata_is_object',
    ],
  ])('refuses %s by the rule of the table', async (_what, given, constraint) => {
    expect(await refusalOf(grant(...given))).toMatchObject({ code: '23514', constraint });
  });
});

describe('refund_task', () => {
  test('gives back what a task cost, once', async () => {
    const before = await balance();
    const task = await ended('image');
    const [entry] = await refund(task);
    expect(entry).toMatchObject({
      ...{ amount: '0.0500', type: 'refund', task_id: task, user_id: alice.id },
      metadata: { reason: 'It was blurred.' },
    });
    expect(await balance()).toBe(before);
    expect(await refusalOf(refund(task))).toMatchObject({
      code: '23505',
      constraint: 'credits_ledger_one_refund_per_task',
    });
    expect(await balance()).toBe(before);
    expect(await queue.task(task)).toMatchObject({ status: 'Complete', cost: '0.0500' });
  });

  test('works by the ledger: also when the task is gone', async () => {
    const task = await ended('image');
    await database.query(service, 'delete from tasks where id = $1', [task]);
    expect(await refund(task)).toMatchObject([{ amount: '0.0500', task_id: task }]);
  });

  test('goes to who paid, also when the project is another’s by now', async () => {
    const task = await ended('image');
    const before = await balance();
    await database.asOwner('update projects set user_id = $2 where id = $1', [project, bob.id]);
    await refund(task);
    await database.asOwner('update projects set user_id = $2 where id = $1', [project, alice.id]);
    expect(await balance()).toBeCloseTo(before + 0.05, 4);
  });

  test('refuses what was never billed, or cost nothing', async () => {
    const never = [await ended('direct'), await ended('image', 'fail'), NOBODY];
    for (const id of never)
      expect(await refusalOf(refund(id))).toMatchObject({
        code: 'RG404',
        message: `Task ${id} was never billed.`,
      });
    const free = await ended('free');
    expect(await refusalOf(refund(free))).toMatchObject({
      code: 'RG400',
      message: `Task ${free} cost nothing.`,
    });
  });

  test.each([null, '', '  '])('needs a reason, which %j is not', async (reason) => {
    const task = await ended('image');
    expect(await refusalOf(refund(task, reason))).toMatchObject({
      code: 'RG400',
      message: 'reason is required: it stands in the ledger.',
    });
  });

  test('keeps the first 1,000 letters of a reason', async () => {
    const [entry] = await refund(await ended('image'), 'x'.repeat(5000));
    expect(entry?.metadata).toEqual({ reason: 'x'.repeat(1000) });
  });
});

test('over HTTP a service is told each refusal with its code and words', async () => {
  const ask = async (document: string) =>
    (await gateway.ask(service, `mutation { ${document} }`)).errors?.map((error) => [
      error.extensions?.code,
      error.message,
    ]);
  const task = await ended('image');
  const refunding = `refundTask(input: { taskId: "${task}", reason: "A test." }) { ledgerEntry { amount } }`;
  expect(await ask(refunding)).toBeUndefined();
  expect(await ask(refunding)).toEqual([['CONFLICT', 'This task is refunded already.']]);
  const granting = (more: string) =>
    `grantCredits(input: { userId: "${alice.id}", ${more} }) { ledgerEntry { amount } }`;
  expect(await ask(granting('amount: "0"'))).toEqual([
    ['INVALID_INPUT', 'Spending is negative, payments and refunds are positive, a correction is not zero.'],
  ]);
  expect(await ask(granting(`amount: "5", type: STRIPE, idempotencyKey: "${randomUUID()}"`))).toBeUndefined();
});
