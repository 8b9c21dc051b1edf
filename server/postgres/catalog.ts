import { withClient } from './setup';

const CATALOG = `
with schemas as (
  select oid, nspname from pg_namespace where nspname in ('public', 'auth', 'app_private', 'storage', 'realtime')
),
tables as (
  select c.oid, c.relrowsecurity, s.nspname || '.' || c.relname as name
  from pg_class c join schemas s on s.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm')
)
select 'table ' || name || case when relrowsecurity then ' (rls)' else ' (NO RLS)' end as line from tables
union all
select 'column ' || t.name || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
  || case when a.attnotnull then ' not null' else '' end
  || coalesce(case when a.attgenerated = 's' then ' generated ' else ' default ' end || pg_get_expr(d.adbin, d.adrelid), '')
from tables t
join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
union all
select 'constraint ' || t.name || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
from tables t join pg_constraint k on k.conrelid = t.oid where k.contype <> 'n'
union all
select 'index ' || pg_get_indexdef(x.indexrelid) from tables t join pg_index x on x.indrelid = t.oid
union all
select 'trigger ' || pg_get_triggerdef(g.oid) from tables t join pg_trigger g on g.tgrelid = t.oid where not g.tgisinternal
union all
select 'policy ' || p.schemaname || '.' || p.tablename || ' ' || p.policyname || ' for ' || p.cmd || ' to ' || array_to_string(p.roles, ', ')
  || coalesce(' using ' || p.qual, '') || coalesce(' check ' || p.with_check, '')
from pg_policies p join schemas s on s.nspname = p.schemaname
union all
select 'grant ' || privilege_type || ' on ' || table_schema || '.' || table_name || ' to ' || grantee
from information_schema.role_table_grants
where table_schema in (select nspname from schemas) and grantee <> 'reigh_owner'
union all
select 'grant ' || privilege_type || ' (' || column_name || ') on ' || table_schema || '.' || table_name || ' to ' || grantee
from information_schema.column_privileges c
where table_schema in (select nspname from schemas) and grantee <> 'reigh_owner'
  and not exists (
    select from information_schema.role_table_grants g
    where g.table_schema = c.table_schema and g.table_name = c.table_name and g.grantee = c.grantee
      and g.privilege_type = c.privilege_type
  )
union all
select 'function ' || p.oid::regprocedure || ' returns ' || pg_get_function_result(p.oid)
  || case p.provolatile when 'i' then ' immutable' when 's' then ' stable' else ' volatile' end
  || case when p.prosecdef then ' definer' else ' invoker' end
  || coalesce(' set ' || array_to_string(p.proconfig, ', '), '')
  || coalesce(' execute: ' || (
    select string_agg(coalesce(r.rolname, 'PUBLIC'), ', ' order by r.rolname)
    from aclexplode(p.proacl) x left join pg_roles r on r.oid = x.grantee
    where r.rolname is distinct from 'reigh_owner'
  ), '')
from pg_proc p join schemas s on s.oid = p.pronamespace
union all
select 'enum ' || t.oid::regtype || ' ' || string_agg(e.enumlabel, ' | ' order by e.enumsortorder)
from pg_type t join schemas s on s.oid = t.typnamespace join pg_enum e on e.enumtypid = t.oid
group by t.oid
`;

/** One line for each object of the database and each right on it, sorted: what a review of a migration wants to see change. */
export async function readCatalog(ownerUrl: string): Promise<string> {
  return withClient(ownerUrl, async (client) => {
    await client.query("set search_path = ''");
    const { rows } = await client.query<{ line: string }>(CATALOG);
    const lines = rows.map((row) => row.line.replace(/\s+/g, ' ').trim());
    return `${lines.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)).join('\n')}\n`;
  });
}
