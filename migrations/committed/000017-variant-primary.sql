--! Previous: sha1:341420e08d4f586d31f2c42e8f6399b8711b65a3
--! Hash: sha1:d66457615820427593d4298c5131707bd098b18c
--! Message: variant-primary

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
-- triggers have settled them before anybody looks.
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

drop trigger if exists trg_handle_variant_primary_switch on public.generation_variants;
drop trigger if exists trg_handle_variant_primary_switch_update on public.generation_variants;
drop trigger if exists _060_refuse_move on public.generation_variants;

create trigger trg_handle_variant_primary_switch before insert on public.generation_variants
  for each row execute function app_private.handle_variant_primary_switch();
create trigger trg_handle_variant_primary_switch_update before update of is_primary on public.generation_variants
  for each row when (old.is_primary <> new.is_primary)
  execute function app_private.handle_variant_primary_switch();
create trigger _060_refuse_move before update of generation_id on public.generation_variants
  for each row when (old.generation_id is distinct from new.generation_id)
  execute function app_private.refuse_variant_move();

comment on function app_private.handle_variant_primary_switch() is 'BEFORE INSERT OR UPDATE OF is_primary: the first variant is primary, the only one stays it.';
comment on function app_private.refuse_variant_move() is 'BEFORE UPDATE OF generation_id: a variant never changes generation.';
comment on function app_private.newest_variant(uuid, uuid[]) is 'The most recently created variant of a generation, some left out.';
comment on function app_private.show_primary_variants(uuid[]) is 'Copies primary variants to their generations, where something differs.';
comment on function app_private.make_primary(uuid[]) is 'Makes these variants the only primary ones of their generations.';
