import { alice, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import { queueOfAlice, worker, type Queue, type Task } from '../helpers/queue';
import { brokenQueue } from '../helpers/queueInvariants';
import { inTurn, type Statement } from '../helpers/race';

/** Who may be at work in one user's queue at the same time, and who must not. */
let database: TestDatabase;
let queue: Queue;
let project = '';

const CLAIM = `select id, status from claim_next_task($1, 'gpu')`;
const COMPLETE = 'select status from complete_task($1, $2)';
const ENQUEUE = `select count(*) from enqueue_tasks($1, array(select r from jsonb_populate_recordset(null::task_request, $2) r))`;

const ends = (held: Task): Statement => [COMPLETE, [held.id, held.attempts]];
const waitsFor = (task: Task): Statement => [
  ENQUEUE,
  [project, JSON.stringify([{ task_type: 'conduct', dependant_on: [task.id] }])],
];

async function begin(): Promise<void> {
  ({ database, queue } = await queueOfAlice());
}

/** So many tasks of orchestration that run, each held by a worker of its own. */
async function conducting(count: number): Promise<Task[]> {
  await queue.enqueue(
    alice,
    project,
    Array.from({ length: count }, () => ({ task_type: 'conduct' })),
  );
  const held: Task[] = [];
  for (let n = 0; n < count; n++) held.push((await queue.claim(`gpu-${n}`))!);
  return held;
}

/** The answer of another transaction that may not wait. */
const atOnce = (actor: Actor, [sql, values]: Statement) =>
  database.as(actor, async (client) => {
    await client.query(`set local lock_timeout = '1s'`);
    return (await client.query<{ id: string | null; status: string }>(sql, values)).rows[0];
  });

describe('of one user', () => {
  beforeAll(begin);
  afterAll(() => database?.drop());
  beforeEach(async () => {
    project = await builders(database).project(alice);
  });
  afterEach(async () => {
    expect(await brokenQueue(database)).toEqual({});
    await database.query(alice, 'delete from projects');
  });

  test('orchestration ends beside another end, and beside a claim', async () => {
    const [first, second] = await conducting(2);
    await queue.enqueue(alice, project, [{ task_type: 'conduct' }, { task_type: 'conduct' }]);
    await database.as(worker('gpu-0'), async (client) => {
      await client.query(...ends(first!));
      expect(await atOnce(worker('gpu-1'), ends(second!))).toEqual({ status: 'Complete' });
      expect(await atOnce(worker('gpu-2'), [CLAIM, ['gpu-2']])).toMatchObject({ status: 'In Progress' });
    });
    const [third] = await conducting(1);
    await database.as(worker('gpu-3'), async (client) => {
      expect((await client.query(CLAIM, ['gpu-3'])).rows).toMatchObject([{ status: 'In Progress' }]);
      expect(await atOnce(worker('gpu-0'), ends(third!))).toEqual({ status: 'Complete' });
    });
  });

  test('what begins to wait for an orchestration that is just ending is free', async () => {
    const [held] = await conducting(1);
    const codes = await inTurn(database, [worker('gpu-0'), ends(held!)], [alice, waitsFor(held!)]);
    expect(codes).toEqual([]);
    expect(await queue.claim('gpu-1')).toBeDefined();
  });

  test('an orchestration that ends frees what has just begun to wait for it', async () => {
    const [held] = await conducting(1);
    const codes = await inTurn(database, [alice, waitsFor(held!)], [worker('gpu-0'), ends(held!)]);
    expect(codes).toEqual([]);
    expect(await queue.claim('gpu-1')).toBeDefined();
  });

  test('two orchestrations end at once for which others wait', async () => {
    const [first, second] = await conducting(2);
    await database.query(alice, ...waitsFor(first!));
    await database.query(alice, ...waitsFor(second!));
    const codes = await inTurn(database, [worker('gpu-0'), ends(first!)], [worker('gpu-1'), ends(second!)]);
    expect(codes).toEqual([]);
    expect([await queue.claim('gpu-2'), await queue.claim('gpu-3')]).not.toContain(undefined);
  });

  test('an orchestration ended with an older snapshot is refused', async () => {
    const [held] = await conducting(1);
    const ended = database.as(worker('gpu-0'), async (client) => {
      await client.query('commit; begin isolation level repeatable read');
      await client.query(`select set_config('role', 'worker', true),
        set_config('request.jwt.claims', '{"role": "worker", "worker_id": "gpu-0"}', true)`);
      await client.query(...ends(held!));
    });
    await expect(ended).rejects.toMatchObject({ code: 'RG400' });
  });
});

describe('the control: without the shared lock', () => {
  beforeAll(async () => {
    await begin();
    await database.asOwner(
      'create or replace function app_private.share_tenant(user_id uuid) returns void language sql volatile begin atomic select; end',
    );
    project = await builders(database).project(alice);
  });
  afterAll(() => database?.drop());

  test('what has just begun to wait for an ending orchestration waits for ever', async () => {
    const [held] = await conducting(1);
    const codes = await inTurn(database, [alice, waitsFor(held!)], [worker('gpu-0'), ends(held!)]);
    expect(codes).toEqual([]);
    expect(await queue.claim('gpu-1')).toBeUndefined();
    expect(Object.keys(await brokenQueue(database))).toContain('the queue is the open tasks');
  });
});
