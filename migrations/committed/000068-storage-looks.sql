--! Previous: sha1:4d65c1b44d32da96fee1346c21a967abe4db8175
--! Hash: sha1:970c835c8a71aa2bdc816160e6d43e705ca94c30
--! Message: storage-looks

-- The look at what lies in the store against what is registered, both ways. It goes on in slices, each a transaction of
-- its own, wherever the last one ended and whichever gateway did it: so what it knows stands here and not in a process.
drop function if exists storage.begin_look(interval);
drop function if exists storage.mark_store();
drop function if exists storage.end_slice(uuid);
drop function if exists storage.note_missing(uuid, uuid, uuid[]);
drop function if exists storage.unregistered(uuid[]);
drop function if exists storage.count_objects();
drop function if exists storage.storage_metrics();
drop table if exists app_private.storage_looks;
drop table if exists app_private.storage_missing;
drop table if exists app_private.storage_totals;

-- One row.
create table app_private.storage_looks (
  is_only boolean primary key default true,
  -- Lies in the store as bytes of this key. Where it does not, the store is another one, or not mounted.
  marker uuid not null default gen_random_uuid(),
  marked_at timestamptz,
  begun_at timestamptz,
  place uuid,
  ended_at timestamptz,
  constraint storage_looks_has_one_row check (is_only)
);
insert into app_private.storage_looks default values;

-- Nobody loses an object because a store was away for a moment: only what is missing in two looks is lost.
create table app_private.storage_missing (
  version uuid primary key references app_private.storage_versions on delete cascade,
  seen_at timestamptz not null default now()
);

-- What monitoring shows. Counting reads every object, which no scrape may.
create table app_private.storage_totals (
  bucket_id text primary key,
  objects bigint not null,
  bytes numeric not null
);

-- Granted to nobody: the functions below are all there is.
alter table app_private.storage_looks enable row level security;
alter table app_private.storage_missing enable row level security;
alter table app_private.storage_totals enable row level security;

-- No row: it is not time yet.
create function storage.begin_look(pause interval) returns table (marker uuid, is_marked boolean, place uuid)
language sql volatile security definer set search_path = ''
begin atomic
  update app_private.storage_looks l set begun_at = coalesce(l.begun_at, now())
  where l.begun_at is not null or l.ended_at is null or l.ended_at <= now() - pause
  returning l.marker, l.marked_at is not null, l.place;
end;

create function storage.mark_store() returns void
language sql volatile security definer set search_path = ''
begin atomic
  update app_private.storage_looks set marked_at = now();
end;

create function storage.end_slice(last uuid) returns void
language sql volatile security definer set search_path = ''
begin atomic
  update app_private.storage_looks l set
    place = last,
    begun_at = case when last is not null then l.begun_at end,
    ended_at = case when last is not null then l.ended_at else now() end;
end;

-- Of all behind `after` up to `last` (null: to the end), these are missing; the others are not, or not any more.
create function storage.note_missing(after uuid, last uuid, missing uuid[]) returns setof uuid
language plpgsql security definer set search_path = '' as $$
begin
  delete from app_private.storage_missing m
  where (note_missing.after is null or m.version > note_missing.after)
    and (note_missing.last is null or m.version <= note_missing.last)
    and m.version <> all (missing);
  insert into app_private.storage_missing (version)
  select v.version from app_private.storage_versions v where v.version = any (missing) and v.state = 'live'
  on conflict do nothing;
  return query
    select m.version from app_private.storage_missing m, app_private.storage_looks l
    where m.version = any (missing) and m.seen_at < l.begun_at;
end;
$$;

create function storage.unregistered(keys uuid[]) returns setof uuid
language sql stable security definer set search_path = ''
begin atomic
  select k.key from unnest(keys) as k (key)
  where not exists (select from app_private.storage_versions v where v.version = k.key);
end;

create function storage.count_objects() returns void
language sql volatile security definer set search_path = ''
begin atomic
  delete from app_private.storage_totals t
  where not exists (select from storage.buckets b where b.id = t.bucket_id);
  insert into app_private.storage_totals (bucket_id, objects, bytes)
  select b.id, count(o.id), coalesce(sum((o.metadata ->> 'size')::numeric), 0)
  from storage.buckets b left join storage.objects o on o.bucket_id = b.id
  group by b.id
  on conflict (bucket_id) do update set objects = excluded.objects, bytes = excluded.bytes;
end;

-- What waits for the sweep is counted up to 100,000: more than that is told as that many.
create function storage.storage_metrics() returns jsonb
language sql stable security definer set search_path = ''
begin atomic
  select jsonb_build_object(
    'buckets', coalesce((
      select jsonb_agg(jsonb_build_object('id', t.bucket_id, 'objects', t.objects, 'bytes', t.bytes))
      from app_private.storage_totals t
    ), '[]'),
    'garbage', count(g.updated_at),
    'garbageSeconds', coalesce(extract(epoch from clock_timestamp() - min(g.updated_at)), 0),
    'missing', (select count(*) from app_private.storage_missing)
  )
  from (
    select v.updated_at from app_private.storage_versions v where v.state = 'garbage' limit 100000
  ) as g;
end;

revoke execute on function storage.begin_look(interval), storage.mark_store(), storage.end_slice(uuid),
  storage.note_missing(uuid, uuid, uuid[]), storage.unregistered(uuid[]), storage.count_objects(),
  storage.storage_metrics() from public;
grant execute on function storage.begin_look(interval), storage.mark_store(), storage.end_slice(uuid),
  storage.note_missing(uuid, uuid, uuid[]), storage.unregistered(uuid[]), storage.count_objects(),
  storage.storage_metrics() to service_role;

comment on table app_private.storage_looks is 'How far the comparison of the store with what is registered has come.';
comment on column app_private.storage_looks.is_only is 'There is one row.';
comment on column app_private.storage_looks.marker is 'The key of the bytes by which the store of this database is known.';
comment on column app_private.storage_looks.marked_at is 'When these bytes were put there; null: the store has not been used yet.';
comment on column app_private.storage_looks.begun_at is 'When the look under way began; null: none is.';
comment on column app_private.storage_looks.place is 'The last key that was looked at.';
comment on column app_private.storage_looks.ended_at is 'When the last look ended.';
comment on table app_private.storage_missing is 'Versions whose bytes were not there when somebody looked.';
comment on column app_private.storage_missing.version is 'The version.';
comment on column app_private.storage_missing.seen_at is 'When that was seen first.';
comment on table app_private.storage_totals is 'Objects of each bucket, as they were counted last.';
comment on column app_private.storage_totals.bucket_id is 'The bucket.';
comment on column app_private.storage_totals.objects is 'How many there were.';
comment on column app_private.storage_totals.bytes is 'How large they were together.';
comment on constraint storage_looks_has_one_row on app_private.storage_looks is 'There is one row.';
comment on function storage.begin_look(interval) is 'Where to look on, if it is time to look.';
comment on function storage.mark_store() is 'Remembers that the store has its marker.';
comment on function storage.end_slice(uuid) is 'Remembers how far the look has come; null: to the end.';
comment on function storage.note_missing(uuid, uuid, uuid[]) is
  'Remembers whose bytes are missing; returns those that were in an earlier look too.';
comment on function storage.unregistered(uuid[]) is 'Those of the keys that nobody registered.';
comment on function storage.count_objects() is 'Counts objects and their bytes, for storage_metrics().';
comment on function storage.storage_metrics() is 'What monitoring asks of storage; it reads no object.';
