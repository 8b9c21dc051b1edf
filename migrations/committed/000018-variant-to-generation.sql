--! Previous: sha1:d66457615820427593d4298c5131707bd098b18c
--! Hash: sha1:3d3d0fbc2656c5459bad5ddd854aa5a866f4f2c8
--! Message: variant-to-generation

-- What is written to a variant shows on its generation. Several primaries may be written by one statement,
-- or the only one lose its flag: who is primary is settled here. (Plans and definer: see variant-primary.)
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

drop trigger if exists trg_sync_generation_from_variant on public.generation_variants;
drop trigger if exists trg_sync_generation_from_variant_update on public.generation_variants;

create trigger trg_sync_generation_from_variant after insert on public.generation_variants
  referencing new table as new_rows for each statement execute function app_private.sync_generation_from_variant();
create trigger trg_sync_generation_from_variant_update after update on public.generation_variants
  referencing old table as old_rows new table as new_rows
  for each statement execute function app_private.sync_generation_from_variant();

comment on function app_private.sync_generation_from_variant() is 'AFTER INSERT OR UPDATE: one primary variant, and the generation shows it.';
