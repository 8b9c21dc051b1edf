--! Previous: sha1:93740295ed0994e15890fef55012a4aec19a582c
--! Hash: sha1:bdbd4b9dc87582c2c1311aa6af3e64a915414832
--! Message: timeline-functions

-- The order of a shot's list and its timeline. Definer like the other functions that order.
drop function if exists public.reorder_shot_generations(uuid, uuid[]), public.position_shot_generation(uuid, int, int),
  public.fix_timeline_spacing(uuid), public.batch_update_timeline_frames(uuid, jsonb), public.count_unpositioned_generations(uuid);

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

create function public.fix_timeline_spacing(shot_id uuid) returns setof public.shot_generations
language plpgsql volatile security definer set search_path = ''
as $$
declare
  c_min constant int := 10;
  c_max constant int := 81;
  v_shot public.shots := app_private.require_shot(fix_timeline_spacing.shot_id);
begin
  return query
    with placed as (
      -- The first has no gap before it: said with case, for greatest() would take NULL for the least gap.
      select sg.id, sum(case when lag_frame is null then 0 else least(greatest(sg.timeline_frame - lag_frame, c_min), c_max) end)
        over (order by sg.timeline_frame, sg.position, sg.created_at, sg.id)::int as frame
      from (
        select l.*, lag(l.timeline_frame) over (order by l.timeline_frame, l.position, l.created_at, l.id) as lag_frame
        from public.shot_generations l where l.shot_id = v_shot.id and l.timeline_frame is not null
      ) sg
    )
    update public.shot_generations sg set timeline_frame = p.frame
    from placed p where sg.id = p.id and sg.timeline_frame is distinct from p.frame
    returning sg.*;
end;
$$;

create function public.batch_update_timeline_frames(shot_id uuid, changes jsonb) returns setof public.shot_generations
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_shot public.shots := app_private.require_shot(batch_update_timeline_frames.shot_id);
  v_fault text;
begin
  if jsonb_typeof(batch_update_timeline_frames.changes) is distinct from 'array' then
    raise exception 'changes must be a list of {id, timeline_frame, metadata}.' using errcode = 'RG400';
  end if;
  select case
      when jsonb_typeof(c.value) <> 'object' or jsonb_typeof(c.value -> 'id') is distinct from 'string'
        then format('change %s is no {id, timeline_frame, metadata}.', c.place)
      when c.value ? 'timeline_frame' and jsonb_typeof(c.value -> 'timeline_frame') not in ('number', 'null')
        then format('timeline_frame of change %s must be a number or null.', c.place)
      when jsonb_typeof(c.value -> 'timeline_frame') = 'number'
          and ((c.value ->> 'timeline_frame')::numeric not between 0 and 2147483647 or (c.value ->> 'timeline_frame')::numeric % 1 <> 0)
        then format('timeline_frame of change %s must be a whole number, 0 or more.', c.place)
      -- A misspelt key would be a change lost without a word.
      when c.value - '{id,timeline_frame,metadata}'::text[] <> '{}'
        then format('change %s names something else than id, timeline_frame and metadata.', c.place)
      when c.value ? 'metadata' and jsonb_typeof(c.value -> 'metadata') <> 'object'
        then format('metadata of change %s must be an object.', c.place)
      when count(*) over (partition by lower(c.value ->> 'id')) > 1
        then format('%s is named more than once.', c.value ->> 'id')
    end
  into v_fault
  from jsonb_array_elements(batch_update_timeline_frames.changes) with ordinality as c (value, place)
  order by 1 nulls last limit 1;
  if v_fault is not null then
    raise exception '%', v_fault using errcode = 'RG400';
  end if;
  select c.value ->> 'id' into v_fault
  from jsonb_array_elements(batch_update_timeline_frames.changes) as c (value)
  where not exists (
    select from public.shot_generations sg where sg.shot_id = v_shot.id and sg.id::text = lower(c.value ->> 'id')
  ) limit 1;
  if found then
    raise exception 'There is no generation in this shot by the id %.', v_fault using errcode = 'RG404';
  end if;

  return query
    update public.shot_generations sg
    set timeline_frame = case when c.value ? 'timeline_frame' then (c.value ->> 'timeline_frame')::numeric::int else sg.timeline_frame end,
      metadata = public.json_merge_patch(sg.metadata, coalesce(c.value -> 'metadata', '{}'))
    from jsonb_array_elements(batch_update_timeline_frames.changes) as c (value)
    where sg.shot_id = v_shot.id and sg.id = (c.value ->> 'id')::uuid
    returning sg.*;
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
  public.fix_timeline_spacing(uuid), public.batch_update_timeline_frames(uuid, jsonb),
  public.count_unpositioned_generations(uuid) to authenticated, service_role;

comment on function public.reorder_shot_generations(uuid, uuid[]) is
  E'@resultFieldName shotGenerations\nPuts the positioned generations of a shot into this order. The list names the place (the id of the ShotGeneration) of each of them once. Errors: NOT_FOUND, INVALID_INPUT.';
comment on function public.position_shot_generation(uuid, int, int) is
  E'@resultFieldName shotGeneration\nMoves a place of a shot to this position of the list; the others make room. A position past the end is the end, null takes it out of the list. With timelineFrame it moves on the timeline too. Errors: NOT_FOUND, INVALID_INPUT.';
comment on function public.fix_timeline_spacing(uuid) is
  E'@resultFieldName shotGenerations\nMends the timeline of a shot: the first frame becomes 0, gaps under 10 or over 81 frames become 10 or 81, the order stays. Returns the places that changed; a second call returns none. Errors: NOT_FOUND.';
comment on function public.batch_update_timeline_frames(uuid, jsonb) is
  E'@resultFieldName shotGenerations\nOne drop of a drag: changes is a list of {id, timeline_frame, metadata}, all or nothing. What a change does not name stays; metadata is merged, null removes a key. Errors: NOT_FOUND, INVALID_INPUT.';
comment on function public.count_unpositioned_generations(uuid) is
  E'@notNull\nHow many generations of a shot are not placed in its list. Errors: NOT_FOUND.';
