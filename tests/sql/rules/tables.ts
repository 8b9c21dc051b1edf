import { OURS, type Rule } from './rule';

const TABLES = `
  from pg_catalog.pg_class c join ${OURS} s on s.oid = c.relnamespace
  where c.relkind in ('r', 'p')`;

const UNLIKE_OTHERS = `
  create table public.bare (id int, updated_at timestamptz);
  alter table public.bare owner to postgres;`;

export const TABLE_RULES: Rule[] = [
  {
    name: 'every table has row-level security',
    sql: `select c.oid::regclass::text as violation ${TABLES} and not c.relrowsecurity`,
    broken: [
      { by: UNLIKE_OTHERS, reports: 'public.bare' },
      { by: 'alter table storage.objects disable row level security', reports: 'storage.objects' },
      { by: 'create table app_private.bare (id int)', reports: 'app_private.bare' },
    ],
  },
  {
    name: 'no table forces row-level security on its owner, whom definer functions run as',
    sql: `select c.oid::regclass::text as violation ${TABLES} and c.relforcerowsecurity`,
    broken: [{ by: 'alter table public.users force row level security', reports: 'public.users' }],
  },
  {
    name: 'every table has a primary key',
    sql: `select c.oid::regclass::text as violation ${TABLES}
      and not exists (select from pg_catalog.pg_index x where x.indrelid = c.oid and x.indisprimary)`,
    broken: [{ by: UNLIKE_OTHERS, reports: 'public.bare' }],
  },
  {
    name: 'every table with updated_at has the trigger that keeps it',
    sql: `select c.oid::regclass::text as violation ${TABLES}
      and exists (
        select from pg_catalog.pg_attribute a
        where a.attrelid = c.oid and a.attname = 'updated_at' and not a.attisdropped
      )
      and not exists (
        select from pg_catalog.pg_trigger t
        where t.tgrelid = c.oid and t.tgfoid = 'app_private.touch_updated_at'::regproc
          and t.tgenabled <> 'D' and t.tgqual is null and t.tgattr = ''
          -- row (1), before (2), update (16)
          and t.tgtype & 1 = 1 and t.tgtype & 2 = 2 and t.tgtype & 16 = 16
      )`,
    broken: [
      { by: UNLIKE_OTHERS, reports: 'public.bare' },
      { by: 'drop trigger _100_touch_updated_at on public.shots', reports: 'public.shots' },
      { by: 'alter table public.shots disable trigger _100_touch_updated_at', reports: 'public.shots' },
      {
        by: `drop trigger _100_touch_updated_at on public.shots;
          create trigger _100_touch_updated_at before update of name on public.shots
          for each row execute function app_private.touch_updated_at()`,
        reports: 'public.shots',
      },
    ],
  },
  {
    name: 'everything in our schemas belongs to reigh_owner',
    sql: `
      select c.oid::regclass::text as violation
      from pg_catalog.pg_class c join ${OURS} s on s.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and c.relowner <> 'reigh_owner'::regrole
      union all
      select p.oid::regprocedure::text
      from pg_catalog.pg_proc p join ${OURS} s on s.oid = p.pronamespace
      where p.proowner <> 'reigh_owner'::regrole
      union all
      select t.oid::regtype::text
      from pg_catalog.pg_type t join ${OURS} s on s.oid = t.typnamespace
      where t.typtype in ('e', 'd') and t.typowner <> 'reigh_owner'::regrole
      union all
      -- public belongs to whoever owns the database.
      select 'schema ' || s.nspname
      from ${OURS} s join pg_catalog.pg_namespace n on n.oid = s.oid
      where n.nspowner not in ('reigh_owner'::regrole, 'pg_database_owner'::regrole)`,
    broken: [
      { by: UNLIKE_OTHERS, reports: 'public.bare' },
      { by: 'alter function public.ensure_user() owner to postgres', reports: 'public.ensure_user()' },
      { by: 'alter type public.task_status owner to postgres', reports: 'public.task_status' },
      { by: 'alter schema auth owner to postgres', reports: 'schema auth' },
    ],
  },
  {
    name: 'a view reads with the rights of its reader, and there is no materialized view, which cannot',
    sql: `
      select c.oid::regclass::text as violation
      from pg_catalog.pg_class c join ${OURS} s on s.oid = c.relnamespace
      where c.relkind = 'm' or c.relkind = 'v'
        and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)`,
    broken: [
      { by: 'create view public.everybody as select * from public.users', reports: 'public.everybody' },
      {
        by: 'create view public.everybody with (security_invoker = false) as select * from public.users',
        reports: 'public.everybody',
      },
      {
        by: 'create materialized view public.everybody as select * from public.users',
        reports: 'public.everybody',
      },
    ],
  },
  {
    name: 'no extension stands in public, where the API would show it',
    sql: `select extname::text as violation from pg_catalog.pg_extension where extnamespace = 'public'::regnamespace`,
    broken: [
      {
        by: `set local allow_system_table_mods = on;
          update pg_catalog.pg_extension set extnamespace = 'public'::regnamespace where extname = 'plpgsql'`,
        reports: 'plpgsql',
      },
    ],
  },
];
