--! Previous: sha1:3d3d0fbc2656c5459bad5ddd854aa5a866f4f2c8
--! Hash: sha1:05cfeab3cc40707f3ce6f3e1a3ad4dc6716c0381
--! Message: variant-deletion

-- Definer as the other variant triggers. AFTER and not BEFORE, on sets: a delete may take the primary together
-- with its successor, and PostgreSQL refuses a BEFORE trigger that writes a row the same statement deletes.
create or replace function app_private.handle_variant_deletion() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_orphaned uuid[];
begin
  -- Generations that lost their primary and are still there, in a project that is still there.
  select array_agg(distinct g.id) into v_orphaned
  from old_rows o
  join public.generations g on g.id = o.generation_id
  join public.projects p on p.id = g.project_id
  where o.is_primary;
  if v_orphaned is null then
    return null;
  end if;
  perform from public.generations g where g.id = any (v_orphaned) order by g.id for no key update;
  perform app_private.make_primary(array(
    select app_private.newest_variant(t.id, '{}') from unnest(v_orphaned) as t (id)
    where not exists (select from public.generation_variants v where v.generation_id = t.id and v.is_primary)
  ));
  update public.generations g
  set primary_variant_id = null, location = null, thumbnail_url = null, name = null, params = '{}'
  where g.id = any (v_orphaned)
    and not exists (select from public.generation_variants v where v.generation_id = g.id)
    and (g.primary_variant_id, g.location, g.thumbnail_url, g.name, g.params)
      is distinct from (null::uuid, null::text, null::text, null::text, '{}'::jsonb);
  return null;
end;
$$;

drop trigger if exists trg_handle_variant_deletion on public.generation_variants;
create trigger trg_handle_variant_deletion after delete on public.generation_variants
  referencing old table as old_rows for each statement execute function app_private.handle_variant_deletion();

comment on function app_private.handle_variant_deletion() is 'AFTER DELETE: the newest remaining variant becomes primary.';
