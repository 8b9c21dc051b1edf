--! Previous: sha1:3266516e806461b11b5b399c74a4470aa06dd3f3
--! Hash: sha1:2dbf022673896b144442d01fff96aa968b6c8996
--! Message: bare-thumbnails

-- Thumbnails of bare generations that are objects of storage stand in a table of their own. An index on generations whose
-- condition names location and thumbnail_url made every change of either a new entry in all eleven indexes (no HOT): half of
-- what such a change costs, for the few that are bare and show an object.
-- The strongest lock first: writers who came between a weaker one and the index's would wait for us, and we for them.
lock table public.generations in access exclusive mode;
drop index if exists public.generations_bare_thumbnail_path_idx;
drop trigger if exists _600_note_bare_thumbnail on public.generations;
drop trigger if exists _600_note_bare_thumbnail_update on public.generations;
drop function if exists app_private.note_bare_thumbnail();
drop function if exists app_private.is_held(text, uuid, boolean);
drop table if exists app_private.bare_thumbnails;

create table app_private.bare_thumbnails (
  generation_id uuid primary key references public.generations (id) on update cascade on delete cascade,
  path text not null
);
create index bare_thumbnails_path_idx on app_private.bare_thumbnails (path, generation_id);
alter table app_private.bare_thumbnails enable row level security;

-- The row as it is now: one statement can change it twice, and tells of each change after the last.
create function app_private.note_bare_thumbnail() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
  delete from app_private.bare_thumbnails b where b.generation_id = new.id;
  insert into app_private.bare_thumbnails (generation_id, path)
  select g.id, storage.path_of(g.thumbnail_url) from public.generations g
  where g.id = new.id and g.location is null and storage.path_of(g.thumbnail_url) is not null;
  return null;
end;
$$;
create trigger _600_note_bare_thumbnail after insert on public.generations
  for each row when (new.location is null and storage.path_of(new.thumbnail_url) is not null)
  execute function app_private.note_bare_thumbnail();
-- Whatever statement or trigger changed the two.
create trigger _600_note_bare_thumbnail_update after update on public.generations
  for each row when (
    case when new.location is null then storage.path_of(new.thumbnail_url) end
    is distinct from case when old.location is null then storage.path_of(old.thumbnail_url) end)
  execute function app_private.note_bare_thumbnail();
-- Also of what is written past the other triggers: what is not noted here would be taken for unused.
alter table public.generations enable always trigger _600_note_bare_thumbnail;
alter table public.generations enable always trigger _600_note_bare_thumbnail_update;

insert into app_private.bare_thumbnails (generation_id, path)
select g.id, storage.path_of(g.thumbnail_url) from public.generations g
where g.location is null and storage.path_of(g.thumbnail_url) is not null;

create function app_private.is_held(path text, owner uuid, is_for_all boolean) returns boolean
language sql stable set search_path = '' set enable_seqscan = off
begin atomic
  select exists (
      select from public.generation_variants v join public.projects p on p.id = v.project_id
      where storage.path_of(v.location) = path and (is_for_all or p.user_id = owner)
    )
    or exists (
      select from public.generation_variants v join public.projects p on p.id = v.project_id
      where storage.path_of(v.thumbnail_url) = path and (is_for_all or p.user_id = owner)
    )
    or exists (
      select from app_private.bare_thumbnails b
      join public.generations g on g.id = b.generation_id join public.projects p on p.id = g.project_id
      where b.path = is_held.path and (is_for_all or p.user_id = owner)
    )
    or exists (
      select from public.resources r where storage.path_of(r.url) = path and (is_for_all or r.user_id = owner)
    )
    or exists (
      select from public.training_data d where storage.path_of(d.url) = path and (is_for_all or d.user_id = owner)
    )
    or exists (
      select from public.users u where storage.path_of(u.avatar_url) = path and (is_for_all or u.id = owner)
    );
end;

revoke execute on function app_private.note_bare_thumbnail(), app_private.is_held(text, uuid, boolean) from public;

comment on table app_private.bare_thumbnails is
  'Objects of storage that generations without a location of their own show as thumbnails: who holds what, for is_held.';
comment on column app_private.bare_thumbnails.generation_id is 'The generation.';
comment on column app_private.bare_thumbnails.path is 'The object, {bucket}/{user id}/…, as storage.path_of reads it.';
comment on function app_private.is_held(text, uuid, boolean) is
  'Whether a row that counts shows or offers this object: one of its owner or, of a public object, anybody''s.';
comment on function app_private.note_bare_thumbnail() is
  'AFTER INSERT OR UPDATE: keeps bare_thumbnails like the thumbnails of bare generations.';
