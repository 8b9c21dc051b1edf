import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Claims } from '../../server/auth/claims';
import { environmentOfPrograms } from '../../server/config';
import { messageOf } from '../../server/faults';
import { withClient } from '../../server/postgres/setup';
import type { Bench, Figure, Row, Scenario, Target } from '../core/scenario';
import { atLeast, unmeasured } from '../core/scenario';
import { median, medianRatio } from '../core/statistics';
import type { Cluster } from '../machine/cluster';
import { describeStatements, resetStatements } from '../machine/statements';
import { install } from '../peers/install';
import { openTenants, SESSIONS, type TenantDatabase } from '../tier/tenants';

type Kind = 'plan' | 'image';
const PEERS = { 'graphile-worker': 'graphileWorker.mjs', 'pg-boss': 'pgBoss.mjs' };

/** So many tasks into the queue, fifty a call, shared out among all tenants. */
async function enqueue(database: TenantDatabase, type: Kind, count: number): Promise<void> {
  const calls = Array.from({ length: Math.ceil(count / 50) }, (_, n) => Math.min(50, count - n * 50));
  await Promise.all(
    calls.map(async (size, n) => {
      const { claims, project } = database.tenants[n % database.tenants.length]!;
      const requests = Array.from({ length: size }, () => ({
        task_type: type,
        params: { prompt: 'a lighthouse' },
      }));
      await database.call(
        claims,
        'select count(*) from enqueue_tasks($1, array(select r from jsonb_populate_recordset(null::task_request, $2) r))',
        [project, JSON.stringify(requests)],
      );
    }),
  );
}

/**
 * 16 workers take tasks one by one and complete them, until none is left. Their statements are prepared, as
 * graphile-worker's are. Returns tasks per second.
 */
async function workOff(database: TenantDatabase, count: number): Promise<number> {
  let done = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: SESSIONS }, async (_, n) => {
      const id = `worker-${n}`;
      const worker: Claims = { role: 'worker', worker_id: id };
      while (done < count) {
        const [task] = await database.call<{ id: string | null; attempts: number }>(
          worker,
          `select id, attempts from claim_next_task($1, 'gpu')`,
          [id],
          'claim',
        );
        if (!task?.id) continue;
        await database.call(
          worker,
          'select id from complete_task($1, $2, $3)',
          [task.id, task.attempts, `public/${task.id}.png`],
          'complete',
        );
        done++;
      }
    }),
  );
  return (done / (performance.now() - begun)) * 1000;
}

async function runPeer(peer: keyof typeof PEERS, url: string, count: number): Promise<number> {
  const { node, folder } = await install('queues');
  const { stdout } = await promisify(execFile)(node, [path.join(folder, PEERS[peer])], {
    cwd: folder,
    timeout: 180_000,
    env: { ...environmentOfPrograms(), DATABASE: url, JOBS: String(count), NODE_ENV: 'production' },
  });
  return (count / (JSON.parse(stdout) as { ms: number }).ms) * 1000;
}

export const queue: Scenario = {
  name: 'queue',
  about:
    'claim + complete, 16 workers; graphile-worker and pg-boss doing the same number of empty jobs one by one',
  run: async (bench) => {
    const cluster = await bench.cluster();
    return [await besideOthers(bench, cluster), await grown(bench, cluster)];
  },
};

async function besideOthers(bench: Bench, cluster: Cluster): Promise<Row> {
  const count = bench.quick ? 100 : 10_000;
  const rounds = bench.quick ? 1 : Math.min(3, bench.rounds);
  const database = await openTenants(cluster, 'queue_ours');
  const speeds = new Map<string, number[]>();
  const missing = new Map<string, string>();
  const note = (name: string, speed: number) => speeds.set(name, [...(speeds.get(name) ?? []), speed]);
  const ours = async (name: string, type: Kind) => {
    await enqueue(database, type, count);
    await database.owner.query('vacuum analyze');
    note(name, await workOff(database, count));
  };
  const theirs = async (name: keyof typeof PEERS) => {
    if (missing.has(name)) return;
    try {
      note(name, await runPeer(name, cluster.urlsOf(`queue_${PEERS[name]}`).root, count));
    } catch (error) {
      missing.set(name, messageOf(error).split('\n')[0] ?? '');
    }
  };
  const turns = [
    () => ours('empty tasks', 'plan'),
    () => theirs('graphile-worker'),
    () => theirs('pg-boss'),
    () => ours('tasks with output and bill', 'image'),
  ];
  try {
    await database.tell('log');
    for (const file of Object.values(PEERS)) await cluster.create(`queue_${file}`);
    let statements = '';
    for (let round = 0; round < rounds; round++) {
      for (const turn of round % 2 ? turns.toReversed() : turns) {
        await cluster.settle();
        if (round === 0 && turn === turns[0]) await resetStatements(database.urls.root);
        await turn();
        if (round === 0 && turn === turns[0]) statements = await describeStatements(database.urls.root);
      }
    }
    return {
      name: `claim + complete, ${count} tasks, 16 workers`,
      unit: 'tasks/s',
      figures: [...speeds]
        .map(([peer, each]): Figure => ({ peer, value: median(each), text: `${median(each).toFixed(0)}/s` }))
        .concat([...missing].map(([peer, why]) => ({ peer, text: `missing: ${why}` }))),
      targets: [againstWorker(speeds)],
      limit: `pg_stat_statements, empty tasks: ${statements}`,
      details: Object.fromEntries(speeds),
    };
  } finally {
    await database.close();
    for (const file of Object.values(PEERS)) await cluster.drop(`queue_${file}`);
  }
}

function againstWorker(speeds: Map<string, number[]>): Target {
  const [ours = [], theirs] = [speeds.get('empty tasks'), speeds.get('graphile-worker')];
  if (!theirs) return unmeasured('≥ 1 × graphile-worker', 'missing');
  return atLeast(1, ' × graphile-worker', medianRatio(ours, theirs));
}

/** The same on tables with few and with very many rows. */
async function grown(bench: Bench, cluster: Cluster): Promise<Row> {
  const [few, many] = bench.quick ? [1_000, 10_000] : [1_000, 1_000_000];
  const count = bench.quick ? 24 : 2_000;
  const [small, large] = await Promise.all([
    openTenants(cluster, 'queue_small'),
    openTenants(cluster, 'queue_large'),
  ]);
  try {
    await Promise.all([finishTasks(small, few), finishTasks(large, many)]);
    const speeds: { small: number[]; large: number[] } = { small: [], large: [] };
    for (let round = 0; round < bench.rounds; round++)
      for (const size of round % 2 ? (['large', 'small'] as const) : (['small', 'large'] as const)) {
        const database = size === 'small' ? small : large;
        await enqueue(database, 'image', count);
        await cluster.settle();
        speeds[size].push(await workOff(database, count));
      }
    const ratio = medianRatio(speeds.large, speeds.small);
    return {
      name: `claim + complete, from ${few.toLocaleString('en')} to ${many.toLocaleString('en')} tasks`,
      unit: 'tasks/s',
      figures: [
        {
          peer: `${few.toLocaleString('en')} rows`,
          value: median(speeds.small),
          text: `${median(speeds.small).toFixed(0)}/s`,
        },
        {
          peer: `${many.toLocaleString('en')} rows`,
          value: median(speeds.large),
          text: `${median(speeds.large).toFixed(0)}/s`,
        },
      ],
      targets: [
        { wanted: 'flat, ± 20 %', measured: `${ratio.toFixed(2)} ×`, isMet: ratio >= 0.8 && ratio <= 1.25 },
      ],
      limit:
        'the open tasks stand in tables of their own: finished ones are not read (tests/queue/plans counts the rows)',
      details: speeds,
    };
  } finally {
    await Promise.all([small.close(), large.close()]);
  }
}

/** Tasks that ended long ago, written past the triggers as these would have left them. */
async function finishTasks(database: TenantDatabase, count: number): Promise<void> {
  await withClient(database.urls.root, async (root) => {
    await root.query('set session_replication_role = replica');
    await root.query(
      `insert into tasks (project_id, task_type, status, params, attempts, cost, generation_processed_at, created_at)
       select ($1::uuid[])[1 + n % cardinality($1::uuid[])], 'image', 'Complete', jsonb_build_object('prompt', md5(n::text), 'noise', repeat(md5(n::text), 8)),
         1, 0.0001, now() - n * interval '1 minute', now() - n * interval '1 minute'
       from generate_series(1, $2::int) n`,
      [database.tenants.map(({ project }) => project), count],
    );
    await root.query('vacuum analyze');
  });
}
