import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Pool } from 'pg';
import { createLogger } from '../../server/log';
import { DatabaseClock } from '../../server/ops/metrics/clock';
import { createMetrics } from '../../server/ops/metrics/metrics';
import { stockOf } from '../../server/ops/metrics/stock';
import { createPool } from '../../server/postgres/pool';
import { alice, bob, service } from '../helpers/actors';
import { samplesOf, scrape, sum, type Samples } from '../helpers/metrics';
import { eventually } from '../helpers/process';
import { Proxy } from '../helpers/proxy';
import { EVERYTHING, FACTS, hasTold, isReady, type Stream } from '../realtime/follower';
import { openScene, type Scene } from '../realtime/scene';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene({ MAINTENANCE_INTERVAL_MS: '50' });
});
afterAll(() => scene?.close());

const now = () => scrape(scene.gateway.url);
afterEach(async () => {
  await scene.disconnect();
  // The next test counts from none.
  await eventually(async () => expect(sum(await now(), 'reigh_sockets')).toBe(0));
});
/** What was counted meanwhile. */
const counted = async (work: () => Promise<unknown>) => {
  const before = await now();
  await work();
  return async (name: string, labels: Record<string, string> = {}) =>
    sum(await now(), name, labels) - sum(before, name, labels);
};
const kindsOf = ({ items }: Stream) => items.map(({ kind }) => kind);

describe('operations', () => {
  test('are counted by what they are and how they ended, over HTTP', async () => {
    const { gateway } = scene;
    const count = await counted(async () => {
      await gateway.ask(alice, '{ projects { nodes { id } } }');
      await gateway.ask(alice, 'mutation { ensureUser(input: {}) { user { id } } }');
      await gateway.ask(alice, '{ nothing }');
      await gateway.ask(alice, '{ no');
      await fetch(`${gateway.url}/graphql`, { headers: { authorization: 'Bearer none' } });
    });
    const ended = (kind: string, code: string) =>
      count('reigh_operations_total', { transport: 'http', kind, code });
    expect(await ended('query', 'OK')).toBe(1);
    expect(await ended('mutation', 'OK')).toBe(1);
    expect(await ended('query', 'GRAPHQL_VALIDATION_FAILED')).toBe(1);
    expect(await ended('none', 'GRAPHQL_PARSE_FAILED')).toBe(1);
    expect(await ended('none', 'UNAUTHENTICATED')).toBe(1);
    expect(await count('reigh_errors_total')).toBe(3);
    expect(await count('reigh_operation_duration_seconds_count', { transport: 'http' })).toBe(5);
    expect(await count('reigh_statement_duration_seconds_count')).toBeGreaterThanOrEqual(2);
    expect(
      await count('reigh_transaction_duration_seconds_count', { pool: 'requests' }),
    ).toBeGreaterThanOrEqual(2);
    await eventually(async () =>
      expect(await count('reigh_http_responses_total', { route: '/graphql', status: '401' })).toBe(1),
    );
  });

  test('are counted on sockets, each error of a field too', async () => {
    const count = await counted(async () => {
      const socket = await scene.connect(alice);
      await socket.begin('{ projects { nodes { id } } }').until(({ isOver }) => isOver);
      await socket.begin('{ nothing }').until(({ isOver }) => isOver);
      const both = `mutation { a: duplicateShot(input: {shotId: "${bob.id}"}) { shot { id } } b: duplicateShot(input: {shotId: "${bob.id}"}) { shot { id } } }`;
      await socket.begin(both).until(({ isOver }) => isOver);
    });
    const ended = (kind: string, code: string) =>
      count('reigh_operations_total', { transport: 'ws', kind, code });
    await eventually(async () => expect(await ended('mutation', 'NOT_FOUND')).toBe(1));
    expect(await ended('query', 'OK')).toBe(1);
    expect(await ended('none', 'GRAPHQL_VALIDATION_FAILED')).toBe(1);
    expect(await count('reigh_errors_total', { code: 'NOT_FOUND' })).toBe(2);
  });

  test('make no series of what callers call them, or write into paths; nor is anybody named', async () => {
    const project = await scene.make.project(alice);
    const ask = async (name: string) => {
      await scene.gateway.ask(alice, `query ${name} { project(id: "${project}") { id } }`);
      await (await fetch(`${scene.gateway.url}/${name}`)).text();
    };
    await ask('warm');
    const before = [...(await now()).keys()];
    for (let count = 0; count < 20; count++) await ask(`name${count}`);
    await eventually(async () =>
      expect(sum(await now(), 'reigh_http_responses_total', { route: 'other' })).toBeGreaterThanOrEqual(21),
    );
    const after = [...(await now()).keys()];
    expect(
      after.filter((key) => /name\d/.test(key) || key.includes(alice.id) || key.includes(project)),
    ).toEqual([]);
    expect(after.filter((key) => key.startsWith('reigh_operation') && !before.includes(key))).toEqual([]);
  });
});

describe('subscriptions', () => {
  test('are counted while they last, by field and state, with what they were given and how late', async () => {
    const project = await scene.make.project(alice);
    const count = await counted(async () => {
      const stream = await scene.watch(alice, FACTS, { p: project });
      await stream.until(hasTold(await scene.make.generation(alice, project)));
    });
    const samples = await now();
    expect(sum(samples, 'reigh_subscriptions', { field: 'projectChanges', state: 'live' })).toBe(1);
    expect(sum(samples, 'reigh_sockets', { role: 'authenticated' })).toBe(1);
    expect(sum(samples, 'reigh_socket_operations', { kind: 'subscription' })).toBe(1);
    expect(sum(samples, 'reigh_listener_connected')).toBe(1);
    expect(samples.has('reigh_database_clock_offset_seconds')).toBe(true);
    expect(await count('reigh_subscription_items_total', { field: 'projectChanges', kind: 'READY' })).toBe(1);
    expect(await count('reigh_subscription_items_total', { kind: 'CHANGE' })).toBeGreaterThanOrEqual(1);
    expect(await count('reigh_event_lag_seconds_count')).toBeGreaterThanOrEqual(1);
    // On the database's own clock, and of one machine here: seconds would be a fault of the reckoning.
    expect(await count('reigh_event_lag_seconds_sum')).toBeGreaterThanOrEqual(0);
    expect(await count('reigh_event_lag_seconds_count')).toBe(
      await count('reigh_subscription_items_total', { kind: 'CHANGE' }),
    );
    expect(
      await count('reigh_log_read_duration_seconds_count', { reader: 'tail', outcome: 'ok' }),
    ).toBeGreaterThan(0);
    await scene.disconnect();
    await eventually(async () => {
      const later = await now();
      expect([sum(later, 'reigh_subscriptions'), sum(later, 'reigh_sockets')]).toEqual([0, 0]);
    });
    await eventually(async () => expect(await count('reigh_socket_closes_total')).toBe(1));
  });

  test('of those who come back count what they are told, but not how late', async () => {
    const project = await scene.make.project(alice);
    const { items } = await scene.watch(alice, FACTS, { p: project });
    await scene.disconnect();
    await scene.make.generation(alice, project);
    const count = await counted(() => scene.watch(alice, FACTS, { p: project, after: items.at(-1)?.cursor }));
    expect(await count('reigh_subscription_items_total', { kind: 'CHANGE' })).toBeGreaterThanOrEqual(1);
    expect(await count('reigh_event_lag_seconds_count')).toBe(0);
    expect(
      await count('reigh_log_read_duration_seconds_count', { reader: 'replay', outcome: 'ok' }),
    ).toBeGreaterThan(0);
  });

  test('that must fetch anew are counted by why', async () => {
    const { database, make } = scene;
    const [large, gone, sold] = [
      await make.project(alice),
      await make.project(alice),
      await make.project(alice),
    ];
    const count = await counted(async () => {
      const streams = await Promise.all(
        [large, gone, sold].map((p) => scene.watch(service, EVERYTHING, { p })),
      );
      await database.asOwner(
        `insert into generations (project_id, type, location) select $1, 'image', 'a.png' from generate_series(1, 1001)`,
        [large],
      );
      await database.asOwner('delete from projects where id = $1', [gone]);
      await database.query(service, 'update projects set user_id = $2 where id = $1', [sold, bob.id]);
      for (const stream of streams) await stream.until((one) => kindsOf(one).includes('RESYNC'));
      const cursor = streams[0]!.items.at(-1)?.cursor;
      const [forged] = [
        Buffer.from(
          Buffer.from(cursor!, 'base64url')
            .toString('latin1')
            .replace(/^./, (one) => (one === 'A' ? 'B' : 'A')),
          'latin1',
        ),
      ];
      const stream = (await scene.connect(service)).begin(FACTS, {
        p: large,
        after: forged.toString('base64url'),
      });
      await stream.until(isReady);
    });
    for (const reason of ['too_large', 'project_gone', 'new_owner', 'other_epoch'])
      expect([reason, await count('reigh_resyncs_total', { reason })]).toEqual([reason, 1]);
  });

  test('end with codes that clients choose: those are one series', async () => {
    const count = await counted(async () => {
      for (const code of [3001, 4777, 4999]) {
        const follower = await scene.connect(alice);
        follower.socket.close(code);
        await follower.closed;
      }
    });
    await eventually(async () => expect(await count('reigh_socket_closes_total', { code: 'other' })).toBe(3));
  });
});

test('maintenance is counted by job and outcome, with when it was done last', async () => {
  const success = await eventually(async () => {
    const samples = await now();
    const at = sum(samples, 'reigh_maintenance_last_success_timestamp_seconds', {
      job: 'requeue stale tasks',
    });
    expect(at).toBeGreaterThan(Date.now() / 1000 - 600);
    return at;
  });
  // Another gateway is at it for as long as this transaction lasts.
  await scene.database.as(service, async (client) => {
    await client.query(
      `select pg_advisory_xact_lock(hashtextextended('maintenance requeue stale tasks', 0))`,
    );
    await eventually(async () =>
      expect(
        sum(await now(), 'reigh_maintenance_rounds_total', {
          job: 'requeue stale tasks',
          outcome: 'skipped',
        }),
      ).toBeGreaterThan(0),
    );
  });
  await eventually(async () =>
    expect(
      sum(await now(), 'reigh_maintenance_last_success_timestamp_seconds', { job: 'requeue stale tasks' }),
    ).toBeGreaterThan(success),
  );
});

test('process, version, pools and the database are there', async () => {
  const samples = await now();
  for (const name of [
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'process_open_fds',
  ])
    expect(sum(samples, name)).toBeGreaterThan(0);
  expect(sum(samples, 'reigh_build_info', { node: process.version })).toBe(1);
  for (const pool of ['requests', 'subscriptions', 'tail', 'metrics'])
    expect([pool, sum(samples, 'reigh_pool_size', { pool })]).not.toEqual([pool, 0]);
  expect(sum(samples, 'reigh_database_up')).toBe(1);
  expect(samples.has('reigh_tasks{run_type="gpu",state="ready"}')).toBe(true);
});

describe('what only the database knows', () => {
  const proxy = new Proxy();
  let pool: Pool;
  const lines: string[] = [];
  const log = pino(
    new Writable({
      write: (text, _encoding, done) => {
        lines.push(String(text));
        done();
      },
    }),
  );
  const TASKS = 'reigh_tasks{run_type="gpu",state="ready"}';
  const asked = { count: 0 };
  const measured = (options: { keepMs?: number; timeoutMs?: number }) => {
    const metrics = createMetrics(log, options);
    const read = stockOf(pool, 10_000);
    metrics.stock.watch(() => {
      asked.count++;
      return read();
    });
    return async (): Promise<Samples> => samplesOf(await metrics.scrape());
  };
  beforeAll(async () => {
    const url = new URL(scene.database.authUrl);
    proxy.target = Number(url.port);
    url.port = String(await proxy.listen());
    pool = createPool(
      { url: url.href, size: 1, connectTimeoutMs: 10_000, answerTimeoutMs: 10_000 },
      createLogger({ logLevel: 'silent' }),
    );
  });
  afterAll(async () => {
    await proxy.close();
    await pool?.end();
  });
  beforeEach(() => {
    asked.count = 0;
    lines.length = 0;
  });

  test('is asked once for many who scrape, and not again while it is fresh', async () => {
    const look = measured({ keepMs: 600_000, timeoutMs: 20_000 });
    const all = await Promise.all(Array.from({ length: 10 }, look));
    all.push(await look());
    for (const samples of all)
      expect([samples.get('reigh_database_up'), samples.has(TASKS)]).toEqual([1, true]);
    expect(asked.count).toBe(1);
  });

  test('has no value while the database is silent or away: the scrape is answered, and says so once', async () => {
    const look = measured({ keepMs: 0, timeoutMs: 1_000 });
    await eventually(async () => expect((await look()).get('reigh_database_up')).toBe(1));
    lines.length = 0;
    // It takes what is sent and says nothing.
    proxy.pass = () => undefined;
    const silent = await look();
    expect(silent.get('reigh_database_up')).toBe(0);
    expect([...silent.keys()].filter((key) => /^reigh_(tasks|change_log)/.test(key))).toEqual([]);
    expect(silent.has('process_resident_memory_bytes')).toBe(true);
    expect((await look()).get('reigh_database_up')).toBe(0);
    expect(lines.filter((line) => line.includes('the database cannot be measured'))).toHaveLength(1);

    proxy.pass = (packet, send) => send(packet);
    await proxy.close();
    expect((await look()).get('reigh_database_up')).toBe(0);
    await proxy.listenAgain();
    await eventually(async () => expect((await look()).get(TASKS)).toBeDefined());
    expect(lines.filter((line) => line.includes('answers again'))).toHaveLength(1);
  });
});

describe('the clock of the database', () => {
  const at = (sentAt: number, trip: number, ahead: number) => ({
    ...{ sentAt, receivedAt: sentAt + trip, databaseAt: sentAt + trip / 2 + ahead },
  });

  test('may be ahead or behind: how old a moment is does not change by it', () => {
    for (const ahead of [-5_000, 0, 5_000]) {
      const clock = new DatabaseClock();
      clock.note(at(1_000_000, 10, ahead));
      expect(clock.offset()).toBe(ahead);
      // Written 40 ms before 1,000,100 of our clock.
      expect(clock.since(new Date(1_000_060 + ahead), 1_000_100)).toBe(40);
      expect(clock.since(new Date(1_000_200 + ahead), 1_000_100)).toBe(0);
    }
  });

  test('is read by the quickest answer of the last minute', () => {
    const clock = new DatabaseClock();
    clock.note(at(0, 10, 100));
    clock.note(at(1_000, 500, 300));
    expect(clock.offset()).toBe(100);
    clock.note(at(2_000, 4, 101));
    expect(clock.offset()).toBe(101);
    // What was good an hour ago is no more: clocks drift.
    clock.note(at(70_000, 30, 107));
    expect(clock.offset()).toBe(107);
  });
});
