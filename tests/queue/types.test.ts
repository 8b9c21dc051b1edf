import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import { queueOfAlice, type Queue } from '../helpers/queue';
import { brokenQueue } from '../helpers/queueInvariants';
import { inLockstep, type Statement } from '../helpers/race';

/** A type retired or brought back while a task of it is being made or freed: step by step. */
let database: TestDatabase;
let queue: Queue;
let project: string;

beforeAll(async () => {
  ({ database, queue } = await queueOfAlice());
});
beforeEach(async () => {
  await database.asOwner('update task_types set is_active = true');
  await database.query(alice, 'delete from projects');
  project = await builders(database).project(alice);
});
afterEach(async () => expect(await brokenQueue(database)).toEqual({}));
afterAll(() => database?.drop());

const activate = (active: boolean): Statement => [
  `update task_types set is_active = $1 where name = 'image'`,
  [active],
];
const pause: Statement = ['select 1', []];
const enqueue = (): Statement => [
  `select enqueue_tasks($1, array[row(null, 'image', '{}', null, null, null)::task_request])`,
  [project],
];

test('retired first: the task is refused', async () => {
  const codes = await inLockstep(
    database,
    { actor: service, statements: [activate(false), pause] },
    { actor: alice, statements: [enqueue()] },
  );
  expect(codes).toEqual(['RG404']);
});

test('enqueued first: the task is there, and is not handed out', async () => {
  const codes = await inLockstep(
    database,
    { actor: alice, statements: [enqueue(), pause] },
    { actor: service, statements: [activate(false)] },
  );
  expect(codes).toEqual([]);
  expect(await database.query(alice, `select from tasks where status = 'Queued'`)).toHaveLength(1);
  expect(await queue.claim('gpu-1')).toBeUndefined();
  await database.asOwner('update task_types set is_active = true');
  expect(await queue.claim('gpu-1')).toMatchObject({ task_type: 'image' });
});

test.each(['completed first', 'brought back first'])(
  'a dependency completed, a type brought back; %s',
  async (which) => {
    const [first] = await queue.enqueue(alice, project, [{ task_type: 'remote' }]);
    const [second] = await queue.enqueue(alice, project, [{ dependant_on: [first!.id] }]);
    const held = await queue.claim('api-1', 'api');
    await database.asOwner('update task_types set is_active = false where name = $1', ['image']);
    const complete: Statement = [`select complete_task($1, 1, 'a.png')`, [held!.id]];
    const sides = [
      { actor: service, statements: [complete, pause] },
      { actor: service, statements: [activate(true), pause] },
    ];
    const codes = await inLockstep(database, ...(which === 'completed first' ? sides : sides.reverse()));
    expect(codes).toEqual([]);
    expect((await queue.claim('gpu-1'))?.id).toBe(second!.id);
  },
);
