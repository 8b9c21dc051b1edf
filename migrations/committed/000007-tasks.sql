--! Previous: sha1:cacba68f2707bd6698fcc8ace572da5403983e97
--! Hash: sha1:95704f6d25825c61da94437c0e16a0589b60e2e6
--! Message: tasks

-- The job queue. Users read it; only functions write it, so a task cannot be moved, priced or
-- re-attempted by hand.
drop table if exists public.tasks cascade;
drop type if exists public.task_status;

create type public.task_status as enum ('Queued', 'In Progress', 'Complete', 'Failed', 'Cancelled');

create table public.tasks (
  id uuid primary key default gen_random_uuid(),
  project_id uuid not null references public.projects on delete cascade,
  task_type text not null references public.task_types (name) on update cascade,
  status public.task_status not null default 'Queued',
  params jsonb not null default '{}',
  parent_task_id uuid,
  dependant_on uuid[] not null default '{}',
  -- What the task is aimed at. Columns and not expressions on params: under row-level security an
  -- operator that is not leakproof (->> is not) cannot be an index condition. What is no uuid aims at nothing.
  target_shot_id uuid generated always as (
    case when params ->> 'shot_id' ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      then (params ->> 'shot_id')::uuid end
  ) stored,
  target_generation_id uuid generated always as (
    case when coalesce(params ->> 'generation_id', params ->> 'parent_generation_id', params ->> 'based_on')
        ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
      then coalesce(params ->> 'generation_id', params ->> 'parent_generation_id', params ->> 'based_on')::uuid end
  ) stored,
  output_location text,
  error_message text,
  result_data jsonb not null default '{}',
  worker_id text references public.workers on delete set null,
  attempts int not null default 0,
  lease_expires_at timestamptz,
  idempotency_key text,
  generation_started_at timestamptz,
  generation_processed_at timestamptz,
  cost numeric(14, 4),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- The order of the tasks pane, stored so that an index can give it: running, then waiting oldest
  -- first, then finished newest first.
  pane_group smallint not null generated always as (
    case status when 'In Progress' then 0 when 'Queued' then 1 else 2 end
  ) stored,
  pane_position interval not null generated always as (
    case when status in ('In Progress', 'Queued') then created_at - timestamptz 'epoch'
      else timestamptz 'epoch' - coalesce(generation_processed_at, created_at) end
  ) stored,
  constraint tasks_parent_is_another check (parent_task_id <> id),
  constraint tasks_params_is_object check (jsonb_typeof(params) = 'object'),
  constraint tasks_result_data_is_object check (jsonb_typeof(result_data) = 'object'),
  constraint tasks_attempts_is_not_negative check (attempts >= 0),
  constraint tasks_cost_is_not_negative check (cost >= 0 and cost <> 'NaN'),
  constraint tasks_dependant_on_has_no_gaps check (array_position(dependant_on, null) is null),
  constraint tasks_idempotency_key_is_short check (char_length(idempotency_key) between 1 and 200)
);

create unique index tasks_project_id_idempotency_key on public.tasks (project_id, idempotency_key)
  where idempotency_key is not null;

create index tasks_project_id_created_at_idx on public.tasks (project_id, created_at desc);
create index tasks_pane_idx on public.tasks (project_id, pane_group, pane_position, id) where parent_task_id is null;
create index tasks_parent_task_id_idx on public.tasks (parent_task_id, project_id) where parent_task_id is not null;
create index tasks_task_type_idx on public.tasks (task_type);
create index tasks_worker_id_idx on public.tasks (worker_id) where worker_id is not null;
create index tasks_open_target_shot_idx on public.tasks (target_shot_id)
  where target_shot_id is not null and pane_group < 2;
create index tasks_open_target_generation_idx on public.tasks (target_generation_id)
  where target_generation_id is not null and pane_group < 2;
-- Target of composite references: whatever names a task names its project with it.
-- Made last: without statistics all indexes on one of its columns cost the same, and the planner takes the
-- youngest (docs/decisions/indexes-behind-references.md).
create unique index tasks_id_project_id_key on public.tasks (id, project_id);

alter table public.tasks add constraint tasks_parent_task_id_fkey
  foreign key (parent_task_id, project_id) references public.tasks (id, project_id) on delete cascade;

alter table public.tasks enable row level security;

-- The owner of the project watches; he writes through functions only.
create policy tasks_owner_select on public.tasks for select to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
-- A worker sees what it holds, while it holds it.
create policy tasks_holder_select on public.tasks for select to worker
  using (worker_id = (select auth.worker_id()) and status = 'In Progress');
create policy tasks_service_all on public.tasks for all to service_role
  using (true) with check (true);

-- Not granted: insert, update, delete. The queue's functions are the only way to write.
grant select on public.tasks to authenticated, worker;
grant select, insert, update, delete on public.tasks to service_role;

create trigger _100_touch_updated_at before update on public.tasks
  for each row execute function app_private.touch_updated_at();

comment on type public.task_status is 'Where a task stands. Complete, Failed and Cancelled are final.';
comment on table public.tasks is 'A piece of work for a worker, in a queue.';
comment on column public.tasks.id is 'Identifies the task.';
comment on column public.tasks.project_id is 'The project it works for; its owner pays.';
comment on column public.tasks.task_type is 'Name of the task''s type.';
comment on column public.tasks.status is 'Where it stands.';
comment on column public.tasks.params is E'@omit filter,order\nWhat is to be done, as the task type expects it.';
comment on column public.tasks.parent_task_id is 'The orchestrator that directs this task; NULL for a root task.';
comment on column public.tasks.dependant_on is E'@omit order\nTasks that must be Complete before this one can start.';
comment on column public.tasks.target_shot_id is 'The shot it is aimed at (params.shot_id).';
comment on column public.tasks.target_generation_id is 'The generation it is aimed at (params.generation_id, else parent_generation_id, else based_on).';
comment on column public.tasks.output_location is E'@omit filter,order\nWhere its output lies.';
comment on column public.tasks.error_message is E'@omit filter,order\nWhy it failed, for people.';
comment on column public.tasks.result_data is E'@omit filter,order\nWhat the worker reported beside the output.';
comment on column public.tasks.worker_id is E'@omit filter,order\nThe worker that holds it or ran it last.';
comment on column public.tasks.attempts is E'@omit filter,order\nHow often it was handed out. The number fences off workers that come late.';
comment on column public.tasks.lease_expires_at is E'@omit filter,order\nUntil when the worker must report again.';
comment on column public.tasks.idempotency_key is E'@omit filter,order\nThe same key in the same project is the same task.';
comment on column public.tasks.generation_started_at is 'When work began; billing counts from here.';
comment on column public.tasks.generation_processed_at is 'When it ended.';
comment on column public.tasks.cost is 'What it cost, in credits.';
comment on column public.tasks.created_at is 'When it was enqueued.';
comment on column public.tasks.updated_at is 'When the row last changed.';
comment on column public.tasks.pane_group is '0 running, 1 waiting, 2 finished: the groups of the tasks pane, to filter and to sort by.';
comment on column public.tasks.pane_position is E'@omit filter\nOrder within the group: waiting and running oldest first, finished newest first.';
comment on constraint tasks_project_id_fkey on public.tasks is E'@fieldName project\n@foreignFieldName tasks';
comment on constraint tasks_task_type_fkey on public.tasks is E'@fieldName type\n@foreignFieldName tasks';
comment on constraint tasks_parent_task_id_fkey on public.tasks is E'@fieldName parent\n@foreignFieldName children';
comment on constraint tasks_worker_id_fkey on public.tasks is E'@omit';
comment on constraint tasks_parent_is_another on public.tasks is 'A task cannot be its own parent.';
comment on constraint tasks_params_is_object on public.tasks is 'params must be a JSON object.';
comment on constraint tasks_result_data_is_object on public.tasks is 'result_data must be a JSON object.';
comment on constraint tasks_attempts_is_not_negative on public.tasks is 'attempts cannot be negative.';
comment on constraint tasks_cost_is_not_negative on public.tasks is 'A cost cannot be negative.';
comment on constraint tasks_dependant_on_has_no_gaps on public.tasks is 'dependant_on names tasks; NULL is none.';
comment on constraint tasks_idempotency_key_is_short on public.tasks is 'An idempotency key has 1 to 200 characters.';
