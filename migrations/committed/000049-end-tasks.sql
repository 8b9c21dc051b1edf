--! Previous: sha1:f6c913de680143607ea13c70ce04a8d81ce1a162
--! Hash: sha1:fe85f64058fd87bf5dbf7aa47fa82da18585fc42
--! Message: end-tasks

-- How tasks end badly, are called off, or are given back.
drop function if exists public.fail_task, public.cancel_tasks, public.requeue_stale_tasks;

-- One rule for a worker that gives up and for one that is gone: back into the queue while attempts are left.
create or replace function app_private.end_attempt(task public.tasks, message text, retryable boolean) returns public.tasks
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
begin
  update public.tasks t set error_message = left(message, 10000),
    status = case when retryable and t.attempts < k.max_attempts then 'Queued' else 'Failed' end::public.task_status
  from public.task_types k
  where t.id = task.id and k.name = t.task_type
  returning t.* into task;
  return task;
end;
$$;

create function public.fail_task(task_id uuid, attempt int, message text, retryable boolean default false) returns public.tasks
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_task public.tasks := app_private.require_attempt(fail_task.task_id, fail_task.attempt);
begin
  if v_task.status = 'Failed' then
    return v_task;
  elsif v_task.status <> 'In Progress' then
    raise exception 'Task % is %: it cannot become Failed.', v_task.id, v_task.status using errcode = 'RG410';
  end if;
  if nullif(btrim(fail_task.message), '') is null then
    raise exception 'message is required: say why the task failed.' using errcode = 'RG400';
  end if;
  return app_private.end_attempt(v_task, fail_task.message, coalesce(fail_task.retryable, false));
end;
$$;

-- The tasks named and all they direct, whether they are themselves still open or not. What waits for them is
-- cancelled by the trigger that settles dependants, and is returned too.
create function public.cancel_tasks(ids uuid[]) returns setof public.tasks
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_projects uuid[];
  v_unknown text;
  v_family uuid[];
  v_named uuid[];
begin
  if cancel_tasks.ids is null or cardinality(cancel_tasks.ids) > 1000 then
    raise exception 'ids must be a list of up to 1000 tasks.' using errcode = 'RG400';
  end if;
  select array_agg(distinct p.id) into v_projects
  from public.tasks t join public.projects p on p.id = t.project_id
  where t.id = any (cancel_tasks.ids) and app_private.may_act_for(p.user_id);
  perform app_private.lock_owners_of(v_projects);
  select string_agg(coalesce(i.id::text, 'null'), ', ') into v_unknown from unnest(cancel_tasks.ids) as i (id)
  where not exists (
    select from public.tasks t join public.projects p on p.id = t.project_id
    where t.id = i.id and app_private.may_act_for(p.user_id)
  );
  if v_unknown is not null then
    raise exception 'There is no task %.', v_unknown using errcode = 'RG404';
  end if;
  with recursive family (id, waits) as (
    select t.id, false from public.tasks t where t.id = any (cancel_tasks.ids)
    union
    select n.id, f.waits or n.waits
    from family f cross join lateral (
      select t.id, false as waits from public.tasks t where t.parent_task_id = f.id
      union all
      select t.id, true from public.tasks t
      where t.dependant_on @> array[f.id] and t.dependant_on <> '{}' and t.pane_group = 1
    ) n
  )
  -- Not joined to the tasks here: how large a family is nobody can estimate, and the planner, which thinks of
  -- 40,000, reads the whole table for it.
  select array_agg(f.id), array_agg(f.id) filter (where not f.waits) into v_family, v_named from family f;
  v_family := array(select t.id from public.tasks t where t.id = any (v_family) and t.pane_group < 2);
  -- In the order of a heartbeat, which locks the rows of many owners and none of their worlds.
  perform from public.tasks t where t.id = any (v_family) order by t.id for no key update;
  update public.tasks t set status = 'Cancelled' where t.id = any (v_named) and t.status in ('Queued', 'In Progress');
  return query select t.* from public.tasks t where t.id = any (v_family) and t.status = 'Cancelled' order by t.created_at, t.id;
end;
$$;

-- Users whose lock is taken are left for the next round, seconds later: nobody waits here, and two gateways
-- that come at once do it once.
create function public.requeue_stale_tasks() returns setof public.tasks
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_stale record;
  v_locked uuid[] := '{}';
  v_task public.tasks;
begin
  for v_stale in
    select q.user_id, array_agg(q.task_id) as ids
    from public.tasks t join app_private.queue q on q.task_id = t.id
    where t.id = any (array(select r.task_id from app_private.queue r where r.is_running)) and t.lease_expires_at < clock_timestamp()
    group by q.user_id order by q.user_id
  loop
    if app_private.try_lock_tenant(v_stale.user_id) then
      v_locked := v_locked || v_stale.ids;
    end if;
  end loop;
  -- In the order of a heartbeat, which locks the rows of many owners and none of their worlds; what one has in hand
  -- just now is not stale.
  for v_task in
    select t.* from public.tasks t
    where t.id = any (v_locked) and t.status = 'In Progress' and t.lease_expires_at < clock_timestamp()
    order by t.id for no key update skip locked
  loop
    return next app_private.end_attempt(
      v_task, format('Worker %s did not report in time (attempt %s).', coalesce(v_task.worker_id, '(removed)'), v_task.attempts), true
    );
  end loop;
end;
$$;

grant execute on function public.fail_task(uuid, int, text, boolean) to worker, service_role;
grant execute on function public.cancel_tasks(uuid[]) to authenticated, service_role;
grant execute on function public.requeue_stale_tasks() to service_role, reigh_introspector;

comment on function app_private.end_attempt(public.tasks, text, boolean) is 'Puts a running task back into the queue, or fails it when it had its attempts.';
comment on function public.fail_task(uuid, int, text, boolean) is
  E'@resultFieldName task\n'
  '@arg task_id The task.\n'
  '@arg attempt Number of the attempt, as it came with the task.\n'
  '@arg message Why it failed, for its owner.\n'
  '@arg retryable Whether another attempt could go well. Default: false, as for null.\n'
  'Ends an attempt badly. retryable puts the task back into the queue while its type allows another attempt; otherwise it fails, and with it every task that depends on it. Errors: NOT_FOUND, STALE_ATTEMPT, TASK_STATE, INVALID_INPUT.';
comment on function public.cancel_tasks(uuid[]) is
  E'@resultFieldName tasks\n'
  '@arg ids The tasks.\n'
  'Cancels tasks that wait or run, with what they direct and what depends on them; finished ones stay as they are and stay billed. Returns those that were cancelled. Errors: NOT_FOUND, which names the unknown ids; INVALID_INPUT.';
comment on function public.requeue_stale_tasks() is
  E'@resultFieldName tasks\nPuts tasks whose lease ran out back into the queue, or fails them when they had their attempts. The gateway does this every few seconds.';
