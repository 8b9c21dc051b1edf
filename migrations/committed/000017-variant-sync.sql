--! Previous: sha1:8679ee1006f64cb9d86036a903622b8c87cbc5c5
--! Hash: sha1:49f9beba88b7a0d5bec90e726f9836b5fbf94a4a
--! Message: variant-sync

-- Generations and their variants in step (V1, V2). The primary variant is the truth; the generation
-- shows it. Statement-level with transition tables: one row or ten thousand are the same work.
-- All of it as definer: it writes columns nobody is granted.
--
-- Each function changes only what differs and returns at once when nothing does: the triggers of the two
-- tables call each other, and statement triggers fire on zero rows too.
--
-- A session plans a statement without parameters once, for as many rows as the first call had. Made for
-- one row it joined old_rows and new_rows in a nested loop, which took minutes for ten thousand: hence the
-- full joins, which are always hashed or merged, kept apart by `materialized` from conditions that would
-- turn them into inner ones; and hence no other join between two sets of unknown size. For the same reason
-- enable_seqscan is off in all that runs by trigger: a plan made while a table was tiny reads all of it, and
-- does so for each row of an import that comes after. (Functions called from here inherit the setting.)

-- Of a generation's variants only one is primary. Deferred, because a statement may write several; the
-- triggers below have settled them before anybody looks.
alter table public.generation_variants drop constraint if exists generation_variants_one_primary;
alter table public.generation_variants add constraint generation_variants_one_primary
  exclude (generation_id with =) where (is_primary) deferrable initially deferred;
comment on constraint generation_variants_one_primary on public.generation_variants is 'A generation has one primary variant.';

-- BEFORE only normalises NEW; who loses the flag is settled AFTER. The first variant is always primary.
create or replace function app_private.handle_variant_primary_switch() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off
as $$
begin
  -- The parent's lock: two sessions without claims that add or raise a variant at once take turns, and
  -- do not meet at their commits, each waiting for the other's primary to be checked.
  perform from public.generations g where g.id = new.generation_id for no key update;
  if tg_op = 'INSERT' then
    if not new.is_primary and not exists (
      select from public.generation_variants v where v.generation_id = new.generation_id
    ) then
      new.is_primary := true;
    end if;
  elsif old.is_primary and not new.is_primary and not exists (
    select from public.generation_variants v where v.generation_id = new.generation_id and v.id <> new.id
  ) then
    raise exception 'The only variant of a generation is its primary one.' using errcode = 'RG409';
  end if;
  return new;
end;
$$;

alter function app_private.generation_variants_take_project() set enable_seqscan = off;

create or replace function app_private.refuse_variant_move() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise exception 'A variant stays with its generation.' using errcode = 'RG409';
end;
$$;

-- The most recently created one; ties go to the highest id.
create or replace function app_private.newest_variant(generation_id uuid, other_than uuid[]) returns uuid
language sql stable
begin atomic
  select v.id from public.generation_variants v
  where v.generation_id = newest_variant.generation_id and v.id <> all (newest_variant.other_than)
  order by v.created_at desc, v.id desc limit 1;
end;

-- Copies the primary variants of these generations to them, where something differs.
create or replace function app_private.show_primary_variants(generation_ids uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform from public.generations g where g.id = any (generation_ids) order by g.id for no key update;
  update public.generations g
  set primary_variant_id = v.id, location = v.location, thumbnail_url = v.thumbnail_url, params = v.params, name = v.name
  from public.generation_variants v
  where g.id = any (generation_ids) and v.generation_id = g.id and v.is_primary
    and (g.primary_variant_id, g.location, g.thumbnail_url, g.params, g.name)
      is distinct from (v.id, v.location, v.thumbnail_url, v.params, v.name);
end;
$$;

-- Makes exactly these variants the primary ones of their generations.
create or replace function app_private.make_primary(variant_ids uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  update public.generation_variants v
  set is_primary = (v.id = w.id)
  from public.generation_variants w
  where w.id = any (variant_ids) and v.generation_id = w.generation_id
    and v.is_primary is distinct from (v.id = w.id);
end;
$$;

create or replace function app_private.sync_generation_from_variant() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_touched uuid[];
  v_flagged uuid[];
  v_winners uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct n.generation_id) into v_touched from new_rows n;
    if v_touched is null then
      return null;
    end if;
    -- Of several primaries written by one statement the last one stays: a transition table keeps their order.
    select array_agg(w.id) into v_winners
    from (
      select distinct on (r.generation_id) r.id
      from (select n.*, row_number() over () as place from new_rows n) r
      where r.is_primary
      order by r.generation_id, r.place desc
    ) w;
  else
    -- What shows a difference: the flag, or what the generation copies of a primary variant.
    with changed as materialized (
      select n.generation_id, n.is_primary, o.is_primary as was_primary,
        (n.location, n.thumbnail_url, n.params, n.name) is distinct from (o.location, o.thumbnail_url, o.params, o.name) as differs
      from new_rows n full join old_rows o using (id)
    )
    select array_agg(distinct c.generation_id) filter (where c.differs and c.is_primary or c.is_primary <> c.was_primary),
      array_agg(distinct c.generation_id) filter (where c.is_primary <> c.was_primary)
    into v_touched, v_flagged
    from changed c;
    if v_touched is null then
      return null;
    end if;
    -- Two sessions without claims that raise different variants take turns here. Without it the second
    -- does not see what the first raised, and fails at its commit with two primaries.
    if v_flagged is not null then
      perform from public.generations g where g.id = any (v_flagged) order by g.id for no key update;
    end if;
    -- Risen in this statement, the last one first; else one that is primary still; else the newest of
    -- those that were not demoted just now, and at the very last the newest of all.
    with changed as materialized (
      select n.id, n.generation_id, n.is_primary, o.is_primary as was_primary, n.place
      from (select r.*, row_number() over () as place from new_rows r) n full join old_rows o using (id)
    ),
    candidates as (
      select v.generation_id, v.id, v.is_primary as stands, false as rose, false as fell, null::bigint as place, v.created_at
      from public.generation_variants v where v.generation_id = any (v_flagged)
      union all
      select c.generation_id, c.id, false, c.is_primary, c.was_primary, c.place, null
      from changed c where c.is_primary <> c.was_primary
    ),
    ranked as (
      select c.generation_id, c.id, max(c.place) as place, max(c.created_at) as created_at,
        case when bool_or(c.rose) then 0 when bool_or(c.stands) then 1 when not bool_or(c.fell) then 2 else 3 end as rank
      from candidates c group by c.generation_id, c.id
    )
    select array_agg(w.id) into v_winners
    from (
      select distinct on (r.generation_id) r.id from ranked r
      order by r.generation_id, r.rank, case when r.rank = 0 then r.place end desc, r.created_at desc, r.id desc
    ) w;
  end if;

  perform app_private.make_primary(v_winners);
  perform app_private.show_primary_variants(v_touched);
  return null;
end;
$$;

-- Definer as the others. AFTER and not BEFORE, on sets: a delete may take the primary together with its
-- successor, and PostgreSQL refuses a BEFORE trigger that writes a row the same statement deletes.
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

-- A generation that comes with a location, or gets one later, and has no variant yet: the location is
-- its original variant.
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

drop trigger if exists trg_handle_variant_primary_switch on public.generation_variants;
drop trigger if exists trg_handle_variant_primary_switch_update on public.generation_variants;
drop trigger if exists _060_refuse_move on public.generation_variants;
drop trigger if exists trg_sync_generation_from_variant on public.generation_variants;
drop trigger if exists trg_sync_generation_from_variant_update on public.generation_variants;
drop trigger if exists trg_handle_variant_deletion on public.generation_variants;
drop trigger if exists trg_auto_create_variant_after_generation on public.generations;
drop trigger if exists trg_sync_variant_from_generation on public.generations;

create trigger trg_handle_variant_primary_switch before insert on public.generation_variants
  for each row execute function app_private.handle_variant_primary_switch();
create trigger trg_handle_variant_primary_switch_update before update of is_primary on public.generation_variants
  for each row when (old.is_primary <> new.is_primary)
  execute function app_private.handle_variant_primary_switch();
create trigger _060_refuse_move before update of generation_id on public.generation_variants
  for each row when (old.generation_id is distinct from new.generation_id)
  execute function app_private.refuse_variant_move();
create trigger trg_sync_generation_from_variant after insert on public.generation_variants
  referencing new table as new_rows for each statement execute function app_private.sync_generation_from_variant();
create trigger trg_sync_generation_from_variant_update after update on public.generation_variants
  referencing old table as old_rows new table as new_rows
  for each statement execute function app_private.sync_generation_from_variant();
create trigger trg_handle_variant_deletion after delete on public.generation_variants
  referencing old table as old_rows for each statement execute function app_private.handle_variant_deletion();
create trigger trg_auto_create_variant_after_generation after insert on public.generations
  referencing new table as new_rows for each statement execute function app_private.auto_create_variant_after_generation();
create trigger trg_sync_variant_from_generation after update on public.generations
  referencing old table as old_rows new table as new_rows
  for each statement execute function app_private.sync_variant_from_generation();

comment on function app_private.handle_variant_primary_switch() is 'BEFORE INSERT OR UPDATE OF is_primary: the first variant is primary, the only one stays it.';
comment on function app_private.refuse_variant_move() is 'BEFORE UPDATE OF generation_id: a variant never changes generation.';
comment on function app_private.newest_variant(uuid, uuid[]) is 'The most recently created variant of a generation, some left out.';
comment on function app_private.show_primary_variants(uuid[]) is 'Copies primary variants to their generations, where something differs.';
comment on function app_private.make_primary(uuid[]) is 'Makes these variants the only primary ones of their generations.';
comment on function app_private.sync_generation_from_variant() is 'AFTER INSERT OR UPDATE: one primary variant, and the generation shows it.';
comment on function app_private.handle_variant_deletion() is 'AFTER DELETE: the newest remaining variant becomes primary.';
comment on function app_private.auto_create_variants(uuid[]) is 'Makes the original variant of generations that have a location and no variant.';
comment on function app_private.auto_create_variant_after_generation() is 'AFTER INSERT on generations: a location is the original variant.';
comment on function app_private.sync_variant_from_generation() is 'AFTER UPDATE on generations: what was written there goes to the primary variant.';
