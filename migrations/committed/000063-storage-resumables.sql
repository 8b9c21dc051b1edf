--! Previous: sha1:da9bc2cfb4e504c91d383415c0e861742396d34a
--! Hash: sha1:0b5546c903f99b21ffae21398a5ae933237aece4
--! Message: storage-resumables

-- Uploads that come in pieces. What was said when one began is kept here, where every gateway finds it and no client
-- changes it; how far it has come is for the store to know. And its lock: one gateway writes at a time. A lock is a lease
-- with an end, not one of PostgreSQL's own: those belong to a connection, and none is held while bytes flow.
drop function if exists storage.open_resumable(uuid, text, boolean, boolean, bigint, bigint);
drop function if exists storage.find_resumable(uuid, boolean);
drop function if exists storage.resumable_said(uuid);
drop function if exists storage.declare_resumable(uuid, bigint);
drop function if exists storage.lock_resumable(uuid, uuid, interval);
drop function if exists storage.renew_resumable_locks(uuid[], uuid[], interval);
drop function if exists storage.unlock_resumable(uuid, uuid);
drop function if exists storage.forget_resumables();
drop table if exists app_private.storage_resumables;

create table app_private.storage_resumables (
  version uuid primary key references app_private.storage_versions (version) on delete cascade,
  said text not null,
  upsert boolean not null,
  by_token boolean not null,
  length bigint,
  size_limit bigint not null,
  lock_holder uuid,
  lock_until timestamptz,
  lock_wanted boolean not null default false,
  constraint storage_resumables_length_fits check (length between 0 and size_limit),
  constraint storage_resumables_locks_end check ((lock_holder is null) = (lock_until is null))
) with (fillfactor = 70);

-- Granted to nobody: callers have the functions below for their own uploads, gateways those for locks.
alter table app_private.storage_resumables enable row level security;

create function storage.open_resumable(
  version uuid, said text, upsert boolean, by_token boolean, length bigint, size_limit bigint
) returns void
language plpgsql security definer set search_path = '' as $$
begin
  insert into app_private.storage_resumables (version, said, upsert, by_token, length, size_limit)
  select v.version, open_resumable.said, open_resumable.upsert, open_resumable.by_token, open_resumable.length,
    open_resumable.size_limit
  from app_private.storage_versions v
  where v.version = open_resumable.version and v.state = 'reserved' and v.caller = app_private.storage_caller();
  if not found then
    raise exception 'Upload not found' using errcode = 'RG409';
  end if;
end;
$$;

-- An upload belongs to who began it, and to the way he came: whoever was given a token has nothing of the giver's others.
create function storage.find_resumable(version uuid, by_token boolean)
returns table (said text, upsert boolean, length bigint, size_limit bigint, state text, expires_at timestamptz)
language sql stable security definer set search_path = ''
begin atomic
  select r.said, r.upsert, r.length, r.size_limit, v.state, v.expires_at
  from app_private.storage_resumables r join app_private.storage_versions v on v.version = r.version
  where r.version = find_resumable.version and r.by_token = find_resumable.by_token
    and v.caller = app_private.storage_caller();
end;

-- Before a token can be held against an upload, it has to be known where the upload goes: the gateway itself asks.
create function storage.resumable_said(version uuid) returns text
language sql stable security definer set search_path = ''
begin atomic
  select r.said from app_private.storage_resumables r where r.version = resumable_said.version and r.by_token;
end;

create function storage.declare_resumable(version uuid, length bigint) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update app_private.storage_resumables r set length = declare_resumable.length
  from app_private.storage_versions v
  where r.version = declare_resumable.version and r.length is null
    and v.version = r.version and v.state = 'reserved' and v.caller = app_private.storage_caller();
  return found;
end;
$$;

-- Whoever does not get it leaves word that he waits.
create function storage.lock_resumable(version uuid, holder uuid, lease interval) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
  update app_private.storage_resumables r
  set lock_holder = lock_resumable.holder, lock_until = clock_timestamp() + lock_resumable.lease, lock_wanted = false
  where r.version = lock_resumable.version and (r.lock_until is null or r.lock_until < clock_timestamp());
  if found then
    return true;
  end if;
  update app_private.storage_resumables r set lock_wanted = true
  where r.version = lock_resumable.version and not r.lock_wanted;
  return false;
end;
$$;

-- All locks of a gateway at once, in the order of their versions: two gateways never wait for each other.
create function storage.renew_resumable_locks(versions uuid[], holders uuid[], lease interval)
returns table (holder uuid, wanted boolean)
language sql volatile security definer set search_path = ''
begin atomic
  with held as (
    select r.version from app_private.storage_resumables r
    join unnest(versions, holders) as h (version, holder) on h.version = r.version and h.holder = r.lock_holder
    order by r.version for update of r
  )
  update app_private.storage_resumables r set lock_until = clock_timestamp() + lease
  from held where r.version = held.version
  returning r.lock_holder, r.lock_wanted;
end;

create function storage.unlock_resumable(version uuid, holder uuid) returns void
language sql volatile security definer set search_path = ''
begin atomic
  update app_private.storage_resumables r set lock_holder = null, lock_until = null, lock_wanted = false
  where r.version = unlock_resumable.version and r.lock_holder = unlock_resumable.holder;
end;

-- A client that did not hear that its upload is complete asks again for a day. What is given up goes with its version.
create function storage.forget_resumables() returns int
language plpgsql security definer set search_path = '' as $$
declare
  forgotten int;
begin
  delete from app_private.storage_resumables r using app_private.storage_versions v
  where v.version = r.version and v.state = 'live' and v.updated_at < now() - interval '1 day';
  get diagnostics forgotten = row_count;
  return forgotten;
end;
$$;

revoke execute on function storage.open_resumable(uuid, text, boolean, boolean, bigint, bigint),
  storage.find_resumable(uuid, boolean), storage.resumable_said(uuid), storage.declare_resumable(uuid, bigint),
  storage.lock_resumable(uuid, uuid, interval), storage.renew_resumable_locks(uuid[], uuid[], interval),
  storage.unlock_resumable(uuid, uuid), storage.forget_resumables() from public;
grant execute on function storage.open_resumable(uuid, text, boolean, boolean, bigint, bigint),
  storage.find_resumable(uuid, boolean), storage.declare_resumable(uuid, bigint)
  to authenticated, worker, service_role;
grant execute on function storage.resumable_said(uuid), storage.lock_resumable(uuid, uuid, interval),
  storage.renew_resumable_locks(uuid[], uuid[], interval), storage.unlock_resumable(uuid, uuid),
  storage.forget_resumables() to service_role;

comment on table app_private.storage_resumables is 'Uploads that come in pieces: what was said at their beginning, and who writes now.';
comment on column app_private.storage_resumables.version is 'Names the bytes in the store, and the upload.';
comment on column app_private.storage_resumables.said is 'The header Upload-Metadata as it came: bucket, name, type and the like.';
comment on column app_private.storage_resumables.upsert is 'Whether an object that is there may be replaced.';
comment on column app_private.storage_resumables.by_token is 'Whether it is done by a signed token, and not by the caller himself.';
comment on column app_private.storage_resumables.length is 'Bytes there will be; NULL as long as nobody said.';
comment on column app_private.storage_resumables.size_limit is 'Bytes there may be.';
comment on column app_private.storage_resumables.lock_holder is 'The request that writes now.';
comment on column app_private.storage_resumables.lock_until is 'When its lock ends unless it is renewed, as it is not when its gateway died.';
comment on column app_private.storage_resumables.lock_wanted is 'Whether another request of the upload waits for it to end.';
comment on constraint storage_resumables_length_fits on app_private.storage_resumables is 'The length is one that may be stored.';
comment on constraint storage_resumables_locks_end on app_private.storage_resumables is 'A lock that is held has an end.';
comment on function storage.open_resumable(uuid, text, boolean, boolean, bigint, bigint) is
  'Keeps what was said of an upload of the caller that comes in pieces.';
comment on function storage.find_resumable(uuid, boolean) is 'An upload in pieces of the caller, whatever has become of it.';
comment on function storage.resumable_said(uuid) is 'What was said of an upload by token, to hold the token against it.';
comment on function storage.declare_resumable(uuid, bigint) is 'Says how long an upload of the caller becomes, once.';
comment on function storage.lock_resumable(uuid, uuid, interval) is 'Takes the lock of an upload, or leaves word that it is waited for.';
comment on function storage.renew_resumable_locks(uuid[], uuid[], interval) is
  'Puts off the ends of locks; returns those that are held still, and whether they are waited for.';
comment on function storage.unlock_resumable(uuid, uuid) is 'Gives the lock of an upload back.';
comment on function storage.forget_resumables() is 'Forgets how uploads came that have been objects for a day.';
