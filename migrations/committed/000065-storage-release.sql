--! Previous: sha1:0dea5f29cd13968f93f69714a5997da1b4a44e6a
--! Hash: sha1:7be671104c3a6fa57bd7b8d2d6405d51bcd279bd
--! Message: storage-release

-- What a deleted generation or variant showed, or one that shows something else now: its own objects are looked at, and
-- go when nothing refers to them any more. Only those below the folder of the project's owner: what he showed of others
-- is theirs.
drop trigger if exists _600_release_objects on public.generations;
drop trigger if exists _600_release_objects_delete on public.generations;
drop trigger if exists _600_release_objects on public.generation_variants;
drop trigger if exists _600_release_objects_delete on public.generation_variants;
drop trigger if exists _600_release_objects on public.projects;
drop trigger if exists _600_release_folder on public.users;
drop function if exists storage.release_unreferenced(int);
drop function if exists app_private.is_referred_to(text);
drop function if exists app_private.release_objects_of_rows();
drop function if exists app_private.release_objects_of_project();
drop function if exists app_private.release_folder();
drop table if exists app_private.storage_candidates;

-- Objects that may have lost their last reference. Not unique: who writes one never waits for another who writes it.
create table app_private.storage_candidates (
  id bigint generated always as identity primary key,
  bucket_id text not null,
  name text collate "C" not null,
  due_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index storage_candidates_due_at_idx on app_private.storage_candidates (due_at, id);

-- Granted to nobody: only the functions below come here.
alter table app_private.storage_candidates enable row level security;

create trigger _100_touch_updated_at before update on app_private.storage_candidates
  for each row execute function app_private.touch_updated_at();

-- On variants, and on generations for those that have none: what others show is their primary variant's, and goes with it.
-- Nested loops alone: a plan made for ten thousand rows would read whole tables for each single one after them.
create function app_private.release_objects_of_rows() returns trigger
language plpgsql security definer set search_path = ''
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_is_found boolean;
begin
  if tg_table_name = 'generations' then
    select exists (select from old_rows o where o.location is null and storage.path_of(o.thumbnail_url) is not null)
    into v_is_found;
  else
    select exists (
      select from old_rows o where storage.path_of(o.location) is not null or storage.path_of(o.thumbnail_url) is not null
    ) into v_is_found;
  end if;
  if not v_is_found then
    return null;
  end if;
  -- A project that goes together with them is not found any more: its own trigger has noted what they show.
  if tg_op = 'DELETE' then
    insert into app_private.storage_candidates (bucket_id, name)
    select distinct split_part(l.path, '/', 1), substr(l.path, position('/' in l.path) + 1)
    from old_rows o
    cross join lateral (values (storage.path_of(o.location)), (storage.path_of(o.thumbnail_url))) as l (path)
    join public.projects p on p.id = o.project_id
    where split_part(l.path, '/', 2) = p.user_id::text
      and (tg_table_name = 'generation_variants' or o.location is null);
  else
    insert into app_private.storage_candidates (bucket_id, name)
    select distinct split_part(l.path, '/', 1), substr(l.path, position('/' in l.path) + 1)
    from (
      -- Each row with what it shows now: by a window, because two transition tables have no index to meet by.
      select w.*, first_value(w.location) over both_of as new_location,
        first_value(w.thumbnail_url) over both_of as new_thumbnail_url
      from (
        select n.id, n.project_id, n.location, n.thumbnail_url, true as is_new from new_rows n
        union all
        select o.id, o.project_id, o.location, o.thumbnail_url, false from old_rows o
      ) w
      window both_of as (partition by w.id order by w.is_new desc)
    ) o
    cross join lateral (values (storage.path_of(o.location)), (storage.path_of(o.thumbnail_url))) as l (path)
    join public.projects p on p.id = o.project_id
    where not o.is_new and split_part(l.path, '/', 2) = p.user_id::text
      and (tg_table_name = 'generation_variants' or o.location is null)
      and l.path is distinct from storage.path_of(o.new_location)
      and l.path is distinct from storage.path_of(o.new_thumbnail_url);
  end if;
  return null;
end;
$$;

-- Before: when its generations go, by the cascade, nobody can say any more whose they were.
create function app_private.release_objects_of_project() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
  insert into app_private.storage_candidates (bucket_id, name)
  select distinct split_part(l.path, '/', 1), substr(l.path, position('/' in l.path) + 1)
  from (
    select null as location, g.thumbnail_url from public.generations g
    where g.project_id = old.id and g.location is null and g.thumbnail_url is not null
    union all
    select v.location, v.thumbnail_url from public.generation_variants v where v.project_id = old.id
  ) r
  cross join lateral (values (storage.path_of(r.location)), (storage.path_of(r.thumbnail_url))) as l (path)
  where split_part(l.path, '/', 2) = old.user_id::text;
  return old;
end;
$$;

-- With an account goes all that is in its folder, in every bucket.
create function app_private.release_folder() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
begin
  insert into app_private.storage_candidates (bucket_id, name)
  select o.bucket_id, o.name from storage.buckets b
  join storage.objects o on o.bucket_id = b.id and o.folder = old.id::text;
  return null;
end;
$$;

create trigger _600_release_objects after update on public.generations
  referencing old table as old_rows new table as new_rows
  for each statement execute function app_private.release_objects_of_rows();
create trigger _600_release_objects_delete after delete on public.generations
  referencing old table as old_rows
  for each statement execute function app_private.release_objects_of_rows();
create trigger _600_release_objects after update on public.generation_variants
  referencing old table as old_rows new table as new_rows
  for each statement execute function app_private.release_objects_of_rows();
create trigger _600_release_objects_delete after delete on public.generation_variants
  referencing old table as old_rows
  for each statement execute function app_private.release_objects_of_rows();
create trigger _600_release_objects before delete on public.projects
  for each row execute function app_private.release_objects_of_project();
create trigger _600_release_folder after delete on public.users
  for each row execute function app_private.release_folder();

-- Rows that show or offer it, by path or URL. What ended tasks made, and what params and settings remember, is history:
-- it may name what is gone.
create function app_private.is_referred_to(path text) returns boolean
language sql stable set search_path = '' set enable_seqscan = off
begin atomic
  select exists (select from public.generation_variants v where storage.path_of(v.location) = path)
    or exists (select from public.generation_variants v where storage.path_of(v.thumbnail_url) = path)
    or exists (select from public.generations g where g.location is null and storage.path_of(g.thumbnail_url) = path)
    or exists (select from public.resources r where storage.path_of(r.url) = path)
    or exists (select from public.training_data d where storage.path_of(d.url) = path)
    or exists (select from public.users u where storage.path_of(u.avatar_url) = path);
end;

-- A task that was open when an object became a candidate may be about to read it: params name files in whatever way
-- their type knows, and a task reads the outputs of those it depends on. So the object waits until all of them ended.
-- (One who has no credits keeps his deleted files as long as he lets tasks wait.)
create function storage.release_unreferenced(most int) returns int
language plpgsql security definer set search_path = ''
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_taken bigint[];
  v_waiting bigint[];
  v_objects uuid[];
  v_released int;
begin
  select array_agg(c.id) into v_taken from (
    select c.id from app_private.storage_candidates c
    where c.due_at <= now() order by c.due_at, c.id limit most for update skip locked
  ) c;
  if v_taken is null then
    return 0;
  end if;

  -- Each owner's oldest open task once, however many candidates he has.
  with candidates as materialized (
    select c.id, c.created_at, split_part(c.name, '/', 1)::uuid as owner
    from app_private.storage_candidates c where c.id = any (v_taken)
  ),
  owners as materialized (
    select o.owner, (select min(q.created_at) from app_private.queue q where q.user_id = o.owner) as oldest
    from (select distinct c.owner from candidates c) o
  )
  select array_agg(c.id) into v_waiting
  from candidates c join owners o on o.owner = c.owner where o.oldest <= c.created_at;

  -- Whoever writes a reference just now holds it: then it is for another round. Once it is ours, whoever comes waits,
  -- and finds it gone.
  select array_agg(o.id) into v_objects from (
    select o.id from app_private.storage_candidates c
    join storage.objects o on o.bucket_id = c.bucket_id and o.name = c.name
    where c.id = any (v_taken) and c.id <> all (coalesce(v_waiting, '{}'))
    for update of o skip locked
  ) o;

  -- A statement of its own, so that it sees all that was committed before the objects were ours. Of who has no account
  -- any more nothing is kept, whoever refers to it.
  delete from storage.objects o where o.id = any (v_objects)
    and (not app_private.is_referred_to(o.bucket_id || '/' || o.name)
      or not exists (select from public.users u where u.id = o.folder::uuid));
  get diagnostics v_released = row_count;

  -- Done with, or in use: a later loss makes it a candidate again. What waits comes behind the others.
  update app_private.storage_candidates c set due_at = now() + interval '5 minutes' where c.id = any (v_waiting);
  delete from app_private.storage_candidates c
  where c.id = any (v_taken) and c.id <> all (coalesce(v_waiting, '{}'))
    and not exists (
      select from storage.objects o
      where o.bucket_id = c.bucket_id and o.name = c.name and o.id <> all (coalesce(v_objects, '{}'))
    );
  return v_released;
end;
$$;

revoke execute on function app_private.release_objects_of_rows(), app_private.release_objects_of_project(),
  app_private.release_folder(), app_private.is_referred_to(text), storage.release_unreferenced(int) from public;
grant execute on function storage.release_unreferenced(int) to service_role;

comment on table app_private.storage_candidates is 'Objects that may have lost their last reference.';
comment on column app_private.storage_candidates.id is 'Identifies the candidate.';
comment on column app_private.storage_candidates.bucket_id is 'The bucket of the object.';
comment on column app_private.storage_candidates.name is 'Its path in the bucket.';
comment on column app_private.storage_candidates.due_at is 'When it is looked at.';
comment on column app_private.storage_candidates.created_at is 'When a reference went.';
comment on column app_private.storage_candidates.updated_at is 'When the row last changed.';
comment on function app_private.release_objects_of_rows() is 'AFTER UPDATE OR DELETE: what is not shown any more may have lost its last reference.';
comment on function app_private.release_objects_of_project() is 'BEFORE DELETE: what the project shows may have lost its last reference.';
comment on function app_private.release_folder() is 'AFTER DELETE: the objects of a user go with his account.';
comment on function app_private.is_referred_to(text) is 'Whether a row shows or offers this object.';
comment on function storage.release_unreferenced(int) is 'Removes objects that lost their last reference; returns how many. At most so many candidates are looked at.';
