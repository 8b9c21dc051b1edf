import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';
import type { Pool } from 'pg';
import { startMaintenance, type Job } from '../../server/ops/maintenance';
import { createPool } from '../../server/postgres/pool';
import { databaseOf, withClient } from '../../server/postgres/setup';
import { createTestDatabase, testServer, type TestDatabase } from '../helpers/database';
import { eventually } from '../helpers/process';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

function record(): { log: Logger; lines: { msg: string; level: number; [key: string]: unknown }[] } {
  const lines: never[] = [];
  const stream = new Writable({
    write: (text, _encoding, done) => {
      lines.push(JSON.parse(String(text)) as never);
      done();
    },
  });
  return { log: pino({ level: 'debug' }, stream), lines };
}

/** A job that waits in each round until it is let on. */
function gated(name = 'gated') {
  const gates: (() => void)[] = [];
  let running = 0;
  const state = { begun: 0, most: 0, ended: 0 };
  const job: Job = {
    name,
    intervalMs: 1,
    run: async () => {
      state.begun++;
      state.most = Math.max(state.most, ++running);
      await new Promise<void>((open) => gates.push(open));
      running--;
      state.ended++;
    },
  };
  return { job, state, letOn: () => gates.shift()?.() };
}

const start = (job: Job, log: Logger, pool = database.pool) =>
  startMaintenance({ pool, jobs: [job], statementTimeoutMs: 5_000, log });

test('a round acts as service_role, in one transaction of its own', async () => {
  const { log } = record();
  const seen: unknown[] = [];
  const loop = start(
    {
      name: 'who am I',
      intervalMs: 1,
      run: async (client) => {
        const { rows } = await client.query(
          `select current_user as role, auth.role() as claim, current_setting('statement_timeout') as timeout`,
        );
        seen.push(rows[0]);
      },
    },
    log,
  );
  await eventually(() => expect(seen.length).toBeGreaterThan(1));
  await loop.stop();
  expect(seen[0]).toEqual({ role: 'service_role', claim: 'service_role', timeout: '5s' });
});

test('of two gateways one does the round and the other goes by; neither overtakes itself', async () => {
  const { job, state, letOn } = gated();
  const [one, two] = [record(), record()];
  const loops = [start(job, one.log), start(job, two.log)];
  const passedBy = () =>
    [...one.lines, ...two.lines].filter((line) => line.msg === 'another gateway does it');
  // Ten intervals at least, in all of which the first round still runs.
  await eventually(() => expect(passedBy().length).toBeGreaterThan(10));
  expect(state).toEqual({ begun: 1, most: 1, ended: 0 });
  expect(new Set(passedBy().map((line) => one.lines.includes(line))).size).toBe(1);
  letOn();
  await eventually(() => expect(state.begun).toBe(2));
  expect(state).toEqual({ begun: 2, most: 1, ended: 1 });
  let isStopped = false;
  const stopped = Promise.all(loops.map((loop) => loop.stop())).then(() => (isStopped = true));
  // A round that had asked for the lock before may still get it.
  await eventually(() => {
    letOn();
    expect(isStopped).toBe(true);
  });
  await stopped;
});

test('jobs have locks of their own: a slow one holds no other up', async () => {
  const { log } = record();
  const [slow, quick] = [gated('slow'), gated('quick')];
  const loop = startMaintenance({
    pool: database.pool,
    jobs: [slow.job, quick.job],
    statementTimeoutMs: 5_000,
    log,
  });
  await eventually(() => {
    quick.letOn();
    expect(quick.state.ended).toBeGreaterThan(3);
  });
  expect(slow.state).toEqual({ begun: 1, most: 1, ended: 0 });
  const stopped = loop.stop();
  await eventually(() => {
    quick.letOn();
    slow.letOn();
    expect([quick.state.begun - quick.state.ended, slow.state.ended]).toEqual([0, 1]);
  });
  await stopped;
});

test('stop waits for the round that runs, which is committed, and none begins after it', async () => {
  const { log } = record();
  await database.asOwner(
    'create table app_private.rounds (name text); grant usage on schema app_private to service_role',
  );
  await database.asOwner('grant insert on app_private.rounds to service_role');
  const { job, state, letOn } = gated('last');
  const loop = start(
    {
      ...job,
      run: async (client, line) => {
        await client.query(`insert into app_private.rounds values ('done')`);
        await job.run(client, line);
      },
    },
    log,
  );
  await eventually(() => expect(state.begun).toBe(1));
  let isStopped = false;
  const stopped = loop.stop().then(() => (isStopped = true));
  // The database answers another meanwhile: there was time to resolve, had it not waited.
  await database.asOwner('select');
  expect(isStopped).toBe(false);
  letOn();
  await stopped;
  expect(state).toEqual({ begun: 1, most: 1, ended: 1 });
  expect(await database.asOwner('select name from app_private.rounds')).toEqual([{ name: 'done' }]);
});

test('a database that is away is told once, and once that it is back', async () => {
  const { log, lines } = record();
  const name = databaseOf(database.ownerUrl);
  const asRoot = (sql: string) => withClient(testServer().rootUrl, (root) => root.query(sql));
  const pool: Pool = createPool(
    { url: database.authUrl, size: 2, connectTimeoutMs: 5_000, answerTimeoutMs: 30_000 },
    log,
  );
  let tries = 0;
  let rounds = 0;
  const connect = pool.connect.bind(pool) as () => ReturnType<Pool['connect']>;
  pool.connect = (() => (tries++, connect())) as Pool['connect'];
  const loop = start({ name: 'any', intervalMs: 1, run: async () => void rounds++ }, log, pool);
  const told = (message: string) => lines.filter((line) => line.msg === message);
  await eventually(() => expect(rounds).toBeGreaterThan(2));
  expect(told('maintenance fails')).toEqual([]);

  await asRoot(`alter database "${name}" allow_connections false`);
  try {
    await asRoot(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and usename = 'reigh_authenticator'`,
    );
    await eventually(() => expect(told('maintenance fails')).toHaveLength(1));
    const [before, done] = [tries, rounds];
    await eventually(() => expect(tries).toBeGreaterThan(before + 10));
    expect(rounds).toBe(done);
  } finally {
    await asRoot(`alter database "${name}" allow_connections true`);
  }
  await eventually(() => expect(told('maintenance works again')).toHaveLength(1));
  await loop.stop();
  await pool.end();
  expect(told('maintenance fails')).toEqual([
    expect.objectContaining({
      level: 40,
      job: 'any',
      // Its code too, when the server had time to say why it closes.
      reason: expect.any(String) as string,
    }),
  ]);
  expect(JSON.stringify(lines)).not.toContain(testServer().authPassword);
});
