--! Previous: sha1:3717cae97e8ce79912ade247d019eba5b150e09d
--! Hash: sha1:a899cdeeb878182a9180a347ea632c2f15a042f6
--! Message: task-attempts

-- Who holds an attempt, and when its work began.
drop function if exists public.start_generation;

-- The task, if the caller held it in this attempt; takes its owner's lock and the row's. To whoever never did
-- there is no such task.
create or replace function app_private.require_attempt(task_id uuid, attempt int) returns public.tasks
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  v_task public.tasks;
  v_owner uuid;
begin
  select p.user_id into v_owner from public.tasks t join public.projects p on p.id = t.project_id
  where t.id = require_attempt.task_id and (
    auth.role() = 'service_role' or t.worker_id = auth.worker_id()
    or exists (select from app_private.lost_attempts l where l.task_id = t.id and l.worker_id = auth.worker_id())
  );
  if found then
    perform app_private.lock_tenant(v_owner);
    select * into v_task from public.tasks t where t.id = require_attempt.task_id for no key update;
  end if;
  if v_task.id is null then
    raise exception 'There is no task % that you hold.', require_attempt.task_id using errcode = 'RG404';
  end if;
  if require_attempt.attempt is null then
    raise exception 'attempt is required: the number that came with the task.' using errcode = 'RG400';
  end if;
  if v_task.status = 'Queued' and v_task.attempts = 0 then
    raise exception 'Task % is Queued: it was never handed out.', v_task.id using errcode = 'RG410';
  end if;
  if require_attempt.attempt <> v_task.attempts or v_task.status = 'Queued'
    or auth.role() is distinct from 'service_role' and v_task.worker_id is distinct from auth.worker_id() then
    raise exception 'Attempt % of task % is over: it was given up or its lease ran out.', require_attempt.attempt, v_task.id
      using errcode = 'RG411';
  end if;
  return v_task;
end;
$$;

create function public.start_generation(task_id uuid, attempt int) returns public.tasks
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_task public.tasks := app_private.require_attempt(start_generation.task_id, start_generation.attempt);
begin
  if v_task.status <> 'In Progress' then
    raise exception 'Task % is %: it is not running.', v_task.id, v_task.status using errcode = 'RG410';
  end if;
  update app_private.queue q set has_started = true where q.task_id = v_task.id and not q.has_started;
  if found then
    update public.tasks t set generation_started_at = clock_timestamp() where t.id = v_task.id returning t.* into v_task;
  end if;
  return v_task;
end;
$$;

grant execute on function public.start_generation(uuid, int) to worker, service_role;

comment on function app_private.require_attempt(uuid, int) is
  'The task, if the caller holds this attempt of it; takes its owner''s lock. Errors: NOT_FOUND, INVALID_INPUT, TASK_STATE, STALE_ATTEMPT.';
comment on function public.start_generation(uuid, int) is
  E'@resultFieldName task\n'
  '@arg task_id The task.\n'
  '@arg attempt Number of the attempt, as it came with the task.\n'
  'Tells that the model is loaded and the work begins: billing counts from here. Only the first call of an attempt counts. Errors: NOT_FOUND, STALE_ATTEMPT, TASK_STATE.';
