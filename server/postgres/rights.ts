import type { ClientBase } from 'pg';

/** A policy, its names as SQL writes them. */
export interface Policy {
  name: string;
  /** One of several that let a row through; restrictive ones must all let it through. */
  isPermissive: boolean;
  verb: string;
  roles: string[];
  /** Which rows are there for the caller. */
  using: string | null;
  /** What a row must be that he writes. */
  check: string | null;
}

/** Who may do what on a table. */
export interface Rights {
  isOn: boolean;
  isForced: boolean;
  /** Of a view: whether it reads with the rights of its caller. */
  isInvoker: boolean;
  policies: Policy[];
  /** By role; a verb with columns is granted on these only. The owner, who may do everything, is not among them. */
  grants: { role: string; verbs: string[] }[];
}

const STATE = `
  select c.relrowsecurity as "isOn", c.relforcerowsecurity as "isForced",
    coalesce(c.reloptions && '{security_invoker=true,security_invoker=on,security_invoker=1}', false) as "isInvoker"
  from pg_catalog.pg_class c where c.oid = $1`;

const POLICIES = `
  select quote_ident(p.polname) as name, p.polpermissive as "isPermissive",
    case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end as verb,
    array(
      select coalesce(quote_ident(r.rolname), 'PUBLIC')
      from unnest(p.polroles) as o (oid) left join pg_catalog.pg_roles r on r.oid = o.oid order by r.rolname
    ) as roles,
    pg_get_expr(p.polqual, p.polrelid, true) as using, pg_get_expr(p.polwithcheck, p.polrelid, true) as check
  from pg_catalog.pg_policy p where p.polrelid = $1 order by p.polname`;

const GRANTS = `
  with granted as (
    select x.grantee, x.privilege_type, x.is_grantable, null::name as column_name, 0 as place
    from pg_catalog.pg_class c cross join aclexplode(c.relacl) x
    where c.oid = $1 and x.grantee <> c.relowner
    union all
    select x.grantee, x.privilege_type, x.is_grantable, a.attname, a.attnum
    from pg_catalog.pg_class c join pg_catalog.pg_attribute a on a.attrelid = c.oid cross join aclexplode(a.attacl) x
    where c.oid = $1 and x.grantee <> c.relowner and not a.attisdropped
  ),
  verbs as (
    select grantee, lower(privilege_type) || case when is_grantable then ' WITH GRANT OPTION' else '' end
      || coalesce(' (' || string_agg(quote_ident(column_name), ', ' order by place) || ')', '') as verb
    from granted group by grantee, privilege_type, is_grantable, column_name is null
  )
  select coalesce(quote_ident(r.rolname), 'PUBLIC') as role, array_agg(v.verb order by v.verb) as verbs
  from verbs v left join pg_catalog.pg_roles r on r.oid = v.grantee
  group by r.rolname order by r.rolname`;

/** The rights on one table or view. */
export async function readRights(client: Pick<ClientBase, 'query'>, table: number): Promise<Rights> {
  const state = await client.query<Pick<Rights, 'isOn' | 'isForced' | 'isInvoker'>>(STATE, [table]);
  const policies = await client.query<Policy>(POLICIES, [table]);
  const grants = await client.query<Rights['grants'][number]>(GRANTS, [table]);
  return { ...state.rows[0]!, policies: policies.rows, grants: grants.rows };
}
