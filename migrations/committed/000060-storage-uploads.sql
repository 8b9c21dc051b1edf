--! Previous: sha1:8c547d28e4e4afc704d3dc1bb85de03de2b982da
--! Hash: sha1:15fb8021b83487f86afa1decf249c53d5111a346
--! Message: storage-uploads

-- What the routes of storage ask the database: what a bucket takes, whether the caller may store something before a byte
-- of it is, and the row once the bytes are there.
drop function if exists storage.bucket_rules(text);
drop function if exists storage.public_object(text, text);
drop function if exists storage.reserve_version(text, interval);
drop function if exists storage.keep_version(uuid, interval);
drop function if exists storage.release_version(uuid);
drop function if exists storage.put_row(text, text, uuid, boolean, jsonb, jsonb);
drop function if exists storage.move_row(text, text, text, text);
drop function if exists storage.remove_rows(text, text[]);
drop function if exists storage.begin_upload(text, text, boolean, interval);
drop function if exists storage.finish_upload(text, text, uuid, boolean, jsonb, jsonb);

grant usage on schema storage to anon;

-- Definer: nobody but services may read buckets, and everybody who uploads has to know what they take.
create function storage.bucket_rules(bucket text)
returns table (id text, public boolean, file_size_limit bigint, allowed_mime_types text[])
language sql stable security definer set search_path = ''
begin atomic
  select b.id, b.public, b.file_size_limit, b.allowed_mime_types from storage.buckets b where b.id = bucket;
end;

-- Definer: anybody reads a public bucket by URL, and no policy says so, since nobody is to list it.
create function storage.public_object(bucket text, object text)
returns table (
  id uuid, name text, version text, metadata jsonb, user_metadata jsonb,
  created_at timestamptz, updated_at timestamptz, last_accessed_at timestamptz
)
language sql stable security definer set search_path = ''
begin atomic
  select o.id, o.name, o.version, o.metadata, o.user_metadata, o.created_at, o.updated_at, o.last_accessed_at
  from storage.objects o join storage.buckets b on b.id = o.bucket_id
  where o.bucket_id = public_object.bucket and o.name = public_object.object and b.public;
end;

-- Definer, because nobody is granted the table: a caller reserves for himself alone, and so many at once.
create function storage.reserve_version(bucket text, keep interval) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  made uuid;
  under_way int;
begin
  select count(*) into under_way from app_private.storage_versions v
  where v.caller = app_private.storage_caller() and v.state = 'reserved';
  if under_way >= 1000 then
    raise exception 'You have 1,000 uploads under way. End some of them, or wait until they are given up.'
      using errcode = 'RG429';
  end if;
  insert into app_private.storage_versions (bucket_id, caller, expires_at)
  values (bucket, app_private.storage_caller(), now() + least(keep, interval '7 days'))
  returning version into made;
  return made;
end;
$$;

create function storage.keep_version(version uuid, keep interval) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update app_private.storage_versions v set expires_at = now() + least(keep, interval '7 days')
  where v.version = keep_version.version and v.state = 'reserved' and v.caller = app_private.storage_caller();
  return found;
end;
$$;

create function storage.release_version(version uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update app_private.storage_versions v set state = 'garbage', expires_at = null
  where v.version = release_version.version and v.state = 'reserved' and v.caller = app_private.storage_caller();
  return found;
end;
$$;

-- As the caller: what he may do is for the policies of storage.objects to say.
create function storage.put_row(
  bucket text, object text, version uuid, upsert boolean, metadata jsonb, user_metadata jsonb
) returns uuid
language plpgsql set search_path = '' as $$
declare
  row_id uuid;
begin
  -- Each time around somebody else made or removed it in between.
  for attempt in 1..10 loop
    if upsert then
      begin
        update storage.objects o
        set version = put_row.version::text, metadata = put_row.metadata, user_metadata = put_row.user_metadata
        where o.bucket_id = put_row.bucket and o.name = put_row.object
        returning o.id into row_id;
        if found then
          return row_id;
        end if;
        -- Undone, though nothing was written: a row that was moved away while this waited for it stays locked otherwise,
        -- and whoever waits with such a lock in hand may wait in a circle.
        raise exception 'none' using errcode = 'RGTRY';
      exception when sqlstate 'RGTRY' then
        null;
      end;
    end if;
    -- Not `on conflict`: the trigger of the insert would have taken the version for a row that is not made.
    begin
      insert into storage.objects (bucket_id, name, version, metadata, user_metadata)
      values (put_row.bucket, put_row.object, put_row.version::text, put_row.metadata, put_row.user_metadata)
      returning id into row_id;
      return row_id;
    exception when unique_violation then
      -- Of somebody else's object, or of one that is there: the same answer.
      if not upsert or attempt = 10 then
        raise;
      end if;
    end;
  end loop;
end;
$$;

create function storage.begin_upload(bucket text, object text, upsert boolean, keep interval)
returns table (version uuid, file_size_limit bigint, allowed_mime_types text[])
language plpgsql set search_path = '' as $$
declare
  rules record;
begin
  select * into rules from storage.bucket_rules(bucket);
  if not found then
    raise exception 'Bucket not found' using errcode = 'RG404', table = 'buckets';
  end if;
  version := storage.reserve_version(bucket, keep);
  begin
    perform storage.put_row(bucket, object, version, upsert, null, null);
    raise exception 'tried' using errcode = 'RGTRY';
  -- A code in 000 would stand for all of its class, and swallow refusals.
  exception when sqlstate 'RGTRY' then
    null;
  end;
  file_size_limit := rules.file_size_limit;
  allowed_mime_types := rules.allowed_mime_types;
  return next;
end;
$$;

create function storage.finish_upload(
  bucket text, object text, version uuid, upsert boolean, metadata jsonb, user_metadata jsonb
) returns uuid
language sql set search_path = ''
begin atomic
  select storage.put_row(bucket, object, version, upsert, metadata, user_metadata);
end;

-- Whoever needs several objects locks them before he writes one, in the order of their ids, and writes only what he has
-- locked, or two who move and remove the same ones wait for each other. Not in the order of their names: those change
-- while somebody waits.
create function storage.move_row(bucket text, object text, to_bucket text, to_object text) returns uuid
language plpgsql set search_path = '' as $$
declare
  locked uuid[] := array(
    select o.id from storage.objects o
    where (o.bucket_id = bucket and o.name = object) or (o.bucket_id = to_bucket and o.name = to_object)
    order by o.id for update
  );
  row_id uuid;
begin
  update storage.objects o set bucket_id = to_bucket, name = to_object
  where o.id = any (locked) and o.bucket_id = bucket and o.name = object
  returning o.id into row_id;
  return row_id;
end;
$$;

create function storage.remove_rows(bucket text, objects text[]) returns setof storage.objects
language plpgsql set search_path = '' as $$
declare
  locked uuid[] := array(
    select o.id from storage.objects o
    where o.bucket_id = bucket and o.name = any (objects)
    order by o.id for update
  );
begin
  return query delete from storage.objects o where o.id = any (locked) returning o.*;
end;
$$;

revoke execute on function storage.bucket_rules(text), storage.public_object(text, text),
  storage.reserve_version(text, interval), storage.keep_version(uuid, interval), storage.release_version(uuid),
  storage.put_row(text, text, uuid, boolean, jsonb, jsonb), storage.begin_upload(text, text, boolean, interval),
  storage.finish_upload(text, text, uuid, boolean, jsonb, jsonb),
  storage.move_row(text, text, text, text), storage.remove_rows(text, text[]) from public;
grant execute on function storage.bucket_rules(text), storage.public_object(text, text)
  to anon, authenticated, worker, service_role;
grant execute on function
  storage.reserve_version(text, interval), storage.keep_version(uuid, interval), storage.release_version(uuid),
  storage.put_row(text, text, uuid, boolean, jsonb, jsonb), storage.begin_upload(text, text, boolean, interval),
  storage.finish_upload(text, text, uuid, boolean, jsonb, jsonb),
  storage.move_row(text, text, text, text), storage.remove_rows(text, text[]) to authenticated, worker, service_role;

comment on function storage.bucket_rules(text) is 'What a bucket takes, and whether anybody may read it by URL.';
comment on function storage.public_object(text, text) is 'An object of a public bucket, for whoever has its URL.';
comment on function storage.reserve_version(text, interval) is 'Registers bytes that the caller is about to store.';
comment on function storage.keep_version(uuid, interval) is 'Puts off the end of an upload of the caller that takes long.';
comment on function storage.release_version(uuid) is 'Gives up an upload of the caller: what was stored of it is removed.';
comment on function storage.put_row(text, text, uuid, boolean, jsonb, jsonb) is 'Makes the row of an object, or gives it other bytes.';
comment on function storage.begin_upload(text, text, boolean, interval) is
  'Tries whether the caller may store this object, leaves nothing of the trial, and registers the bytes to come.';
comment on function storage.finish_upload(text, text, uuid, boolean, jsonb, jsonb) is
  'Makes the object once its bytes are stored, in one step for whoever reads it.';
comment on function storage.move_row(text, text, text, text) is
  'Gives an object another name, or another bucket; NULL when there is none.';
comment on function storage.remove_rows(text, text[]) is 'Removes objects of a bucket by their names, and returns those that were there.';
