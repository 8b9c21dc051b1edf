--! Previous: sha1:fe85f64058fd87bf5dbf7aa47fa82da18585fc42
--! Hash: sha1:f1909ba05ba41c562a9a937ab3257135f8888637
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
  -- Open ones are counted apart: the index alone tells how many, however many thousand there are.
  select (
      select count(*) from public.tasks t
      where t.project_id = task_status_counts.project_id and t.parent_task_id is null and t.pane_group < 2
    ),
    count(*) filter (where t.status = 'Complete'),
    count(*) filter (where t.status in ('Failed', 'Cancelled'))
  into v_counts
  from public.tasks t
  where t.project_id = task_status_counts.project_id and t.parent_task_id is null
    -- pane_position of finished tasks is the time of their end, negative.
    and t.pane_group = 2 and t.pane_position <= timestamptz 'epoch' - (now() - interval '1 hour');
  return v_counts;
end;
$$;

create type public.queue_summary as (
  eligible int, active int, blocked_by_dependency int, blocked_by_credits int, blocked_by_cap int, blocked_by_settings int,
  blocked_by_type int
);

-- What a claim would do, for all tasks at once: each waiting task has the first reason that keeps it. One pass over
-- the queue and none over the tasks: an autoscaler asks every few seconds, with 100,000 waiting.
create function public.task_counts(run_type public.run_type) returns public.queue_summary
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_counts public.queue_summary;
begin
  if task_counts.run_type is null then
    raise exception 'runType is required.' using errcode = 'RG400';
  end if;
  with stock as (
    select q.user_id, count(*) filter (where q.is_running) as running,
      count(*) filter (where not q.is_running and not q.is_active) as inactive,
      count(*) filter (where not q.is_running and q.is_active and not q.is_ready) as dependent,
      count(*) filter (where not q.is_running and q.is_ready and q.is_orchestration) as directing,
      count(*) filter (where not q.is_running and q.is_ready and not q.is_orchestration) as working
    from app_private.queue q where q.run_type = task_counts.run_type group by q.user_id
  ), accounts as (
    select s.*, s.directing + s.working as ready, u.credits > 0 as is_funded, app_private.wants_cloud(u.settings) as wants_cloud,
      greatest(0, app_private.concurrent_tasks() - app_private.running_tasks(s.user_id)) as free
    from stock s join public.users u on u.id = s.user_id
  ), judged as (
    select a.*, case
      when not a.is_funded or not a.wants_cloud or a.free = 0 then 0
      when a.working < a.free then a.ready
      -- The cap closes behind the last task that fits; orchestration before that one passes too.
      when a.directing = 0 then a.free
      else a.free + (
        select count(*) from app_private.queue q
        where q.user_id = a.user_id and q.run_type = task_counts.run_type and q.is_ready and not q.is_running
          and q.is_orchestration and (q.created_at, q.task_id) < (
            select l.created_at, l.task_id from app_private.queue l
            where l.user_id = a.user_id and l.run_type = task_counts.run_type and l.is_ready and not l.is_running
              and not l.is_orchestration
            order by l.created_at, l.task_id offset a.free - 1 limit 1
          )
      ) end as eligible
    from accounts a
  )
  select coalesce(sum(j.eligible), 0), coalesce(sum(j.running), 0), coalesce(sum(j.dependent), 0),
    coalesce(sum(j.ready) filter (where not j.is_funded), 0),
    coalesce(sum(j.ready - j.eligible) filter (where j.is_funded and j.wants_cloud), 0),
    coalesce(sum(j.ready) filter (where j.is_funded and not j.wants_cloud), 0),
    coalesce(sum(j.inactive), 0)
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
comment on function public.task_status_counts(uuid) is
  E'@arg project_id The project.\n'
  'How the root tasks of a project stand: those of the tasks pane. Errors: NOT_FOUND.';
comment on type public.queue_summary is 'How the queue of a run type stands. Each waiting task is counted once.';
comment on column public.queue_summary.eligible is E'@notNull\nA claim would hand them out now, one after the other.';
comment on column public.queue_summary.active is E'@notNull\nRunning.';
comment on column public.queue_summary.blocked_by_dependency is E'@notNull\nA task they depend on is not complete.';
comment on column public.queue_summary.blocked_by_credits is E'@notNull\nTheir owner has no credits.';
comment on column public.queue_summary.blocked_by_cap is E'@notNull\nTheir owner has five tasks running, or will have when the eligible ones run.';
comment on column public.queue_summary.blocked_by_settings is E'@notNull\nTheir owner does not want the cloud.';
comment on column public.queue_summary.blocked_by_type is E'@notNull\nTheir type is not active.';
comment on function public.task_counts(public.run_type) is
  E'@arg run_type Which queue.\n'
  'How the queue of a run type stands, as a claim would find it. Errors: INVALID_INPUT.';
comment on type public.worker_task_context is 'A task with what its worker needs to know beside it.';
comment on column public.worker_task_context.task is E'@notNull\nThe task.';
comment on column public.worker_task_context.dependencies is E'@notNull\nThe tasks it depended on, with their outputs.';
comment on column public.worker_task_context.siblings is E'@notNull\nThe other tasks of the same parent, oldest first, 1,000 at most.';
comment on column public.worker_task_context.is_cancelled is E'@notNull\nIts owner cancelled it: stop.';
comment on function public.worker_task_context(uuid) is
  E'@arg task_id The task.\n'
  'A task that the calling worker holds, the tasks it depended on and its siblings. Errors: NOT_FOUND, also for a task of another worker.';
