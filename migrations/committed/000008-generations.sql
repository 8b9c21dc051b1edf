--! Previous: sha1:95704f6d25825c61da94437c0e16a0589b60e2e6
--! Hash: sha1:d2454d214194cbc3a2533706c28327a9301222a4
--! Message: generations

-- What the studio makes. A generation is a gallery item; its variants are versions of that same item
-- (next migration); based_on links two items; parent and children make one composite item.
drop table if exists public.generations cascade;

create table public.generations (
  id uuid primary key default gen_random_uuid(),
  project_id uuid not null references public.projects on delete cascade,
  task_id uuid,
  type text not null default 'image',
  location text,
  thumbnail_url text,
  name text,
  params jsonb not null default '{}',
  starred boolean not null default false,
  based_on uuid,
  parent_generation_id uuid,
  is_child boolean not null default false,
  child_order int,
  children jsonb not null default '[]',
  primary_variant_id uuid,
  -- Columns and not expressions on params: under row-level security ->> cannot be an index condition.
  tool_type text generated always as (params ->> 'tool_type') stored,
  prompt text generated always as (params ->> 'prompt') stored,
  shot_id uuid,
  timeline_frame int,
  shot_data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint generations_type_is_identifier check (type ~ '^[a-z][a-z0-9_]{0,39}$'),
  constraint generations_name_is_short check (char_length(name) <= 500),
  constraint generations_params_is_object check (jsonb_typeof(params) = 'object'),
  constraint generations_not_based_on_itself check (based_on <> id),
  constraint generations_parent_is_another check (parent_generation_id <> id),
  constraint generations_child_has_parent check (parent_generation_id is not null or not is_child),
  constraint generations_child_order_has_parent check (parent_generation_id is not null or child_order is null),
  constraint generations_child_order_is_not_negative check (child_order >= 0),
  constraint generations_children_is_array check (jsonb_typeof(children) = 'array'),
  constraint generations_timeline_frame_is_not_negative check (timeline_frame >= 0),
  constraint generations_shot_data_is_object check (jsonb_typeof(shot_data) = 'object')
);

-- What names a row by (id, project_id) is looked up by both when that row goes, once for each row. Without
-- statistics the planner took an index on project_id for that and read the whole project each time: 10,000
-- generations went in two seconds, 20,000 in seven. So the indexes behind references have both columns.
create index idx_generations_project_created_desc on public.generations (project_id, created_at desc);
create index idx_generations_project_starred_created on public.generations (project_id, starred, created_at);
create index idx_generations_based_on on public.generations (based_on, project_id) where based_on is not null;
create index idx_generations_primary_variant on public.generations (primary_variant_id, id);
create index idx_generations_shot_id on public.generations (shot_id, project_id);
-- For shot_data ? 'shot-uuid' by definer code that has checked ownership; users filter through shot_generations.
create index idx_generations_shot_data on public.generations using gin (shot_data);
create index generations_parent_generation_id_idx on public.generations (parent_generation_id, project_id, child_order)
  where parent_generation_id is not null;
create index generations_task_id_idx on public.generations (task_id, project_id, created_at, id) where task_id is not null;
-- Made last: without statistics all indexes on one of its columns cost the same, and the planner takes the
-- youngest (docs/decisions/indexes-behind-references.md).
create unique index generations_id_project_id_key on public.generations (id, project_id);

-- One project, by the schema: each reference carries project_id along, so a generation of another
-- project cannot be named, and a foreign id fails exactly as one that does not exist.
alter table public.generations
  add constraint generations_task_id_fkey foreign key (task_id, project_id)
    references public.tasks (id, project_id) on delete set null (task_id),
  add constraint generations_based_on_fkey foreign key (based_on, project_id)
    references public.generations (id, project_id) on delete set null (based_on),
  add constraint generations_parent_generation_id_fkey foreign key (parent_generation_id, project_id)
    references public.generations (id, project_id) on delete cascade,
  add constraint generations_shot_id_fkey foreign key (shot_id, project_id)
    references public.shots (id, project_id) on delete set null (shot_id);

alter table public.generations enable row level security;

-- The owner of the project does everything; his projects are looked up once per statement.
create policy generations_owner_select on public.generations for select to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy generations_owner_insert on public.generations for insert to authenticated
  with check (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy generations_owner_update on public.generations for update to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())))
  with check (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy generations_owner_delete on public.generations for delete to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy generations_service_all on public.generations for all to service_role
  using (true) with check (true);

-- Not granted: children, shot_id, timeline_frame, shot_data (caches), task_id (the queue names it),
-- primary_variant_id on insert (there is no variant yet), project_id on update, id, timestamps.
grant select, delete on public.generations to authenticated;
grant insert (project_id, type, location, thumbnail_url, name, params, starred, based_on,
  parent_generation_id, is_child, child_order) on public.generations to authenticated;
grant update (type, location, thumbnail_url, name, params, starred, based_on,
  parent_generation_id, is_child, child_order, primary_variant_id) on public.generations to authenticated;
grant select, insert, update, delete on public.generations to service_role;

create trigger _100_touch_updated_at before update on public.generations
  for each row execute function app_private.touch_updated_at();

comment on table public.generations is 'Something the studio made: an image, a video. An item of the gallery, unless it is a part of another (isChild).';
comment on column public.generations.id is 'Identifies the generation.';
comment on column public.generations.project_id is 'The project it belongs to.';
comment on column public.generations.task_id is 'The task that made it.';
comment on column public.generations.type is 'What it is: image, video, …';
comment on column public.generations.location is E'@omit order\nWhere the media lies: the primary variant''s.';
comment on column public.generations.thumbnail_url is E'@omit filter,order\nA small picture of it: the primary variant''s.';
comment on column public.generations.name is 'Name to show: the primary variant''s.';
comment on column public.generations.params is E'@omit filter,order\nHow it was made: the primary variant''s. Can be large; ask for it only where it is shown.';
comment on column public.generations.starred is 'Marked as a favourite.';
comment on column public.generations.based_on is 'The generation it was derived from (lineage): both stand in the gallery.';
comment on column public.generations.parent_generation_id is 'The composite it is a part of.';
comment on column public.generations.is_child is 'A part of a composite, hidden from the gallery.';
comment on column public.generations.child_order is 'Place among the parts: 0, 1, 2 …';
comment on column public.generations.children is E'@omit filter,order\nIts parts as [{"id", "order"}], in order: a copy kept for fast reads.';
comment on column public.generations.primary_variant_id is 'The variant that is shown.';
comment on column public.generations.tool_type is 'The tool that made it (params.tool_type).';
comment on column public.generations.prompt is E'@omit order\nThe prompt it was made from (params.prompt).';
comment on column public.generations.shot_id is 'The shot it was first put into, if it is in any.';
comment on column public.generations.timeline_frame is E'@omit filter,order\nIts frame on the timeline of that shot.';
comment on column public.generations.shot_data is E'@omit filter,order\nEvery shot it is in as {shot id: frame}: a copy kept for fast reads.';
comment on column public.generations.created_at is 'When it was made.';
comment on column public.generations.updated_at is 'When the row last changed.';
comment on constraint generations_project_id_fkey on public.generations is E'@fieldName project\n@foreignFieldName generations';
comment on constraint generations_task_id_fkey on public.generations is E'@fieldName task\n@foreignFieldName generations';
comment on constraint generations_based_on_fkey on public.generations is E'@fieldName source\n@foreignFieldName derivatives';
comment on constraint generations_parent_generation_id_fkey on public.generations is E'@fieldName parent\n@foreignFieldName segments';
comment on constraint generations_shot_id_fkey on public.generations is E'@fieldName primaryShot\n@omit many,filter';
comment on constraint generations_type_is_identifier on public.generations is 'A type is a lower-case word, such as image or video.';
comment on constraint generations_name_is_short on public.generations is 'A name has at most 500 characters.';
comment on constraint generations_params_is_object on public.generations is 'params must be a JSON object.';
comment on constraint generations_not_based_on_itself on public.generations is 'A generation cannot be based on itself.';
comment on constraint generations_parent_is_another on public.generations is 'A generation cannot be a part of itself.';
comment on constraint generations_child_has_parent on public.generations is 'isChild needs a parentGenerationId.';
comment on constraint generations_child_order_has_parent on public.generations is 'childOrder needs a parentGenerationId.';
comment on constraint generations_child_order_is_not_negative on public.generations is 'childOrder cannot be negative.';
comment on constraint generations_children_is_array on public.generations is 'children must be a JSON array.';
comment on constraint generations_timeline_frame_is_not_negative on public.generations is 'timelineFrame cannot be negative.';
comment on constraint generations_shot_data_is_object on public.generations is 'shotData must be a JSON object.';
