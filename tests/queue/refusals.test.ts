import { alice, bob, gpu1, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { A, image, NOBODY, REFUSALS, type RefusalWorld } from './refusals';
import { makeStudio, queueOf, refusalOf, type Queue } from './studio';

let database: TestDatabase;
let queue: Queue;
let gateway: TestGateway;
let world: RefusalWorld;
const worker = gpu1 as Extract<Actor, { kind: 'worker' }>;

beforeAll(async () => {
  database = await createTestDatabase();
  queue = queueOf(database);
  await queue.type('image');
  await queue.type('retired', { is_active: false });
  const project = await makeStudio(database, alice);
  const other = await makeStudio(database, bob);
  const task = async () => (await queue.enqueue(alice, project, [image({})]))[0]!.id;
  const failed = await task();
  await queue.claim(worker);
  await queue.fail(worker, failed, 1);
  const cancelled = await task();
  await queue.cancel(alice, [cancelled]);
  world = {
    ...{ project, other, failed, cancelled },
    open: await task(),
    foreign: (await queue.enqueue(bob, other, [image({})]))[0]!.id,
    generation: await builders(database).generation(bob, other),
    shot: await builders(database).shot(bob, other),
  };
  gateway = await startTestGateway(database);
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const everything = () => database.asOwner('select * from tasks order by id');

test.each(REFUSALS)('%s is refused, and with it the whole list', async (_what, requests, code, message) => {
  const before = await everything();
  // What is right about the list goes down with what is wrong.
  const list = requests(world);
  const told = await refusalOf(queue.enqueue(alice, world.project, list));
  const named = message.replace(/\{(\w+)\}/g, (_, name: keyof typeof world) => world[name]);
  expect([told.code, code === '23514' ? told.constraint : told.message]).toEqual([code, named]);
  expect(await everything()).toEqual(before);
  if (list.length > 0 && list.length < 500) {
    const wrapped = [...list, image({ params: { last: true } })];
    expect((await refusalOf(queue.enqueue(alice, world.project, wrapped))).code).toBe(code);
    expect(await everything()).toEqual(before);
  }
});

test('no list at all, and null for an entry, are refused', async () => {
  const enqueue = (tasks: string) =>
    refusalOf(database.query(alice, `select * from enqueue_tasks($1, ${tasks})`, [world.project]));
  expect(await enqueue('null')).toMatchObject({
    code: 'RG400',
    message: 'tasks must have 1 to 500 entries; it has 0.',
  });
  expect(await enqueue('array[null]::task_request[]')).toMatchObject({
    code: 'RG404',
    message: 'tasks[0]: there is no active task type null.',
  });
});

test.each([
  ['of another', () => world.other],
  ['that is not there', () => NOBODY],
])('a project %s is refused', async (_what, id) => {
  expect(await refusalOf(queue.enqueue(alice, id(), [image({})]))).toMatchObject({
    code: 'RG404',
    message: `There is no project ${id()}.`,
  });
});

test('a caller over HTTP is told the same, with a code', async () => {
  const ask = (tasks: unknown) =>
    gateway.ask(
      alice,
      'mutation ($project: UUID!, $tasks: [TaskRequestInput!]!) { enqueueTasks(input: { projectId: $project, tasks: $tasks }) { tasks { id status taskType } } }',
      { project: world.project, tasks },
    );
  const codeOf = async (tasks: unknown) =>
    (await ask(tasks)).errors?.map((error) => [error.extensions?.code, error.message]);
  expect(await codeOf([{ taskType: 'nothing' }])).toEqual([
    ['NOT_FOUND', 'tasks[0]: there is no active task type nothing.'],
  ]);
  expect(await codeOf([{ taskType: 'image', dependantOn: [world.failed] }])).toEqual([
    ['TASK_STATE', `tasks[0].dependantOn: task ${world.failed} is Failed, so this one could never run.`],
  ]);
  expect(await codeOf([{ taskType: 'image', id: world.open }])).toEqual([
    ['CONFLICT', `tasks[0]: the id ${world.open} is taken.`],
  ]);
  expect(await codeOf([{ taskType: 'image', params: [] }])).toEqual([
    ['INVALID_INPUT', 'tasks[0]: params must be a JSON object.'],
  ]);
  expect(await codeOf([{ taskType: 'image', idempotencyKey: 'k'.repeat(201) }])).toEqual([
    ['INVALID_INPUT', 'An idempotency key has 1 to 200 characters.'],
  ]);
  expect(await ask([{ taskType: 'image', id: A, params: { a: 1 } }])).toEqual({
    status: 200,
    data: { enqueueTasks: { tasks: [{ id: A, status: 'QUEUED', taskType: 'image' }] } },
  });
});
