import type { ClientBase } from 'pg';
import { alice, bob, claimsFor, service, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import {
  codeOf,
  openQueue,
  type OpenQueue,
  worker,
  type Queue,
  type Task,
  type TaskRequest,
} from '../helpers/queue';
import { brokenQueue } from '../helpers/queueInvariants';
import { RACE_ROUNDS } from '../helpers/race';

/** Which task a claim hands out when nobody else claims; and what it does when somebody does. */
let database: TestDatabase;
let sessions: OpenQueue['sessions'];
let close: OpenQueue['close'] | undefined;
let queue: Queue;
let hers = '';
let his = '';

beforeAll(async () => {
  ({ database, sessions, queue, close } = await openQueue([alice, bob], 10));
});
beforeEach(async () => {
  await queue.heartbeat('gpu-1', [], null);
  hers = await builders(database).project(alice);
  his = await builders(database).project(bob);
});
afterEach(async () => {
  expect(await brokenQueue(database)).toEqual({});
  for (const user of [alice, bob]) await database.query(user, 'delete from projects');
});
afterAll(() => close?.());

/** One task, after all that were enqueued before it. */
const put = async (user: User, request: TaskRequest = {}) =>
  (await queue.enqueue(user, user === alice ? hers : his, [request]))[0]!.id;
const model = (name: string): TaskRequest => ({ params: { model: name } });
const age = (id: string, minutes: string) =>
  database.asOwner(`update tasks set created_at = now() - $2::interval where id = $1`, [id, minutes]);
const claims = async (count: number, workerId = 'gpu-1', sameModelOnly = false) => {
  const ids: (string | undefined)[] = [];
  for (let n = 0; n < count; n++) ids.push((await queue.claim(workerId, 'gpu', sameModelOnly))?.id);
  return ids;
};

/** Whether somebody waits for what this client's transaction holds. */
async function isWaitedFor(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return (
    (await database.asOwner('select from pg_locks where $1 = any (pg_blocking_pids(pid))', [rows[0]!.pid]))
      .length > 0
  );
}

test('one after the other they come in the order of the queue, whosever they are', async () => {
  const order: string[] = [];
  for (const user of [alice, bob, bob, alice, bob, alice, alice])
    order.push(await put(user, model(`m${order.length % 3}`)));
  expect(await claims(8)).toEqual([...order, undefined]);
});

test('after each claim and end the next one is the oldest that may run, by a count of its own', async () => {
  for (let n = 0; n < 30; n++) {
    const project = n % 3 ? hers : his;
    const before = await database.asOwner<{ id: string }>(
      'select id from tasks where project_id = $1 and $2::int % 4 = 3 order by md5(id::text) limit 1',
      [project, n],
    );
    await queue.enqueue(service, project, [
      { dependant_on: before.map(({ id }) => id), task_type: n % 7 ? 'image' : 'conduct' },
    ]);
  }
  for (let n = 0; ; n++) {
    const [oldest] = await database.asOwner<{ id: string }>(
      `select t.id from tasks t join projects p on p.id = t.project_id where t.status = 'Queued'
         and not exists (select from tasks d where d.id = any (t.dependant_on) and d.status <> 'Complete')
         and (select count(*) from tasks r join projects o on o.id = r.project_id
           where o.user_id = p.user_id and r.status = 'In Progress' and r.task_type <> 'conduct') < 5
       order by t.created_at, t.id limit 1`,
    );
    const claimed = await queue.claim('gpu-1');
    expect(claimed?.id).toBe(oldest?.id);
    const [running] = await database.query<Task>(
      service,
      `select * from tasks where status = 'In Progress' order by md5(id::text || $1) limit 1`,
      [n],
    );
    if (!claimed && !running) break;
    if (running && (!claimed || n % 3 > 0)) await queue.complete(running);
  }
  expect(await database.asOwner(`select from tasks where status <> 'Complete'`)).toEqual([]);
});

describe('a worker that has flux loaded', () => {
  beforeEach(() => queue.heartbeat('gpu-1', [], 'flux'));

  test('gets tasks for flux first, then the oldest', async () => {
    const other = await put(alice, model('wan'));
    const plain = await put(bob);
    const flux = [await put(bob, model('flux')), await put(alice, model('flux'))];
    expect(await claims(5)).toEqual([...flux, other, plain, undefined]);
  });

  test('leaves nobody waiting for more than five minutes because of it', async () => {
    const flux = await put(bob, model('flux'));
    const [patient, impatient] = [await put(alice, model('wan')), await put(alice, model('qwen'))];
    await age(patient, '4 minutes 30 seconds');
    await age(impatient, '5 minutes 1 second');
    expect(await claims(3)).toEqual([impatient, flux, patient]);
  });

  test('that has waited itself: the oldest of all that waited', async () => {
    const [older, flux] = [await put(alice, model('wan')), await put(bob, model('flux'))];
    await age(older, '7 minutes');
    await age(flux, '6 minutes');
    expect(await claims(2)).toEqual([older, flux]);
  });

  test('sameModelOnly: nothing else, however long it waited', async () => {
    const [old, flux] = [await put(alice, model('wan')), await put(bob, model('flux'))];
    await age(old, '1 hour');
    expect(await claims(2, 'gpu-1', true)).toEqual([flux, undefined]);
    await queue.heartbeat('gpu-1', [], null);
    expect(await claims(1, 'gpu-1', true)).toEqual([undefined]);
    expect(await claims(1)).toEqual([old]);
  });
});

test('five run, the sixth waits, orchestration beside them; each end lets the next one go', async () => {
  const conductors = [await put(alice, { task_type: 'conduct' }), await put(alice, { task_type: 'conduct' })];
  const ids: string[] = [];
  for (let n = 0; n < 7; n++) ids.push(await put(alice));
  const last = await put(bob);
  expect(await claims(9)).toEqual([...conductors, ...ids.slice(0, 5), last, undefined]);
  await queue.complete((await queue.look([ids[2]!]))[0]!);
  expect(await claims(2)).toEqual([ids[5], undefined]);
  await queue.cancel(alice, [ids[0]!]);
  expect(await claims(2)).toEqual([ids[6], undefined]);
});

test('one task and ten claims at once: one gets it', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const id = await put(alice);
    const got = await Promise.all(Array.from({ length: 10 }, (_, n) => queue.claim(`gpu-${n}`)));
    expect(got.filter(Boolean).map((task) => task!.id)).toEqual([id]);
    await queue.cancel(alice, [id]);
  }
});

test('four running and ten claims at once: one more', async () => {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const ids: string[] = [];
    for (let n = 0; n < 14; n++) ids.push(await put(alice));
    await claims(4);
    const got = await Promise.all(Array.from({ length: 10 }, (_, n) => queue.claim(`gpu-${n}`)));
    expect(got.filter(Boolean).map((task) => task!.id)).toEqual([ids[4]]);
    await queue.cancel(alice, ids);
  }
});

test('an owner who is busy is passed over; when there is nobody else the claim waits for him', async () => {
  const [first, second] = [await put(alice), await put(bob)];
  let waiting: Promise<string | undefined> = Promise.resolve(undefined);
  await sessions.as(alice, async (client) => {
    await client.query(`update projects set name = 'Busy' where id = $1`, [hers]);
    expect(await claims(1)).toEqual([second]);
    waiting = queue.claim('gpu-2').then((task) => task?.id);
    while (!(await isWaitedFor(client)));
  });
  expect(await waiting).toBe(first);
});

test.each(['repeatable read', 'serializable'])(
  'in %s a claim is refused: its count would be an old one',
  async (level) => {
    const id = await put(alice);
    const client = await database.pool.connect();
    try {
      await client.query(`begin isolation level ${level}`);
      await client.query(
        `select set_config('role', 'worker', true), set_config('request.jwt.claims', $1, true)`,
        [JSON.stringify(claimsFor(worker('gpu-1')))],
      );
      expect(await codeOf(client.query(`select claim_next_task('gpu-1', 'gpu')`))).toBe('RG400');
    } finally {
      await client.query('rollback');
      client.release();
    }
    expect(await claims(1)).toEqual([id]);
  },
);

test('an owner who is busy is passed over, also with more models than a claim looks at in one go', async () => {
  await queue.enqueue(
    alice,
    hers,
    Array.from({ length: 80 }, (_, n) => model(`m${n}`)),
  );
  const second = await put(bob);
  await sessions.as(alice, async (client) => {
    await client.query(`update projects set name = 'Busy' where id = $1`, [hers]);
    let answer: string | undefined;
    const claim = queue.claim('gpu-1').then((task) => (answer = task?.id));
    while (!answer && !(await isWaitedFor(client)));
    expect(answer).toBe(second);
    await claim;
  });
});
