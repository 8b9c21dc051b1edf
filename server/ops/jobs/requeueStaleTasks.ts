import type { Job } from '../maintenance';

interface StaleTask {
  id: string;
  /** The attempt whose lease ran out. */
  attempts: number;
  status: 'Queued' | 'Failed';
}

/** Puts tasks of workers that do not report any more back into the queue. The rules are the function's. */
export function requeueStaleTasks(intervalMs: number): Job {
  return {
    name: 'requeue stale tasks',
    intervalMs,
    run: async (client, log) => {
      const { rows } = await client.query<StaleTask>(
        'select id, attempts, status from public.requeue_stale_tasks()',
      );
      const having = (status: StaleTask['status']) =>
        rows.filter((row) => row.status === status).map(({ id, attempts }) => ({ id, attempts }));
      const [requeued, failed] = [having('Queued'), having('Failed')];
      if (requeued.length > 0) log.info({ tasks: requeued }, 'requeued tasks whose lease ran out');
      if (failed.length > 0) log.info({ tasks: failed }, 'failed tasks whose last lease ran out');
    },
  };
}
