--! Previous: sha1:59855dce28c2c6bce5b4cfe76a0e06a564ae67a8
--! Hash: sha1:fe85df40e3ddec47cf00689efb09cf6e5c8f5ba6
--! Message: shot-generations

-- Which generation stands in which shot, and where: the truth behind generations.shot_data. The same
-- generation may stand in a shot more than once, so the pair is no key.
drop table if exists public.shot_generations cascade;
drop function if exists app_private.shot_generations_take_project();

create table public.shot_generations (
  id uuid primary key default gen_random_uuid(),
  shot_id uuid not null,
  generation_id uuid not null,
  project_id uuid not null references public.projects on delete cascade,
  position int,
  timeline_frame int,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Both sides carry the project: a link across two projects is impossible.
  constraint shot_generations_shot_id_fkey foreign key (shot_id, project_id)
    references public.shots (id, project_id) on delete cascade,
  constraint shot_generations_generation_id_fkey foreign key (generation_id, project_id)
    references public.generations (id, project_id) on delete cascade,
  constraint shot_generations_position_is_not_negative check (position >= 0),
  constraint shot_generations_timeline_frame_is_not_negative check (timeline_frame >= 0),
  constraint shot_generations_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index idx_shot_generations_shot_id_position on public.shot_generations (shot_id, position);
create index shot_generations_shot_id_timeline_frame_idx on public.shot_generations (shot_id, project_id, timeline_frame);
create index shot_generations_generation_id_idx on public.shot_generations (generation_id, project_id, shot_id);
create index shot_generations_project_id_idx on public.shot_generations (project_id);

alter table public.shot_generations enable row level security;

-- The owner of the project both sides belong to.
create policy shot_generations_owner_select on public.shot_generations for select to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy shot_generations_owner_insert on public.shot_generations for insert to authenticated
  with check (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy shot_generations_owner_update on public.shot_generations for update to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())))
  with check (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy shot_generations_owner_delete on public.shot_generations for delete to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy shot_generations_service_all on public.shot_generations for all to service_role
  using (true) with check (true);

-- Not granted: position (an order without holes is a function's work), project_id (the shot's),
-- shot_id and generation_id on update (a link is made and unmade, not moved), id, timestamps.
grant select, delete on public.shot_generations to authenticated;
grant insert (shot_id, generation_id, timeline_frame, metadata) on public.shot_generations to authenticated;
grant update (timeline_frame, metadata) on public.shot_generations to authenticated;
grant select, insert, update, delete on public.shot_generations to service_role;

create trigger _100_touch_updated_at before update on public.shot_generations
  for each row execute function app_private.touch_updated_at();

-- Invoker on purpose: it looks the shot up under the caller's rights, so a foreign id and one that does
-- not exist end in the same error.
create function app_private.shot_generations_take_project() returns trigger
language plpgsql set search_path = ''
as $$
begin
  select s.project_id into new.project_id from public.shots s where s.id = new.shot_id;
  if new.project_id is null then
    raise exception 'There is no shot %.', new.shot_id using errcode = 'RG404';
  end if;
  return new;
end;
$$;
create trigger _050_take_project before insert on public.shot_generations
  for each row execute function app_private.shot_generations_take_project();

comment on function app_private.shot_generations_take_project() is 'BEFORE INSERT: a link belongs to the project of its shot.';
comment on table public.shot_generations is 'A generation''s place in a shot.';
comment on column public.shot_generations.id is 'Identifies the link.';
comment on column public.shot_generations.shot_id is 'The shot.';
comment on column public.shot_generations.generation_id is 'The generation.';
comment on column public.shot_generations.project_id is 'The project of both.';
comment on column public.shot_generations.position is 'Drag order in the shot''s list: 0, 1, 2 … without holes; NULL when it is not placed in the list.';
comment on column public.shot_generations.timeline_frame is 'Frame on the video timeline, 0 or later; NULL when it is not on the timeline.';
comment on column public.shot_generations.metadata is E'@omit filter,order\nWhat the editor keeps about this place, such as a prompt for the segment after it.';
comment on column public.shot_generations.created_at is 'When it was put into the shot.';
comment on column public.shot_generations.updated_at is 'When the row last changed.';
comment on constraint shot_generations_shot_id_fkey on public.shot_generations is E'@fieldName shot\n@foreignFieldName shotGenerations';
comment on constraint shot_generations_generation_id_fkey on public.shot_generations is E'@fieldName generation\n@foreignFieldName shotGenerations';
comment on constraint shot_generations_project_id_fkey on public.shot_generations is E'@fieldName project\n@omit many,filter';
comment on constraint shot_generations_position_is_not_negative on public.shot_generations is 'position cannot be negative.';
comment on constraint shot_generations_timeline_frame_is_not_negative on public.shot_generations is 'timelineFrame cannot be negative.';
comment on constraint shot_generations_metadata_is_object on public.shot_generations is 'metadata must be a JSON object.';
