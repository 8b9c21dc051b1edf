import { alice, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import { queueOfAlice, worker, type Queue, type Task } from '../helpers/queue';
import { brokenQueue, QUEUE_RULES } from '../helpers/queueInvariants';
import { withClient } from '../../server/postgres/setup';
import { inTurn, takeTheLockAway, type Statement } from '../helpers/race';

/** The control of the other tests: what they look for can be found. */
let database: TestDatabase;
let queue: Queue;
let project = '';

async function begin(): Promise<void> {
  ({ database, queue } = await queueOfAlice());
}

describe.each(['with the lock', 'without the lock'])('%s', (which) => {
  const taken = which === 'without the lock';
  beforeAll(async () => {
    await begin();
    if (!taken) return;
    await takeTheLockAway(database);
    await database.asOwner(
      'create or replace function app_private.try_lock_claims(user_id uuid) returns boolean language sql volatile begin atomic select true; end',
    );
  });
  afterAll(() => database?.drop());
  beforeEach(async () => {
    project = await builders(database).project(alice);
  });
  afterEach(() => database.query(alice, 'delete from projects'));

  test('two claims of one owner, who has four running', async () => {
    const models = ['', '', '', '', 'flux', 'wan'];
    await queue.enqueue(
      alice,
      project,
      models.map((model) => ({ params: { model } })),
    );
    for (let n = 0; n < 4; n++) await queue.claim('gpu-0');
    await queue.heartbeat('gpu-1', [], 'flux');
    await queue.heartbeat('gpu-2', [], 'wan');
    const claim = (id: string): [Actor, Statement] => [
      worker(id),
      [`select claim_next_task($1, 'gpu')`, [id]],
    ];
    expect(await inTurn(database, claim('gpu-1'), claim('gpu-2'))).toEqual([]);
    const running = await database.asOwner(`select from tasks where status = 'In Progress'`);
    expect(running).toHaveLength(taken ? 6 : 5);
    expect('no user has more than five running' in (await brokenQueue(database))).toBe(taken);
  });

  test('two dependencies completed at once', async () => {
    const both = (await queue.enqueue(alice, project, [{}, {}])).map(({ id }) => id);
    await queue.enqueue(alice, project, [{ task_type: 'conduct', dependant_on: both }]);
    await queue.claim('gpu-1');
    await queue.claim('gpu-1');
    // By hand: two completions of complete_task meet once more, at the row of the account.
    const done = (id: string | undefined): [Actor, Statement] => [
      service,
      [`update tasks set status = 'Complete' where id = $1`, [id]],
    ];
    expect(await inTurn(database, done(both[0]), done(both[1]))).toEqual([]);
    expect((await queue.claim('gpu-1')) === undefined).toBe(taken);
    expect('the queue is the open tasks' in (await brokenQueue(database))).toBe(taken);
  });
});

/** What breaks each rule, written past the triggers that keep it. */
const BREAKS: Record<string, string> = {
  'the queue is the open tasks': 'update app_private.queue set is_ready = false where task_id = $1',
  'only what runs has started': 'update app_private.queue set has_started = true where task_id = $1',
  'the lanes are the heads of the queue':
    'update app_private.queue_lanes set is_open = false where head_id = $1',
  'the models have the heads of the queue': `insert into app_private.queue_models (user_id, run_type, model, head_at, head_id)
    select user_id, run_type, 'none', created_at, task_id from app_private.queue where task_id = $1`,
  'no user has more than five running': `insert into tasks (project_id, task_type, status)
    select t.project_id, 'image', 'In Progress' from tasks t, generate_series(1, 6) where t.id = $1`,
  'nothing waits for what ended badly': `update tasks set dependant_on = array(select id from tasks where status = 'Failed') where id = $1`,
  'nothing open is directed by what was cancelled': `update tasks set parent_task_id = (select id from tasks where status = 'Cancelled') where id = $1`,
  'a state has what goes with it': `update tasks set lease_expires_at = now() where id = $1`,
  'a lost attempt is over': `insert into app_private.lost_attempts (task_id, attempt, worker_id) values ($1, 7, 'gpu-1')`,
  'credits are the sum of the ledger':
    'update users set credits = credits + 1 where exists (select from tasks where id = $1)',
  'a complete task has one spend, its cost and an output, another has none': `insert into credits_ledger (user_id, amount, type, task_id)
    select id, -1, 'spend', $1 from users`,
  'a task has made one generation at most': `insert into generations (project_id, task_id)
    select t.project_id, t.id from tasks t, generate_series(1, 2) where t.id = $1`,
  'what is refunded was spent': `insert into credits_ledger (user_id, amount, type, task_id) select id, 1, 'refund', $1 from users`,
};

/** What breaks the first rule for one column of the queue, and for no other. */
const WRONG: Record<string, string> = {
  is_active: 'is_active = not is_active',
  is_running: 'is_running = not is_running',
  is_orchestration: 'is_orchestration = not is_orchestration',
  user_id: 'user_id = gen_random_uuid()',
  run_type: `run_type = 'api'`,
  model: `model = 'another'`,
  created_at: `created_at = created_at - interval '1 ms'`,
};

describe('each rule of the queue', () => {
  let waiting: Task;
  beforeAll(begin);
  afterAll(() => database?.drop());

  beforeAll(async () => {
    project = await builders(database).project(alice);
    const [failed, cancelled, open] = await queue.enqueue(alice, project, [{}, {}, {}]);
    await queue.fail((await queue.claim('gpu-1'))!);
    await queue.cancel(alice, [cancelled!.id]);
    expect((await queue.look([failed!.id]))[0]!.status).toBe('Failed');
    waiting = open!;
    expect(await brokenQueue(database)).toEqual({});
  });

  /** What is found after this change, which is taken back. */
  const foundAfter = (change: string) =>
    withClient(database.ownerUrl, async (client) => {
      await client.query('begin');
      for (const table of ['tasks', 'users', 'credits_ledger', 'generations', 'app_private.queue'])
        await client.query(`alter table ${table} disable trigger user`);
      await client.query(change, [waiting.id]);
      const asOwner: TestDatabase['asOwner'] = async (sql) => (await client.query(sql)).rows as never;
      const found = await brokenQueue({ asOwner });
      await client.query('rollback');
      return found;
    });

  test.each(QUEUE_RULES)('%s: is noticed when it is broken', async (rule) => {
    expect(Object.keys(await foundAfter(BREAKS[rule]!))).toContain(rule);
    expect(await brokenQueue(database)).toEqual({});
  });

  test.each(Object.entries(WRONG))('a wrong %s in the queue is noticed', async (_, change) => {
    const found = await foundAfter(`update app_private.queue set ${change} where task_id = $1`);
    expect(Object.keys(found)).toEqual(['the queue is the open tasks']);
    expect(await brokenQueue(database)).toEqual({});
  });
});
