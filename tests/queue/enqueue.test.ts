import { randomUUID } from 'node:crypto';
import { alice, bob, gpu1, service, type Actor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { makeStudio, queueOf, type Queue, type Request } from './studio';

let database: TestDatabase;
let queue: Queue;
let project: string;
let other: string;
const worker = gpu1 as Extract<Actor, { kind: 'worker' }>;

beforeAll(async () => {
  database = await createTestDatabase();
  queue = queueOf(database);
  await queue.type('image');
  project = await makeStudio(database, alice);
  other = await makeStudio(database, bob);
});
afterAll(() => database?.drop());
afterEach(() => database.asOwner('delete from tasks'));

const ids = (count: number) =>
  Array.from({ length: count }, () => randomUUID()) as [string, string, string, string];
const image = (request: Request = {}): Request => ({ task_type: 'image', ...request });
const enqueue = (...requests: Request[]) => queue.enqueue(alice, project, requests);
/** Everything that can be handed out, in the order in which it is. Each is ended, so that the cap lets the next one through. */
async function claimAll(): Promise<string[]> {
  const claimed: string[] = [];
  for (;;) {
    const task = await queue.claim(worker);
    if (!task) return claimed;
    claimed.push(task.id);
    await queue.complete(worker, task.id, 1);
  }
}

describe('tasks of a list', () => {
  test('have the ids their caller chose, or some, and come back in the order of the list', async () => {
    const [a, b] = ids(2);
    const tasks = await enqueue(
      image({ id: b, params: { n: 1 } }),
      image({ params: { n: 2 } }),
      image({ id: a }),
    );
    expect(tasks).toMatchObject([
      {
        id: b,
        status: 'Queued',
        attempts: 0,
        params: { n: 1 },
        cost: null,
        worker_id: null,
        project_id: project,
      },
      { params: { n: 2 } },
      { id: a, params: {}, dependant_on: [], parent_task_id: null },
    ]);
    expect(await database.query(alice, 'select id from tasks order by created_at')).toEqual(
      tasks.map(({ id }) => ({ id })),
    );
  });

  test('are handed out in the order of the list, list after list', async () => {
    const lists = [];
    for (let n = 0; n < 3; n += 1) lists.push(await enqueue(image(), image(), image(), image()));
    expect(await claimAll()).toEqual(lists.flat().map(({ id }) => id));
  });

  test('may wait for each other, whichever comes first in the list', async () => {
    const [a, b, c, d] = ids(4);
    await enqueue(
      image({ id: d, dependant_on: [b, c, b] }),
      image({ id: c, dependant_on: [a] }),
      image({ id: a }),
      image({ id: b, dependant_on: [a] }),
    );
    expect((await queue.task(d)).dependant_on).toEqual([b, c].sort());
    const claimed = await claimAll();
    expect(claimed).toEqual([a, c, b, d]);
  });

  test('may wait for tasks of the project, open or complete', async () => {
    const [done, open] = await enqueue(image(), image());
    await queue.claim(worker);
    await queue.complete(worker, done!.id, 1);
    const [task] = await enqueue(image({ dependant_on: [done!.id, open!.id] }));
    expect(await claimAll()).toEqual([open!.id, task!.id]);
  });

  test('have parents, of the list in any order or of the project', async () => {
    const [parent, child, grandchild] = ids(3);
    await enqueue(image({ id: child, parent_task_id: parent }), image({ id: parent }));
    await enqueue(image({ id: grandchild, parent_task_id: child }));
    expect(
      await database.query(
        alice,
        'select parent_task_id from tasks order by parent_task_id is not null, created_at',
      ),
    ).toEqual([{ parent_task_id: null }, { parent_task_id: parent }, { parent_task_id: child }]);
  });

  test('may be 500', async () => {
    const chain = Array.from({ length: 500 }, () => randomUUID());
    const tasks = await enqueue(
      ...chain.map((id, n) => image({ id, dependant_on: n > 0 ? [chain[n - 1]!] : [] })),
    );
    expect(tasks.map(({ id }) => id)).toEqual(chain);
  });

  test('may all wait for all that come before', async () => {
    const list = Array.from({ length: 60 }, () => randomUUID());
    await enqueue(...list.map((id, n) => image({ id, dependant_on: list.slice(0, n) })).reverse());
    expect(await claimAll()).toEqual(list);
  });

  test('are made by a service as well', async () => {
    expect(await queue.enqueue(service, project, [image()])).toMatchObject([{ project_id: project }]);
  });

  test('are ordered without credits too: they wait', async () => {
    const carol = { kind: 'user', id: randomUUID(), email: 'carol@test.example' } as const;
    const poor = await makeStudio(database, carol, 0);
    const [task] = await queue.enqueue(carol, poor, [image()]);
    expect(await queue.claim(worker)).toBeUndefined();
    await queue.grant(carol, 1);
    expect(await queue.claim(worker)).toMatchObject({ id: task!.id });
  });
});

describe('an idempotency key', () => {
  test('names one task, whatever else is asked the second time', async () => {
    const [first] = await enqueue(image({ idempotency_key: 'k', params: { n: 1 } }));
    const again = await enqueue(
      image({ idempotency_key: 'k', params: { n: 2 }, id: randomUUID(), dependant_on: [randomUUID()] }),
    );
    expect(again).toEqual([first]);
    expect(await enqueue(image({ idempotency_key: 'k', task_type: 'no such type' }))).toEqual([first]);
  });

  test('gives a whole list again', async () => {
    const [a, b] = ids(2);
    const list = () => [
      image({ id: randomUUID(), idempotency_key: 'one' }),
      image({ idempotency_key: 'two', dependant_on: [a] }),
      image({ id: a, idempotency_key: 'three', parent_task_id: b }),
      image({ id: b, idempotency_key: 'four' }),
    ];
    const first = await enqueue(...list());
    expect(await enqueue(...list())).toEqual(first);
    expect(await enqueue(...list().reverse())).toEqual([...first].reverse());
    expect(await database.query(alice, 'select id from tasks')).toHaveLength(4);
  });

  test('stands for the task that is there, for those of the list that name another id', async () => {
    const [first] = await enqueue(image({ idempotency_key: 'k' }));
    const [mine] = ids(1);
    const [, waiting, child] = await enqueue(
      image({ id: mine, idempotency_key: 'k' }),
      image({ idempotency_key: 'new', dependant_on: [mine] }),
      image({ parent_task_id: mine }),
    );
    expect(waiting).toMatchObject({ dependant_on: [first!.id] });
    expect(child).toMatchObject({ parent_task_id: first!.id });
  });

  test('given twice in a list is one task, also under one id', async () => {
    const [a, b] = ids(2);
    const [first, second, third] = await enqueue(
      image({ id: a, idempotency_key: 'k', params: { n: 1 } }),
      image({ id: b, idempotency_key: 'k', params: { n: 2 } }),
      image({ dependant_on: [b] }),
    );
    expect(first).toMatchObject({ id: a, params: { n: 1 } });
    expect(second).toEqual(first);
    expect(third).toMatchObject({ dependant_on: [a] });

    const [c] = ids(1);
    const twins = await enqueue(
      image({ id: c, idempotency_key: 'twin' }),
      image({ id: c, idempotency_key: 'twin' }),
    );
    expect(twins.map(({ id }) => id)).toEqual([c, c]);
  });

  test('is one for each project', async () => {
    const [mine] = await enqueue(image({ idempotency_key: 'k' }));
    const [his] = await queue.enqueue(bob, other, [image({ idempotency_key: 'k' })]);
    expect(his!.id).not.toBe(mine!.id);
  });

  test('gives a task that ended again, as it is', async () => {
    await enqueue(image({ idempotency_key: 'k' }));
    const task = await queue.claim(worker);
    await queue.complete(worker, task!.id, 1);
    expect(await enqueue(image({ idempotency_key: 'k' }))).toMatchObject([
      { id: task!.id, status: 'Complete' },
    ]);
    expect(await queue.claim(worker)).toBeUndefined();
  });
});
