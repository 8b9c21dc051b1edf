--! Previous: sha1:17572055264af238cb20c0913afc32ce5e006f9b
--! Hash: sha1:9eb3fcd6b9b220414b9355f4b9bb2dbdc7d75d73
--! Message: workers

-- The machines that run tasks. Named by whoever runs them, so the key is text.
drop table if exists public.workers cascade;
drop type if exists public.worker_status;

create type public.worker_status as enum ('active', 'inactive', 'error', 'terminated');

create table public.workers (
  id text primary key,
  last_heartbeat timestamptz,
  status public.worker_status not null default 'active',
  current_model text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint workers_id_is_readable check (id ~ '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$'),
  constraint workers_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

alter table public.workers enable row level security;

-- A worker sees itself. Users never see the machines behind their tasks.
create policy workers_self_select on public.workers for select to worker
  using (id = (select auth.worker_id()));
create policy workers_service_all on public.workers for all to service_role
  using (true) with check (true);

-- Not granted: writing. A worker reports by heartbeat, which decides what may change.
grant select on public.workers to worker;
grant select, insert, update, delete on public.workers to service_role;

create trigger _100_touch_updated_at before update on public.workers
  for each row execute function app_private.touch_updated_at();

comment on type public.worker_status is 'What a worker last said of itself, or what was found out about it.';
comment on table public.workers is 'A machine that takes tasks from the queue.';
comment on column public.workers.id is 'The worker''s name, as its token states it.';
comment on column public.workers.last_heartbeat is 'When it last reported.';
comment on column public.workers.status is 'Its last reported state.';
comment on column public.workers.current_model is 'The model it has loaded; tasks for that model go to it first.';
comment on column public.workers.metadata is E'@omit filter,order\nWhat the worker says about itself: GPU, memory, version.';
comment on column public.workers.created_at is 'When it first reported.';
comment on column public.workers.updated_at is 'When the row last changed.';
comment on constraint workers_id_is_readable on public.workers is 'A worker id has 1 to 100 letters, digits, dots, colons, dashes or underscores.';
comment on constraint workers_metadata_is_object on public.workers is 'metadata must be a JSON object.';
