--! Previous: sha1:9eb3fcd6b9b220414b9355f4b9bb2dbdc7d75d73
--! Hash: sha1:cacba68f2707bd6698fcc8ace572da5403983e97
--! Message: shots

-- A shot is a scene of a project: an ordered list of generations and a timeline.
drop table if exists public.shots cascade;
drop function if exists app_private.shots_append();

create table public.shots (
  id uuid primary key default gen_random_uuid(),
  project_id uuid not null references public.projects on delete cascade,
  name text not null,
  "order" int not null,
  aspect_ratio text,
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint shots_name_is_short check (char_length(btrim(name)) between 1 and 200),
  constraint shots_order_is_not_negative check ("order" >= 0),
  constraint shots_aspect_ratio_is_ratio check (aspect_ratio ~ '^[1-9][0-9]{0,4}:[1-9][0-9]{0,4}$'),
  constraint shots_settings_is_object check (jsonb_typeof(settings) = 'object')
);

create index shots_project_id_order_idx on public.shots (project_id, "order");
-- What references a shot does so together with its project: a foreign shot cannot be named.
-- Made last: without statistics all indexes on one of its columns cost the same, and the planner takes the
-- youngest (docs/decisions/indexes-behind-references.md).
create unique index shots_id_project_id_key on public.shots (id, project_id);

alter table public.shots enable row level security;

-- The owner of the project does everything. The subquery reads projects under the caller's own
-- rights and runs once per statement (a hashed sub-plan), not once per row.
create policy shots_owner_select on public.shots for select to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy shots_owner_insert on public.shots for insert to authenticated
  with check (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy shots_owner_update on public.shots for update to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())))
  with check (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy shots_owner_delete on public.shots for delete to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy shots_service_all on public.shots for all to service_role
  using (true) with check (true);

-- Not granted: "order" (a new shot is the last, reordering is one function for the whole list),
-- project_id on update (a shot stays where it is), id.
grant select, delete on public.shots to authenticated;
grant insert (project_id, name, aspect_ratio, settings) on public.shots to authenticated;
grant update (name, aspect_ratio, settings) on public.shots to authenticated;
grant select, insert, update, delete on public.shots to service_role;

create trigger _100_touch_updated_at before update on public.shots
  for each row execute function app_private.touch_updated_at();

-- A new shot is the last one. Definer, so that the count is the project's and not the caller's view of
-- it; it shows nothing. The lock makes two sessions that append at once take different places.
create function app_private.shots_append() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if new."order" is null then
    perform pg_advisory_xact_lock(hashtextextended('shots of ' || new.project_id, 0));
    select coalesce(max(s."order") + 1, 0) into new."order"
    from public.shots s where s.project_id = new.project_id;
  end if;
  return new;
end;
$$;
create trigger _200_append before insert on public.shots
  for each row execute function app_private.shots_append();

comment on function app_private.shots_append() is 'BEFORE INSERT: gives a new shot the last place of its project.';
comment on table public.shots is 'A scene of a project.';
comment on column public.shots.id is 'Identifies the shot.';
comment on column public.shots.project_id is 'The project it belongs to.';
comment on column public.shots.name is 'Name to show, 1 to 200 characters.';
comment on column public.shots."order" is 'Place among the project''s shots: 0, 1, 2 … without holes. A new shot is the last.';
comment on column public.shots.aspect_ratio is 'Width to height of this shot, where it differs from the project''s.';
comment on column public.shots.settings is E'@omit filter,order\nTool settings of this shot; they win over the project''s.';
comment on column public.shots.created_at is 'When the shot was created.';
comment on column public.shots.updated_at is 'When the row last changed.';
comment on constraint shots_project_id_fkey on public.shots is E'@fieldName project\n@foreignFieldName shots';
comment on constraint shots_name_is_short on public.shots is 'A shot needs a name of 1 to 200 characters.';
comment on constraint shots_order_is_not_negative on public.shots is 'order cannot be negative.';
comment on constraint shots_aspect_ratio_is_ratio on public.shots is 'An aspect ratio is written width:height in whole numbers, such as 16:9.';
comment on constraint shots_settings_is_object on public.shots is 'settings must be a JSON object.';
