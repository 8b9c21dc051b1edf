import { alice, gpu1, service, type Actor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import type { CostCase } from './cost/costCase';
import { HUGE_CASES } from './cost/huge';
import { MALFORMED_CASES } from './cost/malformed';
import { PLAIN_CASES } from './cost/plain';
import { makeStudio, queueOf, refusalOf, type Queue, type Task } from './studio';

let database: TestDatabase;
let queue: Queue;
let project: string;
let types = 0;
const worker = gpu1 as Extract<Actor, { kind: 'worker' }>;

beforeAll(async () => {
  database = await createTestDatabase();
  queue = queueOf(database);
  project = await makeStudio(database, alice);
  // In one statement, so that the seconds are what the case says however slow the machine is.
  await database.asOwner(`
    create function public.complete_after(task_id uuid, seconds numeric) returns public.tasks
    language plpgsql volatile security definer as $$
    begin
      update public.tasks t set generation_started_at = clock_timestamp() - make_interval(secs => seconds)
      where t.id = complete_after.task_id;
      return public.complete_task(complete_after.task_id, 1, 'out/a.png');
    end $$;
    grant execute on function public.complete_after(uuid, numeric) to worker`);
});
afterAll(() => database?.drop());

const makeType = ({ rate, factors = '{}' }: CostCase) =>
  queue.type(`case_${++types}`, {
    cost_factors: factors,
    ...(rate === 'orchestration'
      ? { category: 'orchestration', billing_type: 'per_second', unit_cost: null }
      : 'per_unit' in rate
        ? { billing_type: 'per_unit', unit_cost: rate.per_unit }
        : { billing_type: 'per_second', unit_cost: null, base_cost_per_second: rate.per_second }),
  });

const estimate = async (
  actor: Actor,
  type: string,
  params: string | null,
  seconds: number | string | null,
) => {
  const [row] = await database.query<{ cost: string }>(
    actor,
    'select task_cost_estimate($1, $2, $3)::text as cost',
    [type, params, seconds],
  );
  return row?.cost;
};

/** Orders, claims and completes one task that ran so long. */
async function run(type: string, params: string, seconds: number): Promise<Task> {
  await queue.enqueue(alice, project, `[{"task_type": "${type}", "params": ${params}}]`);
  const task = await queue.claim(worker);
  expect(task).toMatchObject({ task_type: type, attempts: 1 });
  const [done] = await database.query<Task & Record<string, unknown>>(
    worker,
    'select * from complete_after($1, $2)',
    [task?.id, seconds],
  );
  return done as Task;
}

const balance = async () =>
  (
    await database.query<{ credits: string; total: string }>(
      alice,
      'select u.credits::text, (select sum(l.amount)::text from credits_ledger l) as total from users u',
    )
  )[0]!;
const entryOf = async (taskId: string) =>
  database.asOwner<{ amount: string; type: string; metadata: { seconds: number; notes?: string[] } }>(
    'select amount::text, type, metadata from credits_ledger where task_id = $1',
    [taskId],
  );

const matching = (notes: RegExp[]) => notes.map((each) => expect.stringMatching(each) as string);

describe.each([
  ['what a task costs', PLAIN_CASES],
  ['what is malformed or negative counts as missing', MALFORMED_CASES],
  ['no number is too large', HUGE_CASES],
])('%s', (_title, cases) => {
  test.each(cases)('$what', async (each) => {
    const { params = '{}', seconds = 1, cost, notes = [] } = each;
    const type = await makeType(each);
    expect(await estimate(alice, type, params, seconds)).toBe(cost);

    // A second begun is a whole one: half a second less is the same bill.
    const task = await run(type, params, Math.ceil(seconds) - 0.5);
    expect(task).toMatchObject({ status: 'Complete', cost });
    expect(task.result_data.notes ?? []).toEqual(matching(notes));
    const entries = await entryOf(task.id);
    if (each.rate === 'orchestration') {
      expect(entries).toEqual([]);
    } else {
      expect(entries).toEqual([
        {
          amount: Number(cost) === 0 ? cost : `-${cost}`,
          type: 'spend',
          metadata: expect.anything() as unknown,
        },
      ]);
      expect(entries[0]?.metadata.seconds).toBe(Math.ceil(seconds));
      expect(entries[0]?.metadata.notes ?? []).toEqual(matching(notes));
    }
    const { credits, total } = await balance();
    expect(credits).toBe(total);
    if (Number(cost) > 0) await queue.refund(task.id);
    expect((await balance()).credits).toBe('1000.0000');
  });
});

test('the cases are many', () => {
  expect(PLAIN_CASES.length).toBeGreaterThanOrEqual(35);
  expect(MALFORMED_CASES.length + HUGE_CASES.length).toBeGreaterThanOrEqual(50);
});

describe('seconds', () => {
  const cheap = () => makeType({ what: '', rate: { per_second: '0.01' }, cost: '' });

  test.each([
    ['none', 0, '0.0100'],
    ['of a clock that went back', -100, '0.0100'],
    ['a long time', '1e40', '9999999999.9999'],
    ['no number', 'NaN', '0.0100'],
    ['for ever', 'Infinity', '9999999999.9999'],
    ['unknown', null, '0.0100'],
  ])('%s', async (_what, seconds, cost) => {
    expect(await estimate(alice, await cheap(), '{}', seconds)).toBe(cost);
  });

  test('before the start, by a clock that was set, are one', async () => {
    const task = await run(await cheap(), '{}', -3600);
    expect(task).toMatchObject({ status: 'Complete', cost: '0.0100' });
  });

  test('without a start are one', async () => {
    await queue.enqueue(alice, project, [{ task_type: await cheap() }]);
    const task = await queue.claim(worker);
    await database.asOwner('update tasks set generation_started_at = null where id = $1', [task?.id]);
    expect(await queue.complete(worker, task!.id, 1)).toMatchObject({ cost: '0.0100' });
  });

  test('are billed up to the end that the task shows', async () => {
    // What happens after the bill is reckoned must not move the end: it is taken once.
    await database.asOwner(`
      create table public.written (id uuid, at timestamptz);
      create function public.note_writing() returns trigger language plpgsql security definer as $$
      begin insert into public.written values (new.id, clock_timestamp()); return null; end $$;
      create trigger note_writing after insert on generations for each row execute function note_writing()`);
    const task = await run(await cheap(), '{}', 5.5);
    const [row] = await database.asOwner<{ after: boolean; seconds: number }>(
      `select w.at > t.generation_processed_at as after,
         ceil(extract(epoch from t.generation_processed_at - t.generation_started_at))::int as seconds
       from tasks t join generations g on g.task_id = t.id join written w on w.id = g.id where t.id = $1`,
      [task.id],
    );
    await database.asOwner('drop trigger note_writing on generations');
    expect(row).toEqual({ after: true, seconds: 6 });
    expect((await entryOf(task.id))[0]?.metadata.seconds).toBe(6);
  });
});

describe('an estimate', () => {
  test('is the same for everybody who may ask', async () => {
    const type = await makeType(PLAIN_CASES[3]!);
    for (const actor of [alice, worker, service])
      expect(await estimate(actor, type, '{"resolution": "720p"}', 1)).toBe('0.1000');
  });

  test('needs a type that can be ordered', async () => {
    const type = await makeType(PLAIN_CASES[0]!);
    await database.asOwner('update task_types set is_active = false where name = $1', [type]);
    for (const name of [type, 'nothing', null] as string[])
      expect(await refusalOf(estimate(alice, name, '{}', 1))).toMatchObject({
        code: 'RG404',
        message: `There is no task type ${name}.`,
      });
  });

  test.each(['[]', '"text"', '5', 'null'])('needs params that are an object, not %s', async (params) => {
    expect(await refusalOf(estimate(alice, await makeType(PLAIN_CASES[0]!), params, 1))).toMatchObject({
      code: 'RG400',
      message: 'params must be a JSON object.',
    });
  });

  test('of nothing asked is that of a plain task', async () => {
    expect(await estimate(alice, await makeType(PLAIN_CASES[0]!), null, 1)).toBe('0.0500');
  });
});
