--! Previous: sha1:e19a528beda349bd7192d55834a6031073e393a2
--! Hash: sha1:0f5014fe71fe72d097376d8fafb02950c3015c0f
--! Message: queue-sync

-- Keeps the queue in step with the tasks.

-- Writes the queue's rows of these tasks anew. Also the way to rebuild it: all open tasks at once.
create or replace function app_private.enter_queue(task_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  insert into app_private.queue as q (
    task_id, user_id, run_type, model, is_orchestration, is_active, is_ready, is_running, created_at
  )
  select t.id, p.user_id, k.run_type, app_private.model_of(t.params), k.category = 'orchestration', k.is_active,
    k.is_active and (t.dependant_on = '{}' or not exists (
      select from public.tasks d where d.id = any (t.dependant_on) and d.status <> 'Complete'
    )),
    t.status = 'In Progress', t.created_at
  from public.tasks t
  join public.projects p on p.id = t.project_id
  join public.task_types k on k.name = t.task_type
  where t.id = any (enter_queue.task_ids) and t.status in ('Queued', 'In Progress')
  on conflict (task_id) do update set user_id = excluded.user_id, run_type = excluded.run_type, model = excluded.model,
    is_orchestration = excluded.is_orchestration, is_active = excluded.is_active, is_ready = excluded.is_ready, is_running = excluded.is_running,
    has_started = q.has_started and excluded.is_running, created_at = excluded.created_at
  where (q.user_id, q.run_type, q.model, q.is_orchestration, q.is_active, q.is_ready, q.is_running, q.created_at)
    is distinct from (
      excluded.user_id, excluded.run_type, excluded.model, excluded.is_orchestration, excluded.is_active,
      excluded.is_ready, excluded.is_running, excluded.created_at
    );
end;
$$;

-- Definer: nobody is granted the queue.
create or replace function app_private.queue_new_tasks() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if exists (select from new_rows n where n.status in ('Queued', 'In Progress')) then
    perform app_private.lock_owners_of(array(select distinct n.project_id from new_rows n));
    perform app_private.enter_queue(array(select n.id from new_rows n));
  end if;
  return null;
end;
$$;

create or replace function app_private.queue_changed_tasks() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_moved record;
begin
  -- The queue itself says what was. A heartbeat, which only lengthens a lease, changes nothing in it.
  select array_agg(n.id) filter (where n.status = 'In Progress') as started,
    array_agg(n.id) filter (where n.status = 'Queued') as requeued,
    array_agg(n.id) filter (where n.pane_group = 2) as ended,
    array_agg(distinct n.project_id) as projects
  into v_moved
  -- Lateral with a limit, so that each is looked up by its key: planned for a change of thousands, the join would
  -- read the whole queue, and a session keeps the plan of its first change.
  from new_rows n left join lateral (
    select w.task_id, w.is_running from app_private.queue w where w.task_id = n.id limit 1
  ) q on true
  where case n.status when 'Queued' then q.is_running is distinct from false
    when 'In Progress' then q.is_running is distinct from true else q.task_id is not null end;
  if v_moved.projects is null then
    return null;
  end if;
  perform app_private.lock_owners_of(v_moved.projects);
  if v_moved.started is not null then
    update app_private.queue q set is_running = true where q.task_id = any (v_moved.started);
  end if;
  if v_moved.requeued is not null then
    update app_private.queue q set is_running = false, has_started = false where q.task_id = any (v_moved.requeued);
  end if;
  if v_moved.ended is not null then
    delete from app_private.queue q where q.task_id = any (v_moved.ended);
    perform app_private.settle_dependants(v_moved.ended);
  end if;
  return null;
end;
$$;

-- Tasks that go take the hope of those that wait for them with them.
create or replace function app_private.queue_deleted_tasks() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_gone uuid[] := array(select o.id from old_rows o where o.status in ('Queued', 'In Progress'));
begin
  if v_gone <> '{}' then
    update public.tasks t set status = 'Failed', error_message = 'A task it depends on was deleted.'
    where t.dependant_on && v_gone and t.dependant_on <> '{}' and t.pane_group = 1;
  end if;
  return null;
end;
$$;

-- A heartbeat locks running tasks of many owners, by their ids, and none of their worlds. Whoever takes several
-- of them at once takes them in that order; a cascade takes them in any.
create or replace function app_private.lock_running_tasks() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform from public.tasks t where t.project_id = old.id and t.pane_group = 0 order by t.id for update;
  return old;
end;
$$;

drop trigger if exists _100_lock_running_tasks on public.projects;
create trigger _100_lock_running_tasks before delete on public.projects
  for each row execute function app_private.lock_running_tasks();

drop trigger if exists queue_new_tasks on public.tasks;
drop trigger if exists queue_changed_tasks on public.tasks;
drop trigger if exists queue_deleted_tasks on public.tasks;
create trigger queue_new_tasks after insert on public.tasks referencing new table as new_rows
  for each statement execute function app_private.queue_new_tasks();
create trigger queue_changed_tasks after update on public.tasks referencing new table as new_rows
  for each statement execute function app_private.queue_changed_tasks();
create trigger queue_deleted_tasks after delete on public.tasks referencing old table as old_rows
  for each statement execute function app_private.queue_deleted_tasks();

-- The tasks that were there before the queue.
do $$
begin
  perform app_private.enter_queue(array(select t.id from public.tasks t where t.pane_group < 2));
end;
$$;

comment on function app_private.enter_queue(uuid[]) is 'Writes the queue''s rows of these tasks, those that are open.';
comment on function app_private.queue_new_tasks() is 'AFTER STATEMENT: new tasks enter the queue.';
comment on function app_private.queue_changed_tasks() is 'AFTER STATEMENT: tasks that start, end or come back change the queue.';
comment on function app_private.lock_running_tasks() is 'BEFORE DELETE of a project: locks its running tasks in the order of a heartbeat.';
comment on function app_private.queue_deleted_tasks() is 'AFTER STATEMENT: what waited for a deleted open task fails.';
