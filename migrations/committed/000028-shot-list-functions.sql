--! Previous: sha1:6f20e3e1a30f17dce8db0c4b3862ef1fda7214f0
--! Hash: sha1:6d84e28079abbbd0a06c171ce2d7bb774a0a1fbb
--! Message: shot-list-functions

-- The order of a shot's list. Definer like the other functions that order.
drop function if exists public.reorder_shot_generations(uuid, uuid[]), public.position_shot_generation(uuid, int, int),
  public.count_unpositioned_generations(uuid);

create function public.reorder_shot_generations(shot_id uuid, ids uuid[]) returns setof public.shot_generations
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_shot public.shots := app_private.require_shot(reorder_shot_generations.shot_id);
begin
  perform app_private.require_exact_list(reorder_shot_generations.ids, array(
    select sg.id from public.shot_generations sg where sg.shot_id = v_shot.id and sg.position is not null
  ), 'positioned generations of the shot');
  update public.shot_generations sg set position = l.place - 1
  from unnest(reorder_shot_generations.ids) with ordinality as l (id, place)
  where sg.id = l.id and sg.position is distinct from l.place - 1;
  return query select sg.* from public.shot_generations sg
    where sg.shot_id = v_shot.id and sg.position is not null order by sg.position;
end;
$$;

create function public.position_shot_generation(id uuid, "position" int, timeline_frame int default null)
returns public.shot_generations
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_shot_id uuid;
  v_link public.shot_generations;
  v_count int;
  v_place int;
begin
  select sg.shot_id into v_shot_id from public.shot_generations sg where sg.id = position_shot_generation.id;
  if found then
    begin
      perform app_private.require_shot(v_shot_id);
    exception when sqlstate 'RG404' then
      v_shot_id := null;
    end;
  end if;
  select * into v_link from public.shot_generations sg
  where sg.id = position_shot_generation.id and sg.shot_id = v_shot_id;
  if not found then
    raise exception 'There is no generation in a shot by the id %.', position_shot_generation.id using errcode = 'RG404';
  end if;
  if position_shot_generation."position" < 0 then
    raise exception 'position cannot be negative.' using errcode = 'RG400';
  end if;

  select count(*) into v_count from public.shot_generations sg
  where sg.shot_id = v_shot_id and sg.position is not null and sg.id <> v_link.id;
  -- least() would take NULL for the end.
  v_place := case when position_shot_generation."position" is not null
    then least(position_shot_generation."position", v_count) end;
  -- The others close up where it leaves and make room where it comes: one statement for all of them.
  update public.shot_generations sg
  set position = r.place
  from (
    select o.id, o.rank + case when o.rank >= v_place then 1 else 0 end as place
    from (
      select l.id, row_number() over (order by l.position, l.created_at, l.id) - 1 as rank
      from public.shot_generations l
      where l.shot_id = v_shot_id and l.position is not null and l.id <> v_link.id
    ) o
    union all
    select v_link.id, v_place
  ) r
  where sg.id = r.id and sg.position is distinct from r.place;
  update public.shot_generations sg
  set timeline_frame = coalesce(position_shot_generation.timeline_frame, sg.timeline_frame)
  where sg.id = v_link.id and sg.timeline_frame is distinct from coalesce(position_shot_generation.timeline_frame, sg.timeline_frame);
  select * into v_link from public.shot_generations sg where sg.id = v_link.id;
  return v_link;
end;
$$;

-- A query, and so under the caller's own rights.
create function public.count_unpositioned_generations(shot_id uuid) returns int
language plpgsql stable set search_path = ''
as $$
begin
  if not exists (select from public.shots s where s.id = count_unpositioned_generations.shot_id) then
    raise exception 'There is no shot %.', count_unpositioned_generations.shot_id using errcode = 'RG404';
  end if;
  return (
    select count(*) from public.shot_generations sg
    where sg.shot_id = count_unpositioned_generations.shot_id and sg.position is null
  );
end;
$$;

grant execute on function public.reorder_shot_generations(uuid, uuid[]), public.position_shot_generation(uuid, int, int),
  public.count_unpositioned_generations(uuid) to authenticated, service_role;

comment on function public.reorder_shot_generations(uuid, uuid[]) is
  E'@resultFieldName shotGenerations\n'
  '@arg shot_id The shot.\n'
  '@arg ids The places in its list (ids of ShotGenerations), each once, in the order wanted.\n'
  'Puts the positioned generations of a shot into this order. The list names the place (the id of the ShotGeneration) of each of them once. Errors: NOT_FOUND, INVALID_INPUT.';
comment on function public.position_shot_generation(uuid, int, int) is
  E'@resultFieldName shotGeneration\nMoves a place of a shot to this position of the list; the others make room. A position past the end is the end, null takes it out of the list. With timelineFrame it moves on the timeline too. Errors: NOT_FOUND, INVALID_INPUT.';
comment on function public.count_unpositioned_generations(uuid) is
  E'@notNull\n'
  '@arg shot_id The shot.\n'
  'How many generations of a shot are not placed in its list. Errors: NOT_FOUND.';
