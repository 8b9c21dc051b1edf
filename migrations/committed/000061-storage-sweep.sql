--! Previous: sha1:15fb8021b83487f86afa1decf249c53d5111a346
--! Hash: sha1:e07e73715d9d132379e122dc1f611ce0bd5f2fa7
--! Message: storage-sweep

-- Cleaning up, for the gateways' own work: services alone may.
drop function if exists storage.take_garbage(int);
drop function if exists storage.forget_garbage(uuid[]);
drop function if exists storage.versions_after(uuid, int);
drop function if exists storage.drop_lost(uuid[]);

-- Expired uploads are given up first: from then on they cannot become objects any more.
create function storage.take_garbage(most int) returns setof uuid
language plpgsql security definer set search_path = '' as $$
begin
  with expired as materialized (
    select e.version from app_private.storage_versions e
    where e.state = 'reserved' and e.expires_at < now() order by e.expires_at limit most for update skip locked
  )
  update app_private.storage_versions v set state = 'garbage', expires_at = null
  from expired e where v.version = e.version;
  return query
    select v.version from app_private.storage_versions v
    where v.state = 'garbage' order by v.version limit most for update skip locked;
end;
$$;

create function storage.forget_garbage(versions uuid[]) returns int
language plpgsql security definer set search_path = '' as $$
declare
  forgotten int;
begin
  delete from app_private.storage_versions v where v.version = any (versions) and v.state = 'garbage';
  get diagnostics forgotten = row_count;
  return forgotten;
end;
$$;

create function storage.versions_after(after uuid, most int) returns table (version uuid, state text)
language sql stable security definer set search_path = ''
begin atomic
  select v.version, v.state from app_private.storage_versions v
  where v.version > coalesce(after, '00000000-0000-0000-0000-000000000000') order by v.version limit most;
end;

create function storage.drop_lost(versions uuid[]) returns setof text
language sql volatile security definer set search_path = ''
begin atomic
  delete from storage.objects o where o.version = any (versions::text[]) returning o.bucket_id || '/' || o.name;
end;

revoke execute on function storage.take_garbage(int), storage.forget_garbage(uuid[]),
  storage.versions_after(uuid, int), storage.drop_lost(uuid[]) from public;
grant execute on function storage.take_garbage(int), storage.forget_garbage(uuid[]),
  storage.versions_after(uuid, int), storage.drop_lost(uuid[]) to service_role;

comment on function storage.take_garbage(int) is 'Versions whose bytes are to be removed now, locked until the transaction ends.';
comment on function storage.forget_garbage(uuid[]) is 'Forgets versions whose bytes were removed.';
comment on function storage.versions_after(uuid, int) is 'All versions that are registered, a page at a time.';
comment on function storage.drop_lost(uuid[]) is 'Removes objects whose bytes are gone from the store; returns their paths.';
