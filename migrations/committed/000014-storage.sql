--! Previous: sha1:d0e48bb879eb9766f8b55eb0b04c3413fb2b05a3
--! Hash: sha1:422d629b1de0dfc9e6d3988224b67391352d3d2b
--! Message: storage

-- Buckets and objects, with the columns and helper names of Supabase, so that policies and queries
-- written there keep their meaning.
drop schema if exists storage cascade;
create schema storage;
comment on schema storage is 'Buckets, the objects in them, and helpers to take their names apart.';
grant usage on schema storage to authenticated, worker, service_role;

create table storage.buckets (
  id text primary key,
  name text not null,
  owner uuid,
  owner_id text,
  public boolean not null default false,
  avif_autodetection boolean not null default false,
  file_size_limit bigint,
  allowed_mime_types text[],
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint buckets_file_size_limit_is_positive check (file_size_limit > 0)
);
create unique index bname on storage.buckets (name);

create table storage.objects (
  id uuid primary key default gen_random_uuid(),
  bucket_id text not null references storage.buckets,
  name text not null,
  owner uuid default auth.uid(),
  owner_id text default auth.uid()::text,
  metadata jsonb,
  user_metadata jsonb,
  version text,
  path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  last_accessed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint objects_name_is_a_path check (
    octet_length(name) between 1 and 1024 and name !~ '(^|/)\.{0,2}(/|$)' and name !~ '[[:cntrl:]\\]'
  )
);
create unique index bucketid_objname on storage.objects (bucket_id, name);
create index name_prefix_search on storage.objects (name text_pattern_ops);

alter table storage.buckets enable row level security;
alter table storage.objects enable row level security;

create function storage.foldername(name text) returns text[]
language sql immutable
begin atomic
  select (string_to_array(foldername.name, '/'))[1 : array_length(string_to_array(foldername.name, '/'), 1) - 1];
end;

create function storage.filename(name text) returns text
language sql immutable
begin atomic
  select (string_to_array(filename.name, '/'))[array_length(string_to_array(filename.name, '/'), 1)];
end;

create function storage.extension(name text) returns text
language sql immutable
begin atomic
  select case when storage.filename(extension.name) like '%.%'
    then reverse(split_part(reverse(storage.filename(extension.name)), '.', 1)) else '' end;
end;

-- Definer, because a worker may not read projects: whose folder its outputs belong into is all it learns,
-- and only for the tasks it holds.
create function storage.held_task_folders() returns setof text
language sql stable security definer set search_path = ''
begin atomic
  select p.user_id || '/tasks/' || t.id
  from public.tasks t join public.projects p on p.id = t.project_id
  where t.worker_id = auth.worker_id() and t.status = 'In Progress';
end;

grant execute on function storage.foldername(text), storage.filename(text), storage.extension(text)
  to authenticated, worker, service_role;
grant execute on function storage.held_task_folders() to worker;

-- A user lists, writes and removes below his own folder, {user id}/…, in every bucket. Reading a public
-- bucket by URL asks no policy: the storage routes answer that from buckets.public.
create policy objects_owner_select on storage.objects for select to authenticated
  using ((storage.foldername(name))[1] = (select auth.uid()::text));
create policy objects_owner_insert on storage.objects for insert to authenticated
  with check ((storage.foldername(name))[1] = (select auth.uid()::text));
create policy objects_owner_update on storage.objects for update to authenticated
  using ((storage.foldername(name))[1] = (select auth.uid()::text))
  with check ((storage.foldername(name))[1] = (select auth.uid()::text));
create policy objects_owner_delete on storage.objects for delete to authenticated
  using ((storage.foldername(name))[1] = (select auth.uid()::text));
-- A worker does the same below {owner}/tasks/{task it holds}/, as long as it holds the task.
create policy objects_holder_select on storage.objects for select to worker
  using (array_to_string((storage.foldername(name))[1:3], '/') in (select storage.held_task_folders()));
create policy objects_holder_insert on storage.objects for insert to worker
  with check (array_to_string((storage.foldername(name))[1:3], '/') in (select storage.held_task_folders()));
create policy objects_holder_update on storage.objects for update to worker
  using (array_to_string((storage.foldername(name))[1:3], '/') in (select storage.held_task_folders()))
  with check (array_to_string((storage.foldername(name))[1:3], '/') in (select storage.held_task_folders()));
create policy objects_holder_delete on storage.objects for delete to worker
  using (array_to_string((storage.foldername(name))[1:3], '/') in (select storage.held_task_folders()));
create policy objects_service_all on storage.objects for all to service_role
  using (true) with check (true);
create policy buckets_service_all on storage.buckets for all to service_role
  using (true) with check (true);

-- Not granted: owner, owner_id (default to the caller), id, timestamps; buckets to anybody but services.
grant select, delete on storage.objects to authenticated, worker;
grant insert (bucket_id, name, metadata, user_metadata, version) on storage.objects to authenticated, worker;
grant update (name, metadata, user_metadata, version) on storage.objects to authenticated, worker;
grant select, insert, update, delete on storage.buckets, storage.objects to service_role;

create trigger _100_touch_updated_at before update on storage.buckets
  for each row execute function app_private.touch_updated_at();
create trigger _100_touch_updated_at before update on storage.objects
  for each row execute function app_private.touch_updated_at();

insert into storage.buckets (id, name, public) values
  ('public', 'public', true),
  ('training-data', 'training-data', false),
  ('lora_files', 'lora_files', true);

comment on table storage.buckets is 'A place for files, with its own rules.';
comment on column storage.buckets.id is 'Identifies the bucket.';
comment on column storage.buckets.name is 'Its name in URLs.';
comment on column storage.buckets.owner is 'Who made it (as on Supabase; unused).';
comment on column storage.buckets.owner_id is 'Who made it (as on Supabase; unused).';
comment on column storage.buckets.public is 'Whether anybody may read its objects by URL.';
comment on column storage.buckets.avif_autodetection is 'As on Supabase; unused.';
comment on column storage.buckets.file_size_limit is 'Largest object in bytes; NULL: the server''s limit.';
comment on column storage.buckets.allowed_mime_types is 'Types of content that may be stored; NULL: any.';
comment on column storage.buckets.created_at is 'When it was made.';
comment on column storage.buckets.updated_at is 'When the row last changed.';
comment on table storage.objects is 'A stored file.';
comment on column storage.objects.id is 'Identifies the object.';
comment on column storage.objects.bucket_id is 'The bucket it lies in.';
comment on column storage.objects.name is 'Its path in the bucket.';
comment on column storage.objects.owner is 'Who stored it.';
comment on column storage.objects.owner_id is 'Who stored it, as text.';
comment on column storage.objects.metadata is 'Size, type and checksum of the content.';
comment on column storage.objects.user_metadata is 'What its owner says about it.';
comment on column storage.objects.version is 'Names the bytes of the current content.';
comment on column storage.objects.path_tokens is 'The path, taken apart.';
comment on column storage.objects.last_accessed_at is 'When it was last read.';
comment on column storage.objects.created_at is 'When it was stored.';
comment on column storage.objects.updated_at is 'When the row last changed.';
comment on function storage.foldername(text) is 'The folders of an object''s path.';
comment on function storage.filename(text) is 'The last part of an object''s path.';
comment on function storage.extension(text) is 'What follows the last dot of the file name.';
comment on function storage.held_task_folders() is 'The folders the calling worker may write: one for each task it holds.';
comment on constraint buckets_file_size_limit_is_positive on storage.buckets is 'file_size_limit must be positive.';
comment on constraint objects_name_is_a_path on storage.objects is 'An object''s name is a path of at most 1,024 bytes without empty, "." or ".." parts, control characters or backslashes.';
