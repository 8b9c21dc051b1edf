import { API_ROLES, type Rule } from './rule';

const BORROWED = `('anon', 'authenticated', 'worker', 'service_role', 'reigh_introspector')`;

export const ROLE_RULES: Rule[] = [
  {
    name: 'no API role reaches into app_private',
    sql: `
      select r.rolname::text as violation from pg_catalog.pg_roles r
      where r.rolname in ${BORROWED}
        and (has_schema_privilege(r.oid, 'app_private', 'usage') or has_schema_privilege(r.oid, 'app_private', 'create'))`,
    broken: [
      { by: 'grant usage on schema app_private to service_role', reports: 'service_role' },
      { by: 'grant usage on schema app_private to public', reports: 'reigh_introspector' },
    ],
  },
  {
    name: 'no API role makes objects in any schema',
    sql: `
      select r.rolname || ' in ' || n.nspname as violation
      from pg_catalog.pg_roles r cross join pg_catalog.pg_namespace n
      where r.rolname in ${BORROWED} and n.nspname !~ '^pg_(toast|temp)' and has_schema_privilege(r.oid, n.oid, 'create')`,
    broken: [{ by: 'grant create on schema public to worker', reports: 'worker in public' }],
  },
  {
    name: 'no role of ours but the owner and the authenticator logs in, and none has powers over the server',
    sql: `
      select r.rolname::text as violation from pg_catalog.pg_roles r
      where r.rolname in ${BORROWED}
        and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication or r.rolcanlogin)
      union all
      select r.rolname::text from pg_catalog.pg_roles r
      where r.rolname in ('reigh_owner', 'reigh_authenticator')
        and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolreplication)`,
    broken: [
      { by: 'alter role service_role bypassrls', reports: 'service_role' },
      { by: 'alter role anon superuser', reports: 'anon' },
      { by: 'alter role worker createrole', reports: 'worker' },
      { by: 'alter role authenticated login', reports: 'authenticated' },
      { by: 'alter role reigh_introspector bypassrls', reports: 'reigh_introspector' },
      { by: 'alter role reigh_owner superuser', reports: 'reigh_owner' },
      { by: 'alter role reigh_authenticator bypassrls', reports: 'reigh_authenticator' },
    ],
  },
  {
    name: 'the authenticator has nothing of its own: it becomes one of five, and inherits from none',
    sql: `
      select 'reigh_authenticator inherits' as violation
      from pg_catalog.pg_roles r where r.rolname = 'reigh_authenticator' and r.rolinherit
      union all
      -- From PostgreSQL 16 on it is the membership that inherits, or may be passed on.
      select 'reigh_authenticator inherits from ' || m.roleid::regrole
      from pg_catalog.pg_auth_members m
      where m.member = 'reigh_authenticator'::regrole
        and ((to_jsonb(m) ->> 'inherit_option')::boolean is true or m.admin_option)
      union all
      select 'reigh_authenticator is a ' || m.roleid::regrole
      from pg_catalog.pg_auth_members m
      where m.member = 'reigh_authenticator'::regrole and m.roleid::regrole::text not in ${BORROWED}
      union all
      select 'reigh_authenticator is no ' || r.rolname
      from pg_catalog.pg_roles r
      where r.rolname in ${BORROWED} and not exists (
        select from pg_catalog.pg_auth_members m
        where m.member = 'reigh_authenticator'::regrole and m.roleid = r.oid
      )`,
    broken: [
      { by: 'alter role reigh_authenticator inherit', reports: 'reigh_authenticator inherits' },
      { by: 'grant reigh_owner to reigh_authenticator', reports: 'reigh_authenticator is a reigh_owner' },
      { by: 'revoke worker from reigh_authenticator', reports: 'reigh_authenticator is no worker' },
      {
        by: 'grant anon to reigh_authenticator with admin option',
        reports: 'reigh_authenticator inherits from anon',
      },
    ],
  },
  {
    name: 'no API role is a member of another',
    sql: `
      select m.member::regrole || ' is a ' || m.roleid::regrole as violation
      from pg_catalog.pg_auth_members m join pg_catalog.pg_roles r on r.oid = m.member
      where r.rolname in ${API_ROLES}`,
    broken: [{ by: 'grant service_role to authenticated', reports: 'authenticated is a service_role' }],
  },
  {
    name: 'nobody but the authenticator connects to the database',
    sql: `
      select coalesce(r.rolname, 'PUBLIC') || ' ' || lower(x.privilege_type) as violation
      from pg_catalog.pg_database d
      cross join aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x
      left join pg_catalog.pg_roles r on r.oid = x.grantee
      where d.datname = current_database() and x.grantee <> d.datdba
        and (r.rolname, x.privilege_type) is distinct from ('reigh_authenticator', 'CONNECT')`,
    broken: [
      {
        by: `do $$ begin execute format('grant temporary on database %I to public', current_database()); end $$`,
        reports: 'PUBLIC temporary',
      },
    ],
  },
];
