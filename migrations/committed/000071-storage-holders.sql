--! Previous: sha1:076ba628f838e1710ee3f65a6fa853374ec34348
--! Hash: sha1:c77061251f1075bf79679abee625ddd693b7fb62
--! Message: storage-holders

-- Who keeps an object: rows of whom it belongs to and, where anybody may read it, those of others, who show it by right. A
-- row of a stranger that names a private object shows nobody anything; if it counted, whoever guesses or once learned
-- a name could keep what its owner deleted, and fill his storage with it.
drop function if exists app_private.is_referred_to(text);
drop function if exists app_private.is_held(text, uuid, boolean);

-- Rows that show or offer it, by path or URL. What ended tasks made, and what params and settings remember, is history:
-- it may name what is gone.
create function app_private.is_held(path text, owner uuid, is_for_all boolean) returns boolean
language sql stable set search_path = '' set enable_seqscan = off
begin atomic
  select exists (
      select from public.generation_variants v join public.projects p on p.id = v.project_id
      where storage.path_of(v.location) = path and (is_for_all or p.user_id = owner)
    )
    or exists (
      select from public.generation_variants v join public.projects p on p.id = v.project_id
      where storage.path_of(v.thumbnail_url) = path and (is_for_all or p.user_id = owner)
    )
    or exists (
      select from public.generations g join public.projects p on p.id = g.project_id
      where g.location is null and storage.path_of(g.thumbnail_url) = path and (is_for_all or p.user_id = owner)
    )
    or exists (
      select from public.resources r where storage.path_of(r.url) = path and (is_for_all or r.user_id = owner)
    )
    or exists (
      select from public.training_data d where storage.path_of(d.url) = path and (is_for_all or d.user_id = owner)
    )
    or exists (
      select from public.users u where storage.path_of(u.avatar_url) = path and (is_for_all or u.id = owner)
    );
end;

-- A task that was open when an object became a candidate may be about to read it: params name files in whatever way
-- their type knows, and a task reads the outputs of those it depends on. So the object waits until all of them ended.
-- (One who has no credits keeps his deleted files as long as he lets tasks wait.)
create or replace function storage.release_unreferenced(most int) returns int
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
  delete from storage.objects o using storage.buckets b
  where o.id = any (v_objects) and b.id = o.bucket_id
    and (not app_private.is_held(o.bucket_id || '/' || o.name, o.folder::uuid, b.public)
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

revoke execute on function app_private.is_held(text, uuid, boolean) from public;

comment on function app_private.is_held(text, uuid, boolean) is
  'Whether a row that counts shows or offers this object: one of its owner or, of a public object, anybody''s.';
