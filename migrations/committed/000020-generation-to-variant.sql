--! Previous: sha1:05cfeab3cc40707f3ce6f3e1a3ad4dc6716c0381
--! Hash: sha1:759c187a6f25ac981ca3820fa301aa95aad25821
--! Message: generation-to-variant

-- What is written to a generation goes to its primary variant. One that comes with a location, or gets one
-- later, and has no variant yet: the location is its original variant.
create or replace function app_private.auto_create_variants(generation_ids uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into public.generation_variants
    (generation_id, project_id, location, thumbnail_url, name, params, variant_type, is_primary)
  select g.id, g.project_id, g.location, g.thumbnail_url, g.name, g.params, 'original', true
  from public.generations g
  where g.id = any (generation_ids) and g.location is not null and g.primary_variant_id is null
    and not exists (select from public.generation_variants v where v.generation_id = g.id)
  order by g.id;
end;
$$;

create or replace function app_private.auto_create_variant_after_generation() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_bare uuid[];
begin
  select array_agg(n.id) into v_bare from new_rows n where n.location is not null and n.primary_variant_id is null;
  if v_bare is not null then
    perform app_private.auto_create_variants(v_bare);
  end if;
  return null;
end;
$$;

-- Hash and merge joins are off so that the variants are always looked up by their key: a plan made for ten
-- thousand generations reads the whole table, and would do so for each single one after them.
create or replace function app_private.sync_variant_from_generation() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
as $$
declare
  v_written uuid[];
  v_emptied uuid[];
  v_switched uuid[];
  v_winners uuid[];
  v_leaderless uuid[];
begin
  with changed as materialized (
    select n.id, n.location, n.primary_variant_id,
      (n.location, n.thumbnail_url, n.params, n.name) is distinct from (o.location, o.thumbnail_url, o.params, o.name) as writes,
      n.location is null and o.location is not null as empties,
      n.primary_variant_id is distinct from o.primary_variant_id as switches
    from new_rows n full join old_rows o using (id)
  )
  select array_agg(c.id) filter (where c.writes),
    -- With a primary it is somebody's hand; without, a variant that goes: the deletion settles that.
    array_agg(c.id) filter (where c.empties and c.primary_variant_id is not null),
    array_agg(c.id) filter (where c.switches),
    array_agg(c.primary_variant_id) filter (where c.switches and c.primary_variant_id is not null),
    array_agg(c.id) filter (where c.switches and c.primary_variant_id is null)
  into v_written, v_emptied, v_switched, v_winners, v_leaderless
  from changed c;
  if v_written is null and v_switched is null then
    return null;
  end if;

  if v_emptied is not null and exists (select from public.generation_variants v where v.generation_id = any (v_emptied)) then
    raise exception 'A generation with variants has a location: delete its variants to take it away.' using errcode = 'RG409';
  end if;

  -- Values first, to the variant that is or becomes primary, and of each only what this statement changed:
  -- starring a generation copies nothing, a switch takes what the new primary has.
  if v_written is not null then
    with changed as materialized (
      select n.id, n.location, n.thumbnail_url, n.params, n.name,
        coalesce(n.primary_variant_id, app_private.newest_variant(n.id, '{}')) as target,
        n.location is distinct from o.location and n.location is not null as sets_location,
        n.thumbnail_url is distinct from o.thumbnail_url as sets_thumbnail_url,
        n.params is distinct from o.params as sets_params,
        n.name is distinct from o.name as sets_name
      from new_rows n full join old_rows o using (id)
    )
    update public.generation_variants v
    set location = case when c.sets_location then c.location else v.location end,
      thumbnail_url = case when c.sets_thumbnail_url then c.thumbnail_url else v.thumbnail_url end,
      params = case when c.sets_params then c.params else v.params end,
      name = case when c.sets_name then c.name else v.name end
    from changed c
    where v.id = c.target and v.generation_id = c.id
      and (c.sets_location and v.location is distinct from c.location
        or c.sets_thumbnail_url and v.thumbnail_url is distinct from c.thumbnail_url
        or c.sets_params and v.params is distinct from c.params
        or c.sets_name and v.name is distinct from c.name);
  end if;

  if v_switched is not null then
    if v_leaderless is not null then
      v_winners := v_winners || array(
        select app_private.newest_variant(l.id, '{}') from unnest(v_leaderless) as l (id));
    end if;
    perform app_private.make_primary(v_winners);
    perform app_private.show_primary_variants(v_switched);
  end if;
  if v_written is not null then
    perform app_private.auto_create_variants(v_written);
  end if;
  return null;
end;
$$;

drop trigger if exists trg_auto_create_variant_after_generation on public.generations;
drop trigger if exists trg_sync_variant_from_generation on public.generations;

create trigger trg_auto_create_variant_after_generation after insert on public.generations
  referencing new table as new_rows for each statement execute function app_private.auto_create_variant_after_generation();
create trigger trg_sync_variant_from_generation after update on public.generations
  referencing old table as old_rows new table as new_rows
  for each statement execute function app_private.sync_variant_from_generation();

comment on function app_private.auto_create_variants(uuid[]) is 'Makes the original variant of generations that have a location and no variant.';
comment on function app_private.auto_create_variant_after_generation() is 'AFTER INSERT on generations: a location is the original variant.';
comment on function app_private.sync_variant_from_generation() is 'AFTER UPDATE on generations: what was written there goes to the primary variant.';
