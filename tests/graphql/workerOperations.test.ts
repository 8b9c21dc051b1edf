import {
  ClaimNextTaskDocument,
  CompleteTaskDocument,
  FailTaskDocument,
  HeartbeatDocument,
  StartGenerationDocument,
  WorkerTaskContextDocument,
  type ClaimNextTaskMutation,
  type CompleteTaskMutation,
  type FailTaskMutation,
  type HeartbeatMutation,
  type StartGenerationMutation,
  type WorkerTaskContextQuery,
} from '../../web/src/graphql/generated';
import { alice, anonymous, gpu1, gpu2, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { queueOfAlice, type Queue, type Task, type TaskRequest } from '../helpers/queue';
import { run } from './statements';

let database: TestDatabase;
let gateway: TestGateway;
let queue: Queue;
let project = '';

beforeAll(async () => {
  ({ database, queue } = await queueOfAlice());
  project = await builders(database).project(alice);
  gateway = await startTestGateway(database);
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});
afterEach(() => database.asOwner('delete from tasks'));

const FEW_AND_MANY = [2, 40];

interface Given<T> {
  data: T;
  statements: number;
}

/** What gpu-1 is told, which must not be an error. */
async function answerOf<T>(
  document: { toString(): string },
  variables: Record<string, unknown>,
): Promise<Given<T>> {
  const { data, errors, statements } = await run<T>(gateway, gpu1, document, variables);
  expect(errors).toBeUndefined();
  return { data: data as T, statements };
}

const enqueue = (count: number, request: TaskRequest = {}) =>
  queue.enqueue(
    alice,
    project,
    Array.from({ length: count }, () => request),
  );
/** The oldest task, now held by gpu-1. */
const hold = async () => (await queue.claim('gpu-1'))!;
const idsOf = (tasks: readonly ({ id: string } | null)[] = []) => tasks.map((task) => task?.id ?? '');
const asked = ({ id, attempts }: Task) => ({ taskId: id, attempt: attempts });

/** Does it among few and among many: by as many statements, and by no more than these. */
async function bounded<T>(most: number, act: (count: number) => Promise<Given<T>>): Promise<void> {
  const counts: number[] = [];
  for (const count of FEW_AND_MANY) {
    counts.push((await act(count)).statements);
    await database.asOwner('delete from tasks');
  }
  expect(new Set(counts).size).toBe(1);
  expect(counts[0]).toBeLessThanOrEqual(most);
}

test('ClaimNextTask hands out the oldest, with what a worker needs, or nothing', () =>
  bounded(6, async (count) => {
    const variables = { workerId: 'gpu-1', runType: 'GPU' };
    expect((await answerOf<ClaimNextTaskMutation>(ClaimNextTaskDocument, variables)).data).toEqual({
      claimNextTask: { task: null },
    });
    const [first] = await enqueue(count, { params: { model: 'flux', prompt: 'A pier' } });
    const given = await answerOf<ClaimNextTaskMutation>(ClaimNextTaskDocument, variables);
    expect(given.data.claimNextTask?.task).toEqual({
      ...{ id: first!.id, projectId: project, taskType: 'image', status: 'IN_PROGRESS', attempts: 1 },
      ...{ params: { model: 'flux', prompt: 'A pier' }, dependantOn: [], parentTaskId: null },
      generationStartedAt: expect.any(String) as unknown,
      leaseExpiresAt: expect.any(String) as unknown,
      outputFolder: `${alice.id}/tasks/${first!.id}`,
      type: { category: 'GENERATION', contentType: 'IMAGE' },
    });
    return given;
  }));

test('Heartbeat tells what goes on, what was cancelled and what is lost', () =>
  bounded(6, async (count) => {
    await enqueue(count + 1, { task_type: 'conduct' });
    const held: string[] = [];
    for (let n = 0; n <= count; n++) held.push((await hold()).id);
    const cancelled = held.pop()!;
    await queue.cancel(alice, [cancelled]);
    const [lost] = idsOf(await enqueue(1));
    const given = await answerOf<HeartbeatMutation>(HeartbeatDocument, {
      ...{ workerId: 'gpu-1', status: 'ACTIVE', currentModel: 'flux', metadata: { vram: 24 } },
      taskIds: [...held, cancelled, lost],
    });
    const beat = given.data.heartbeat?.heartbeat;
    expect([[...(beat?.extended ?? [])].sort(), beat?.cancelled, beat?.lost]).toEqual([
      [...held].sort(),
      [cancelled],
      [lost],
    ]);
    return given;
  }));

test('StartGeneration moves where billing begins', () =>
  bounded(6, async (count) => {
    await enqueue(count);
    const held = await hold();
    await database.asOwner(`update tasks set generation_started_at = '2020-01-01' where id = $1`, [held.id]);
    const given = await answerOf<StartGenerationMutation>(StartGenerationDocument, asked(held));
    const task = given.data.startGeneration?.task;
    expect(task).toMatchObject({ id: held.id, attempts: 1 });
    expect(String(task?.generationStartedAt) > '2021').toBe(true);
    return given;
  }));

test('CompleteTask makes the output, bills it, and lets those begin that waited', () =>
  bounded(6, async (count) => {
    const [first] = await enqueue(1);
    await enqueue(count, { dependant_on: [first!.id] });
    const held = await hold();
    expect(await queue.claim('gpu-1')).toBeUndefined();
    const given = await answerOf<CompleteTaskMutation>(CompleteTaskDocument, {
      ...asked(held),
      ...{ outputLocation: 'public/pier.png', thumbnailUrl: 'public/pier-small.png', result: { seed: 7 } },
    });
    const [made] = await database.query<{ id: string; variant: string }>(
      alice,
      'select id, primary_variant_id as variant from generations where task_id = $1',
      [held.id],
    );
    expect(given.data.completeTask?.task).toEqual({
      ...{ id: held.id, status: 'COMPLETE', cost: '0.0500' },
      resultData: { seed: 7, output: { generation_id: made?.id, variant_id: made?.variant } },
    });
    expect(await hold()).toMatchObject({ dependant_on: [held.id] });
    return given;
  }));

test('FailTask fails what depends on it, or lets another attempt be made', () =>
  bounded(6, async (count) => {
    const [first] = await enqueue(1);
    const dependents = idsOf(await enqueue(count, { dependant_on: [first!.id] }));
    const fail = async (retryable: boolean) =>
      await answerOf<FailTaskMutation>(FailTaskDocument, {
        ...asked(await hold()),
        ...{ message: 'CUDA out of memory', retryable },
      });
    const states = async () => new Set((await queue.look(dependents)).map(({ status }) => status));
    expect((await fail(true)).data.failTask?.task).toMatchObject({ status: 'QUEUED', attempts: 1 });
    expect(await states()).toEqual(new Set(['Queued']));
    const given = await fail(false);
    expect(given.data.failTask?.task).toEqual({
      ...{ id: first!.id, status: 'FAILED', attempts: 2, errorMessage: 'CUDA out of memory' },
    });
    expect(await states()).toEqual(new Set(['Failed']));
    return given;
  }));

test('WorkerTaskContext has every dependency with its output, and every sibling', () =>
  bounded(3, async (count) => {
    const dependencies = idsOf(await enqueue(count));
    for (let n = 0; n < count; n++) await queue.complete(await hold());
    const [parent] = await enqueue(1, { task_type: 'conduct' });
    const within = { parent_task_id: parent!.id };
    const [child] = await enqueue(1, { ...within, dependant_on: dependencies });
    const siblings = idsOf(await enqueue(count, within));
    await hold();
    expect((await hold()).id).toBe(child!.id);
    const given = await answerOf<WorkerTaskContextQuery>(WorkerTaskContextDocument, { taskId: child!.id });
    const context = given.data.workerTaskContext;
    expect(context?.isCancelled).toBe(false);
    expect(context?.task).toMatchObject({
      id: child!.id,
      parentTaskId: parent!.id,
      type: { category: 'GENERATION' },
    });
    expect([...idsOf(context?.dependencies)].sort()).toEqual([...dependencies].sort());
    for (const dependency of context?.dependencies ?? []) {
      expect(dependency).toMatchObject({
        ...{ status: 'COMPLETE', outputLocation: `public/${dependency?.id}.png` },
        resultData: { output: { generation_id: expect.any(String) as unknown } },
      });
    }
    expect([...idsOf(context?.siblings)].sort()).toEqual([...siblings].sort());
    await queue.cancel(alice, [child!.id]);
    const after = await answerOf<WorkerTaskContextQuery>(WorkerTaskContextDocument, { taskId: child!.id });
    expect(after.data.workerTaskContext?.isCancelled).toBe(true);
    return given;
  }));

type Refused = [
  name: string,
  document: { toString(): string },
  variables: (held: Task) => Record<string, unknown>,
  another: string,
];
const OPERATIONS: Refused[] = [
  ['ClaimNextTask', ClaimNextTaskDocument, () => ({ workerId: 'gpu-1', runType: 'GPU' }), 'FORBIDDEN'],
  ['Heartbeat', HeartbeatDocument, ({ id }) => ({ workerId: 'gpu-1', taskIds: [id] }), 'FORBIDDEN'],
  ['StartGeneration', StartGenerationDocument, asked, 'NOT_FOUND'],
  ['WorkerTaskContext', WorkerTaskContextDocument, ({ id }) => ({ taskId: id }), 'NOT_FOUND'],
  [
    'CompleteTask',
    CompleteTaskDocument,
    (held) => ({ ...asked(held), outputLocation: 'a.png' }),
    'NOT_FOUND',
  ],
  ['FailTask', FailTaskDocument, (held) => ({ ...asked(held), message: 'x' }), 'NOT_FOUND'],
];

test.each(OPERATIONS)(
  '%s is refused to everybody but its worker',
  async (_, document, variables, another) => {
    await enqueue(2);
    const held = await hold();
    const tables = () =>
      database.asOwner(`select (select md5(array_agg(t order by id)::text) from tasks t) as tasks,
      (select md5(array_agg(w order by id)::text) from workers w) as workers,
      (select count(*) from generations) as generations, (select count(*) from credits_ledger) as entries`);
    const before = await tables();
    const refusals: [Actor, string][] = [
      [anonymous, 'UNAUTHENTICATED'],
      [alice, 'FORBIDDEN'],
      [gpu2, another],
    ];
    for (const [actor, code] of refusals) {
      const { data, errors } = await run<Record<string, unknown>>(gateway, actor, document, variables(held));
      expect([actor.kind, errors?.map(({ extensions }) => extensions?.code)]).toEqual([actor.kind, [code]]);
      expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
    }
    expect(await tables()).toEqual(before);
    await answerOf(document, variables(held));
  },
);
