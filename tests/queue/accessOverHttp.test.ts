import { alice, anonymous, bob, gpu2, service, type Actor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { holder, makeHeldTask } from './heldTask';

let database: TestDatabase;
let gateway: TestGateway;
let world: Awaited<ReturnType<typeof makeHeldTask>>;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeHeldTask(database);
  gateway = await startTestGateway(database);
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const code = async (actor: Actor, document: string) =>
  (await gateway.ask(actor, document)).errors?.map((error) => error.extensions?.code);

test('the anonymous are asked to sign in, the wrong ones are refused', async () => {
  const claim = 'mutation { claimNextTask(input: { workerId: "gpu-1", runType: GPU }) { task { id } } }';
  expect(await code(anonymous, claim)).toEqual(['UNAUTHENTICATED']);
  expect(await code(alice, claim)).toEqual(['FORBIDDEN']);
  expect(await code(gpu2, claim)).toEqual(['FORBIDDEN']);
  const grant = `mutation { grantCredits(input: { userId: "${alice.id}", amount: "5" }) { ledgerEntry { amount } } }`;
  for (const actor of [alice, holder]) expect(await code(actor, grant)).toEqual(['FORBIDDEN']);
  expect(await code(alice, 'query { taskCounts(runType: GPU) { eligible } }')).toEqual(['FORBIDDEN']);
});

test('what is another’s does not exist', async () => {
  expect(
    await code(bob, `mutation { cancelTasks(input: { ids: ["${world.open}"] }) { tasks { id } } }`),
  ).toEqual(['NOT_FOUND']);
  expect(await code(bob, `query { taskStatusCounts(projectId: "${world.project}") { processing } }`)).toEqual(
    ['NOT_FOUND'],
  );
  expect(
    await code(
      gpu2,
      `mutation { failTask(input: { taskId: "${world.held}", attempt: 1, message: "x" }) { task { id } } }`,
    ),
  ).toEqual(['NOT_FOUND']);
});

test('a worker is told of a stale attempt, a wrong state and a missing value by code', async () => {
  const complete = (id: string, attempt: number) =>
    `mutation { completeTask(input: { taskId: "${id}", attempt: ${attempt} }) { task { id } } }`;
  expect(await code(holder, complete(world.held, 7))).toEqual(['STALE_ATTEMPT']);
  expect(await code(holder, complete(world.held, 1))).toEqual(['INVALID_INPUT']);
  expect(
    await code(
      holder,
      `mutation { failTask(input: { taskId: "${world.paid}", attempt: 1, message: "x" }) { task { id } } }`,
    ),
  ).toEqual(['TASK_STATE']);
});

test('what belongs to it is answered', async () => {
  expect(
    await gateway.ask(
      alice,
      `query { taskStatusCounts(projectId: "${world.project}") { processing completed failed } }`,
    ),
  ).toEqual({
    status: 200,
    data: { taskStatusCounts: { processing: 2, completed: 1, failed: 0 } },
  });
  expect(await gateway.ask(holder, 'query { taskCounts(runType: GPU) { eligible active } }')).toEqual({
    status: 200,
    data: { taskCounts: { eligible: 1, active: 1 } },
  });
  expect(
    await gateway.ask(
      holder,
      `query { workerTaskContext(taskId: "${world.held}") { task { id status } isCancelled } }`,
    ),
  ).toEqual({
    status: 200,
    data: { workerTaskContext: { task: { id: world.held, status: 'IN_PROGRESS' }, isCancelled: false } },
  });
  expect(
    await gateway.ask(
      service,
      `mutation { refundTask(input: { taskId: "${world.paid}", reason: "A test." }) { ledgerEntry { amount type } } }`,
    ),
  ).toEqual({
    status: 200,
    data: { refundTask: { ledgerEntry: { amount: '0.0500', type: 'REFUND' } } },
  });
});
