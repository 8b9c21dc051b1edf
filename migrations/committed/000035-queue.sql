--! Previous: sha1:55ced2a393eea263b62b0df7eaf67a9b5369b1de
--! Hash: sha1:05005a9e6ccd0f9f6d5761c50423ec166b24dab0
--! Message: queue

-- What waits and what runs, apart from the tasks themselves: finished tasks are not in it, so a claim costs the
-- same after a million of them. One row for every open task, kept by triggers on tasks.
drop table if exists app_private.queue, app_private.queue_lanes, app_private.queue_models cascade;

create table app_private.queue (
  task_id uuid primary key references public.tasks on delete cascade,
  -- The owner of the project. No foreign keys on users here and below: the rows go with their tasks.
  user_id uuid not null,
  run_type public.run_type not null,
  model text not null,
  is_orchestration boolean not null,
  -- Its type is active.
  is_active boolean not null,
  -- And every task it depends on is complete.
  is_ready boolean not null,
  is_running boolean not null,
  -- The worker told that its model is loaded.
  has_started boolean not null default false,
  created_at timestamptz not null
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

create index queue_waiting_idx on app_private.queue (user_id, run_type, created_at, task_id)
  where is_ready and not is_running;
create index queue_waiting_for_model_idx on app_private.queue (user_id, run_type, model, created_at, task_id)
  where is_ready and not is_running and model <> '';
create index queue_running_idx on app_private.queue (user_id, is_orchestration) where is_running;
create index queue_user_idx on app_private.queue (user_id, is_ready);

-- The heads of the queue: for each user and run type the oldest task that is ready. A user who owns 50,000
-- tasks and has no credits is one closed lane, which the index of the open ones does not have.
create table app_private.queue_lanes (
  user_id uuid not null,
  run_type public.run_type not null,
  head_at timestamptz not null,
  head_id uuid not null,
  -- The user has credits, fewer than five tasks running, and wants the cloud.
  is_open boolean not null,
  primary key (user_id, run_type)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create index queue_lanes_oldest_idx on app_private.queue_lanes (run_type, head_at, head_id) where is_open;

-- The same for each model. Apart from the lanes, and without their flag: a user can name as many models as he
-- has tasks, and opening or closing his lanes must not cost a write for each.
create table app_private.queue_models (
  user_id uuid not null,
  run_type public.run_type not null,
  model text not null,
  head_at timestamptz not null,
  head_id uuid not null,
  primary key (user_id, run_type, model)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

create index queue_models_oldest_idx on app_private.queue_models (run_type, model, head_at, head_id);

-- Not granted to anybody: only definer functions come here.
alter table app_private.queue enable row level security;
alter table app_private.queue_lanes enable row level security;
alter table app_private.queue_models enable row level security;

-- Whoever depends on a task is found when it ends.
create index if not exists tasks_waiting_for_idx on public.tasks using gin (dependant_on) with (fastupdate = off)
  where pane_group = 1 and dependant_on <> '{}';

create or replace function app_private.model_of(params jsonb) returns text
language sql immutable
begin atomic
  select case when jsonb_typeof(params -> 'model') = 'string' then left(params ->> 'model', 200) else '' end;
end;

create or replace function app_private.wants_cloud(settings jsonb) returns boolean
language sql immutable
begin atomic
  select coalesce(settings #> '{ui,generationMethods,inCloud}' <> 'false'::jsonb, true);
end;

create or replace function app_private.concurrent_tasks() returns int
language sql immutable
begin atomic
  select 5;
end;

-- plpgsql here and below wherever there is a query: it keeps its plan, where SQL plans at every call. And no
-- sequential scan wherever rows are looked up by their key: a plan made while the tables were small or had no
-- statistics yet is kept too, and would read all of a table that has grown since, at every claim, until it is
-- analysed (measured: 127,700 rows of tasks for each completion).
create or replace function app_private.running_tasks(user_id uuid) returns int
language plpgsql stable set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select count(*) from app_private.queue q
    where q.user_id = running_tasks.user_id and q.is_running and not q.is_orchestration
  );
end;
$$;

create or replace function app_private.try_lock_tenant(user_id uuid) returns boolean
language sql volatile
begin atomic
  select pg_try_advisory_xact_lock(hashtextextended('tenant ' || try_lock_tenant.user_id, 0));
end;

-- Always in the order of their ids: two that lock the same users cannot wait for each other.
create or replace function app_private.lock_tenants(user_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_user_id uuid;
begin
  for v_user_id in select distinct l.id from unnest(user_ids) as l (id) where l.id is not null order by l.id loop
    perform app_private.lock_tenant(v_user_id);
  end loop;
end;
$$;

create or replace function app_private.lock_owners_of(project_ids uuid[]) returns void
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = force_generic_plan
as $$
begin
  perform app_private.lock_tenants(array(select p.user_id from public.projects p where p.id = any (project_ids)));
end;
$$;

comment on table app_private.queue is 'Open tasks: what a claim has to know of them.';
comment on column app_private.queue.task_id is 'The task.';
comment on column app_private.queue.user_id is 'Who pays: the owner of its project.';
comment on column app_private.queue.run_type is 'Which workers take it.';
comment on column app_private.queue.model is 'params.model, or empty.';
comment on column app_private.queue.is_orchestration is 'Orchestration does not count towards the cap.';
comment on column app_private.queue.is_active is 'Its type is active.';
comment on column app_private.queue.is_ready is 'Nothing of its own keeps it from starting.';
comment on column app_private.queue.is_running is 'In Progress.';
comment on column app_private.queue.has_started is 'Its worker reported the start of the work in this attempt.';
comment on column app_private.queue.created_at is 'When it was enqueued: the order of the queue.';
comment on table app_private.queue_lanes is 'The oldest ready task of each user and run type.';
comment on column app_private.queue_lanes.user_id is 'Who pays.';
comment on column app_private.queue_lanes.run_type is 'Which workers take it.';
comment on column app_private.queue_lanes.head_at is 'When his oldest ready task was enqueued.';
comment on column app_private.queue_lanes.head_id is 'That task.';
comment on column app_private.queue_lanes.is_open is 'Whether the user''s tasks may be handed out now.';
comment on table app_private.queue_models is 'The oldest ready task of each user, run type and model.';
comment on column app_private.queue_models.user_id is 'Who pays.';
comment on column app_private.queue_models.run_type is 'Which workers take it.';
comment on column app_private.queue_models.model is 'params.model.';
comment on column app_private.queue_models.head_at is 'When the oldest ready task for this model was enqueued.';
comment on column app_private.queue_models.head_id is 'That task.';
comment on index public.tasks_waiting_for_idx is 'Tasks that wait for others.';
comment on function app_private.model_of(jsonb) is 'The model a task asks for, or an empty text.';
comment on function app_private.wants_cloud(jsonb) is 'Whether a user lets his tasks run in the cloud (settings.ui.generationMethods.inCloud).';
comment on function app_private.concurrent_tasks() is 'How many tasks of one user run at a time, orchestration aside.';
comment on function app_private.running_tasks(uuid) is 'How many tasks of a user run now, orchestration aside.';
comment on function app_private.try_lock_tenant(uuid) is 'Takes the transaction''s lock on one user''s world, unless another has it.';
comment on function app_private.lock_tenants(uuid[]) is 'Takes the locks on several users'' worlds, in one order.';
comment on function app_private.lock_owners_of(uuid[]) is 'Takes the locks on the worlds of these projects.';
