--! Previous: sha1:d2454d214194cbc3a2533706c28327a9301222a4
--! Hash: sha1:59855dce28c2c6bce5b4cfe76a0e06a564ae67a8
--! Message: generation-variants

-- Versions of one generation: the original, an upscale, an edit. One of them is primary and is what
-- the generation shows.
drop table if exists public.generation_variants cascade;
drop function if exists app_private.generation_variants_take_project();

create table public.generation_variants (
  id uuid primary key default gen_random_uuid(),
  generation_id uuid not null,
  project_id uuid not null references public.projects on delete cascade,
  location text not null,
  thumbnail_url text,
  name text,
  params jsonb not null default '{}',
  variant_type text not null default 'original',
  is_primary boolean not null default false,
  starred boolean not null default false,
  viewed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- Always the project of its generation, also when that moves.
  constraint generation_variants_generation_id_fkey foreign key (generation_id, project_id)
    references public.generations (id, project_id) on delete cascade on update cascade,
  constraint generation_variants_name_is_short check (char_length(name) <= 500),
  constraint generation_variants_params_is_object check (jsonb_typeof(params) = 'object'),
  constraint generation_variants_type_is_identifier check (variant_type ~ '^[a-z][a-z0-9_]{0,39}$')
);

create index idx_generation_variants_generation_id on public.generation_variants (generation_id, project_id);
create index idx_generation_variants_project_id on public.generation_variants (project_id);
create index generation_variants_newest_idx on public.generation_variants (generation_id, created_at desc, id);
-- Made last: without statistics all indexes on one of its columns cost the same, and the planner takes the
-- youngest (docs/decisions/indexes-behind-references.md).
create unique index generation_variants_id_generation_id_key on public.generation_variants (id, generation_id);

-- A generation can only show a variant of its own.
alter table public.generations
  add constraint generations_primary_variant_id_fkey foreign key (primary_variant_id, id)
    references public.generation_variants (id, generation_id) on delete set null (primary_variant_id);

alter table public.generation_variants enable row level security;

-- As the generation it belongs to: the owner of the project.
create policy generation_variants_owner_select on public.generation_variants for select to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy generation_variants_owner_insert on public.generation_variants for insert to authenticated
  with check (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy generation_variants_owner_update on public.generation_variants for update to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())))
  with check (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy generation_variants_owner_delete on public.generation_variants for delete to authenticated
  using (project_id in (select p.id from public.projects p where p.user_id = (select auth.uid())));
create policy generation_variants_service_all on public.generation_variants for all to service_role
  using (true) with check (true);

-- Not granted: project_id (the generation's), generation_id on update (a variant never changes
-- generation), viewed_at (a function marks what was seen), id, timestamps.
grant select, delete on public.generation_variants to authenticated;
grant insert (generation_id, location, thumbnail_url, name, params, variant_type, is_primary, starred)
  on public.generation_variants to authenticated;
grant update (location, thumbnail_url, name, params, variant_type, is_primary, starred)
  on public.generation_variants to authenticated;
grant select, insert, update, delete on public.generation_variants to service_role;

create trigger _100_touch_updated_at before update on public.generation_variants
  for each row execute function app_private.touch_updated_at();

-- Invoker on purpose: it looks the generation up under the caller's rights, so a foreign id and one
-- that does not exist end in the same error.
create function app_private.generation_variants_take_project() returns trigger
language plpgsql set search_path = ''
as $$
begin
  select g.project_id into new.project_id from public.generations g where g.id = new.generation_id;
  if new.project_id is null then
    raise exception 'There is no generation %.', new.generation_id using errcode = 'RG404';
  end if;
  return new;
end;
$$;
create trigger _050_take_project before insert on public.generation_variants
  for each row execute function app_private.generation_variants_take_project();

comment on function app_private.generation_variants_take_project() is 'BEFORE INSERT: a variant belongs to the project of its generation.';
comment on table public.generation_variants is 'A version of a generation. The primary one is what the generation shows.';
comment on column public.generation_variants.id is 'Identifies the variant.';
comment on column public.generation_variants.generation_id is 'The generation it is a version of.';
comment on column public.generation_variants.project_id is 'The project of that generation.';
comment on column public.generation_variants.location is E'@omit order\nWhere the media lies.';
comment on column public.generation_variants.thumbnail_url is E'@omit filter,order\nA small picture of it.';
comment on column public.generation_variants.name is 'Name to show.';
comment on column public.generation_variants.params is E'@omit filter,order\nHow it was made. Can be large; ask for it only where it is shown.';
comment on column public.generation_variants.variant_type is 'What kind of version it is: original, upscaled, edit, …';
comment on column public.generation_variants.is_primary is 'Whether it is the one that is shown.';
comment on column public.generation_variants.starred is 'Marked as a favourite.';
comment on column public.generation_variants.viewed_at is 'When its owner first looked at it; NULL until then.';
comment on column public.generation_variants.created_at is 'When it was made.';
comment on column public.generation_variants.updated_at is 'When the row last changed.';
comment on constraint generation_variants_generation_id_fkey on public.generation_variants is E'@fieldName generation\n@foreignFieldName variants';
comment on constraint generation_variants_project_id_fkey on public.generation_variants is E'@fieldName project\n@foreignFieldName generationVariants';
comment on constraint generations_primary_variant_id_fkey on public.generations is E'@fieldName primaryVariant\n@omit many,filter';
comment on constraint generation_variants_name_is_short on public.generation_variants is 'A name has at most 500 characters.';
comment on constraint generation_variants_params_is_object on public.generation_variants is 'params must be a JSON object.';
comment on constraint generation_variants_type_is_identifier on public.generation_variants is 'A variant type is a lower-case word, such as original, upscaled or edit.';
