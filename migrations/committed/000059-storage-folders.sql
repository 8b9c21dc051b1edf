--! Previous: sha1:d57332bdd5a1107ac29ad58efcfd8bc078cd5262
--! Hash: sha1:8c547d28e4e4afc704d3dc1bb85de03de2b982da
--! Message: storage-folders

-- Names in the order of their bytes, and whose folder an object is in, as columns that an index can be asked for under
-- row-level security: taking a name apart may not be an index condition there, a comparison of texts may.
drop policy if exists objects_owner_select on storage.objects;
drop policy if exists objects_owner_insert on storage.objects;
drop policy if exists objects_owner_update on storage.objects;
drop policy if exists objects_owner_delete on storage.objects;
drop policy if exists objects_holder_select on storage.objects;
drop policy if exists objects_holder_insert on storage.objects;
drop policy if exists objects_holder_update on storage.objects;
drop policy if exists objects_holder_delete on storage.objects;
drop index if exists storage.objects_in_folders;
drop index if exists storage.name_prefix_search;
alter table storage.objects drop column if exists folder;
alter table storage.objects drop column if exists path_tokens;
alter table storage.objects alter column name type text collate "C";
alter table storage.objects
  add column path_tokens text[] generated always as (string_to_array(name, '/')) stored,
  add column folder text generated always as (split_part(name, '/', 1)) stored;
-- What a user lists: bucketid_objname serves services, who see everybody's.
create index objects_in_folders on storage.objects (bucket_id, folder, name);

-- A user lists, writes and removes below his own folder, {user id}/…, in every bucket. Reading a public bucket by URL asks
-- no policy: storage.public_object() answers that.
create policy objects_owner_select on storage.objects for select to authenticated
  using (folder = (select auth.uid()::text));
create policy objects_owner_insert on storage.objects for insert to authenticated
  with check (folder = (select auth.uid()::text) and position('/' in name) > 0);
create policy objects_owner_update on storage.objects for update to authenticated
  using (folder = (select auth.uid()::text))
  with check (folder = (select auth.uid()::text) and position('/' in name) > 0);
create policy objects_owner_delete on storage.objects for delete to authenticated
  using (folder = (select auth.uid()::text));
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

-- An object may move to another bucket, if the rules there let it in.
grant update (bucket_id) on storage.objects to authenticated, worker;

-- Sizes and types: what a studio makes, what models are trained on, and models.
update storage.buckets b set file_size_limit = r.bytes, allowed_mime_types = r.types
from (values
  ('public', 1::bigint << 30, array['image/*', 'video/*', 'audio/*', 'application/json', 'text/plain']),
  ('training-data', 5::bigint << 30,
    array['image/*', 'video/*', 'audio/*', 'application/json', 'text/plain', 'application/zip']),
  ('lora_files', 10::bigint << 30,
    array['application/octet-stream', 'application/zip', 'application/json', 'text/plain', 'image/*', 'video/*'])
) as r (id, bytes, types)
where b.id = r.id;

comment on column storage.objects.path_tokens is 'The path, taken apart.';
comment on column storage.objects.folder is 'The first part of its path: the id of the user whose folder it is in.';
