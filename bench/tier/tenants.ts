import { readFile } from 'node:fs/promises';
import { Client, type Pool } from 'pg';
import type { Claims } from '../../server/auth/claims';
import { withScope } from '../../server/auth/scope';
import { withClient } from '../../server/postgres/setup';
import type { Cluster, Urls } from '../machine/cluster';
import { openPool } from '../machine/pool';

/** How many write at once, as the targets have it. */
export const SESSIONS = 16;
const TENANTS = 64;
/** The tables whose changes are logged; the last one by its owner and its end only. */
const LOGGED = ['generations', 'generation_variants', 'shot_generations', 'tasks', 'projects'];
/** Who hears of changes: what the product writes, the usual trigger for each row, or nobody. */
export type Telling = 'log' | 'notify' | 'nothing';

export interface Tenant {
  claims: Claims;
  project: string;
}

/** A migrated database with people who write. */
export interface TenantDatabase {
  urls: Urls;
  tenants: Tenant[];
  owner: Pool;
  /** One transaction as the API makes it: begin with claims, one call, commit. With a name it is prepared once. */
  call<T>(claims: Claims, sql: string, values: unknown[], name?: string): Promise<T[]>;
  tell(by: Telling): Promise<void>;
  /** The processor time all its sessions have used, in µs; undefined where /proc does not tell. */
  cpu(): Promise<number | undefined>;
  close(): Promise<void>;
}

/** Somebody's turn: tenants are shared out among sessions, so that none waits for the lock of another's. */
export const tenantOf = (database: TenantDatabase, session: number, turn: number) =>
  database.tenants[(session + SESSIONS * (turn % (TENANTS / SESSIONS))) % TENANTS] as Tenant;

/** What most projects do for live updates: the row's id and what happened, to whoever listens. */
const NOTIFY = `
  create function public.bench_notify() returns trigger language plpgsql as $$
  begin
    perform pg_notify('stock', json_build_object('table', tg_table_name, 'operation', tg_op, 'id', new.id)::text);
    return null;
  end; $$;
  ${LOGGED.map((table) => `create trigger bench_notify after insert or update on public.${table} for each row execute function public.bench_notify();`).join('\n')}`;

export async function openTenants(cluster: Cluster, name: string): Promise<TenantDatabase> {
  const urls = await cluster.create(name);
  const owner = openPool(urls.owner, SESSIONS, { min: SESSIONS });
  // As the gateway opens its own: the begin and the first statement are sent together.
  const api = openPool(urls.auth, SESSIONS, { min: SESSIONS, pipeline: true });
  const listener = new Client({ connectionString: urls.owner });
  listener.on('error', () => undefined);
  const close = async () => {
    await Promise.allSettled([owner.end(), api.end(), listener.end()]);
    await cluster.drop(name);
  };
  const call = <T>(claims: Claims, text: string, values: unknown[], name?: string) =>
    withScope(
      api,
      { claims, requestId: 'bench', readOnly: false, statementTimeoutMs: 60_000 },
      async (client) => (await client.query({ text, values, ...(name ? { name } : {}) })).rows as T[],
    );
  const tell = async (by: Telling) => {
    for (const table of LOGGED) {
      const { rows } = await owner.query<{ name: string }>(
        `select quote_ident(tgname) as name from pg_trigger where tgrelid = $1::regclass and tgname like '\\_200\\_log\\_changes%'`,
        [`public.${table}`],
      );
      if (rows.length === 0) throw new Error(`${table} is not logged.`);
      const switched = [
        ...rows.map((row) => [row.name, by === 'log'] as const),
        ['bench_notify', by === 'notify'],
      ];
      for (const [trigger, isOn] of switched)
        await owner.query(`alter table public.${table} ${isOn ? 'enable' : 'disable'} trigger ${trigger}`);
    }
    // Each round begins with nothing left to write from the one before.
    await cluster.settle();
  };
  try {
    await listener.connect();
    // A gateway listens in both: NOTIFY without anybody who listens costs less.
    await listener.query('listen realtime; listen stock');
    await owner.query(NOTIFY);
    const tenants = await invite(owner, call);
    const cpu = () => withClient(urls.root, (root) => cpuOf(root, name));
    return { urls, tenants, owner, call, tell, cpu, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function invite(owner: Pool, call: TenantDatabase['call']): Promise<Tenant[]> {
  const service: Claims = { role: 'service_role' };
  await call(
    service,
    `insert into task_types (name, display_name, category, run_type, content_type, billing_type, unit_cost)
     values ('image', 'Image', 'generation', 'gpu', 'image', 'per_unit', 0.0001),
       ('plan', 'Plan', 'orchestration', 'gpu', null, 'per_unit', null)`,
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
async function cpuOf(root: Client, database: string): Promise<number | undefined> {
  const { rows } = await root.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
    [database],
  );
  const times = await Promise.all(
    rows.map(async ({ pid }) => Number((await readFile(`/proc/${pid}/schedstat`, 'utf8')).split(' ')[0])),
  ).catch(() => []);
  return times.length > 0 ? times.reduce((sum, time) => sum + time, 0) / 1000 : undefined;
}
