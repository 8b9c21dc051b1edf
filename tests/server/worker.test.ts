import { alice, TEST_SECRET } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { atTheEnd, eventually } from '../helpers/process';
import { openStudio, type Studio } from '../helpers/studio';
import { decodePng, fetchStored, startWorker } from '../helpers/worker';

let database: TestDatabase;
let studio: Studio;
let gateway: TestGateway;
beforeAll(async () => {
  database = await createTestDatabase();
  studio = await openStudio(database);
  gateway = await startTestGateway(database, { MAINTENANCE_INTERVAL_MS: '20' });
});
atTheEnd(async () => {
  await gateway.stop();
  await database.drop();
});

const expectStatus = (status: string, ...ids: string[]) =>
  eventually(async () => {
    for (const id of ids) expect(await studio.task(id)).toMatchObject({ status });
  });
const workerRow = async (id: string) =>
  (
    await database.asOwner<{ status: string; current_model: string | null }>(
      'select status, current_model from workers where id = $1',
      [id],
    )
  )[0];
const cancel = (id: string) =>
  gateway.ask(
    alice,
    'mutation($ids: [UUID!]!) { cancelTasks(input: { ids: $ids }) { tasks { id status } } }',
    { ids: [id] },
  );

test('runs tasks to their end: pictures, a moving one, what depends on another, orchestration', async () => {
  const [image = '', next = '', video = '', plan = ''] = await studio.enqueue(
    {
      id: '10000000-0000-4000-8000-000000000001',
      params: { aspect_ratio: '4:3', model: 'wan-2.2', prompt: 'do not log this' },
    },
    { dependantOn: ['10000000-0000-4000-8000-000000000001'] },
    { type: 'test_video', params: { aspect_ratio: { not: 'an aspect' } } },
    { type: 'test_plan' },
  );
  const worker = await startWorker(gateway.url, 'gpu-1', ['--concurrency', '3']);
  await expectStatus('Complete', image, next, video, plan);

  const [made, second, clip] = await Promise.all([image, next, video].map((id) => studio.outputs(id)));
  expect([made, second, clip]).toEqual([
    [expect.objectContaining({ type: 'image' })],
    [expect.objectContaining({ type: 'image' })],
    [expect.objectContaining({ type: 'video' })],
  ]);
  const pictureAt = async (path: string) => decodePng((await fetchStored(gateway.url, path)).data);
  expect(made![0]!.location).toBe(`public/${alice.id}/tasks/${image}/1/output.png`);
  const picture = await pictureAt(made![0]!.location);
  expect([picture.width, picture.height]).toEqual([128, 96]);
  expect(picture.colors.size).toBeGreaterThan(20);
  expect(await pictureAt(made![0]!.thumbnail_url!)).toMatchObject({ width: 32, height: 24 });
  const moving = await fetchStored(gateway.url, clip![0]!.location);
  expect(moving.type).toBe('image/svg+xml');
  expect(moving.data.toString()).toMatch(/^<svg.*animate/);
  expect(await pictureAt(clip![0]!.thumbnail_url!)).toMatchObject({ width: 32, height: 18 });
  for (const id of [image, next, video]) expect(await studio.bills(id)).toEqual([-0.05]);
  expect([await studio.outputs(plan), await studio.bills(plan)]).toEqual([[], []]);
  expect(worker.saidOf(next)).toContain('got the outputs of the tasks before it');

  // The model of the last task that named one, reported at once.
  await eventually(async () =>
    expect(await workerRow('gpu-1')).toEqual({ status: 'active', current_model: 'wan-2.2' }),
  );
  worker.signal('SIGTERM');
  expect(await worker.exit).toEqual({ code: 0, signal: null });
  expect(await workerRow('gpu-1')).toEqual({ status: 'inactive', current_model: null });
  expect(worker.stderr()).toBe('');
  expect(worker.stdout()).not.toContain('do not log this');
});

test('works on no more tasks at a time than it was told to', async () => {
  const tasks = await studio.enqueue({}, {}, {});
  const worker = await startWorker(gateway.url, 'gpu-2', [
    '--concurrency',
    '2',
    '--seconds',
    '600',
    '--grace',
    '0',
  ]);
  const held = () =>
    database.asOwner(`select id from tasks where worker_id = 'gpu-2' and status = 'In Progress'`);
  await eventually(async () => expect(await held()).toHaveLength(2));
  const [first] = await held();
  await cancel(first!.id as string);
  // Its heartbeat tells it, it stops, and has room for the third: no completion, no output, no bill.
  await expectStatus('In Progress', tasks[2]!);
  expect(worker.saidOf(first!.id as string)).toEqual(['claimed', 'dropped: cancelled']);
  expect(await studio.task(first!.id as string)).toMatchObject({
    status: 'Cancelled',
    output_location: null,
  });
  expect([await studio.outputs(first!.id as string), await studio.bills(first!.id as string)]).toEqual([
    [],
    [],
  ]);
  await Promise.all(tasks.map(cancel));
  worker.signal('SIGTERM');
  expect((await worker.exit).code).toBe(0);
});

test('fails a task as often as its type allows, when all its attempts fail', async () => {
  const [task = ''] = await studio.enqueue({});
  const worker = await startWorker(gateway.url, 'gpu-3', ['--failure-rate', '1']);
  await expectStatus('Failed', task);
  expect(await studio.task(task)).toMatchObject({
    attempts: 3,
    error_message: 'The reference worker failed on purpose (--failure-rate).',
  });
  expect(await studio.bills(task)).toEqual([]);
  await worker.says(/^failed$/, task);
  expect(worker.saidOf(task)).toEqual([
    ...['claimed', 'failed, to be tried again', 'claimed', 'failed, to be tried again'],
    ...['claimed', 'failed'],
  ]);
  worker.signal('SIGTERM');
  expect((await worker.exit).code).toBe(0);
});

describe('SIGTERM', () => {
  test('lets the running task end and claims no more', async () => {
    const [task = '', later = ''] = await studio.enqueue({}, {});
    const worker = await startWorker(gateway.url, 'gpu-4', ['--seconds', '2']);
    await worker.says(/claimed/, task);
    worker.signal('SIGTERM');
    await worker.says(/draining/);
    expect(await studio.task(task)).toMatchObject({ status: 'In Progress' });
    expect(await worker.exit).toEqual({ code: 0, signal: null });
    expect(await studio.task(task)).toMatchObject({ status: 'Complete', attempts: 1 });
    expect(await studio.task(later)).toMatchObject({ status: 'Queued', attempts: 0 });
    expect(await workerRow('gpu-4')).toMatchObject({ status: 'inactive' });
    await cancel(later);
  });

  test('gives back what is not done after the time for it', async () => {
    const [task = ''] = await studio.enqueue({});
    const worker = await startWorker(gateway.url, 'gpu-5', ['--seconds', '600', '--grace', '0']);
    await worker.says(/claimed/, task);
    worker.signal('SIGTERM');
    expect(await worker.exit).toEqual({ code: 0, signal: null });
    expect(await studio.task(task)).toMatchObject({
      status: 'Queued',
      error_message: 'The worker was stopped before the task was done.',
    });
    expect(await workerRow('gpu-5')).toMatchObject({ status: 'inactive' });
    await cancel(task);
  });

  test('that comes again ends it at once', async () => {
    const [task = ''] = await studio.enqueue({});
    const worker = await startWorker(gateway.url, 'gpu-6', ['--seconds', '600']);
    await worker.says(/claimed/, task);
    worker.signal('SIGTERM');
    await worker.says(/draining/);
    let hasEnded = false;
    void worker.exit.then(() => (hasEnded = true));
    // At first it counts as an echo of the first one: npm and a terminal both send it.
    await eventually(() => {
      worker.signal('SIGTERM');
      expect(hasEnded).toBe(true);
    });
    expect(await worker.exit).toEqual({ code: 1, signal: null });
    expect(await studio.task(task)).toMatchObject({ status: 'In Progress' });
    await cancel(task);
  });
});

test('in development it signs in by itself, as one that works on this machine', async () => {
  const [task = ''] = await studio.enqueue({});
  const worker = await startWorker(gateway.url, 'local-1', [], { WORKER_TOKEN: '', JWT_SECRET: TEST_SECRET });
  await expectStatus('Complete', task);
  expect(await studio.task(task)).toMatchObject({ worker_id: 'local-1' });
  worker.signal('SIGINT');
  expect((await worker.exit).code).toBe(0);
});
