import {
  CancelTasksDocument,
  CreditLedgerDocument,
  EnqueueTasksDocument,
  PendingWorkDocument,
  TaskCostEstimateDocument,
  TaskLogDocument,
  TaskStatusCountsDocument,
  TasksPaneDocument,
  type CancelTasksMutation,
  type EnqueueTasksMutation,
  type PendingWorkQuery,
  type TaskCostEstimateQuery,
  type TaskLogQuery,
  type TasksPaneQuery,
} from '../../web/src/graphql/generated';
import { anonymous, bob } from '../helpers/actors';
import { openSampleQueue, owner, request, type SampleQueue } from './sampleQueue';

let sample: SampleQueue;
beforeAll(async () => {
  sample = await openSampleQueue();
});
afterAll(() => sample?.close());

describe('PendingWork', () => {
  const pending = async (variables: Record<string, unknown>) =>
    await sample.answerOf<PendingWorkQuery>(PendingWorkDocument, { projectId: sample.project, ...variables });

  test('is what is open and aimed at a shot or at a generation, parts too, in the order of the pane', async () => {
    const [first, second, forGeneration, other] = await sample.enqueue(
      request({ params: { shot_id: sample.shot } }),
      request({ params: { shot_id: sample.shot } }),
      request({ params: { generation_id: sample.generation } }),
      request(),
    );
    const [part] = await sample.enqueue(request({ params: { shot_id: sample.shot }, parentTaskId: first }));
    const [done] = await sample.enqueue(request({ params: { shot_id: sample.shot } }));
    await sample.database.asOwner(`update tasks set status = 'Cancelled' where id = $1`, [done]);
    const aimed = await pending({ shot: { equalTo: sample.shot } });
    const ids = (aimed.data.tasks?.nodes ?? []).map(({ id }) => id);
    expect(ids.slice(-3)).toEqual([first, second, part]);
    expect(ids).not.toContain(done);
    expect(aimed.data.tasks?.totalCount).toBe(ids.length);
    expect(
      aimed.data.tasks?.nodes.every(
        ({ targetShotId, paneGroup }) => targetShotId === sample.shot && paneGroup < 2,
      ),
    ).toBe(true);
    const generated = (await pending({ generation: { equalTo: sample.generation } })).data.tasks?.nodes ?? [];
    expect(generated.map(({ id }) => id)).toContain(forGeneration);
    expect(generated.every(({ targetGenerationId }) => targetGenerationId === sample.generation)).toBe(true);
    expect((await pending({ first: 1000 })).data.tasks?.nodes.map(({ id }) => id)).toContain(other);
    expect([
      aimed.statements,
      (await pending({ shot: { equalTo: sample.shot }, first: 1 })).statements,
    ]).toEqual([3, 3]);
  });
});

describe('EnqueueTasks', () => {
  test('puts 50 tasks in by as many statements as one, in the order of the list', async () => {
    const tasks = Array.from({ length: 50 }, (_, index) => request({ idempotencyKey: `many ${index}` }));
    const one = await sample.answerOf<EnqueueTasksMutation>(EnqueueTasksDocument, {
      projectId: sample.project,
      tasks: [request()],
    });
    const many = await sample.answerOf<EnqueueTasksMutation>(EnqueueTasksDocument, {
      projectId: sample.project,
      tasks,
    });
    expect(many.data.enqueueTasks?.tasks?.length).toBe(50);
    expect(many.statements).toBe(one.statements);
    // The same keys again are the same tasks, and in the same order.
    const again = await sample.answerOf<EnqueueTasksMutation>(EnqueueTasksDocument, {
      projectId: sample.project,
      tasks,
    });
    expect(again.data).toEqual(many.data);
  });

  test('puts in all or none', async () => {
    const before = await sample.database.asOwner('select count(*) from tasks');
    const answer = await sample.ask(owner, EnqueueTasksDocument, {
      projectId: sample.project,
      tasks: [request(), request({ taskType: 'no such type' })],
    });
    expect(answer.errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
    expect(await sample.database.asOwner('select count(*) from tasks')).toEqual(before);
  });
});

test('CancelTasks cancels 200 in one call, by as many statements as one', async () => {
  const ids = await sample.enqueue(...Array.from({ length: 201 }, () => request()));
  const one = await sample.answerOf<CancelTasksMutation>(CancelTasksDocument, { ids: ids.slice(200) });
  const many = await sample.answerOf<CancelTasksMutation>(CancelTasksDocument, { ids: ids.slice(0, 200) });
  const cancelled = many.data.cancelTasks?.tasks ?? [];
  expect(cancelled.map(({ id }) => id)).toEqual(ids.slice(0, 200));
  expect(new Set(cancelled.map(({ status }) => status))).toEqual(new Set(['CANCELLED']));
  expect(many.statements).toBe(one.statements);
});

test('TaskCostEstimate is the price by the rule that bills, in one statement', async () => {
  const { data, statements } = await sample.answerOf<TaskCostEstimateQuery>(TaskCostEstimateDocument, {
    taskType: 'image_generation',
  });
  const [row] = await sample.database.asOwner<{ cost: string }>(
    `select (app_private.task_cost(k, '{}', 1)).cost from task_types k where name = 'image_generation'`,
  );
  expect(Number(row?.cost)).toBeGreaterThan(0);
  expect([data.taskCostEstimate, statements]).toEqual([row?.cost, 3]);
  const unknown = await sample.ask(owner, TaskCostEstimateDocument, { taskType: 'no such type' });
  expect(unknown.errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
});

describe('strangers', () => {
  const operations: [
    name: string,
    document: { toString(): string },
    variables: () => Record<string, unknown>,
  ][] = [
    ['TaskStatusCounts', TaskStatusCountsDocument, () => ({ projectId: sample.project })],
    ['TasksPane', TasksPaneDocument, () => ({ projectId: { equalTo: sample.project } })],
    [
      'PendingWork',
      PendingWorkDocument,
      () => ({ projectId: sample.project, shot: { equalTo: sample.shot } }),
    ],
    ['EnqueueTasks', EnqueueTasksDocument, () => ({ projectId: sample.project, tasks: [request()] })],
    ['CancelTasks', CancelTasksDocument, () => ({ ids: [] })],
    ['TaskCostEstimate', TaskCostEstimateDocument, () => ({ taskType: 'image_generation' })],
    ['TaskLog', TaskLogDocument, () => ({})],
    ['CreditLedger', CreditLedgerDocument, () => ({})],
  ];

  test.each(operations)('%s asks an anonymous caller to sign in', async (_, document, variables) => {
    const { data, errors } = await sample.ask<Record<string, unknown>>(anonymous, document, variables());
    expect(new Set(errors?.map(({ extensions }) => extensions?.code))).toEqual(new Set(['UNAUTHENTICATED']));
    expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
    expect((await sample.ask(owner, document, variables())).errors).toBeUndefined();
  });

  test('see nothing of another’s queue and change nothing in it', async () => {
    const [mine] = await sample.enqueue(request({ params: { shot_id: sample.shot } }));
    const codeOf = async (document: { toString(): string }, variables: Record<string, unknown>) =>
      (await sample.ask(bob, document, variables)).errors?.[0]?.extensions?.code;
    expect(await codeOf(TaskStatusCountsDocument, { projectId: sample.project })).toBe('NOT_FOUND');
    expect(await codeOf(EnqueueTasksDocument, { projectId: sample.project, tasks: [request()] })).toBe(
      'NOT_FOUND',
    );
    expect(await codeOf(CancelTasksDocument, { ids: [mine] })).toBe('NOT_FOUND');
    const pane = await sample.ask<TasksPaneQuery>(bob, TasksPaneDocument, {
      projectId: { equalTo: sample.project },
    });
    const log = await sample.ask<TaskLogQuery>(bob, TaskLogDocument, {});
    const aimed = await sample.ask<PendingWorkQuery>(bob, PendingWorkDocument, {
      projectId: sample.project,
      shot: { equalTo: sample.shot },
    });
    for (const tasks of [pane.data?.tasks, log.data?.tasks, aimed.data?.tasks]) {
      expect([tasks?.totalCount, tasks?.nodes]).toEqual([0, []]);
    }
    expect(log.data?.tasks?.totalCost).toBe('0');
    expect(await sample.database.asOwner('select status from tasks where id = $1', [mine])).toEqual([
      { status: 'Queued' },
    ]);
  });

  test('no operation on tasks asks for params', () => {
    for (const [name, document] of operations)
      expect([name, /\bparams\b(?!:)(?! *[:$])/.test(selections(document))]).toEqual([name, false]);
  });

  /** Of a document what it selects, without what it sends. */
  const selections = (document: { toString(): string }) =>
    String(document)
      .replace(/\([^()]*(\([^()]*\)[^()]*)*\)/g, '')
      .replace(/#.*/g, '');
});
