import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alice, authorizationOf, TEST_SECRET } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { ask, atTheEnd, eventually, expectOneMessage, finish } from '../helpers/process';
import { openStudio, type Studio } from '../helpers/studio';
import { startWorker, workerToken } from '../helpers/worker';

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

const expectStatus = (status: string, id: string) =>
  eventually(async () => expect(await studio.task(id)).toMatchObject({ status }));

const cancel = (id: string) =>
  gateway.ask(alice, 'mutation($ids: [UUID!]!) { cancelTasks(input: { ids: $ids }) { tasks { id } } }', {
    ids: [id],
  });

const REPORTS = {
  completeTask: `mutation($id: UUID!, $attempt: Int!) {
    report: completeTask(input: { taskId: $id, attempt: $attempt, outputLocation: "late.png" }) { task { id } }
  }`,
  failTask: `mutation($id: UUID!, $attempt: Int!) {
    report: failTask(input: { taskId: $id, attempt: $attempt, message: "late", retryable: true }) { task { id } }
  }`,
  startGeneration: `mutation($id: UUID!, $attempt: Int!) {
    report: startGeneration(input: { taskId: $id, attempt: $attempt }) { task { id } }
  }`,
};
const report = async (worker: string, call: keyof typeof REPORTS, id: string, attempt: number) => {
  const answer = await ask(gateway.url, REPORTS[call], await workerToken(worker), { id, attempt });
  return answer.errors?.[0]?.extensions?.code ?? 'OK';
};

test('a worker that is killed loses its task after the lease; another does it, is paid once, and the first is fenced off', async () => {
  const [task = ''] = await studio.enqueue({});
  const dying = await startWorker(gateway.url, 'dying', ['--seconds', '600']);
  await dying.says(/claimed/, task);
  dying.signal('SIGKILL');
  await dying.exit;
  expect(await studio.task(task)).toMatchObject({ status: 'In Progress', worker_id: 'dying', attempts: 1 });

  await studio.expire(task);
  const heir = await startWorker(gateway.url, 'heir', ['--seconds', '600']);
  await heir.says(/claimed/, task);
  expect(await studio.task(task)).toMatchObject({ status: 'In Progress', worker_id: 'heir', attempts: 2 });
  // While the heir works on it, the dead one comes back, with its attempt and with the heir's.
  for (const call of ['completeTask', 'failTask', 'startGeneration'] as const) {
    expect([call, await report('dying', call, task, 1)]).toEqual([call, 'STALE_ATTEMPT']);
    expect([call, await report('dying', call, task, 2)]).toEqual([call, 'STALE_ATTEMPT']);
    expect([call, await report('stranger', call, task, 2)]).toEqual([call, 'NOT_FOUND']);
  }
  expect(await studio.task(task)).toMatchObject({ status: 'In Progress', worker_id: 'heir', attempts: 2 });
  expect([await studio.outputs(task), await studio.bills(task)]).toEqual([[], []]);

  heir.signal('SIGKILL');
  await heir.exit;
  await studio.expire(task);
  const last = await startWorker(gateway.url, 'last');
  await expectStatus('Complete', task);
  expect(await report('dying', 'completeTask', task, 1)).toBe('STALE_ATTEMPT');
  expect(await report('heir', 'completeTask', task, 2)).toBe('STALE_ATTEMPT');
  expect(await report('last', 'completeTask', task, 3)).toBe('OK');
  expect(await studio.task(task)).toMatchObject({ worker_id: 'last', attempts: 3 });
  expect([(await studio.outputs(task)).length, await studio.bills(task)]).toEqual([1, [-0.05]]);
  last.signal('SIGTERM');
  expect((await last.exit).code).toBe(0);
});

test.each(['1', '2'])(
  'a task that was taken away is dropped; handed out to the same worker again it is a new attempt (%s at a time)',
  async (concurrency) => {
    const [task = ''] = await studio.enqueue({});
    const worker = await startWorker(gateway.url, 'robbed', [
      '--seconds',
      '600',
      '--concurrency',
      concurrency,
    ]);
    await eventually(async () =>
      expect(
        await database.asOwner('select has_started from app_private.queue where task_id = $1', [task]),
      ).toEqual([{ has_started: true }]),
    );
    await database.asOwner(`update tasks set status = 'Queued' where id = $1`, [task]);
    await worker.says(/dropped: lost/, task);
    await eventually(() =>
      expect(worker.saidOf(task).sort()).toEqual(['claimed', 'claimed', 'dropped: lost']),
    );
    expect(await studio.task(task)).toMatchObject({ attempts: 2, worker_id: 'robbed' });
    // It reports the second attempt, or nobody would tell it this.
    await cancel(task);
    await worker.says(/dropped: cancelled/, task);
    worker.signal('SIGTERM');
    expect((await worker.exit).code).toBe(0);
  },
);

test('a gateway that is restarted under it: it tries again, with the same attempt', async () => {
  const mortal = await startTestGateway(database);
  const [task = ''] = await studio.enqueue({});
  const worker = await startWorker(mortal.url, 'patient', ['--seconds', '1']);
  await worker.says(/claimed/, task);
  await mortal.stop();
  await worker.says(/cannot be reached/);
  // The work was done while nobody could be told.
  const { port } = new URL(mortal.url);
  const reborn = await startTestGateway(database, { PORT: port });
  await worker.says(/^completed$/, task);
  await worker.says(/answers again/);
  expect(await studio.task(task)).toMatchObject({ status: 'Complete', attempts: 1, worker_id: 'patient' });
  expect(await studio.bills(task)).toEqual([-0.05]);
  const [next = ''] = await studio.enqueue({});
  await expectStatus('Complete', next);
  worker.signal('SIGTERM');
  expect((await worker.exit).code).toBe(0);
  await reborn.stop();
});

/** Stands before the gateway and hangs up on the first requests that match, after the gateway has done them. */
async function losingAnswers(
  pattern: RegExp,
  times: number,
): Promise<{ url: string; lost(): number; server: Server }> {
  let lost = 0;
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.setEncoding('latin1').on('data', (text: string) => (body += text));
    incoming.on('end', () => {
      const onward = request(
        `${gateway.url}${incoming.url}`,
        { method: 'POST', headers: incoming.headers },
        (answer) => {
          if (lost < times && pattern.test(`${incoming.url} ${body}`)) {
            lost++;
            answer.resume().on('end', () => outgoing.destroy());
            return;
          }
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.end(body, 'latin1');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lost: () => lost, server };
}

test.each([
  ['start', /startGeneration/],
  ['upload', /output\.png/],
  ['completion', /completeTask/],
])(
  'an answer to a %s that got lost changes nothing: the same report is sent again',
  async (_what, pattern) => {
    const [task = ''] = await studio.enqueue({});
    const { url, lost, server } = await losingAnswers(pattern, 2);
    const worker = await startWorker(url, 'unlucky');
    await worker.says(/^completed$/, task);
    expect(lost()).toBe(2);
    expect(await studio.task(task)).toMatchObject({ status: 'Complete', attempts: 1 });
    expect([(await studio.outputs(task)).length, await studio.bills(task)]).toEqual([1, [-0.05]]);
    worker.signal('SIGTERM');
    expect((await worker.exit).code).toBe(0);
    server.closeAllConnections();
    server.close();
  },
);

describe('what a person has to mend ends it with one message and 1', () => {
  const run = (words: string[], env: Record<string, string> = {}) =>
    finish('worker', ['--url', `${gateway.url}/graphql`, ...words], env);

  test.each([
    ['no JWT', async () => 'nonsense', /UNAUTHENTICATED.*not a JWT/],
    ['an expired one', () => workerToken('gpu-1', '1 hour ago'), /UNAUTHENTICATED.*expired/],
    ['a user’s', async () => (await authorizationOf(alice))?.replace('Bearer ', '') ?? '', /FORBIDDEN/],
  ])('a token that is %s', async (_what, token, message) => {
    expectOneMessage(await run([], { WORKER_TOKEN: await token() }), message);
  });

  test('a token that expires while it works', async () => {
    const [task = ''] = await studio.enqueue({});
    // Tokens are accepted for 30 s after their end.
    const expired = await workerToken('brief', '27 seconds ago');
    const worker = await startWorker(gateway.url, 'brief', ['--seconds', '600'], { WORKER_TOKEN: expired });
    expect(await worker.exit).toEqual({ code: 1, signal: null });
    expect(worker.stderr()).toMatch(/^The gateway refuses this worker \(UNAUTHENTICATED\): .*expired.*\n$/);
    await cancel(task);
  });

  test.each([
    ['another worker’s name', ['--worker', 'gpu-2'], /for worker gpu-1, and --worker says gpu-2/],
    ['an address with nothing at it', ['--url', 'URL/nothing'], /is no GraphQL gateway \(HTTP 404\)/],
    ['a page that is no GraphQL', ['--url', 'URL/healthz'], /is no GraphQL gateway/],
    ['no address', ['--url', 'somewhere'], /--url must be an http or https URL/],
  ])('%s', async (_what, words, message) => {
    const given = words.map((word) => word.replace('URL', gateway.url));
    expectOneMessage(await run(given, { WORKER_TOKEN: await workerToken('gpu-1') }), message);
  });

  test('options, all of them at once', async () => {
    const finished = await run([
      ...['--run-type', 'cpu', '--concurrency', '1.5', '--seconds', 'long', '--failure-rate', '2'],
      ...['--poll', '0', '--heartbeat', '60', '--grace', 'x'],
    ]);
    expectOneMessage(finished, /These options are wrong/);
    expect(finished.stderr.trim().split('\n').slice(1)).toEqual([
      '  - --run-type must be gpu or api',
      '  - --concurrency must be a whole number',
      '  - --seconds must be a number from 0 to 86400',
      '  - --failure-rate must be a number from 0 to 1',
      '  - --poll must be a number from 10 to 10000',
      '  - --heartbeat must be a number from 1 to 55',
      '  - --grace must be a number from 0 to 3600',
    ]);
  });

  test('no token in production', async () => {
    expectOneMessage(
      await run([], { NODE_ENV: 'production', JWT_SECRET: TEST_SECRET }),
      /--token or WORKER_TOKEN is needed.*npm run token -- --worker/,
    );
  });
});
