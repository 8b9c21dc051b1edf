--! Previous: sha1:126fe356062688c29e3dff06e32b2bc62a22f6fc
--! Hash: sha1:ed4c449c3a93e8b75ba32e64048b7bcb08516468
--! Message: shot-sync

-- shot_generations is the truth about shots and timelines; generations carry copies of it. Rebuilt set-wise under
-- lock, in id order: a drag of twelve items is one update per generation.
-- Definer: the copies are granted to nobody.
create or replace function app_private.collect_shot_data(generation_ids uuid[]) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  perform from public.generations g where g.id = any (generation_ids) order by g.id for no key update;
  update public.generations g
  set shot_data = t.shot_data, shot_id = t.shot_id, timeline_frame = t.timeline_frame
  from (
    select i.id, coalesce(d.shot_data, '{}') as shot_data, f.shot_id, f.timeline_frame
    from unnest(generation_ids) as i (id)
    left join (
      select s.generation_id, jsonb_object_agg(s.shot_id, s.frame) as shot_data
      from (
        select sg.generation_id, sg.shot_id, min(sg.timeline_frame) as frame
        from public.shot_generations sg where sg.generation_id = any (generation_ids)
        group by sg.generation_id, sg.shot_id
      ) s
      group by s.generation_id
    ) d on d.generation_id = i.id
    left join (
      select distinct on (sg.generation_id) sg.generation_id, sg.shot_id, sg.timeline_frame
      from public.shot_generations sg where sg.generation_id = any (generation_ids)
      order by sg.generation_id, sg.created_at, sg.id
    ) f on f.generation_id = i.id
  ) t
  where g.id = t.id
    and (g.shot_data, g.shot_id, g.timeline_frame) is distinct from (t.shot_data, t.shot_id, t.timeline_frame);
end;
$$;

create or replace function app_private.sync_shot_to_generation() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_generations uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct n.generation_id) into v_generations from new_rows n;
  elsif tg_op = 'DELETE' then
    -- What goes with its project needs no care.
    select array_agg(distinct o.generation_id) into v_generations
    from old_rows o where exists (select from public.projects p where p.id = o.project_id);
  else
    -- A full join, for it is never a nested loop (see the variants).
    with changed as materialized (
      select n.generation_id as new_generation, o.generation_id as old_generation
      from new_rows n full join old_rows o using (id)
      where (n.shot_id, n.generation_id, n.timeline_frame, n.created_at)
        is distinct from (o.shot_id, o.generation_id, o.timeline_frame, o.created_at)
    )
    select array_agg(distinct g.id) into v_generations
    from changed c cross join lateral (values (c.new_generation), (c.old_generation)) as g (id)
    where g.id is not null;
  end if;
  if v_generations is not null then
    perform app_private.collect_shot_data(v_generations);
  end if;
  return null;
end;
$$;

-- Here for the reason that is told with the variants.
alter function app_private.shot_generations_take_project() set enable_seqscan = off;

drop trigger if exists _300_sync_shot_to_generation on public.shot_generations;
drop trigger if exists _300_sync_shot_to_generation_update on public.shot_generations;
drop trigger if exists _300_sync_shot_to_generation_delete on public.shot_generations;
create trigger _300_sync_shot_to_generation after insert on public.shot_generations
  referencing new table as new_rows for each statement execute function app_private.sync_shot_to_generation();
create trigger _300_sync_shot_to_generation_update after update on public.shot_generations
  referencing old table as old_rows new table as new_rows for each statement execute function app_private.sync_shot_to_generation();
create trigger _300_sync_shot_to_generation_delete after delete on public.shot_generations
  referencing old table as old_rows for each statement execute function app_private.sync_shot_to_generation();

comment on function app_private.collect_shot_data(uuid[]) is 'Rebuilds shot_data, shot_id and timeline_frame of these generations from the truth, where they differ.';
comment on function app_private.sync_shot_to_generation() is 'AFTER any change of shot_generations: the copies on the generations touched, old and new.';
