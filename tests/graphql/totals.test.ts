import {
  CreditLedgerDocument,
  TaskLogDocument,
  type CreditLedgerQuery,
  type TaskLogQuery,
} from '../../web/src/graphql/generated';
import { bob, service } from '../helpers/actors';
import { openSampleQueue, owner, type SampleQueue } from './sampleQueue';

let sample: SampleQueue;
beforeAll(async () => {
  sample = await openSampleQueue();
});
afterAll(() => sample?.close());

describe('TaskLog and CreditLedger', () => {
  /** What SQL says of all rows that match, whatever the page. */
  const totals = async (sql: string) =>
    (await sample.database.query<{ count: number; sum: string }>(owner, sql))[0];

  const logs: [name: string, filter: Record<string, unknown> | undefined, condition: string][] = [
    ['no filter', undefined, 'true'],
    ['what cost something', { cost: { greaterThan: '0' } }, 'cost > 0'],
    ['what cost much', { cost: { greaterThanOrEqualTo: '0.1' } }, 'cost >= 0.1'],
    ['a type', { taskType: { equalTo: 'image_generation' } }, `task_type = 'image_generation'`],
    ['completed ones', { status: { equalTo: 'COMPLETE' } }, `status = 'Complete'`],
    ['nothing', { cost: { greaterThan: '1000000' } }, 'cost > 1000000'],
  ];
  test.each(logs)('TaskLog with %s: a page, and the totals of all', async (_, filter, condition) => {
    const { data, statements } = await sample.answerOf<TaskLogQuery>(TaskLogDocument, { filter, first: 2 });
    const expected = await totals(
      `select count(*)::int, coalesce(sum(cost), 0)::text as sum from tasks where ${condition}`,
    );
    expect(data.tasks?.nodes.length).toBe(Math.min(2, expected?.count ?? 0));
    expect([data.tasks?.totalCount, data.tasks?.totalCost]).toEqual([expected?.count, expected?.sum]);
    expect(statements).toBe(3);
  });

  const ledgers: [name: string, filter: Record<string, unknown> | undefined, condition: string][] = [
    ['no filter', undefined, 'true'],
    ['what was spent', { amount: { lessThan: '0' } }, 'amount < 0'],
    ['payments', { type: { equalTo: 'STRIPE' } }, `type = 'stripe'`],
    [
      'a project',
      { task: { projectId: { equalTo: 'project' } } },
      'task_id in (select id from tasks where project_id = project)',
    ],
  ];
  test.each(ledgers)('CreditLedger with %s: a page, and the totals of all', async (_, filter, condition) => {
    const given = JSON.parse(
      JSON.stringify(filter ?? null).replace('"project"', `"${sample.project}"`),
    ) as unknown;
    const { data, statements } = await sample.answerOf<CreditLedgerQuery>(CreditLedgerDocument, {
      filter: given,
      first: 2,
    });
    const expected = await totals(
      `select count(*)::int, coalesce(sum(amount), 0)::text as sum from credits_ledger
       where ${condition.replace('= project', `= '${sample.project}'`)}`,
    );
    expect(expected?.count).toBeGreaterThan(0);
    expect(data.creditsLedgers?.nodes.length).toBe(Math.min(2, expected?.count ?? 0));
    expect([data.creditsLedgers?.totalCount, data.creditsLedgers?.totalAmount]).toEqual([
      expected?.count,
      expected?.sum,
    ]);
    expect(statements).toBe(4);
  });

  test('the total of the ledger is the balance', async () => {
    const { data } = await sample.answerOf<CreditLedgerQuery>(CreditLedgerDocument, { first: 1 });
    expect(Number(data.creditsLedgers?.totalAmount)).toBe(Number(data.me?.credits));
  });

  test('a total keeps every digit', async () => {
    await sample.database.query(
      service,
      `insert into credits_ledger (user_id, amount, type) values ($1, 9007199254.0993, 'manual')`,
      [bob.id],
    );
    const answer = await sample.ask<CreditLedgerQuery>(bob, CreditLedgerDocument, {});
    expect(answer.data?.creditsLedgers?.totalAmount).toBe('9007199254.0993');
  });
});

test('only what is tagged can be summed, and by everybody who can read it', async () => {
  const fields = async (type: string) =>
    (
      await sample.gateway.ask<{ __type: { fields: { name: string }[] } }>(
        owner,
        `{ __type(name: "${type}") { fields { name } } }`,
      )
    ).data?.__type.fields
      .map(({ name }) => name)
      .sort();
  expect(await fields('TasksConnection')).toEqual(['edges', 'nodes', 'pageInfo', 'totalCost', 'totalCount']);
  expect(await fields('CreditsLedgersConnection')).toEqual([
    'edges',
    'nodes',
    'pageInfo',
    'totalAmount',
    'totalCount',
  ]);
  expect(await fields('GenerationsConnection')).toEqual(['edges', 'nodes', 'pageInfo', 'totalCount']);
});
