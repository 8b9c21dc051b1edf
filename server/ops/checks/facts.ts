import type { ClientBase } from 'pg';
import { pendingMigrations } from '../../postgres/migrate';

/** What the login can be or become that row-level security does not hold for. */
export interface PowerfulRole {
  name: string;
  isLogin: boolean;
  isSuper: boolean;
  bypassesRls: boolean;
}

/** What a database says of itself to the login of the gateway. */
export interface DatabaseFacts {
  login: string;
  /** As PostgreSQL numbers them: 150004 is 15.4. */
  version: number;
  powerful: PowerfulRole[];
  /** Those of `NEEDED_ROLES` that are not there. */
  missingRoles: string[];
  /** Those that the login may not become. */
  closedRoles: string[];
  /** Owners of tables that the login is, or may become, with one table of each. */
  owned: { owner: string; table: string; isLogin: boolean }[];
  /** Tables that callers can reach, or that stand in the schema of the API, without row-level security. */
  bareTables: string[];
  /** Views that callers can reach and that read as their owner. */
  bareViews: string[];
  pending: string[];
  /** Whether the server compiles the login's plans: it can, and nobody has forbidden it. */
  compiles: boolean;
  /** How far the database's clock is before ours, less what the question took; negative when it is behind. */
  skewMs: number;
}

/** Who a token can name, and who reflects the schema. */
const NEEDED_ROLES = ['anon', 'authenticated', 'worker', 'service_role', 'reigh_introspector'];
/** As whom callers come who are not services. */
const CALLERS = ['anon', 'authenticated', 'worker'];

type Queryable = Pick<ClientBase, 'query'>;

/** Asks the database what the checks go by, as the login of the gateway. It changes nothing. */
export async function readFacts(client: Queryable, now: () => number = Date.now): Promise<DatabaseFacts> {
  const { rows } = await client.query<{ login: string; version: string; compiles: boolean }>(
    `select session_user::text as login, current_setting('server_version_num') as version,
       pg_catalog.pg_jit_available() as compiles`,
  );
  const { login = '', version = '0', compiles = false } = rows[0] ?? {};
  // From 16 on one can be a member without being allowed to become it.
  const become = Number(version) >= 160_000 ? 'SET' : 'MEMBER';
  const missingRoles = await namesOf(
    client,
    'select name from unnest($1::text[]) as name where name not in (select rolname from pg_catalog.pg_roles)',
    [NEEDED_ROLES],
  );
  return {
    ...{ login, version: Number(version), missingRoles, compiles },
    powerful: await powerfulRoles(client, become),
    closedRoles: await namesOf(
      client,
      `select rolname::text as name from pg_catalog.pg_roles
       where rolname = any ($1) and not pg_catalog.pg_has_role(session_user, oid, $2) order by 1`,
      [NEEDED_ROLES, become],
    ),
    owned: await ownedTables(client, become),
    bareTables: await namesOf(client, BARE_TABLES, [CALLERS]),
    bareViews: await namesOf(client, BARE_VIEWS, [CALLERS]),
    pending: await pendingMigrations(client),
    skewMs: await clockSkew(client, now),
  };
}

async function namesOf(client: Queryable, sql: string, values: unknown[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(sql, values);
  return rows.map(({ name }) => name);
}

async function powerfulRoles(client: Queryable, become: string): Promise<PowerfulRole[]> {
  const { rows } = await client.query<PowerfulRole>(
    `select rolname::text as name, rolname = session_user as "isLogin", rolsuper as "isSuper", rolbypassrls as "bypassesRls"
     from pg_catalog.pg_roles
     where (rolsuper or rolbypassrls) and pg_catalog.pg_has_role(session_user, oid, $1) order by 1`,
    [become],
  );
  // A superuser may become everybody: that he is one says it all.
  const own = rows.find(({ isLogin, isSuper }) => isLogin && isSuper);
  return own ? [own] : rows;
}

async function ownedTables(client: Queryable, become: string): Promise<DatabaseFacts['owned']> {
  const { rows } = await client.query<DatabaseFacts['owned'][number]>(
    `select r.rolname::text as owner, min(c.oid::regclass::text) as table, r.rolname = session_user as "isLogin"
     from pg_catalog.pg_class c
     join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     join pg_catalog.pg_roles r on r.oid = c.relowner
     where c.relkind in ('r', 'p') and n.nspname in ('public', 'storage', 'realtime', 'app_private')
       and pg_catalog.pg_has_role(session_user, r.oid, $1)
     group by r.rolname order by 1`,
    [become],
  );
  return rows;
}

const REACHED = `exists (
    select from pg_catalog.pg_roles r
    where r.rolname = any ($1) and pg_catalog.has_schema_privilege(r.oid, n.oid, 'usage')
      and pg_catalog.has_any_column_privilege(r.oid, c.oid, 'select, insert, update')
  )`;
const RELATIONS = `select format('%s.%s', n.nspname, c.relname) as name
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_toast'`;

/** Without a grant too, where the API is: the next grant would open them. Other people's tables are not ours to judge. */
const BARE_TABLES = `${RELATIONS} and c.relkind in ('r', 'p') and not c.relrowsecurity
  and (n.nspname = 'public' or ${REACHED}) order by 1`;
/** A view reads as its owner unless it says otherwise, a materialized view and a foreign table always. */
const BARE_VIEWS = `${RELATIONS} and (c.relkind in ('m', 'f') or c.relkind = 'v'
    and not coalesce((select option_value::boolean from pg_catalog.pg_options_to_table(c.reloptions)
      where option_name = 'security_invoker'), false))
  and ${REACHED} order by 1`;

async function clockSkew(client: Queryable, now: () => number): Promise<number> {
  const before = now();
  const { rows } = await client.query<{ now: string }>(
    'select extract(epoch from pg_catalog.clock_timestamp()) * 1000 as now',
  );
  const after = now();
  const theirs = Number(rows[0]?.now);
  // It was read at some moment in between: what lies there is no difference.
  if (theirs > after) return theirs - after;
  return theirs < before ? theirs - before : 0;
}
