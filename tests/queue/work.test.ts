import { alice, gpu1, service, type Actor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { makeStudio, queueOf, refusalOf, type Queue, type Request } from './studio';

let database: TestDatabase;
let queue: Queue;
let project: string;
const worker = gpu1 as Extract<Actor, { kind: 'worker' }>;

beforeAll(async () => {
  database = await createTestDatabase();
  queue = queueOf(database);
  await queue.type('image');
  project = await makeStudio(database, alice);
});
afterAll(() => database?.drop());
afterEach(() => database.asOwner('delete from tasks'));

const enqueue = (...requests: Request[]) =>
  queue.enqueue(
    alice,
    project,
    requests.map((request) => ({ task_type: 'image', ...request })),
  );

describe('a start', () => {
  test('counts once, and moves where billing begins', async () => {
    const [task] = await enqueue({});
    const claimed = await queue.claim(worker);
    await database.asOwner(
      `update tasks set generation_started_at = generation_started_at - interval '1 hour'`,
    );
    const started = await queue.start(worker, task!.id, 1);
    expect(started.generation_started_at!.getTime()).toBeGreaterThanOrEqual(
      claimed!.generation_started_at!.getTime(),
    );
    for (const actor of [worker, service]) expect(await queue.start(actor, task!.id, 1)).toEqual(started);
    expect((await queue.task(task!.id)).generation_started_at).toEqual(started.generation_started_at);
  });

  test('counts again in the next attempt', async () => {
    const [task] = await enqueue({});
    await queue.claim(worker);
    await queue.start(worker, task!.id, 1);
    await queue.fail(worker, task!.id, 1, true);
    await queue.claim(worker);
    await database.asOwner(
      `update tasks set generation_started_at = generation_started_at - interval '1 hour'`,
    );
    const old = (await queue.task(task!.id)).generation_started_at!;
    expect((await queue.start(worker, task!.id, 2)).generation_started_at!.getTime()).toBeGreaterThan(
      old.getTime(),
    );
  });
});

describe('a completion', () => {
  test('of a task with an output names it', async () => {
    const [task] = await enqueue({});
    await queue.claim(worker);
    for (const location of [null, '', '  '])
      expect(await refusalOf(queue.complete(worker, task!.id, 1, location))).toMatchObject({
        code: 'RG400',
        message: 'outputLocation is required: a task of type image has an output.',
      });
    expect(await queue.task(task!.id)).toMatchObject({ status: 'In Progress' });
  });

  test.each(['[]', '"text"', '5', 'null'])('has an object for a result, not %s', async (result) => {
    const [task] = await enqueue({});
    await queue.claim(worker);
    const complete = database.query(worker, `select * from complete_task($1, 1, 'a.png', null, $2)`, [
      task!.id,
      result,
    ]);
    expect(await refusalOf(complete)).toMatchObject({
      code: 'RG400',
      message: 'result must be a JSON object.',
    });
  });

  test('keeps what the worker says beside what the gateway does, which it cannot forge', async () => {
    const [task] = await enqueue({});
    await queue.claim(worker);
    const said = { seed: 7, output: { generation_id: 'mine' }, notes: ['mine'] };
    const [done] = await database.query<{ id: string; result_data: unknown }>(
      worker,
      `select * from complete_task($1, 1, 'a.png', null, $2)`,
      [task!.id, said],
    );
    const [made] = await database.asOwner<{ id: string; primary_variant_id: string }>(
      'select * from generations where task_id = $1',
      [task!.id],
    );
    expect(done?.result_data).toEqual({
      seed: 7,
      output: { generation_id: made?.id, variant_id: made?.primary_variant_id },
    });
  });

  test('frees what waited for it, when all it waited for is complete', async () => {
    const [a, b] = await enqueue({}, {});
    const [c] = await enqueue({ dependant_on: [a!.id, b!.id] });
    await queue.claim(worker);
    await queue.claim(worker);
    await queue.complete(worker, a!.id, 1);
    expect(await queue.claim(worker)).toBeUndefined();
    await queue.complete(worker, b!.id, 1);
    expect(await queue.claim(worker)).toMatchObject({ id: c!.id });
  });
});
