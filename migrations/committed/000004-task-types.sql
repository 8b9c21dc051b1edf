--! Previous: sha1:8103c20e7dcb4c721ba9d989e8d071ee989839c1
--! Hash: sha1:17572055264af238cb20c0913afc32ce5e006f9b
--! Message: task-types

-- What kinds of work exist, who runs them and what they cost.
drop table if exists public.task_types cascade;
drop type if exists public.task_category, public.run_type, public.content_type, public.billing_type;

create type public.task_category as enum ('generation', 'processing', 'upscale', 'orchestration');
create type public.run_type as enum ('gpu', 'api');
create type public.content_type as enum ('image', 'video');
create type public.billing_type as enum ('per_second', 'per_unit');

create table public.task_types (
  id uuid primary key default gen_random_uuid(),
  name text not null constraint task_types_name_key unique,
  display_name text not null,
  category public.task_category not null,
  run_type public.run_type not null,
  content_type public.content_type,
  variant_type text,
  billing_type public.billing_type not null,
  base_cost_per_second numeric(12, 6),
  unit_cost numeric(12, 6),
  cost_factors jsonb not null default '{}',
  max_attempts int not null default 3,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint task_types_name_is_identifier check (name ~ '^[a-z][a-z0-9_-]{0,79}$'),
  constraint task_types_has_its_rate check (
    category = 'orchestration'
    or (billing_type = 'per_second' and base_cost_per_second is not null)
    or (billing_type = 'per_unit' and unit_cost is not null)
  ),
  constraint task_types_costs_are_not_negative check (
    base_cost_per_second >= 0 and base_cost_per_second <> 'NaN' and unit_cost >= 0 and unit_cost <> 'NaN'
  ),
  constraint task_types_cost_factors_is_object check (jsonb_typeof(cost_factors) = 'object'),
  constraint task_types_max_attempts_in_range check (max_attempts between 1 and 20)
);

alter table public.task_types enable row level security;

-- A price list: every signed-in user reads what can be ordered.
create policy task_types_authenticated_select on public.task_types for select to authenticated
  using (is_active);
-- A worker may hold a task whose type was retired meanwhile, so it reads them all.
create policy task_types_worker_select on public.task_types for select to worker
  using (true);
create policy task_types_service_all on public.task_types for all to service_role
  using (true) with check (true);

-- Not granted: writing, to anybody but services. Prices are the operator's.
grant select on public.task_types to authenticated, worker;
grant select, insert, update, delete on public.task_types to service_role;

create trigger _100_touch_updated_at before update on public.task_types
  for each row execute function app_private.touch_updated_at();

comment on type public.task_category is 'What a task does to media; orchestration only directs other tasks and costs nothing.';
comment on type public.run_type is 'Where a task runs: on a GPU worker, or by calling an outside API.';
comment on type public.content_type is 'What a task produces.';
comment on type public.billing_type is 'How a task is priced: by running time or by piece.';
comment on table public.task_types is 'A kind of task: how it runs, what it makes, what it costs.';
comment on column public.task_types.id is 'Identifies the task type.';
comment on column public.task_types.name is 'The name tasks refer to, such as travel_segment.';
comment on column public.task_types.display_name is 'Name to show.';
comment on column public.task_types.category is 'What the task does; orchestration costs nothing and has no output of its own.';
comment on column public.task_types.run_type is 'Which workers take it.';
comment on column public.task_types.content_type is 'What it produces, if anything.';
comment on column public.task_types.variant_type is 'The kind of variant its output becomes when it is aimed at a generation.';
comment on column public.task_types.billing_type is 'Which of the two rates applies.';
comment on column public.task_types.base_cost_per_second is 'Credits per second of running time (per_second).';
comment on column public.task_types.unit_cost is 'Credits per task (per_unit).';
comment on column public.task_types.cost_factors is E'@omit filter,order\nMultipliers and surcharges: resolution and modelType by name, frameCount per frame.';
comment on column public.task_types.max_attempts is 'How often a task is tried before it fails for good.';
comment on column public.task_types.is_active is 'Whether it can be ordered.';
comment on column public.task_types.created_at is 'When the type was added.';
comment on column public.task_types.updated_at is 'When the row last changed.';
comment on constraint task_types_name_is_identifier on public.task_types is 'A task type''s name has lower-case letters, digits, dashes or underscores and begins with a letter.';
comment on constraint task_types_has_its_rate on public.task_types is 'per_second needs base_cost_per_second, per_unit needs unit_cost.';
comment on constraint task_types_costs_are_not_negative on public.task_types is 'Costs cannot be negative.';
comment on constraint task_types_cost_factors_is_object on public.task_types is 'cost_factors must be a JSON object.';
comment on constraint task_types_max_attempts_in_range on public.task_types is 'max_attempts is between 1 and 20.';
