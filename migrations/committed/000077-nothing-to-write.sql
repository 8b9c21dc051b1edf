--! Previous: sha1:2697a072fc88f346fa5b10331294d8cea97ac754
--! Hash: sha1:0504c56ec50ecd93d503271d66eb4f269dc70ab5
--! Message: nothing-to-write

-- A statement that changes no row fires its triggers all the same: each lock, log and copy of a variant or a generation was
-- gone through for nothing, more often than for something. It is asked first. What is asked sees what the statement would:
-- both begin after the generation is locked.
create or replace function app_private.make_primary(variant_ids uuid[]) returns void
language plpgsql set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  if variant_ids is null or not exists (
    select from public.generation_variants w join public.generation_variants v on v.generation_id = w.generation_id
    where w.id = any (variant_ids) and v.is_primary is distinct from (v.id = w.id)
  ) then
    return;
  end if;
  update public.generation_variants v
  set is_primary = (v.id = w.id)
  from public.generation_variants w
  where w.id = any (variant_ids) and v.generation_id = w.generation_id
    and v.is_primary is distinct from (v.id = w.id);
end;
$$;
create or replace function app_private.show_primary_variants(generation_ids uuid[]) returns void
language plpgsql set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  perform from public.generations g where g.id = any (generation_ids) order by g.id for no key update;
  if not exists (
    select from public.generations g join public.generation_variants v on v.generation_id = g.id and v.is_primary
    where g.id = any (generation_ids) and (g.primary_variant_id, g.location, g.thumbnail_url, g.params, g.name)
      is distinct from (v.id, v.location, v.thumbnail_url, v.params, v.name)
  ) then
    return;
  end if;
  update public.generations g
  set primary_variant_id = v.id, location = v.location, thumbnail_url = v.thumbnail_url, params = v.params, name = v.name
  from public.generation_variants v
  where g.id = any (generation_ids) and v.generation_id = g.id and v.is_primary
    and (g.primary_variant_id, g.location, g.thumbnail_url, g.params, g.name)
      is distinct from (v.id, v.location, v.thumbnail_url, v.params, v.name);
end;
$$;
create or replace function app_private.auto_create_variants(generation_ids uuid[]) returns void
language plpgsql set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  if not exists (
    select from public.generations g
    where g.id = any (generation_ids) and g.location is not null and g.primary_variant_id is null
      and not exists (select from public.generation_variants v where v.generation_id = g.id)
  ) then
    return;
  end if;
  insert into public.generation_variants
    (generation_id, project_id, location, thumbnail_url, name, params, variant_type, is_primary)
  select g.id, g.project_id, g.location, g.thumbnail_url, g.name, g.params, 'original', true
  from public.generations g
  where g.id = any (generation_ids) and g.location is not null and g.primary_variant_id is null
    and not exists (select from public.generation_variants v where v.generation_id = g.id)
  order by g.id;
end;
$$;
