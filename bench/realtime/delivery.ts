/**
 * How fast changes reach subscribers: messages per second, and commit → client, on this machine, where PostgreSQL,
 * the gateway and its clients share the cores.
 *
 *   node --import tsx bench/realtime/delivery.ts [--subscribers 500] [--idle 10000] [--seconds 10] [--shared]
 *
 * Each subscriber has a socket and follows a project of his own (with --shared: all follow one); the idle ones
 * follow others. A writer commits one statement that changes a row of every project, then the next as soon as
 * `--window` of them are on their way. Ends by itself, and leaves nothing.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { Client } from 'pg';
import { parseSettings } from '../../server/config';
import { migrate } from '../../server/postgres/migrate';
import { openDatabase } from '../../server/postgres/open';
import type { Plan, Report } from './subscribers';

const options = new Command()
  .option('--subscribers <n>', 'who are told', Number, 500)
  .option('--idle <n>', 'who follow other projects', Number, 10_000)
  .option('--seconds <n>', 'for how long', Number, 10)
  .option('--window <n>', 'statements on their way at once', Number, 2)
  .option('--pause <ms>', 'between two statements', Number, 0)
  .option('--shared', 'all follow one project')
  .option('--rows', 'select a row of each change')
  .parse()
  .opts<{
    subscribers: number;
    idle: number;
    seconds: number;
    window: number;
    pause: number;
    shared?: true;
    rows?: true;
  }>();

// Drawn, as production wants it.
const SECRET = randomBytes(48).toString('base64');
const PORT = 5790;
const DOCUMENT = `subscription ($projectId: UUID!) {
  projectChanges(projectId: $projectId) {
    kind cursor
    changes { operation table id changedColumns after { thumbnailUrl } ${options.rows ? 'generation { id name }' : ''} }
  }
}`;

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reigh-bench-'));
  // As root, the database runs as another user, who has to get there.
  await chmod(folder, 0o755);
  const database = await openDatabase(parseSettings({ DATA_DIR: folder }));
  const children: ChildProcess[] = [];
  try {
    await migrate(database.urls);
    const owner = new Client({ connectionString: database.urls.owner });
    await owner.connect();
    const told = await fill(owner, options.shared ? 1 : options.subscribers, 'told');
    const others = await fill(owner, Math.max(1, options.idle), 'idle');
    const gateway = startGateway(database.urls.auth!, folder);
    children.push(gateway);
    await until(async () => (await fetch(`http://127.0.0.1:${PORT}/readyz`).catch(() => undefined))?.ok);
    const before = await memoryOf(gateway);

    const idle = await openSubscribers(
      children,
      Array.from({ length: options.idle }, (_, n) => others[n]!),
    );
    const withIdle = await memoryOf(gateway);
    const busy = await openSubscribers(
      children,
      Array.from({ length: options.subscribers }, (_, n) => told[n % told.length]!),
    );
    console.log(
      `${options.idle} idle ready after ${idle.tookMs.toFixed(0)} ms, gateway +${((withIdle - before) / 1e3 / Math.max(1, options.idle)).toFixed(1)} kB each`,
    );
    console.log(`${options.subscribers} subscribers ready after ${busy.tookMs.toFixed(0)} ms`);
    await measure(owner, busy.child);
    await owner.end();
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await database.stop();
    await rm(folder, { recursive: true, force: true });
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

function startGateway(authUrl: string, folder: string): ChildProcess {
  const env = {
    ...process.env,
    ...{ NODE_ENV: 'production', PORT: String(PORT), AUTH_DATABASE_URL: authUrl, JWT_SECRET: SECRET },
    ...{ DATA_DIR: folder, LOG_LEVEL: 'warn', SOCKETS_PER_CALLER_MAX: '20000', SOCKETS_MAX: '20000' },
  };
  return spawn(process.execPath, ['--max-semi-space-size=32', '--import', 'tsx', 'server/index.ts'], {
    env,
    stdio: 'inherit',
  });
}

async function openSubscribers(children: ChildProcess[], subscriptions: Plan['subscriptions']) {
  const child = fork(path.join(__dirname, 'subscribers.ts'), { execArgv: ['--import', 'tsx'] });
  children.push(child);
  const plan: Plan = {
    url: `ws://127.0.0.1:${PORT}/graphql`,
    secret: SECRET,
    subscriptions,
    document: DOCUMENT,
  };
  child.send(plan);
  const tookMs = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the subscribers ended')));
    child.on('message', (report: Report) => report.kind === 'ready' && resolve(report.tookMs));
  });
  return { child, tookMs };
}

async function measure(owner: Client, child: ChildProcess): Promise<void> {
  const run = randomUUID();
  const committed = new Map<number, bigint>();
  const latencies: number[] = [];
  let underWay = 0;
  let writing = 0;
  let messages = 0;
  let arrived: (() => void) | undefined;
  child.send({ expect: options.subscribers });
  child.on('message', (report: Report) => {
    if (report.kind !== 'received') return;
    const from = committed.get(report.sequence)!;
    for (const at of report.atNs) latencies.push(Number(BigInt(at) - from) / 1e6);
    messages += report.atNs.length;
    underWay--;
    arrived?.();
  });
  const begun = performance.now();
  for (let sequence = 1; performance.now() - begun < options.seconds * 1000; sequence++) {
    underWay++;
    const sent = performance.now();
    await owner.query('begin');
    await owner.query(
      `update generations g set thumbnail_url = $1, name = $2 from projects p where p.id = g.project_id and p.name = 'told'`,
      [String(sequence), run],
    );
    writing += performance.now() - sent;
    // The moment before: COMMIT may be heard of before it is answered.
    committed.set(sequence, process.hrtime.bigint());
    await owner.query('commit');
    while (underWay >= options.window) await new Promise<void>((resolve) => (arrived = resolve));
    if (options.pause) await new Promise((resolve) => setTimeout(resolve, options.pause));
  }
  await until(() => underWay === 0);
  const seconds = (performance.now() - begun) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor((latencies.length - 1) * share)]!.toFixed(1);
  console.log(`${messages} messages in ${seconds.toFixed(1)} s: ${(messages / seconds).toFixed(0)}/s`);
  console.log(`the writer took ${(writing / 1000).toFixed(1)} s of it`);
  console.log(`commit → client, ms: p50 ${at(0.5)}, p95 ${at(0.95)}, p99 ${at(0.99)}, max ${at(1)}`);
}

async function memoryOf(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) * 1024;
}

async function until(holds: () => unknown): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}

void main();
