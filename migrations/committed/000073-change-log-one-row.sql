--! Previous: sha1:ab6e062134e6777fc0a6162f51662e8a52560886
--! Hash: sha1:a65caa2b5b4109b0291975757878ca57a41e7f60
--! Message: change-log-one-row

-- What one changed row costs in the log. Most statements change one: it is told without numbering and pairing rows.

-- Makes `app_private.log_<table>()` and its triggers. The table has id and project_id.
--   small    the columns that `before` and `after` show
--   ignored  columns whose change alone is no news
--   routing  which columns tell shot_id, generation_id and parent_generation_id
-- What a statement sets off is logged where it ends, which is before the statement: a variant is deleted, a reference
-- to it set to null, another is made primary, and only then the first of the two updates of its generation is
-- logged. So a row is told as it is when it is logged, and not at all when it is gone: the last word is the truth.
create or replace function realtime.follow(target regclass, small text[], ignored text[], routing jsonb) returns void
language plpgsql set search_path = ''
as $make$
declare
  v_name text := (select relname from pg_catalog.pg_class where oid = target);
  v_function text := format('app_private.log_%s', v_name);
  -- Of a row called r.
  v_keys text[] := (
    select array_agg(coalesce('r.' || quote_ident(routing ->> key), 'null::uuid') order by n)
    from unnest(array['shot_id', 'generation_id', 'parent_generation_id']) with ordinality as keys (key, n));
  v_array text := format('array[%s]', array_to_string(v_keys, ', '));
  -- A location can be a whole picture as a data URL: too long is not small, and left out.
  v_small text := (
    select 'jsonb_build_object(' || string_agg(format(
      case when a.atttypid = 'text'::regtype then '%L, case when octet_length(r.%2$I) <= 2048 then r.%2$I end'
        else '%L, r.%I' end, realtime.field_name(a.attname), a.attname), ', ' order by a.attnum) || ')'
    from pg_catalog.pg_attribute a where a.attrelid = target and a.attname = any (small));
  v_changed text := (
    select 'array_remove(array[' || string_agg(format('case when n.%1$I is distinct from r.%1$I then %2$L end',
      a.attname, realtime.field_name(a.attname)), ', ' order by a.attnum) || '], null)'
    from pg_catalog.pg_attribute a
    where a.attrelid = target and a.attnum > 0 and not a.attisdropped
      and a.attname <> all (ignored || '{id,project_id,updated_at}'));
  -- The row as it is now; offset 0: looked up row by row. By its id: `=` on the project would let the planner read all
  -- of the project for each row.
  v_now text := format('lateral (select %s as keys, %s as after from %s r
    where r.id = c.id and r.project_id is not distinct from c.project_id offset 0) t', v_array, v_small, target);
  v_insert text := 'insert into realtime.changes (project_id, log_table, operation, row_id, shot_id, generation_id,
    parent_generation_id, changed_columns, before, after, origin_client_id, wakes)';
  -- Numbering rows to find the first is dear where there is one.
  v_new text := format('%s
          select r.project_id, %L, ''INSERT'', r.id, %s, null, null, %s, v_client, @first from new_rows r;',
    v_insert, upper(v_name), array_to_string(v_keys, ', '), v_small);
begin
  execute format($function$
    create or replace function %1$s() returns trigger
    language plpgsql security definer set search_path = '' set enable_seqscan = off
    as $body$
    declare
      v_rows int;
      v_client text := left(nullif(current_setting('request.client_id', true), ''), 200);
    begin
      if tg_op = 'INSERT' then
        select count(*) into v_rows from (select from new_rows limit 1001) r;
        -- No reference and no trigger before this one changes a new row: it is as it is here.
        if v_rows = 1 then
          %8$s
        elsif v_rows between 2 and 1000 then
          %9$s
        elsif v_rows > 1000 then
          perform realtime.log_resync(array(select distinct r.project_id from new_rows r), v_client);
        end if;
      elsif tg_op = 'DELETE' then
        select count(*) into v_rows from (select from old_rows limit 1001) r;
        -- With its project everything goes: that is one entry, the project's.
        if v_rows between 1 and 1000 then
          %3$s
          select r.project_id, %2$L, 'DELETE', r.id, %10$s, null, %6$s, null, v_client, row_number() over () = 1
          from old_rows r
          where (select true from public.projects p where p.id = r.project_id);
        elsif v_rows > 1000 then
          perform realtime.log_resync(array(select distinct r.project_id from old_rows r), v_client);
        end if;
      else
        select count(*) into v_rows from (select from new_rows limit 1001) r;
        if v_rows = 1 then
          -- One row that stays what it is: most updates.
          %3$s
          select c.project_id, %2$L, 'UPDATE', c.id, t.keys[1], t.keys[2], t.keys[3], c.columns, c.before, t.after, v_client, true
          from (
            select n.project_id, n.id, %7$s as columns, %6$s as before
            from old_rows r, new_rows n where n.id = r.id and n.project_id = r.project_id offset 0
          ) c join %4$s on true
          where c.columns <> '{}';
          if found then
            return null;
          end if;
          perform from old_rows r, new_rows n where n.id = r.id and n.project_id = r.project_id;
          if found then
            return null;
          end if;
        end if;
        if v_rows between 1 and 1000 then
          -- Paired by their place: what a statement and its references did to one row comes together here, the row
          -- more than once. A row that goes to another project is gone from the one and new in the other.
          %3$s
          select c.project_id, %2$L, c.operation, c.id, k.keys[1], k.keys[2], k.keys[3], c.columns, c.before, t.after,
            v_client, row_number() over () = 1
          from (
            select coalesce(n.project_id, r.project_id) as project_id, coalesce(n.id, r.id) as id,
              case when r.id is null then 'INSERT' when n.id is null then 'DELETE' else 'UPDATE' end::realtime.operation
                as operation,
              case when r.id = n.id then %7$s end as columns,
              case when n.id is null then %5$s end as keys, case when r.id is not null then %6$s end as before,
              coalesce(n.place, r.place) as place
            from (select *, row_number() over () as place from old_rows) r
            full join (select *, row_number() over () as place from new_rows) n
              on n.place = r.place and n.id = r.id and n.project_id = r.project_id
            -- offset 0: worked out once, and not again in the condition. It unpacks every long value of both rows.
            offset 0
          ) c
          left join %4$s on c.operation <> 'DELETE'
          cross join lateral (select coalesce(c.keys, t.keys) as keys) k
          where c.columns is distinct from '{}' and k.keys is not null
          order by c.place, c.operation = 'INSERT';
        elsif v_rows > 1000 then
          perform realtime.log_resync(array(
            select r.project_id from old_rows r union select r.project_id from new_rows r), v_client);
        end if;
      end if;
      return null;
    end;
    $body$$function$, v_function, upper(v_name), v_insert, v_now, v_array, v_small, v_changed,
    replace(v_new, '@first', 'true'), replace(v_new, '@first', 'row_number() over () = 1'),
    array_to_string(v_keys, ', '));
  execute format('comment on function %s() is %L', v_function,
    format('AFTER STATEMENT: logs what changed in %s.', v_name));
  execute format('drop trigger if exists _200_log_changes on %s', target);
  execute format('drop trigger if exists _200_log_changes_update on %s', target);
  execute format('drop trigger if exists _200_log_changes_delete on %s', target);
  execute format('drop trigger if exists _200_log_changes_truncate on %s', target);
  execute format('create trigger _200_log_changes after insert on %s referencing new table as new_rows
    for each statement execute function %s()', target, v_function);
  execute format('create trigger _200_log_changes_update after update on %s
    referencing old table as old_rows new table as new_rows
    for each statement execute function %s()', target, v_function);
  execute format('create trigger _200_log_changes_delete after delete on %s referencing old table as old_rows
    for each statement execute function %s()', target, v_function);
  execute format('create trigger _200_log_changes_truncate after truncate on %s
    for each statement execute function app_private.log_truncation()', target);
end;
$make$;

select realtime.follow('public.generations', '{location,thumbnail_url,starred,timeline_frame}', '{}',
  '{"shot_id": "shot_id", "generation_id": "id", "parent_generation_id": "parent_generation_id"}');
select realtime.follow('public.generation_variants', '{location,thumbnail_url,starred,is_primary,viewed_at}', '{}',
  '{"generation_id": "generation_id"}');
select realtime.follow('public.shot_generations', '{timeline_frame,position}', '{}',
  '{"shot_id": "shot_id", "generation_id": "generation_id"}');
select realtime.follow('public.tasks', '{status}',
  '{params,worker_id,lease_expires_at,pane_group,pane_position,target_shot_id,target_generation_id}',
  '{"shot_id": "target_shot_id", "generation_id": "target_generation_id"}');
select realtime.follow('public.shots', '{order}', '{}', '{"shot_id": "id"}');
