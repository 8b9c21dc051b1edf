import { withClient } from '../../server/postgres/setup';
import type { Row, Scenario, Target } from '../core/scenario';
import { follow, type Follower } from '../load/follower';
import { authorizationOf } from '../load/tokens';
import type { Cluster, Urls } from '../machine/cluster';
import { openPool } from '../machine/pool';
import { serveGateway } from './readers';

const WRITES = 500;
const HEARD_WITHIN_MS = 20_000;
const USER = '00000001-0000-4000-8000-0000000000fa';
const STOCK = 'stock 4, as measured for the targets';

export const faults: Scenario = {
  name: 'faults',
  about: 'listener killed, database restarted, gateway killed, 500 writes meanwhile',
  run: async (bench) => {
    const cluster = await bench.cluster();
    const urls = await cluster.create('faults');
    try {
      return [await measure(cluster, urls)];
    } finally {
      await cluster.drop('faults');
    }
  },
};

/**
 * Somebody who goes on writing whatever happens, at least so often, until it is enough: what was answered is committed,
 * and what was not may be.
 */
function startWriting(urls: Urls, projectId: string) {
  const pool = openPool(urls.owner, 1, { connectionTimeoutMillis: 2_000 });
  const committed = new Map<string, number>();
  let isEnough = false;
  const write = async () => {
    while (!isEnough || committed.size < WRITES) {
      try {
        const { rows } = await pool.query<{ id: string }>(
          'insert into generations (project_id) values ($1) returning id',
          [projectId],
        );
        committed.set(rows[0]?.id ?? '', performance.now());
      } catch {
        // The database is away: tried again at once would keep it from coming back.
        await pause(10);
      }
      await pause(4);
    }
  };
  const done = write().finally(() => pool.end());
  return {
    committed,
    reached: (share: number) => until(() => committed.size >= WRITES * share),
    end: async () => {
      isEnough = true;
      await done;
    },
  };
}

async function measure(cluster: Cluster, urls: Urls): Promise<Row> {
  const projectId = await withClient(urls.owner, async (owner) => {
    await owner.query(`insert into users (id, email) values ($1, 'faults@bench.example')`, [USER]);
    const { rows } = await owner.query<{ id: string }>(
      `insert into projects (user_id, name) values ($1, 'Faults') returning id`,
      [USER],
    );
    return rows[0]?.id ?? '';
  });
  const first = await serveGateway(urls.auth);
  const gateways = [first];
  const follower = follow(first.url, await authorizationOf(USER), projectId);
  try {
    await follower.ready;
    const writing = startWriting(urls, projectId);
    const liveAgain = async (from = performance.now()) =>
      (await firstAfter(writing.committed, follower, from)) - from;

    await writing.reached(0.25);
    await withClient(urls.root, (root) =>
      root.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name like '%listener'`,
      ),
    );
    const listener = await liveAgain();
    await writing.reached(0.5);
    await cluster.restart();
    const database = await liveAgain();
    await writing.reached(0.75);
    first.kill('SIGKILL');
    const killed = performance.now();
    const second = await serveGateway(urls.auth);
    gateways.push(second);
    const started = performance.now() - killed;
    follower.moveTo(second.url);
    const gateway = await liveAgain();
    await writing.end();
    const { lost, twice, count } = await compare(urls, projectId, follower);
    const ms = (value: number) => `${value.toFixed(0)} ms`;
    return {
      name: `${count} writes while the listener is killed, the database restarts, the gateway is killed`,
      unit: 'lost',
      figures: [
        {
          peer: 'gateway',
          value: lost,
          text: `${lost} lost, ${twice} twice, ${follower.resyncs()} resyncs; live again after the listener ${ms(listener)}, the database ${ms(database)}, a new gateway ${ms(gateway)} (started in ${ms(started)})`,
        },
        { peer: STOCK, value: 93, text: '93 of 94 lost, live again after 19.2 s' },
      ],
      targets: [
        { wanted: '0 lost, 0 twice', measured: `${lost} lost, ${twice} twice`, isMet: lost + twice === 0 },
        lessThan(1000, database),
      ],
      limit: 'after the database is back: until the tail has connected anew and read on from its snapshot',
    };
  } finally {
    follower.close();
    await Promise.all(gateways.map((each) => each.stop()));
  }
}

const lessThan = (ms: number, measured: number): Target => ({
  wanted: `live again < ${ms / 1000} s after the database is`,
  measured: `${(measured / 1000).toFixed(2)} s`,
  isMet: measured < ms,
});

/** When the follower heard of something that was written after that moment. */
async function firstAfter(
  committed: Map<string, number>,
  { heard }: Follower,
  from: number,
): Promise<number> {
  let at: number | undefined;
  await until(() => {
    for (const [id, written] of committed) if (written > from && heard.has(id)) at ??= heard.get(id)?.[0];
    return at !== undefined;
  });
  return at ?? NaN;
}

/** What is in the database against what was heard. */
async function compare(urls: Urls, projectId: string, { heard }: Follower) {
  const { rows } = await withClient(urls.owner, (owner) =>
    owner.query<{ id: string }>('select id from generations where project_id = $1', [projectId]),
  );
  const missing = () => rows.filter(({ id }) => !heard.has(id)).length;
  await until(() => missing() === 0).catch(() => undefined);
  const twice = [...heard.values()].filter((times) => times.length > 1).length;
  return { count: rows.length, lost: missing(), twice };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + HEARD_WITHIN_MS;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error('waited in vain');
    await pause(2);
  }
}
