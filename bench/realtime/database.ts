import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Pool } from 'pg';
import type { Claims } from '../../server/auth/claims';
import { withScope } from '../../server/auth/scope';
import { parseSettings } from '../../server/config';
import { migrate } from '../../server/postgres/migrate';
import { openDatabase } from '../../server/postgres/open';
import { surviveDeath } from '../../server/postgres/pool';

/** How many write at once, as the targets have it. */
export const SESSIONS = 16;
const TENANTS = 64;
/** The tables whose changes are logged; the last one by its owner and its end only. */
const LOGGED = ['generations', 'generation_variants', 'shot_generations', 'tasks', 'projects'];

export interface Tenant {
  claims: Claims;
  project: string;
}

/** A migrated server of its own, as the product starts it, with the people of a bench. */
export interface BenchDatabase {
  rootUrl: string;
  tenants: Tenant[];
  owner: Pool;
  /** One transaction as the API makes it: begin with claims, one call, commit. */
  call<T>(claims: Claims, sql: string, values: unknown[]): Promise<T[]>;
  log(isOn: boolean): Promise<void>;
  /** The processor time all its sessions have used, in µs; undefined where /proc does not tell. */
  cpu(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Somebody's turn: tenants are shared out among sessions, so that none waits for the lock of another's. */
export const tenantOf = (database: BenchDatabase, session: number, turn: number) =>
  database.tenants[(session + SESSIONS * (turn % (TENANTS / SESSIONS))) % TENANTS] as Tenant;

export async function openBenchDatabase(): Promise<BenchDatabase> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'reigh-bench-'));
  // Started by root, the server runs as an account of its own, which has to get in.
  await chmod(dataDir, 0o755);
  const remove = () => rm(dataDir, { recursive: true, force: true });
  const opened = await openDatabase(parseSettings({ DATA_DIR: dataDir })).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const { root = '', owner: ownerUrl = '', auth = '' } = opened.urls;
  const owner = connect(ownerUrl);
  const api = connect(auth);
  const listener = new Client({ connectionString: ownerUrl });
  const close = async () => {
    await Promise.allSettled([owner.end(), api.end(), listener.end()]);
    await opened.stop();
    await remove();
  };
  const call = <T>(claims: Claims, sql: string, values: unknown[]) =>
    withScope(
      api,
      { claims, requestId: 'bench', readOnly: false, statementTimeoutMs: 60_000 },
      async (client) => (await client.query(sql, values)).rows as T[],
    );
  const log = async (isOn: boolean) => {
    for (const table of LOGGED) {
      const { rows } = await owner.query<{ name: string }>(
        `select quote_ident(tgname) as name from pg_trigger where tgrelid = $1::regclass and tgname like '\\_200\\_log\\_changes%'`,
        [`public.${table}`],
      );
      if (rows.length === 0) throw new Error(`${table} is not logged.`);
      for (const { name } of rows)
        await owner.query(`alter table public.${table} ${isOn ? 'enable' : 'disable'} trigger ${name}`);
    }
    // Each round begins with nothing left to write from the one before.
    await withRoot(root, (client) => client.query('checkpoint'));
  };
  try {
    await migrate(opened.urls);
    await listener.connect();
    // A gateway listens in both: NOTIFY without anybody who listens costs less.
    await listener.query('listen realtime');
    const tenants = await invite(owner, call);
    const cpu = () => withRoot(root, cpuOf);
    return { rootUrl: root, tenants, owner, call, log, cpu, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function connect(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: SESSIONS, min: SESSIONS, idleTimeoutMillis: 0 });
  pool.on('error', () => undefined);
  surviveDeath(pool);
  return pool;
}

export async function withRoot<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function invite(owner: Pool, call: BenchDatabase['call']): Promise<Tenant[]> {
  const service: Claims = { role: 'service_role' };
  await call(
    service,
    `insert into task_types (name, display_name, category, run_type, content_type, billing_type, unit_cost)
     values ('image', 'Image', 'generation', 'gpu', 'image', 'per_unit', 0.0001)`,
    [],
  );
  const tenants: Tenant[] = [];
  for (let n = 0; n < TENANTS; n++) {
    const sub = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const claims: Claims = { role: 'authenticated', sub, email: `user${n}@bench.example` };
    await call(claims, 'select ensure_user()', []);
    await call(service, 'select grant_credits($1, 100000)', [sub]);
    const [row] = await call<{ id: string }>(
      claims,
      `insert into projects (name) values ('Bench') returning id`,
      [],
    );
    if (!row) throw new Error('A project was not made.');
    tenants.push({ claims, project: row.id });
  }
  await owner.query('analyze');
  return tenants;
}

/** Less noisy than a clock on a machine that others use as well. */
async function cpuOf(root: Client): Promise<number | undefined> {
  const { rows } = await root.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = 'reigh' and backend_type = 'client backend'`,
  );
  const times = await Promise.all(
    rows.map(async ({ pid }) => Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')[0])),
  ).catch(() => []);
  return times.length > 0 ? times.reduce((sum, time) => sum + time, 0) / 1000 : undefined;
}
