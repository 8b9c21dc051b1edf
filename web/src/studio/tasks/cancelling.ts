import { useQueryClient } from '@tanstack/react-query';
import type { TasksPaneQuery, TaskStatusCountsQuery } from '../../graphql/generated';
import { useCancelTasksMutation, useTasksPaneQuery, useTaskStatusCountsQuery } from '../../graphql/hooks';
import { isOpenTask } from '../parts/taskStatus';
import { useTell } from '../parts/Toasts';

/** Cancels tasks; they are shown so at once, and as they were when it is refused. */
export function useCancelTasks() {
  const queries = useQueryClient();
  const tell = useTell();
  const shown = [useTasksPaneQuery.key(), useTaskStatusCountsQuery.key()];
  return useCancelTasksMutation({
    onMutate: async ({ ids }) => {
      await Promise.all(shown.map((queryKey) => queries.cancelQueries({ queryKey })));
      const before = shown.flatMap((queryKey) => queries.getQueriesData({ queryKey }));
      const list = typeof ids === 'string' ? [ids] : ids;
      let cancelled = 0;
      queries.setQueriesData<TasksPaneQuery>({ queryKey: useTasksPaneQuery.key() }, (data) => {
        if (!data?.tasks) return data;
        const nodes = data.tasks.nodes.map((task) =>
          list.includes(task.id) && isOpenTask(task) ? { ...task, status: 'CANCELLED' as const } : task,
        );
        cancelled = Math.max(cancelled, nodes.filter((task, at) => task !== data.tasks?.nodes[at]).length);
        return { ...data, tasks: { ...data.tasks, nodes } };
      });
      queries.setQueriesData<TaskStatusCountsQuery>({ queryKey: useTaskStatusCountsQuery.key() }, (data) => {
        const counts = data?.taskStatusCounts;
        if (!counts) return data;
        const processing = Math.max(0, counts.processing - cancelled);
        return { taskStatusCounts: { ...counts, processing, failed: counts.failed + cancelled } };
      });
      return { before };
    },
    onError: (error, _ids, context) => {
      for (const [queryKey, data] of context?.before ?? []) queries.setQueryData(queryKey, data);
      tell.bad(error);
    },
  });
}
