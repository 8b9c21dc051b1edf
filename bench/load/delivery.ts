import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { Client } from 'pg';
import { percentile } from '../core/statistics';
import type { Cluster } from '../machine/cluster';
import { memoryOf } from '../machine/processor';
import type { Served } from '../machine/server';
import { serveGateway } from '../scenarios/readers';
import { nowUs } from './clock';
import type { Expected, Plan, Report } from './subscribers';
import { SECRET } from './tokens';

const DOCUMENT = `subscription ($projectId: UUID!) {
  projectChanges(projectId: $projectId) {
    kind cursor
    changes { operation table id changedColumns after { thumbnailUrl } }
  }
}`;
/** Of one transaction: more than a thousand changes in one are told as a resync. */
const GROUP = 500;
/** They connect from one program, which has one address. */
const SOCKETS = '20000';

export interface Delivered {
  perSecond: number;
  /** From the moment before COMMIT to the client, in ms. */
  p50: number;
  p95: number;
  messages: number;
  /** Of the time that was measured, what the writer took. */
  writing: number;
}

export interface Pace {
  seconds: number;
  /** Statements on their way at once. */
  window: number;
  /** From the beginning of one statement to that of the next, in ms; 0: as soon as one may. */
  every: number;
}

export interface Audience {
  gateway: Served;
  /** Bytes that the gateway grew by for each of those who hear nothing. */
  memoryOfIdle: number;
  /** Writes for 500 of those who are told at a time, over and over, and takes the time until they heard. */
  measure(pace: Pace): Promise<Delivered>;
  close(): Promise<void>;
}

/**
 * A gateway, with so many sockets that each follow a project of their own, and so many that follow others where
 * nothing happens. All share this machine: PostgreSQL, the gateway and its clients.
 */
export async function gather(cluster: Cluster, name: string, told: number, idle: number): Promise<Audience> {
  const urls = await cluster.create(name);
  const children: ChildProcess[] = [];
  const owner = new Client({ connectionString: urls.owner });
  owner.on('error', () => undefined);
  let starting: Promise<Served> | undefined;
  const close = async () => {
    for (const child of children) child.kill('SIGKILL');
    await starting?.then(
      (gateway) => gateway.stop(),
      () => undefined,
    );
    await owner.end();
    await cluster.drop(name);
  };
  try {
    await owner.connect();
    // While its data is written.
    starting = serveGateway(urls.auth, { SOCKETS_PER_CALLER_MAX: SOCKETS, SOCKETS_MAX: SOCKETS });
    starting.catch(() => undefined);
    const groups = Array.from({ length: Math.ceil(told / GROUP) }, (_, n) => `told ${n}`);
    const size = Math.ceil(told / groups.length);
    const those: Plan['subscriptions'] = [];
    for (const group of groups) those.push(...(await fill(owner, size, group)));
    const others = await fill(owner, Math.max(1, idle), 'idle');
    const gateway = await starting;
    const url = `${gateway.url.replace('http', 'ws')}/graphql`;
    // What the first ones take, they take once: it is no part of what each of the others does.
    const early = others.splice(0, Math.floor(idle / 10));
    if (early.length > 0) children.push(await openSubscribers(url, early));
    const before = await memoryOf(gateway.pid);
    if (idle > 0) children.push(await openSubscribers(url, others));
    const memoryOfIdle = ((await memoryOf(gateway.pid)) - before) / Math.max(1, others.length);
    const busy = await openSubscribers(url, those);
    children.push(busy);
    let from = 1;
    return {
      gateway,
      memoryOfIdle,
      measure: async (pace) => {
        const delivered = await measure(owner, busy, { groups, size, from }, pace);
        from += delivered.messages / size;
        return delivered;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill(owner: Client, count: number, name: string) {
  const { rows } = await owner.query<{ userId: string; projectId: string }>(
    `with people as (
       insert into users (id, email) select gen_random_uuid(), $2 || n || '@bench.example' from generate_series(1, $1) n
       returning id
     ), work as (insert into projects (user_id, name) select id, $2 from people returning id, user_id),
     media as (insert into generations (project_id) select id from work)
     select user_id as "userId", id as "projectId" from work`,
    [count, name],
  );
  return rows;
}

async function openSubscribers(url: string, subscriptions: Plan['subscriptions']): Promise<ChildProcess> {
  const child = fork(path.join(__dirname, 'subscribers.ts'), { execArgv: ['--import', 'tsx'] });
  child.send({ url, secret: SECRET, subscriptions, document: DOCUMENT } satisfies Plan);
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the subscribers ended')));
    child.on('message', (report: Report) => report.kind === 'ready' && resolve());
  });
  return child;
}

async function measure(
  owner: Client,
  child: ChildProcess,
  { groups, size, from }: { groups: string[]; size: number; from: number },
  { seconds, window, every }: Pace,
): Promise<Delivered> {
  const committed = new Map<number, number>();
  const latencies: number[] = [];
  let underWay = 0;
  let writing = 0;
  let arrived: (() => void) | undefined;
  let hasFailed = false;
  const hear = (report: Report) => {
    const from = report.kind === 'received' ? committed.get(report.sequence) : undefined;
    if (report.kind !== 'received' || from === undefined) return;
    for (const at of report.atUs) latencies.push((at - from) / 1000);
    underWay--;
    arrived?.();
  };
  const fail = () => {
    hasFailed = true;
    arrived?.();
  };
  const arrival = async () => {
    if (!hasFailed) await new Promise<void>((resolve) => (arrived = resolve));
    if (hasFailed) throw new Error('the subscribers ended: a message was lost, or another came');
  };
  child.send({ expect: size, step: groups.length } satisfies Expected);
  child.on('message', hear).once('exit', fail);
  const begun = performance.now();
  for (let sequence = from; performance.now() - begun < seconds * 1000; sequence++) {
    underWay++;
    const sent = performance.now();
    await owner.query('begin');
    await owner.query(
      `update generations g set thumbnail_url = $1 from projects p where p.id = g.project_id and p.name = $2`,
      [String(sequence), groups[sequence % groups.length]],
    );
    writing += performance.now() - sent;
    // The moment before: COMMIT may be heard of before it is answered.
    committed.set(sequence, nowUs());
    await owner.query('commit');
    while (underWay >= window) await arrival();
    const early = begun + (sequence - from + 1) * every - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
  }
  while (underWay > 0) await arrival();
  child.off('message', hear).off('exit', fail);
  const took = performance.now() - begun;
  return {
    perSecond: (latencies.length / took) * 1000,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    messages: latencies.length,
    writing: writing / took,
  };
}
