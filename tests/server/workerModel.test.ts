import { parseSettings } from '../../server/config';
import { createLogger } from '../../server/log';
import type { ClaimedTask, Queue } from '../../server/worker/queue';
import { createWorker } from '../../server/worker/worker';

test('a worker reports as much of a huge model as the database keeps', async () => {
  const params = { model: '🎨'.repeat(100_000) };
  const task = { id: 't', attempts: 1, taskType: 'image', dependantOn: [], params };
  const tasks = [task, { ...task, id: 'u' }] as unknown as ClaimedTask[];
  const reported: (string | undefined)[] = [];
  let seen = () => {};
  const isSeen = new Promise<void>((resolve) => (seen = resolve));
  const queue: Queue = {
    claim: async () => tasks.shift() ?? null,
    heartbeat: async ({ model }) => {
      reported.push(model);
      if (model) seen();
      return { cancelled: [], lost: [] };
    },
    start: async () => undefined,
    context: async () => null,
    complete: async () => undefined,
    fail: async () => false,
  };
  const worker = createWorker(
    {
      ...{ url: 'http://gateway.example', id: 'w', runType: 'GPU', model: undefined, concurrency: 2 },
      ...{ renderMs: 0, failureRate: 0, pollMs: 10, heartbeatMs: 55_000, graceMs: 1_000 },
    },
    { queue, files: { store: async (_task, output) => output } },
    createLogger({ ...parseSettings({}), logLevel: 'silent' }),
    new AbortController(),
  );
  const ended = worker.run();
  await isSeen;
  await worker.begin('test');
  await ended;
  expect([...new Set(reported)]).toEqual([undefined, '🎨'.repeat(200)]);
});
