import { OURS, type Rule } from './rule';

const FUNCTIONS = `from pg_catalog.pg_proc p join ${OURS} s on s.oid = p.pronamespace`;

/** Empty, or ending in pg_temp: otherwise temporary tables come first, and anybody can make those. */
const PINNED = `exists (
  select from unnest(p.proconfig) as setting
  where setting = 'search_path=""' or setting ~ '^search_path=.*, ?"?pg_temp"?$'
)`;

/**
 * A public bucket is read by URL without a token: the object of that name, and whether the bucket is public at all. So
 * are the files of public resources, by the link that is made of their path.
 */
const FOR_EVERYBODY = `('storage.bucket_rules(text)', 'storage.public_object(text,text)',
  'storage.public_buckets()', 'storage.may_read(text,text)', 'storage.link_of(text)', 'storage.path_of(text)', 'storage.read_path(text)')`;

export const FUNCTION_RULES: Rule[] = [
  {
    name: 'every definer function pins its search_path',
    sql: `select p.oid::regprocedure::text as violation ${FUNCTIONS} where p.prosecdef and not ${PINNED}`,
    broken: [
      { by: 'alter function public.ensure_user() reset search_path', reports: 'public.ensure_user()' },
      { by: 'alter function public.ensure_user() set search_path = public', reports: 'public.ensure_user()' },
      {
        by: 'alter function public.ensure_user() set search_path from current',
        reports: 'public.ensure_user()',
      },
    ],
  },
  {
    name: 'the names in every function are bound, by a pinned search_path or by a body parsed when it was made',
    sql: `select p.oid::regprocedure::text as violation ${FUNCTIONS} where p.prosqlbody is null and not ${PINNED}`,
    broken: [
      {
        by: `create function public.loose() returns bigint language sql as 'select count(*) from public.users'`,
        reports: 'public.loose()',
      },
      {
        by: 'alter function app_private.touch_updated_at() reset search_path',
        reports: 'app_private.touch_updated_at()',
      },
    ],
  },
  {
    name: 'no function can be executed by everybody',
    sql: `
      select p.oid::regprocedure::text as violation ${FUNCTIONS}
      where exists (
        select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x
        where x.grantee = 0 and x.privilege_type = 'EXECUTE'
      )`,
    broken: [
      { by: 'grant execute on function public.ensure_user() to public', reports: 'public.ensure_user()' },
      {
        // Made by a superuser, whom reigh_owner's default privileges do not bind.
        by: 'create function public.loose() returns int language sql begin atomic select 1; end',
        reports: 'public.loose()',
      },
    ],
  },
  {
    name: 'a new function of reigh_owner can be executed by nobody else until it is granted',
    sql: `
      select 'default privileges of reigh_owner' as violation
      where not exists (
        select from pg_catalog.pg_default_acl d
        where d.defaclrole = 'reigh_owner'::regrole and d.defaclnamespace = 0 and d.defaclobjtype = 'f'
          and not exists (select from aclexplode(d.defaclacl) x where x.grantee <> d.defaclrole)
      )`,
    broken: [
      {
        by: 'alter default privileges for role reigh_owner grant execute on functions to public',
        reports: 'default privileges of reigh_owner',
      },
    ],
  },
  {
    name: 'who has no token can execute nothing but the identity helpers',
    sql: `
      select p.oid::regprocedure::text as violation ${FUNCTIONS}
      where s.nspname <> 'auth' and has_function_privilege('anon', p.oid, 'execute')
        and p.oid::regprocedure::text not in ${FOR_EVERYBODY}`,
    broken: [
      { by: 'grant execute on function public.ensure_user() to anon', reports: 'public.ensure_user()' },
      {
        by: 'grant execute on function public.ensure_user() to public',
        reports: 'public.ensure_user()',
      },
      {
        by: `grant execute on function storage.search(text, text, int, int, int, text, text, text) to anon`,
        reports: 'storage.search(text,text,integer,integer,integer,text,text,text)',
      },
    ],
  },
  {
    name: 'trigger functions are internals, and nobody but their owner executes internals by hand',
    sql: `
      select p.oid::regprocedure::text as violation ${FUNCTIONS}
      where p.prorettype = 'pg_catalog.trigger'::regtype and s.nspname <> 'app_private'
      union all
      select p.oid::regprocedure::text ${FUNCTIONS}
      cross join (values ('anon'), ('authenticated'), ('worker'), ('service_role'), ('reigh_introspector')) r (name)
      where s.nspname = 'app_private' and has_function_privilege(r.name, p.oid, 'execute')`,
    broken: [
      { by: 'alter function app_private.shots_append() set schema public', reports: 'public.shots_append()' },
      {
        by: 'grant execute on function app_private.shots_append() to service_role',
        reports: 'app_private.shots_append()',
      },
    ],
  },
];
