import {
  TaskStatusCountsDocument,
  TasksPaneDocument,
  type TaskStatusCountsQuery,
  type TasksPaneQuery,
} from '../../web/src/graphql/generated';
import { openSampleQueue, owner, request, type SampleQueue } from './sampleQueue';

let sample: SampleQueue;
beforeAll(async () => {
  sample = await openSampleQueue();
});
afterAll(() => sample?.close());

describe('TaskStatusCounts', () => {
  const counts = async () =>
    (await sample.answerOf<TaskStatusCountsQuery>(TaskStatusCountsDocument, { projectId: sample.project }))
      .data.taskStatusCounts;
  const inPane = async (variables: Record<string, unknown>) =>
    (
      await sample.answerOf<TasksPaneQuery>(TasksPaneDocument, {
        projectId: { equalTo: sample.project },
        first: 1,
        ...variables,
      })
    ).data.tasks?.totalCount;

  test('are three numbers by one statement', async () => {
    expect((await sample.answerOf(TaskStatusCountsDocument, { projectId: sample.project })).statements).toBe(
      3,
    );
  });

  test('count what the tasks pane shows: root tasks, and finished ones of the last hour', async () => {
    const [parent] = await sample.enqueue(request());
    await sample.enqueue(...Array.from({ length: 120 }, () => request()), request({ parentTaskId: parent }));
    // One more than an hour ago is not recent any more.
    const ended = await sample.enqueue(request(), request(), request(), request());
    await sample.database.asOwner(
      `update tasks set status = case id when $1 then 'Failed' else 'Cancelled' end::task_status where id = any ($2)`,
      [ended[0], ended],
    );
    await sample.database.asOwner(
      `update tasks set generation_processed_at = now() - interval '61 minutes' where id = $1`,
      [ended[3]],
    );
    const now = await counts();
    expect(now?.processing).toBeGreaterThan(120);
    expect(now?.processing).toBe(await inPane({ paneGroup: { lessThan: 2 } }));
    const recent = await sample.database.query<{ completed: number; failed: number }>(
      owner,
      `select count(*) filter (where status = 'Complete')::int as completed,
         count(*) filter (where status in ('Failed', 'Cancelled'))::int as failed
       from tasks where project_id = $1 and parent_task_id is null
         and generation_processed_at >= now() - interval '1 hour'`,
      [sample.project],
    );
    expect(recent[0]?.failed).toBeGreaterThanOrEqual(3);
    expect({ completed: now?.completed, failed: now?.failed }).toEqual(recent[0]);
  });
});

describe('TasksPane', () => {
  const page = async (offset: number) =>
    (
      await sample.answerOf<TasksPaneQuery>(TasksPaneDocument, {
        projectId: { equalTo: sample.project },
        paneGroup: { lessThan: 2 },
        offset,
      })
    ).data.tasks;

  test('pages through more than 100 that wait, each once, oldest first, and again the same', async () => {
    const total = (await page(0))?.totalCount ?? 0;
    expect(total).toBeGreaterThan(100);
    const read = async () => {
      const ids: string[] = [];
      for (let offset = 0; offset < total; offset += 50)
        ids.push(...((await page(offset))?.nodes ?? []).map(({ id }) => id));
      return ids;
    };
    const ids = await read();
    const expected = await sample.database.query<{ id: string }>(
      owner,
      `select id from tasks where project_id = $1 and parent_task_id is null and status in ('In Progress', 'Queued')
       order by status = 'Queued', created_at, id`,
      [sample.project],
    );
    expect(ids).toEqual(expected.map(({ id }) => id));
    expect(await read()).toEqual(ids);
  });

  test('shows how far the parts of a task are, and no part as a task', async () => {
    const [parent] = await sample.enqueue(request());
    const parts = await sample.enqueue(...[1, 2, 3].map(() => request({ parentTaskId: parent })));
    await sample.database.asOwner(`update tasks set status = 'In Progress' where id = $1`, [parts[0]]);
    await sample.database.asOwner(`update tasks set status = 'Complete' where id = $1`, [parts[0]]);
    const { data } = await sample.answerOf<TasksPaneQuery>(TasksPaneDocument, {
      projectId: { equalTo: sample.project },
      first: 288,
    });
    const nodes = data.tasks?.nodes ?? [];
    const shown = nodes.find(({ id }) => id === parent);
    expect([shown?.completedChildren.totalCount, shown?.children.totalCount]).toEqual([1, 3]);
    expect(nodes.filter(({ id }) => parts.includes(id))).toEqual([]);
  });
});
