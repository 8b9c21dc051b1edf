--! Previous: sha1:00e6a089819e3789eda64f31fc50c9a9f4d77b4f
--! Hash: sha1:e1c73e1ace1ebc765345358b75cf5ec2ac35ec08
--! Message: task-counts

-- What is asked about the queue.
drop function if exists public.task_status_counts, public.task_counts, public.worker_task_context;
drop type if exists public.task_status_summary, public.queue_summary, public.worker_task_context;

create type public.task_status_summary as (processing int, completed int, failed int);

-- Root tasks, as the tasks pane shows them, and by the pane's index. Under the caller's rights.
create function public.task_status_counts(project_id uuid) returns public.task_status_summary
language plpgsql stable set search_path = ''
as $$
declare
  v_counts public.task_status_summary;
begin
  if not exists (select from public.projects p where p.id = task_status_counts.project_id) then
    raise exception 'There is no project %.', task_status_counts.project_id using errcode = 'RG404';
  end if;
  select count(*) filter (where t.pane_group < 2),
    count(*) filter (where t.status = 'Complete'),
    count(*) filter (where t.status in ('Failed', 'Cancelled'))
  into v_counts
  from public.tasks t
  where t.project_id = task_status_counts.project_id and t.parent_task_id is null
    -- pane_position of finished tasks is the time of their end, negative.
    and (t.pane_group < 2 or t.pane_group = 2 and t.pane_position <= timestamptz 'epoch' - (now() - interval '1 hour'));
  return v_counts;
end;
$$;

create type public.queue_summary as (
  eligible int, active int, blocked_by_dependency int, blocked_by_credits int, blocked_by_cap int, blocked_by_settings int,
  blocked_by_type int
);

-- What a claim would do, for all tasks at once: each waiting task has the first reason that keeps it.
create function public.task_counts(run_type public.run_type) returns public.queue_summary
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_counts public.queue_summary;
begin
  if task_counts.run_type is null then
    raise exception 'runType is required.' using errcode = 'RG400';
  end if;
  with accounts as materialized (
    select u.id, u.credits > 0 as is_funded, app_private.wants_cloud(u.settings) as wants_cloud,
      app_private.concurrent_tasks() - app_private.running_tasks(u.id) as free
    from public.users u where u.id in (select q.user_id from app_private.queue q where q.run_type = task_counts.run_type)
  ), waiting as (
    select q.is_ready, k.is_active, a.is_funded, a.wants_cloud, a.free,
      -- The cap closes behind the last task that fits; orchestration before that one passes too.
      count(*) filter (where q.is_ready and not q.is_orchestration) over (
        partition by q.user_id order by not q.is_ready, q.created_at, q.task_id rows between unbounded preceding and 1 preceding
      ) as before
    from app_private.queue q
    join accounts a on a.id = q.user_id
    join public.tasks t on t.id = q.task_id
    join public.task_types k on k.name = t.task_type
    where q.run_type = task_counts.run_type and not q.is_running
  ), judged as (
    select case
      when not w.is_active then 'type'
      when not w.is_ready then 'dependency'
      when not w.is_funded then 'credits'
      when not w.wants_cloud then 'settings'
      when w.before >= w.free then 'cap' end as reason
    from waiting w
  )
  select count(*) filter (where j.reason is null),
    (select count(*) from app_private.queue q where q.is_running and q.run_type = task_counts.run_type),
    count(*) filter (where j.reason = 'dependency'), count(*) filter (where j.reason = 'credits'),
    count(*) filter (where j.reason = 'cap'), count(*) filter (where j.reason = 'settings'), count(*) filter (where j.reason = 'type')
  into v_counts from judged j;
  return v_counts;
end;
$$;

create type public.worker_task_context as (task public.tasks, dependencies public.tasks[], siblings public.tasks[], is_cancelled boolean);

-- Definer: a worker reads the tasks it holds and no others by itself; here it gets what belongs to one of them.
create function public.worker_task_context(task_id uuid) returns public.worker_task_context
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_context public.worker_task_context;
  v_task public.tasks;
begin
  select t.* into v_task from public.tasks t
  where t.id = worker_task_context.task_id and (
    auth.role() = 'service_role' or t.worker_id = auth.worker_id() and t.status in ('In Progress', 'Cancelled')
  );
  if not found then
    raise exception 'There is no task % that you hold.', worker_task_context.task_id using errcode = 'RG404';
  end if;
  v_context.task := v_task;
  v_context.dependencies := array(select d from public.tasks d where d.id = any (v_task.dependant_on) order by d.created_at, d.id);
  v_context.siblings := array(
    select s from public.tasks s where s.parent_task_id = v_task.parent_task_id and s.id <> v_task.id order by s.created_at, s.id limit 1000
  );
  v_context.is_cancelled := v_task.status = 'Cancelled';
  return v_context;
end;
$$;

grant execute on function public.task_status_counts(uuid) to authenticated, service_role;
grant execute on function public.task_counts(public.run_type) to worker, service_role;
grant execute on function public.worker_task_context(uuid) to worker, service_role;

comment on type public.task_status_summary is 'How the tasks of a project stand.';
comment on column public.task_status_summary.processing is E'@notNull\nWaiting or running.';
comment on column public.task_status_summary.completed is E'@notNull\nComplete in the last hour.';
comment on column public.task_status_summary.failed is E'@notNull\nFailed or cancelled in the last hour.';
comment on function public.task_status_counts(uuid) is 'How the root tasks of a project stand: those of the tasks pane. Errors: NOT_FOUND.';
comment on type public.queue_summary is 'How the queue of a run type stands. Each waiting task is counted once.';
comment on column public.queue_summary.eligible is E'@notNull\nA claim would hand them out now, one after the other.';
comment on column public.queue_summary.active is E'@notNull\nRunning.';
comment on column public.queue_summary.blocked_by_dependency is E'@notNull\nA task they depend on is not complete.';
comment on column public.queue_summary.blocked_by_credits is E'@notNull\nTheir owner has no credits.';
comment on column public.queue_summary.blocked_by_cap is E'@notNull\nTheir owner has five tasks running, or will have when the eligible ones run.';
comment on column public.queue_summary.blocked_by_settings is E'@notNull\nTheir owner does not want the cloud.';
comment on column public.queue_summary.blocked_by_type is E'@notNull\nTheir type is not active.';
comment on function public.task_counts(public.run_type) is 'How the queue of a run type stands, as a claim would find it. Errors: INVALID_INPUT.';
comment on type public.worker_task_context is 'A task with what its worker needs to know beside it.';
comment on column public.worker_task_context.task is E'@notNull\nThe task.';
comment on column public.worker_task_context.dependencies is E'@notNull\nThe tasks it depended on, with their outputs.';
comment on column public.worker_task_context.siblings is E'@notNull\nThe other tasks of the same parent, oldest first, 1,000 at most.';
comment on column public.worker_task_context.is_cancelled is E'@notNull\nIts owner cancelled it: stop.';
comment on function public.worker_task_context(uuid) is
  'A task that the calling worker holds, the tasks it depended on and its siblings. Errors: NOT_FOUND, also for a task of another worker.';
