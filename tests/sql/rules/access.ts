import { API_ROLES, OURS, type Rule } from './rule';

/** Every (table, role of the gateway, verb) that is granted, wholly or by column. */
const GRANTED = `(
  select c.oid as table_id, r.oid as role_id, r.rolname, v.verb, v.letter
  from pg_catalog.pg_class c join ${OURS} s on s.oid = c.relnamespace
  cross join pg_catalog.pg_roles r
  cross join (values ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd')) v (verb, letter)
  where c.relkind in ('r', 'p') and (r.rolname in ${API_ROLES} or r.rolname = 'reigh_authenticator')
    and case v.verb when 'delete' then has_table_privilege(r.oid, c.oid, v.verb)
      else has_any_column_privilege(r.oid, c.oid, v.verb) end
)`;

/** Every (table, role, verb) that a permissive policy speaks of; 0 is everybody. */
const ALLOWED = `(
  select p.polrelid as table_id, p.polname, role_id, v.verb, v.letter
  from pg_catalog.pg_policy p cross join unnest(p.polroles) as role_id
  join (values ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd')) v (verb, letter)
    on p.polcmd in (v.letter::"char", '*')
  where p.polpermissive
)`;

/** auth.uid() and its like, once they are taken out of sub-selects of their own. */
const BARE_CALL = `regexp_replace(
  coalesce(p.qual, '') || ' ' || coalesce(p.with_check, ''),
  '\\( SELECT \\(*auth\\.\\w+\\(\\)[^()]*(\\)[^()]*)*?( AS \\w+)?\\)', '', 'g'
) ~ 'auth\\.\\w+\\('`;

export const ACCESS_RULES: Rule[] = [
  {
    name: 'every grant to a role that is used by the gateway has a policy',
    sql: `
      select g.verb || ' on ' || g.table_id::regclass || ' by ' || g.rolname as violation from ${GRANTED} g
      where not exists (
        select from ${ALLOWED} a
        where a.table_id = g.table_id and a.role_id = g.role_id and a.verb = g.verb
      )`,
    broken: [
      {
        by: 'grant select on public.projects to reigh_authenticator',
        reports: 'select on public.projects by reigh_authenticator',
      },
      { by: 'grant select on public.projects to anon', reports: 'select on public.projects by anon' },
      {
        by: 'grant update (credits) on public.users to worker',
        reports: 'update on public.users by worker',
      },
      {
        by: 'drop policy shots_owner_delete on public.shots',
        reports: 'delete on public.shots by authenticated',
      },
      {
        by: 'grant insert on storage.buckets to public',
        reports: 'insert on storage.buckets by authenticated',
      },
    ],
  },
  {
    name: 'every policy has its grant',
    sql: `
      select a.verb || ' on ' || a.table_id::regclass || ' by ' || a.polname as violation from ${ALLOWED} a
      where not exists (
        select from ${GRANTED} g
        where g.table_id = a.table_id and g.role_id = a.role_id and g.verb = a.verb
      )`,
    broken: [
      {
        by: 'create policy novel on public.workers for select to authenticated using (true)',
        reports: 'select on public.workers by novel',
      },
      {
        by: 'revoke delete on public.shots from service_role',
        reports: 'delete on public.shots by shots_service_all',
      },
    ],
  },
  {
    name: 'no policy speaks to everybody',
    sql: `
      select p.polname::text as violation from pg_catalog.pg_policy p
      where 0 = any (p.polroles)`,
    broken: [
      { by: 'create policy novel on public.workers using (false)', reports: 'novel' },
      { by: 'alter policy users_service_all on public.users to public', reports: 'users_service_all' },
    ],
  },
  {
    name: 'policies ask who is calling once per statement, in a sub-select',
    sql: `select p.policyname::text as violation from pg_catalog.pg_policies p where ${BARE_CALL}`,
    broken: [
      {
        by: 'alter policy projects_owner_select on public.projects using (user_id = auth.uid())',
        reports: 'projects_owner_select',
      },
      {
        by: 'alter policy projects_owner_insert on public.projects with check (auth.uid() = user_id)',
        reports: 'projects_owner_insert',
      },
      {
        by: `alter policy workers_self_select on public.workers
          using ((select auth.role()) = 'worker' and id = auth.worker_id())`,
        reports: 'workers_self_select',
      },
      {
        by: `alter policy projects_owner_select on public.projects
          using (user_id = (auth.jwt() ->> 'sub')::uuid)`,
        reports: 'projects_owner_select',
      },
      {
        by: `alter policy shots_owner_select on public.shots
          using (project_id in (select p.id from public.projects p where p.user_id = auth.uid()))`,
        reports: 'shots_owner_select',
      },
    ],
  },
  {
    name: 'nobody who uses the API may truncate, which asks no policy, or hang triggers and keys on a table',
    sql: `
      select format('%s on %s by %s', x.privilege_type, c.oid::regclass, coalesce(r.rolname, 'PUBLIC')) as violation
      from pg_catalog.pg_class c join ${OURS} s on s.oid = c.relnamespace
      cross join aclexplode(c.relacl) x left join pg_catalog.pg_roles r on r.oid = x.grantee
      where x.grantee <> c.relowner and c.relkind <> 'S'
        and x.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')`,
    broken: [
      {
        by: 'grant truncate on public.credits_ledger to service_role',
        reports: 'TRUNCATE on public.credits_ledger by service_role',
      },
      { by: 'grant all on public.users to public', reports: 'TRIGGER on public.users by PUBLIC' },
    ],
  },
  {
    name: 'nobody may pass a right on',
    sql: `
      select c.oid::regclass::text as violation
      from pg_catalog.pg_class c join ${OURS} s on s.oid = c.relnamespace
      where exists (select from aclexplode(c.relacl) x where x.is_grantable and x.grantee <> c.relowner)`,
    broken: [
      {
        by: 'grant select on public.users to service_role with grant option',
        reports: 'public.users',
      },
    ],
  },
];
