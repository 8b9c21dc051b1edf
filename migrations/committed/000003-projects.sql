--! Previous: sha1:1f324935ee2bf23be417d60a7ac126ab983af6e1
--! Hash: sha1:8103c20e7dcb4c721ba9d989e8d071ee989839c1
--! Message: projects

-- A project is the unit of ownership: whoever owns it owns everything inside.
drop table if exists public.projects cascade;

create table public.projects (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references public.users on delete cascade,
  name text not null,
  aspect_ratio text,
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint projects_name_is_short check (char_length(btrim(name)) between 1 and 200),
  constraint projects_aspect_ratio_is_ratio check (aspect_ratio ~ '^[1-9][0-9]{0,4}:[1-9][0-9]{0,4}$'),
  constraint projects_settings_is_object check (jsonb_typeof(settings) = 'object')
);

create index projects_user_id_idx on public.projects (user_id, created_at desc);

alter table public.projects enable row level security;

-- Owners do everything with their own projects.
create policy projects_owner_select on public.projects for select to authenticated
  using (user_id = (select auth.uid()));
create policy projects_owner_insert on public.projects for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy projects_owner_update on public.projects for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy projects_owner_delete on public.projects for delete to authenticated
  using (user_id = (select auth.uid()));
create policy projects_service_all on public.projects for all to service_role
  using (true) with check (true);

-- Not granted: user_id. It defaults to the caller, so a forged owner is impossible rather than checked.
-- Not granted: id. A client-chosen id would tell by its conflict that another tenant has it.
grant select, delete on public.projects to authenticated;
grant insert (name, aspect_ratio, settings) on public.projects to authenticated;
grant update (name, aspect_ratio, settings) on public.projects to authenticated;
grant select, insert, update, delete on public.projects to service_role;

create trigger _100_touch_updated_at before update on public.projects
  for each row execute function app_private.touch_updated_at();

comment on table public.projects is 'A creative project: shots, generations and tasks of one owner.';
comment on column public.projects.id is 'Identifies the project.';
comment on column public.projects.user_id is 'The owner: whoever created it.';
comment on column public.projects.name is 'Name to show, 1 to 200 characters.';
comment on column public.projects.aspect_ratio is 'Default width to height of what is made here, such as 16:9.';
comment on column public.projects.settings is E'@omit filter,order\nTool settings of this project; a shot''s own win over them, they win over the user''s.';
comment on column public.projects.created_at is 'When the project was created.';
comment on column public.projects.updated_at is 'When the row last changed.';
comment on constraint projects_user_id_fkey on public.projects is E'@fieldName user\n@foreignFieldName projects';
comment on constraint projects_name_is_short on public.projects is 'A project needs a name of 1 to 200 characters.';
comment on constraint projects_aspect_ratio_is_ratio on public.projects is 'An aspect ratio is written width:height in whole numbers, such as 16:9.';
comment on constraint projects_settings_is_object on public.projects is 'settings must be a JSON object.';
