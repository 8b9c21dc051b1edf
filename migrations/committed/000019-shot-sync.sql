--! Previous: sha1:17b8a4678224a2761095cc41807eae81538a7e93
--! Hash: sha1:fd0fb1733b6f72234332814ab98835ab71352e10
--! Message: shot-sync

-- Shots and timelines: shot_generations is the truth; generations carry copies of it, and orders have no
-- holes. Rebuilt set-wise under lock, in id order: a drag of twelve items is one update per generation.
-- Definer: the copies, position and "order" are granted to nobody.
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

-- After any change, not only a delete: a service may write a position as it likes or move a link. What our
-- own functions write has no holes, so there nothing differs and nothing is written.
create or replace function app_private.close_position_gaps() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_shots uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct n.shot_id) into v_shots from new_rows n where n.position is not null;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct s.id) into v_shots
    from old_rows o join public.shots s on s.id = o.shot_id join public.projects p on p.id = o.project_id
    where o.position is not null;
  else
    select array_agg(distinct s.id) into v_shots
    from new_rows n full join old_rows o using (id)
    cross join lateral (values (n.shot_id), (o.shot_id)) as s (id)
    where (n.shot_id, n.position) is distinct from (o.shot_id, o.position);
  end if;
  if v_shots is null then
    return null;
  end if;
  -- Sessions without claims have no tenant's lock: they take turns here, and count after it.
  perform from public.shots s where s.id = any (v_shots) order by s.id for no key update;
  update public.shot_generations sg
  set position = r.position
  from (
    select l.id, row_number() over (partition by l.shot_id order by l.position, l.created_at, l.id) - 1 as position
    from public.shot_generations l
    where l.position is not null and l.shot_id = any (v_shots)
  ) r
  where sg.id = r.id and sg.position is distinct from r.position;
  return null;
end;
$$;

create or replace function app_private.close_order_gaps() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_projects uuid[];
begin
  if tg_op = 'INSERT' then
    select array_agg(distinct n.project_id) into v_projects from new_rows n;
  elsif tg_op = 'DELETE' then
    select array_agg(distinct p.id) into v_projects from old_rows o join public.projects p on p.id = o.project_id;
  else
    select array_agg(distinct p.id) into v_projects
    from new_rows n full join old_rows o using (id)
    cross join lateral (values (n.project_id), (o.project_id)) as p (id)
    where (n.project_id, n."order") is distinct from (o.project_id, o."order");
  end if;
  if v_projects is null then
    return null;
  end if;
  perform from public.projects p where p.id = any (v_projects) order by p.id for no key update;
  update public.shots s
  set "order" = r."order"
  from (
    select l.id, row_number() over (partition by l.project_id order by l."order", l.created_at, l.id) - 1 as "order"
    from public.shots l
    where l.project_id = any (v_projects)
  ) r
  where s.id = r.id and s."order" is distinct from r."order";
  return null;
end;
$$;

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

drop trigger if exists _300_sync_shot_to_generation on public.shot_generations;
drop trigger if exists _300_sync_shot_to_generation_update on public.shot_generations;
drop trigger if exists _300_sync_shot_to_generation_delete on public.shot_generations;
drop trigger if exists _400_close_position_gaps on public.shot_generations;
drop trigger if exists _400_close_position_gaps_update on public.shot_generations;
drop trigger if exists _400_close_position_gaps_delete on public.shot_generations;
drop trigger if exists _400_close_order_gaps on public.shots;
drop trigger if exists _400_close_order_gaps_update on public.shots;
drop trigger if exists _400_close_order_gaps_delete on public.shots;
drop trigger if exists _020_refuse_copies on public.generations;
drop trigger if exists _020_refuse_copies_update on public.generations;
create trigger _300_sync_shot_to_generation after insert on public.shot_generations
  referencing new table as new_rows for each statement execute function app_private.sync_shot_to_generation();
create trigger _300_sync_shot_to_generation_update after update on public.shot_generations
  referencing old table as old_rows new table as new_rows for each statement execute function app_private.sync_shot_to_generation();
create trigger _300_sync_shot_to_generation_delete after delete on public.shot_generations
  referencing old table as old_rows for each statement execute function app_private.sync_shot_to_generation();
create trigger _400_close_position_gaps after insert on public.shot_generations
  referencing new table as new_rows for each statement execute function app_private.close_position_gaps();
create trigger _400_close_position_gaps_update after update on public.shot_generations
  referencing old table as old_rows new table as new_rows for each statement execute function app_private.close_position_gaps();
create trigger _400_close_position_gaps_delete after delete on public.shot_generations
  referencing old table as old_rows for each statement execute function app_private.close_position_gaps();
create trigger _400_close_order_gaps after insert on public.shots
  referencing new table as new_rows for each statement execute function app_private.close_order_gaps();
create trigger _400_close_order_gaps_update after update on public.shots
  referencing old table as old_rows new table as new_rows for each statement execute function app_private.close_order_gaps();
create trigger _400_close_order_gaps_delete after delete on public.shots
  referencing old table as old_rows for each statement execute function app_private.close_order_gaps();
-- Depth 0 is a statement from outside; the triggers that keep the copies write at a depth of their own.
create trigger _020_refuse_copies before insert on public.generations
  for each row when (pg_trigger_depth() = 0 and
    (new.shot_data, new.shot_id, new.timeline_frame, new.children) is distinct from ('{}'::jsonb, null::uuid, null::int, '[]'::jsonb))
  execute function app_private.refuse_copies();
create trigger _020_refuse_copies_update before update on public.generations
  for each row when (pg_trigger_depth() = 0 and (new.shot_data, new.shot_id, new.timeline_frame, new.children)
    is distinct from (old.shot_data, old.shot_id, old.timeline_frame, old.children))
  execute function app_private.refuse_copies();

comment on function app_private.collect_shot_data(uuid[]) is 'Rebuilds shot_data, shot_id and timeline_frame of these generations from the truth, where they differ.';
comment on function app_private.sync_shot_to_generation() is 'AFTER any change of shot_generations: the copies on the generations touched, old and new.';
comment on function app_private.close_position_gaps() is 'AFTER any change: the positions of the shots touched have no holes.';
comment on function app_private.close_order_gaps() is 'AFTER any change: the orders of the shots of the projects touched have no holes.';
comment on function app_private.refuse_copies() is 'BEFORE INSERT OR UPDATE on generations: the copies are written by triggers alone. Error: FORBIDDEN.';
