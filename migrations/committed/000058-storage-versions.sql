--! Previous: sha1:2169193af1f6ef5ceea937a96503378e32bfe9f7
--! Hash: sha1:d57332bdd5a1107ac29ad58efcfd8bc078cd5262
--! Message: storage-versions

-- The bytes of objects. A version is bytes that never change; a row of storage.objects points to its own, and replacing
-- an object gives the row another. Every version is registered here before its first byte is stored, and becomes garbage
-- when no row has it any more, by whatever way: so bytes and rows cannot drift apart unnoticed, and cleaning up needs no
-- look at what lies in the store.
alter table storage.objects alter column version drop not null;
alter table storage.objects drop constraint if exists objects_version_is_one_of_its_own;
drop trigger if exists _200_take_version on storage.objects;
drop trigger if exists _500_release_version on storage.objects;
drop trigger if exists _500_release_version_delete on storage.objects;
drop trigger if exists _500_release_all_versions on storage.objects;
drop table if exists app_private.storage_versions;
-- No object without bytes, and nothing could store any until now.
delete from storage.objects;

create table app_private.storage_versions (
  version uuid primary key default gen_random_uuid(),
  bucket_id text not null,
  state text not null default 'reserved',
  -- Who may make it live: only who stored bytes can point a row to them.
  caller text not null,
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint storage_versions_state_is_known check (state in ('reserved', 'live', 'garbage')),
  constraint storage_versions_reserved_expire check ((state = 'reserved') = (expires_at is not null))
);
-- Not a reference: bucket_id. Bytes of a bucket that was deleted are still to be removed.
create index storage_versions_garbage on app_private.storage_versions (version) where state = 'garbage';
create index storage_versions_reserved on app_private.storage_versions (expires_at) where state = 'reserved';
create index storage_versions_under_way on app_private.storage_versions (caller) where state = 'reserved';

-- Granted to nobody: what is live is decided by the triggers below, what is garbage by the functions of the sweep.
alter table app_private.storage_versions enable row level security;

create trigger _100_touch_updated_at before update on app_private.storage_versions
  for each row execute function app_private.touch_updated_at();

-- A name for whoever calls, as the token says; services are one.
create or replace function app_private.storage_caller() returns text
language sql stable set search_path = ''
begin atomic
  select coalesce(auth.role(), 'anon') || ':' || coalesce(auth.uid()::text, auth.worker_id(), '');
end;

create or replace function app_private.take_version() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  rules storage.buckets;
begin
  if tg_op = 'INSERT' or new.version is distinct from old.version then
    update app_private.storage_versions v set state = 'live', expires_at = null, bucket_id = new.bucket_id
    where v.version = new.version::uuid and v.state = 'reserved' and v.caller = app_private.storage_caller();
    if not found then
      raise exception 'There are no bytes to go with this object: the upload is over, or was never begun.'
        using errcode = 'RG409';
    end if;
    -- Names the bytes in the store, where a uuid in capitals would name others.
    new.version := new.version::uuid::text;
  end if;
  -- What a bucket takes is asked of what comes into it. What is in it may be renamed, though it would not come in today.
  if tg_op = 'UPDATE' and new.bucket_id = old.bucket_id and new.metadata is not distinct from old.metadata then
    return new;
  end if;
  select * into rules from storage.buckets b where b.id = new.bucket_id;
  if (new.metadata ->> 'size')::numeric > rules.file_size_limit then
    raise exception 'The object exceeded the maximum allowed size' using errcode = 'RG413',
      hint = format('Bucket %s takes %s bytes.', rules.id, rules.file_size_limit);
  end if;
  if not storage.type_is_allowed(new.metadata ->> 'mimetype', rules.allowed_mime_types) then
    raise exception 'mime type % is not supported', new.metadata ->> 'mimetype' using errcode = 'RG415',
      hint = format('Bucket %s takes %s.', rules.id, array_to_string(rules.allowed_mime_types, ', '));
  end if;
  -- What a worker or a service stores belongs to whose folder it is.
  if tg_op = 'INSERT' and new.owner is null
    and new.name ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/' then
    new.owner := split_part(new.name, '/', 1)::uuid;
    new.owner_id := new.owner::text;
  end if;
  return new;
end;
$$;

create or replace function storage.type_is_allowed(type text, allowed text[]) returns boolean
language sql immutable set search_path = ''
begin atomic
  select allowed is null or type is null or cardinality(allowed) = 0 or exists (
    select from unnest(allowed) as a (pattern)
    where lower(a.pattern) in ('*/*', lower(btrim(split_part(type, ';', 1))), lower(split_part(type, '/', 1)) || '/*')
  );
end;

-- By the row, so that the plan that is kept goes by the key: with a table of all rows that went, the first statement
-- of a session would decide for the later ones whether all versions are read.
create or replace function app_private.release_version() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'TRUNCATE' then
    update app_private.storage_versions v set state = 'garbage' where v.state = 'live';
  else
    update app_private.storage_versions v set state = 'garbage' where v.version = old.version::uuid;
  end if;
  return null;
end;
$$;

create trigger _200_take_version before insert or update of version, bucket_id, metadata on storage.objects
  for each row execute function app_private.take_version();
create trigger _500_release_version after update on storage.objects
  for each row when (new.version is distinct from old.version) execute function app_private.release_version();
create trigger _500_release_version_delete after delete on storage.objects
  for each row execute function app_private.release_version();
create trigger _500_release_all_versions after truncate on storage.objects
  for each statement execute function app_private.release_version();

alter table storage.objects alter column version set not null;
alter table storage.objects add constraint objects_version_is_one_of_its_own unique (version);

revoke execute on function app_private.storage_caller(), app_private.take_version(),
  app_private.release_version(), storage.type_is_allowed(text, text[]) from public;
grant execute on function storage.type_is_allowed(text, text[]) to authenticated, worker, service_role;

comment on table app_private.storage_versions is 'The bytes in the store: reserved for an upload, live in an object, or to be removed.';
comment on column app_private.storage_versions.version is 'Names the bytes in the store.';
comment on column app_private.storage_versions.bucket_id is 'The bucket they were stored for.';
comment on column app_private.storage_versions.state is 'reserved: an upload is under way; live: an object has them; garbage: they are to be removed.';
comment on column app_private.storage_versions.caller is 'Who began the upload.';
comment on column app_private.storage_versions.expires_at is 'When an upload that has not ended by then is given up.';
comment on column app_private.storage_versions.created_at is 'When the upload began.';
comment on column app_private.storage_versions.updated_at is 'When the row last changed.';
comment on function app_private.storage_caller() is 'A name for whoever calls, to know his uploads by.';
comment on function app_private.take_version() is 'Makes the version of an object live, and holds the object against the rules of its bucket.';
comment on function app_private.release_version() is 'Makes garbage of a version that no object has any more.';
comment on function storage.type_is_allowed(text, text[]) is 'Whether a bucket takes this type of content; patterns like image/* are known.';
comment on constraint objects_version_is_one_of_its_own on storage.objects is 'Two objects cannot have the same bytes.';
comment on constraint storage_versions_state_is_known on app_private.storage_versions is 'A version is reserved, live or garbage.';
comment on constraint storage_versions_reserved_expire on app_private.storage_versions is 'Reserved versions expire, others do not.';
