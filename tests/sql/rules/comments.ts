import { API_ROLES, EXPOSED, OURS, type Rule } from './rule';

/** Smart tags are for PostGraphile; what is left is for people. */
const words = (comment: string) =>
  `btrim(regexp_replace(coalesce(${comment}, ''), '(^|\\n)@[^\\n]*', '', 'g'), E' \\n') = ''`;

export const COMMENT_RULES: Rule[] = [
  {
    name: 'every schema has a comment',
    sql: `select s.nspname::text as violation from ${OURS} s
      where ${words(`obj_description(s.oid, 'pg_namespace')`)}`,
    broken: [
      { by: 'create schema bare', reports: 'bare' },
      { by: 'comment on schema auth is null', reports: 'auth' },
    ],
  },
  {
    name: 'every table has a comment',
    sql: `
      select c.oid::regclass::text as violation
      from pg_catalog.pg_class c join ${OURS} s on s.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm') and ${words(`obj_description(c.oid, 'pg_class')`)}`,
    broken: [
      { by: 'create table public.bare (id int)', reports: 'public.bare' },
      { by: `comment on table public.shots is '@name scene'`, reports: 'public.shots' },
    ],
  },
  {
    name: 'every exposed column has a comment',
    sql: `
      select c.oid::regclass || '.' || a.attname as violation
      from pg_catalog.pg_class c join ${EXPOSED} s on s.oid = c.relnamespace
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind in ('r', 'p', 'v', 'm') and ${words('col_description(c.oid, a.attnum)')}`,
    broken: [
      { by: 'alter table public.shots add column bare int', reports: 'public.shots.bare' },
      { by: `comment on column public.shots.name is E'@omit filter\\n'`, reports: 'public.shots.name' },
    ],
  },
  {
    name: 'every function has a comment',
    sql: `
      select p.oid::regprocedure::text as violation
      from pg_catalog.pg_proc p join ${OURS} s on s.oid = p.pronamespace
      where ${words(`obj_description(p.oid, 'pg_proc')`)}`,
    broken: [{ by: 'comment on function public.ensure_user() is null', reports: 'public.ensure_user()' }],
  },
  {
    // PostgreSQL has no comments for them: a tag `@arg name …` in the function's. What the API does not have, or
    // has as a field of a row, asks for no arguments.
    name: 'every argument of a function in the API is described',
    sql: `
      select p.oid::regprocedure || ' ' || a.name as violation
      from pg_catalog.pg_proc p
      cross join lateral (select coalesce(obj_description(p.oid, 'pg_proc'), '') as words) c
      cross join lateral (
        select coalesce(nullif(p.proargnames[i.place], ''), '$' || i.place) as name
        from generate_series(1, coalesce(cardinality(p.proallargtypes), p.pronargs)) as i (place)
        where coalesce(p.proargmodes[i.place] in ('i', 'b', 'v'), true)
      ) a
      where p.pronamespace = 'public'::regnamespace and c.words !~ '(^|\\n)@(omit|fieldsOf)\\M'
        and exists (
          select from pg_catalog.pg_roles r where r.rolname in ${API_ROLES} and has_function_privilege(r.oid, p.oid, 'execute')
        )
        and not exists (
          select from pg_catalog.pg_type t join pg_catalog.pg_class k on k.oid = t.typrelid
          where t.oid = p.proargtypes[0] and k.relkind in ('r', 'p', 'v', 'm')
        )
        and not exists (
          select from regexp_split_to_table(c.words, '\\n') as line
          where line ~ '^@arg \\S+ \\S' and split_part(line, ' ', 2) = a.name
        )`,
    broken: [
      {
        by: `comment on function public.duplicate_shot(uuid) is E'@resultFieldName shot\\nCopies a shot.'`,
        reports: 'public.duplicate_shot(uuid) shot_id',
      },
      {
        by: `comment on function public.reorder_shots(uuid, uuid[]) is E'@arg project_id The project.\\n@arg shot_ids \\nOrders.'`,
        reports: 'public.reorder_shots(uuid,uuid[]) shot_ids',
      },
      {
        by: `create function public.bare(text) returns int language sql begin atomic select 1; end;
          grant execute on function public.bare to worker`,
        reports: 'public.bare(text) $1',
      },
    ],
  },
  {
    name: 'every enum has a comment',
    sql: `
      select t.oid::regtype::text as violation
      from pg_catalog.pg_type t join ${OURS} s on s.oid = t.typnamespace
      where t.typtype = 'e' and ${words(`obj_description(t.oid, 'pg_type')`)}`,
    broken: [{ by: `create type public.bare as enum ('a')`, reports: 'public.bare' }],
  },
  {
    // The caller reads it when the constraint refuses his row: a tag would be shown as it is.
    name: 'every check constraint says in words what it asks for',
    sql: `
      select k.conname::text as violation
      from pg_catalog.pg_constraint k join ${OURS} s on s.oid = k.connamespace
      where k.contype = 'c' and coalesce(obj_description(k.oid, 'pg_constraint'), '@') ~ '^\\s*(@|$)'`,
    broken: [
      { by: 'alter table public.shots add constraint bare check (true)', reports: 'bare' },
      {
        by: `comment on constraint shots_name_is_short on public.shots is '@omit'`,
        reports: 'shots_name_is_short',
      },
      {
        by: `comment on constraint shots_name_is_short on public.shots is ' '`,
        reports: 'shots_name_is_short',
      },
    ],
  },
];
