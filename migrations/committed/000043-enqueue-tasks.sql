--! Previous: sha1:f1d53f5efce775afdc8489abbdf1998b50164da6
--! Hash: sha1:9318f5a2ae58686dbe405d9cc681d1ef2f4b64a4
--! Message: enqueue-tasks

-- How tasks enter the queue.

-- Takes away, one after the other, what waits for nothing any more: what is left is on a circle or behind one.
-- Each edge is looked at once. (A walk that counted its steps took eleven seconds for a request of 1 MB.)
create or replace function app_private.has_circle(nodes uuid[], sources uuid[], targets uuid[]) returns boolean
language plpgsql immutable set search_path = ''
as $$
declare
  -- By the place of a node: how many it waits for, and where the sources that wait for it end in v_sources.
  v_waits int[];
  v_ends int[];
  v_sources int[];
  v_free int[];
  v_next int := 1;
  v_source int;
begin
  with places as materialized (
    select n.id, n.place::int as place from unnest(nodes) with ordinality as n (id, place)
  ), edges as materialized (
    select s.place as source, t.place as target from unnest(sources, targets) as e (source, target)
    join places s on s.id = e.source join places t on t.id = e.target
  ), degrees as (
    select p.place, coalesce(o.edges, 0) as waits, sum(coalesce(i.edges, 0)) over (order by p.place) as ends
    from places p
    left join (select e.source, count(*) as edges from edges e group by e.source) o on o.source = p.place
    left join (select e.target, count(*) as edges from edges e group by e.target) i on i.target = p.place
  )
  select array_agg(d.waits order by d.place), array_agg(d.ends order by d.place), array_agg(d.place) filter (where d.waits = 0),
    array(select e.source from edges e order by e.target)
  into v_waits, v_ends, v_free, v_sources
  from degrees d;
  while v_next <= cardinality(v_free) loop
    for v_edge in coalesce(v_ends[v_free[v_next] - 1], 0) + 1 .. v_ends[v_free[v_next]] loop
      v_source := v_sources[v_edge];
      v_waits[v_source] := v_waits[v_source] - 1;
      if v_waits[v_source] = 0 then
        v_free := v_free || v_source;
      end if;
    end loop;
    v_next := v_next + 1;
  end loop;
  return coalesce(cardinality(v_free), 0) < cardinality(nodes);
end;
$$;

-- The rules for new tasks. Each error names the place in the list.
create or replace function app_private.require_enqueuable(project_id uuid, drafts app_private.task_draft[]) returns void
language plpgsql stable set search_path = '' set enable_seqscan = off
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
  -- Not "exists" here: as a hashed subplan that is all tasks there are.
  group by d.id having count(*) > 1 or (select true from public.tasks t where t.id = d.id limit 1)
    -- One that was deleted: what waited for it would wait for its namesake, perhaps in a circle; and a task is
    -- paid once, so the namesake of one that was could never be completed.
    or (select true from public.tasks t where t.dependant_on @> array[d.id] and t.dependant_on <> '{}' and t.pane_group = 1 limit 1)
    or (select true from public.credits_ledger l where l.task_id = d.id limit 1)
  limit 1;
  if found then
    raise exception 'tasks[%]: the id % is taken.', v_fault.place - 1, v_fault.id using errcode = 'RG409';
  end if;

  select d.place, r.id, r.role, t.status into v_fault
  from unnest(drafts) as d
  cross join lateral (
    select w.id, 'dependantOn' as role from unnest(d.dependant_on) as w (id)
    union all select d.parent_task_id, 'parentTaskId' where d.parent_task_id is not null
  ) r
  left join lateral (
    select w.id, w.status from public.tasks w where w.id = r.id and w.project_id = require_enqueuable.project_id limit 1
  ) t on true
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

-- What hangs on one task ends with it, in one transaction: 20,000 tasks that wait for others are ended in seconds,
-- 80,000 are not before the statement's time is over, and could never be ended at all.
create or replace function app_private.require_room(user_id uuid, drafts app_private.task_draft[]) returns void
language plpgsql stable set search_path = '' set enable_seqscan = off
as $$
declare
  v_place int;
begin
  if (select count(*) from (
    select from app_private.queue q where q.user_id = require_room.user_id limit 100000
  ) q) + (select count(*) from unnest(drafts) as d where d.is_new) > 100000 then
    raise exception 'An account has at most 100,000 tasks that wait or run.' using errcode = 'RG413';
  end if;
  if exists (select from unnest(drafts) as d where d.is_new and d.dependant_on <> '{}') and (select count(*) from (
    select from app_private.queue q where q.user_id = require_room.user_id and not q.is_ready limit 20000
  ) q) + (select count(*) from unnest(drafts) as d where d.is_new and d.dependant_on <> '{}') > 20000 then
    raise exception 'An account has at most 20,000 tasks that wait for others.' using errcode = 'RG413';
  end if;
  select d.place into v_place from unnest(drafts) as d where d.is_new and octet_length(d.params::text) > 262144 limit 1;
  if found then
    raise exception 'tasks[%]: params must be at most 256 kB. Store what is larger and name its place.', v_place - 1 using errcode = 'RG413';
  end if;
end;
$$;

-- Definer: tasks are written by functions only. Under the owner's lock, so that of two calls with the same key
-- the second finds the first's task.
create function public.enqueue_tasks(project_id uuid, tasks public.task_request[]) returns setof public.tasks
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_project public.projects;
  v_drafts app_private.task_draft[];
  v_now timestamptz;
begin
  -- A type that is being retired does not get tasks its retirement cannot see; before the owner's lock, as there.
  perform from public.task_types k where k.name in (select r.task_type from unnest(enqueue_tasks.tasks) as r)
  order by k.name for share;
  v_project := app_private.require_project(enqueue_tasks.project_id);
  v_now := clock_timestamp();
  if coalesce(cardinality(enqueue_tasks.tasks), 0) not between 1 and 500 then
    raise exception 'tasks must have 1 to 500 entries; it has %.', coalesce(cardinality(enqueue_tasks.tasks), 0) using errcode = 'RG400';
  end if;
  v_drafts := app_private.draft_tasks(v_project.id, enqueue_tasks.tasks);
  perform app_private.require_room(v_project.user_id, v_drafts);
  perform app_private.require_enqueuable(v_project.id, array(select d from unnest(v_drafts) as d where d.is_new));
  insert into public.tasks (id, project_id, task_type, params, parent_task_id, dependant_on, idempotency_key, created_at)
  -- A microsecond apart: the queue hands them out in the order of the list.
  select d.id, v_project.id, d.task_type, d.params, d.parent_task_id, d.dependant_on, d.idempotency_key,
    v_now + d.place * interval '1 microsecond'
  from unnest(v_drafts) as d where d.is_new;
  return query select t.* from unnest(v_drafts) as d cross join lateral (
    select w.* from public.tasks w where w.id = d.id limit 1
  ) t order by d.place;
end;
$$;
grant execute on function public.enqueue_tasks(uuid, public.task_request[]) to authenticated, service_role;

comment on function app_private.has_circle(uuid[], uuid[], uuid[]) is 'Whether edges (source to target, pairwise) close a circle among nodes.';
comment on function app_private.require_enqueuable(uuid, app_private.task_draft[]) is 'Refuses tasks that could never run. Errors: INVALID_INPUT, NOT_FOUND, CONFLICT, TASK_STATE.';
comment on function app_private.require_room(uuid, app_private.task_draft[]) is 'Refuses what an account or a task has no room for. Error: LIMIT_EXCEEDED.';
comment on function public.enqueue_tasks(uuid, public.task_request[]) is
  E'@resultFieldName tasks\n'
  '@arg project_id The project.\n'
  '@arg tasks 1 to 500 tasks, which may name each other.\n'
  'Puts 1 to 500 tasks into the queue, all or none, and returns them in the order of the list. A task whose idempotencyKey the project knows is returned as it is. Errors: NOT_FOUND (project, type, dependency, parent or target), INVALID_INPUT (a circle, a wrong value), CONFLICT (an id that is taken), TASK_STATE (a dependency or parent that failed or was cancelled), LIMIT_EXCEEDED (100,000 open tasks of an account, 20,000 of them waiting for others, 256 kB of params).';
