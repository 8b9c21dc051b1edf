--! Previous: sha1:05005a9e6ccd0f9f6d5761c50423ec166b24dab0
--! Hash: sha1:5cd680987daff1ec42e4cc55bb6897b9b27f6c00
--! Message: queue-lanes

-- Keeps the lanes in step with the queue, under the owner's lock, so that a claim which has it reads the truth.

-- Writes the lanes of one user anew: `run_types` and `models`, pairwise, name where there may be another head.
-- The rule of the queue stands here: a user's tasks are handed out while he has credits, wants the cloud and has
-- fewer than five running.
create or replace function app_private.refresh_lanes(user_id uuid, run_types public.run_type[], models text[])
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_is_open boolean := coalesce((
    select u.credits > 0 and app_private.wants_cloud(u.settings) and app_private.concurrent_tasks() > (
      select count(*) from app_private.queue q where q.user_id = u.id and q.is_running and not q.is_orchestration
    )
    from public.users u where u.id = refresh_lanes.user_id
  ), false);
begin
  -- Every change of the queue comes here. Under the lock, but with a snapshot from before it, a transaction would
  -- not see what the others did meanwhile, and what waits for two tasks would wait for ever.
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception 'Change the queue in READ COMMITTED: an older snapshot does not see what others change in it.' using errcode = 'RG400';
  end if;
  if cardinality(run_types) > 0 then
    with heads as (
      select l.run_type, h.created_at, h.task_id
      from (select distinct t.run_type from unnest(run_types) as t (run_type)) l
      left join lateral (
        select q.created_at, q.task_id from app_private.queue q
        where q.user_id = refresh_lanes.user_id and q.run_type = l.run_type and q.is_ready and not q.is_running
        order by q.created_at, q.task_id limit 1
      ) h on true
    ), emptied as (
      delete from app_private.queue_lanes l using heads h
      where h.task_id is null and l.user_id = refresh_lanes.user_id and l.run_type = h.run_type
    )
    insert into app_private.queue_lanes as l (user_id, run_type, head_at, head_id, is_open)
    select refresh_lanes.user_id, h.run_type, h.created_at, h.task_id, v_is_open from heads h where h.task_id is not null
    on conflict on constraint queue_lanes_pkey do update
      set head_at = excluded.head_at, head_id = excluded.head_id, is_open = excluded.is_open
      where (l.head_at, l.head_id, l.is_open) is distinct from (excluded.head_at, excluded.head_id, excluded.is_open);
  end if;
  if cardinality(models) > 0 and models <> array[''] then
    perform app_private.refresh_models(refresh_lanes.user_id, run_types, models);
  end if;
  update app_private.queue_lanes l set is_open = v_is_open
  where l.user_id = refresh_lanes.user_id and l.is_open <> v_is_open;
end;
$$;

create or replace function app_private.refresh_models(user_id uuid, run_types public.run_type[], models text[])
returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  with heads as (
    select l.run_type, l.model, h.created_at, h.task_id
    from unnest(run_types, models) as l (run_type, model)
    left join lateral (
      select q.created_at, q.task_id from app_private.queue q
      where q.user_id = refresh_models.user_id and q.run_type = l.run_type and q.model = l.model
        and q.is_ready and not q.is_running and q.model <> ''
      order by q.created_at, q.task_id limit 1
    ) h on true
    where l.model <> ''
  ), emptied as (
    delete from app_private.queue_models m using heads h
    where h.task_id is null and m.user_id = refresh_models.user_id and m.run_type = h.run_type and m.model = h.model
  )
  insert into app_private.queue_models as m (user_id, run_type, model, head_at, head_id)
  select refresh_models.user_id, h.run_type, h.model, h.created_at, h.task_id from heads h where h.task_id is not null
  on conflict on constraint queue_models_pkey do update set head_at = excluded.head_at, head_id = excluded.head_id
    where (m.head_at, m.head_id) is distinct from (excluded.head_at, excluded.head_id);
end;
$$;

-- Which lanes have another head is told by the rows that were or are waiting; what starts or ends besides can only
-- open and close its owner's lanes.
create or replace function app_private.keep_lanes() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_touched record;
begin
  if tg_op = 'INSERT' then
    for v_touched in
      select t.user_id, array_agg(t.run_type) filter (where t.waits) as run_types, array_agg(t.model) filter (where t.waits) as models
      from (select distinct n.user_id, n.run_type, n.model, n.is_ready and not n.is_running as waits from new_rows n) t
      group by t.user_id order by t.user_id
    loop
      perform app_private.lock_tenant(v_touched.user_id);
      perform app_private.refresh_lanes(v_touched.user_id, v_touched.run_types, v_touched.models);
    end loop;
  elsif tg_op = 'UPDATE' then
    for v_touched in
      select t.user_id, array_agg(t.run_type) filter (where t.waits) as run_types, array_agg(t.model) filter (where t.waits) as models
      from (
        select n.user_id, n.run_type, n.model, n.is_ready and not n.is_running as waits from new_rows n
        union select o.user_id, o.run_type, o.model, o.is_ready and not o.is_running from old_rows o
      ) t group by t.user_id order by t.user_id
    loop
      perform app_private.lock_tenant(v_touched.user_id);
      perform app_private.refresh_lanes(v_touched.user_id, v_touched.run_types, v_touched.models);
    end loop;
  else
    for v_touched in
      select t.user_id, array_agg(t.run_type) filter (where t.waits) as run_types, array_agg(t.model) filter (where t.waits) as models
      from (select distinct o.user_id, o.run_type, o.model, o.is_ready and not o.is_running as waits from old_rows o) t
      group by t.user_id order by t.user_id
    loop
      perform app_private.lock_tenant(v_touched.user_id);
      perform app_private.refresh_lanes(v_touched.user_id, v_touched.run_types, v_touched.models);
    end loop;
  end if;
  return null;
end;
$$;

create trigger keep_lanes_insert after insert on app_private.queue referencing new table as new_rows
  for each statement execute function app_private.keep_lanes();
create trigger keep_lanes_update after update on app_private.queue referencing old table as old_rows new table as new_rows
  for each statement execute function app_private.keep_lanes();
create trigger keep_lanes_delete after delete on app_private.queue referencing old table as old_rows
  for each statement execute function app_private.keep_lanes();

comment on function app_private.refresh_lanes(uuid, public.run_type[], text[]) is 'Writes the named lanes of a user anew, and whether all of his are open.';
comment on function app_private.refresh_models(uuid, public.run_type[], text[]) is 'Writes the heads of the named models of a user anew.';
comment on function app_private.keep_lanes() is 'AFTER STATEMENT on queue: refreshes the lanes that were touched.';
