--! Previous: sha1:0b5546c903f99b21ffae21398a5ae933237aece4
--! Hash: sha1:0dea5f29cd13968f93f69714a5997da1b4a44e6a
--! Message: storage-references

-- A location may name an object of storage by its path, {bucket}/{user id}/…. What is written so must be there, and be
-- the project owner's own or anybody's to read; and it cannot go while it is being written.
drop trigger if exists _060_check_references on public.generations;
drop trigger if exists _060_check_references_update on public.generations;
drop trigger if exists _060_check_references on public.generation_variants;
drop trigger if exists _060_check_references_update on public.generation_variants;
drop index if exists public.generations_bare_thumbnail_path_idx,
  public.generation_variants_location_path_idx, public.generation_variants_thumbnail_path_idx,
  public.resources_url_path_idx, public.training_data_url_path_idx, public.users_avatar_path_idx;
drop function if exists app_private.check_references();
drop function if exists storage.path_of(text);
drop function if exists storage.read_path(text);

-- The path that a text holds, as it is or in a public URL; else null. Of a URL the host is not asked: who moved here has
-- rows that name the old one. Names are ASCII (the routes refuse others), so nothing else is decoded.
create function storage.read_path(location text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  path text := location;
begin
  if location ~ '^https?://' then
    path := substring(location from
      '^https?://[^/?#]+(?:/[^?#]*)?/storage/v1/(?:object|render/image)/public/([^?#]+)');
    if path ~* '%(?![2-6][0-9a-f]|7[0-9a-e])' then
      return null;
    end if;
    if position('%' in path) > 0 then
      select string_agg(
        case when m.part[1] like '\%%' then chr(('x' || substr(m.part[1], 2))::bit(8)::int) else m.part[1] end,
        '' order by m.place)
      into path from regexp_matches(path, '%..|[^%]+', 'g') with ordinality as m (part, place);
    end if;
  end if;
  -- Longer ones name nothing, and would not fit into an index.
  return case when octet_length(path) <= 1088
    and path ~ '^[^/[:cntrl:]]{1,63}/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/[^[:cntrl:]]+$' then path end;
end;
$$;

-- Inlined where it stands: the indexes and triggers below ask it of every row, and most rows name no object.
create function storage.path_of(location text) returns text
language sql immutable
begin atomic
  select case when path_of.location like '%/________-____-____-____-____________/_%'
    then storage.read_path(path_of.location) end;
end;

-- Definer: what another has is asked too, to be told like what is not there. It is the caller's folder for a user,
-- whatever project he names, so that he learns nothing of the folders of others.
create function app_private.check_references() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
declare
  v_path text;
  v_folder text := case when auth.role() = 'authenticated' then auth.uid()::text
    else (select p.user_id::text from public.projects p where p.id = new.project_id) end;
begin
  for v_path in
    select distinct w.value from (values (new.location, old.location), (new.thumbnail_url, old.thumbnail_url)) as w (value, was)
    where storage.path_of(w.value) = w.value and w.value is distinct from w.was order by w.value
  loop
    -- Whoever wants to remove or rename it waits until this row is there to be seen.
    perform from storage.objects o join storage.buckets b on b.id = o.bucket_id
    where o.bucket_id = split_part(v_path, '/', 1) and o.name = substr(v_path, position('/' in v_path) + 1)
      and (o.folder = v_folder or b.public)
    for key share of o;
    if not found then
      raise exception 'There is no object at %.', v_path using errcode = 'RG404';
    end if;
  end loop;
  return new;
end;
$$;

-- Not for what other triggers write: those copy between a generation and its variants what was looked at when it came.
-- Its object may be gone since, and then the copy must not fail.
create trigger _060_check_references before insert on public.generations
  for each row when (pg_trigger_depth() = 0
    and (storage.path_of(new.location) = new.location or storage.path_of(new.thumbnail_url) = new.thumbnail_url))
  execute function app_private.check_references();
create trigger _060_check_references_update before update of location, thumbnail_url on public.generations
  for each row when (pg_trigger_depth() = 0
    and (new.location is distinct from old.location and storage.path_of(new.location) = new.location
      or new.thumbnail_url is distinct from old.thumbnail_url and storage.path_of(new.thumbnail_url) = new.thumbnail_url))
  execute function app_private.check_references();
create trigger _060_check_references before insert on public.generation_variants
  for each row when (pg_trigger_depth() = 0
    and (storage.path_of(new.location) = new.location or storage.path_of(new.thumbnail_url) = new.thumbnail_url))
  execute function app_private.check_references();
create trigger _060_check_references_update before update of location, thumbnail_url on public.generation_variants
  for each row when (pg_trigger_depth() = 0
    and (new.location is distinct from old.location and storage.path_of(new.location) = new.location
      or new.thumbnail_url is distinct from old.thumbnail_url and storage.path_of(new.thumbnail_url) = new.thumbnail_url))
  execute function app_private.check_references();

-- Who refers to an object. Rows that name none are not in them. What a generation shows is its primary variant's, which is
-- found there: only one that is bare has a thumbnail of its own.
create index generations_bare_thumbnail_path_idx on public.generations (storage.path_of(thumbnail_url))
  where location is null and storage.path_of(thumbnail_url) is not null;
create index generation_variants_location_path_idx on public.generation_variants (storage.path_of(location))
  where storage.path_of(location) is not null;
create index generation_variants_thumbnail_path_idx on public.generation_variants (storage.path_of(thumbnail_url))
  where storage.path_of(thumbnail_url) is not null;
create index resources_url_path_idx on public.resources (storage.path_of(url)) where storage.path_of(url) is not null;
create index training_data_url_path_idx on public.training_data (storage.path_of(url))
  where storage.path_of(url) is not null;
create index users_avatar_path_idx on public.users (storage.path_of(avatar_url))
  where storage.path_of(avatar_url) is not null;

revoke execute on function storage.read_path(text), storage.path_of(text), app_private.check_references() from public;
-- Of everybody who writes or reads the rows: the indexes ask it in his name.
grant execute on function storage.read_path(text), storage.path_of(text) to anon, authenticated, worker, service_role;

comment on function storage.read_path(text) is 'The path of an object that a text or a public URL holds; path_of() asks it where there may be one.';
comment on function storage.path_of(text) is 'The path {bucket}/{user id}/… of an object that a location names, by itself or in a public URL; else NULL.';
comment on function app_private.check_references() is 'BEFORE INSERT OR UPDATE: a path written as location or thumbnail_url names an object that is there.';
