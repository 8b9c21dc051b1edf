--! Previous: sha1:53733101512dafbd1b2b50d1d223630ce97f01ca
--! Hash: sha1:51aa3cdd27213697361befcdc919d34adbe23f66
--! Message: copies-refused

-- The copies are written by triggers alone. A service and the owner of the database have the right to write
-- these columns; the promise that they are copies is kept by refusing, not by hoping.
create or replace function app_private.refuse_copies() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise exception 'shotData, shotId, timelineFrame and children of a generation are copies which the database keeps.'
    using errcode = 'RG403';
end;
$$;

drop trigger if exists _020_refuse_copies on public.generations;
drop trigger if exists _020_refuse_copies_update on public.generations;
-- Depth 0 is a statement from outside; the triggers that keep the copies write at a depth of their own.
create trigger _020_refuse_copies before insert on public.generations
  for each row when (pg_trigger_depth() = 0 and
    (new.shot_data, new.shot_id, new.timeline_frame, new.children) is distinct from ('{}'::jsonb, null::uuid, null::int, '[]'::jsonb))
  execute function app_private.refuse_copies();
create trigger _020_refuse_copies_update before update on public.generations
  for each row when (pg_trigger_depth() = 0 and (new.shot_data, new.shot_id, new.timeline_frame, new.children)
    is distinct from (old.shot_data, old.shot_id, old.timeline_frame, old.children))
  execute function app_private.refuse_copies();

comment on function app_private.refuse_copies() is 'BEFORE INSERT OR UPDATE on generations: the copies are written by triggers alone. Error: FORBIDDEN.';
