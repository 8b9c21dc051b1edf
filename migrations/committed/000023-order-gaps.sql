--! Previous: sha1:ed4c449c3a93e8b75ba32e64048b7bcb08516468
--! Hash: sha1:53733101512dafbd1b2b50d1d223630ce97f01ca
--! Message: order-gaps

-- Orders without holes: the places of a shot's list, the shots of a project. Definer: position and "order" are
-- granted to nobody.

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

drop trigger if exists _400_close_position_gaps on public.shot_generations;
drop trigger if exists _400_close_position_gaps_update on public.shot_generations;
drop trigger if exists _400_close_position_gaps_delete on public.shot_generations;
drop trigger if exists _400_close_order_gaps on public.shots;
drop trigger if exists _400_close_order_gaps_update on public.shots;
drop trigger if exists _400_close_order_gaps_delete on public.shots;
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

comment on function app_private.close_position_gaps() is 'AFTER any change: the positions of the shots touched have no holes.';
comment on function app_private.close_order_gaps() is 'AFTER any change: the orders of the shots of the projects touched have no holes.';
