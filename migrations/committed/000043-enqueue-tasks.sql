--! Previous: sha1:4fc81ce50cd8183c86ca19ac353b9c3e42010f07
--! Hash: sha1:f164f1a2dcfe88825e1be42d145bb954d03e0ca3
--! Message: enqueue-tasks

-- How tasks enter the queue.

-- A walk along the edges from where none arrives: what it does not reach is on a circle, and what it reaches in
-- more steps than there are nodes is behind one.
create or replace function app_private.has_circle(nodes uuid[], sources uuid[], targets uuid[]) returns boolean
language plpgsql immutable set search_path = ''
as $$
begin
  return (
    with recursive edges as materialized (
      select e.source, e.target from unnest(sources, targets) as e (source, target)
      where e.source = any (nodes) and e.target = any (nodes)
    ), walk (id, steps) as (
      select n.id, 0 from unnest(nodes) as n (id) where n.id not in (select e.source from edges e)
      union
      select e.source, w.steps + 1 from walk w join edges e on e.target = w.id where w.steps < cardinality(nodes)
    )
    select count(distinct w.id) < cardinality(nodes) or coalesce(max(w.steps) >= cardinality(nodes), false) from walk w
  );
end;
$$;

-- The rules for new tasks. Each error names the place in the list.
create or replace function app_private.require_enqueuable(project_id uuid, drafts app_private.task_draft[]) returns void
language plpgsql stable set search_path = ''
as $$
declare
  v_fault record;
begin
  select d.place, d.task_type into v_fault from unnest(drafts) as d
  where not exists (select from public.task_types k where k.name = d.task_type and k.is_active) limit 1;
  if found then
    raise exception 'tasks[%]: there is no active task type %.', v_fault.place - 1, coalesce(v_fault.task_type, 'null') using errcode = 'RG404';
  end if;
  select d.place into v_fault from unnest(drafts) as d where jsonb_typeof(d.params) <> 'object' limit 1;
  if found then
    raise exception 'tasks[%]: params must be a JSON object.', v_fault.place - 1 using errcode = 'RG400';
  end if;
  select max(d.place) as place, d.id into v_fault from unnest(drafts) as d
  group by d.id having count(*) > 1 or exists (select from public.tasks t where t.id = d.id) limit 1;
  if found then
    raise exception 'tasks[%]: the id % is taken.', v_fault.place - 1, v_fault.id using errcode = 'RG409';
  end if;

  select d.place, r.id, r.role, t.status into v_fault
  from unnest(drafts) as d
  cross join lateral (
    select w.id, 'dependantOn' as role from unnest(d.dependant_on) as w (id)
    union all select d.parent_task_id, 'parentTaskId' where d.parent_task_id is not null
  ) r
  left join public.tasks t on t.id = r.id and t.project_id = require_enqueuable.project_id
  where coalesce(r.id <> all (select n.id from unnest(drafts) as n), true)
    and (t.id is null or t.status in ('Failed', 'Cancelled'))
  order by t.status nulls first limit 1;
  if found and v_fault.status is null then
    raise exception 'tasks[%].%: there is no task % in this project.', v_fault.place - 1, v_fault.role, coalesce(v_fault.id::text, 'null')
      using errcode = 'RG404';
  elsif found then
    raise exception 'tasks[%].%: task % is %, so this one could never run.', v_fault.place - 1, v_fault.role, v_fault.id, v_fault.status
      using errcode = 'RG410';
  end if;

  if app_private.has_circle(
    array(select d.id from unnest(drafts) as d),
    array(select d.id from unnest(drafts) as d cross join unnest(d.dependant_on) as w (id) order by d.place, w.id),
    array(select w.id from unnest(drafts) as d cross join unnest(d.dependant_on) as w (id) order by d.place, w.id)
  ) then
    raise exception 'The tasks wait for each other in a circle.' using errcode = 'RG400';
  end if;
  if app_private.has_circle(
    array(select d.id from unnest(drafts) as d),
    array(select d.id from unnest(drafts) as d order by d.place),
    array(select d.parent_task_id from unnest(drafts) as d order by d.place)
  ) then
    raise exception 'The tasks direct each other in a circle.' using errcode = 'RG400';
  end if;
  for v_fault in select d.place, d.params from unnest(drafts) as d order by d.place loop
    perform app_private.require_targets(project_id, v_fault.params, format('tasks[%s].params', v_fault.place - 1));
  end loop;
end;
$$;

-- Definer: tasks are written by functions only. Under the owner's lock, so that of two calls with the same key
-- the second finds the first's task.
create function public.enqueue_tasks(project_id uuid, tasks public.task_request[]) returns setof public.tasks
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_project public.projects := app_private.require_project(enqueue_tasks.project_id);
  v_drafts app_private.task_draft[];
  v_now timestamptz := clock_timestamp();
begin
  if coalesce(cardinality(enqueue_tasks.tasks), 0) not between 1 and 500 then
    raise exception 'tasks must have 1 to 500 entries; it has %.', coalesce(cardinality(enqueue_tasks.tasks), 0) using errcode = 'RG400';
  end if;
  v_drafts := app_private.draft_tasks(v_project.id, enqueue_tasks.tasks);
  perform app_private.require_enqueuable(v_project.id, array(select d from unnest(v_drafts) as d where d.is_new));
  insert into public.tasks (id, project_id, task_type, params, parent_task_id, dependant_on, idempotency_key, created_at)
  -- A microsecond apart: the queue hands them out in the order of the list.
  select d.id, v_project.id, d.task_type, d.params, d.parent_task_id, d.dependant_on, d.idempotency_key,
    v_now + d.place * interval '1 microsecond'
  from unnest(v_drafts) as d where d.is_new;
  return query select t.* from unnest(v_drafts) as d join public.tasks t on t.id = d.id order by d.place;
end;
$$;
grant execute on function public.enqueue_tasks(uuid, public.task_request[]) to authenticated, service_role;

comment on function app_private.has_circle(uuid[], uuid[], uuid[]) is 'Whether edges (source to target, pairwise) close a circle among nodes.';
comment on function app_private.require_enqueuable(uuid, app_private.task_draft[]) is 'Refuses tasks that could never run. Errors: INVALID_INPUT, NOT_FOUND, CONFLICT, TASK_STATE.';
comment on function public.enqueue_tasks(uuid, public.task_request[]) is
  E'@resultFieldName tasks\nPuts 1 to 500 tasks into the queue, all or none, and returns them in the order of the list. A task whose idempotencyKey the project knows is returned as it is. Errors: NOT_FOUND (project, type, dependency, parent or target), INVALID_INPUT (a circle, a wrong value), CONFLICT (an id that is taken), TASK_STATE (a dependency or parent that failed or was cancelled).';
