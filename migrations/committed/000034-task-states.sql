--! Previous: sha1:a3d45f5e481640c575ab676dbe92601a7c0167b4
--! Hash: sha1:55ced2a393eea263b62b0df7eaf67a9b5369b1de
--! Message: task-states

-- The state machine of a task, kept by the database whoever writes.
drop table if exists app_private.lost_attempts cascade;

-- Attempts that ended without an end: a lease ran out, or a worker gave up. Only these are written down, so
-- a worker that comes late is told so, and one that never held the task is told that there is none.
create table app_private.lost_attempts (
  task_id uuid not null references public.tasks on delete cascade,
  attempt int not null,
  worker_id text not null,
  created_at timestamptz not null default now(),
  primary key (task_id, attempt)
);
alter table app_private.lost_attempts enable row level security;

create or replace function app_private.lease() returns interval
language sql immutable
begin atomic
  select interval '2 minutes';
end;

-- Definer: it notes the lost attempt. What a state needs comes with the state, so that no task is In Progress
-- without a lease, which nothing would ever end.
create or replace function app_private.keep_task_state() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    if new.status = 'In Progress' then
      new.attempts := greatest(new.attempts, 1);
      new.lease_expires_at := coalesce(new.lease_expires_at, clock_timestamp() + app_private.lease());
      new.generation_started_at := coalesce(new.generation_started_at, clock_timestamp());
    end if;
    return new;
  end if;
  if new.status = old.status then
    return new;
  end if;
  if not (
    old.status = 'Queued' and new.status in ('In Progress', 'Failed', 'Cancelled')
    or old.status = 'In Progress' and new.status in ('Complete', 'Failed', 'Cancelled', 'Queued')
  ) then
    raise exception 'Task % is %: it cannot become %.', old.id, old.status, new.status using errcode = 'RG410';
  end if;
  case new.status
    when 'In Progress' then
      new.attempts := old.attempts + 1;
      new.lease_expires_at := clock_timestamp() + app_private.lease();
      new.generation_started_at := clock_timestamp();
    when 'Queued' then
      if old.worker_id is not null then
        insert into app_private.lost_attempts (task_id, attempt, worker_id)
        values (old.id, old.attempts, old.worker_id);
      end if;
      new.worker_id := null;
      new.lease_expires_at := null;
      new.generation_started_at := null;
    else
      new.lease_expires_at := null;
      -- The end a completion was billed up to, if it names one.
      if new.generation_processed_at is not distinct from old.generation_processed_at then
        new.generation_processed_at := clock_timestamp();
      end if;
  end case;
  return new;
end;
$$;

drop trigger if exists _200_keep_task_state on public.tasks;
create trigger _200_keep_task_state before insert or update of status on public.tasks
  for each row execute function app_private.keep_task_state();

comment on table app_private.lost_attempts is 'Attempts that ended in a retry, and who held them.';
comment on column app_private.lost_attempts.task_id is 'The task.';
comment on column app_private.lost_attempts.attempt is 'The number of the attempt.';
comment on column app_private.lost_attempts.worker_id is 'The worker that held it.';
comment on column app_private.lost_attempts.created_at is 'When it was lost.';
comment on function app_private.lease() is 'How long a task stays with a worker that does not report.';
comment on function app_private.keep_task_state() is
  'BEFORE: allows the moves of the state machine and sets what goes with them. Error: TASK_STATE.';
