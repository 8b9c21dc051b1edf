--! Previous: sha1:7be671104c3a6fa57bd7b8d2d6405d51bcd279bd
--! Hash: sha1:bf1e455466824ff8778e5eccf5504f3e6e9070f5
--! Message: storage-objects-view

-- Objects in the API, to read: what the policies of storage.objects let the caller list. Of the table itself, and of
-- buckets and versions, the API shows nothing.
drop view if exists public.storage_objects;
drop function if exists storage.link_of(text);
drop function if exists storage.may_read(text, text);
drop function if exists storage.public_buckets();

create view public.storage_objects with (security_invoker = true) as
  select o.id, o.bucket_id, o.name,
    -- Whoever stored it said so, and no word of his must make a list fail.
    case when jsonb_typeof(o.metadata -> 'size') = 'number' then (o.metadata -> 'size')::bigint end as size,
    o.metadata ->> 'mimetype' as content_type,
    o.user_metadata, o.created_at, o.updated_at
  from storage.objects o;

grant select on public.storage_objects to authenticated, worker, service_role;

-- Definer: nobody but services may read buckets, and whoever shows a file has to know by which address. A set, so that a
-- statement asks once and not for each row.
create function storage.public_buckets() returns setof text
language sql stable security definer set search_path = ''
begin atomic
  select b.id from storage.buckets b where b.public;
end;

-- As the caller: what he may read is for the policies to say. Not within the function below, because who has no token asks
-- that too, and may not read the table at all.
create function storage.may_read(bucket text, name text) returns boolean
language sql stable set search_path = ''
begin atomic
  select exists (select from storage.objects o where o.bucket_id = may_read.bucket and o.name = may_read.name);
end;

-- How the caller comes by the object that a location names by its path; no row for any other location.
create function storage.link_of(location text) returns table (bucket text, name text, access text)
language sql stable
begin atomic
  select p.bucket, p.name,
    case when p.bucket = any (array(select b from storage.public_buckets() as b)) then 'public'
      when coalesce(auth.role(), 'anon') <> 'anon' and storage.may_read(p.bucket, p.name) then 'signed'
      else 'none' end
  from (
    select split_part(link_of.location, '/', 1), substr(link_of.location, position('/' in link_of.location) + 1)
  ) as p (bucket, name)
  where storage.path_of(link_of.location) = link_of.location;
end;

revoke execute on function storage.public_buckets(), storage.may_read(text, text), storage.link_of(text) from public;
grant execute on function storage.public_buckets(), storage.may_read(text, text), storage.link_of(text)
  to anon, authenticated, worker, service_role;

comment on view public.storage_objects is E'@primaryKey id\nA stored file: one''s own, below the folder that is named like one''s id. Uploading, changing and removing is for /storage/v1.';
comment on column public.storage_objects.id is 'Identifies the object.';
comment on column public.storage_objects.bucket_id is E'@notNull\nThe bucket it lies in.';
comment on column public.storage_objects.name is E'@notNull\nIts path in the bucket: {user id}/… With the bucket and a slash before it, it can be the location of a generation.';
comment on column public.storage_objects.size is 'Its size in bytes.';
comment on column public.storage_objects.content_type is E'@omit order\nThe type of its content, such as image/png.';
comment on column public.storage_objects.user_metadata is E'@omit filter,order\nWhat its owner says about it.';
comment on column public.storage_objects.created_at is E'@notNull\nWhen it was stored.';
comment on column public.storage_objects.updated_at is E'@notNull\nWhen it last changed.';
comment on function storage.public_buckets() is 'The buckets whose objects anybody may read by URL.';
comment on function storage.may_read(text, text) is 'Whether there is such an object, for the caller.';
comment on function storage.link_of(text) is 'The object that a location names by its path, and how the caller comes by it: public, signed, none.';
