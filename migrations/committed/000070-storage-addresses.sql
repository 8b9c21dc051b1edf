--! Previous: sha1:5c5310cc44486c19704d558e46d8fbd70fa86977
--! Hash: sha1:076ba628f838e1710ee3f65a6fa853374ec34348
--! Message: storage-addresses

-- Rows name objects by every address under which they are read, not by the public one of a bucket alone: the public one
-- of a user's folder, which stands for the bucket `public`, those of signed URLs, and those that are read with a token.
-- What is read by an address that is not known here would be released while it is shown.
create or replace function storage.read_path(location text) returns text
language plpgsql immutable set search_path = '' as $$
declare
  v_folder constant text := '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/';
  v_start constant int := position('/storage/v1/' in location);
  path text := location;
begin
  if location ~ '^https?://' then
    -- Of a URL the host is not asked: who moved here has rows that name the old one.
    if v_start = 0 or left(location, v_start - 1) !~ '^https?://[^/?#]+(/[^?#]*)?$' then
      return null;
    end if;
    path := substring(substr(location, v_start + length('/storage/v1/')) from '^[^?#]+');
    if path is null or path ~* '%(?![2-6][0-9a-f]|7[0-9a-e])' then
      return null;
    end if;
    -- Names are ASCII (the routes refuse others), so nothing else is decoded.
    if position('%' in path) > 0 then
      select string_agg(
        case when m.part[1] like '\%%' then chr(('x' || substr(m.part[1], 2))::bit(8)::int) else m.part[1] end,
        '' order by m.place)
      into path from regexp_matches(path, '%..|[^%]+', 'g') with ordinality as m (part, place);
    end if;
    path := case
      -- Folders are named by users' ids, and buckets are not: a public address that begins with one leaves its bucket out.
      when path ~ ('^(object|render/image)/public/' || v_folder)
        then substring(path from '^(?:object|render/image)/(.*)$')
      when path ~ ('^(object|render/image)/(public|sign|authenticated)/[^/]+/' || v_folder)
        then substring(path from '^(?:object|render/image)/(?:public|sign|authenticated)/(.*)$')
      when path ~ ('^object/[^/]+/' || v_folder) then substring(path from '^object/(.*)$')
    end;
  end if;
  -- Longer ones name nothing, and would not fit into an index.
  return case when octet_length(path) <= 1088
    and path ~ ('^[^/[:cntrl:]]{1,63}/' || v_folder || '[^[:cntrl:]]+$') then path end;
end;
$$;

-- Inlined where it stands: the indexes and triggers ask it of every row, and most rows name no object. An address may have
-- its slashes encoded.
create or replace function storage.path_of(location text) returns text
language sql immutable
begin atomic
  select case when path_of.location like '%/________-____-____-____-____________/_%'
      or path_of.location like 'http%/storage/v1/%'
    then storage.read_path(path_of.location) end;
end;

-- They hold what the functions gave before.
reindex index public.generations_bare_thumbnail_path_idx;
reindex index public.generation_variants_location_path_idx;
reindex index public.generation_variants_thumbnail_path_idx;
reindex index public.resources_url_path_idx;
reindex index public.training_data_url_path_idx;
reindex index public.users_avatar_path_idx;

comment on function storage.read_path(text) is
  'The path of an object that a text or an address of it holds; path_of() asks it where there may be one.';
comment on function storage.path_of(text) is
  'The path {bucket}/{user id}/… of an object that a location names, by itself or in an address; else NULL.';
