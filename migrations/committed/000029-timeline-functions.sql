--! Previous: sha1:6d84e28079abbbd0a06c171ce2d7bb774a0a1fbb
--! Hash: sha1:277109fed6f3def819db85487216227f6898f856
--! Message: timeline-functions

-- A shot's timeline: its frames, one drop of a drag at a time, or all of them mended.
-- Definer like the other functions that order.
drop function if exists public.fix_timeline_spacing(uuid), public.batch_update_timeline_frames(uuid, jsonb);

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
    ), moved as (
      update public.shot_generations sg set timeline_frame = p.frame
      from placed p where sg.id = p.id and sg.timeline_frame is distinct from p.frame
      returning sg.*
    )
    select m.* from moved m order by m.timeline_frame, m.position, m.created_at, m.id;
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
    with changed as (
      update public.shot_generations sg
      set timeline_frame = case when c.value ? 'timeline_frame' then (c.value ->> 'timeline_frame')::numeric::int else sg.timeline_frame end,
        metadata = public.json_merge_patch(sg.metadata, coalesce(c.value -> 'metadata', '{}'))
      from jsonb_array_elements(batch_update_timeline_frames.changes) as c (value)
      where sg.shot_id = v_shot.id and sg.id = (c.value ->> 'id')::uuid
      returning sg.*
    )
    select d.* from changed d
    join jsonb_array_elements(batch_update_timeline_frames.changes) with ordinality as c (value, place) on d.id = (c.value ->> 'id')::uuid
    order by c.place;
end;
$$;

grant execute on function public.fix_timeline_spacing(uuid), public.batch_update_timeline_frames(uuid, jsonb)
  to authenticated, service_role;

comment on function public.fix_timeline_spacing(uuid) is
  E'@resultFieldName shotGenerations\n'
  '@arg shot_id The shot.\n'
  'Mends the timeline of a shot: the first frame becomes 0, gaps under 10 or over 81 frames become 10 or 81, the order stays. Returns the places that changed; a second call returns none. Errors: NOT_FOUND.';
comment on function public.batch_update_timeline_frames(uuid, jsonb) is
  E'@resultFieldName shotGenerations\n'
  '@arg shot_id The shot.\n'
  '@arg changes A list of {id, timeline_frame, metadata}, each id (of a ShotGeneration of the shot) once; timeline_frame null takes it off the timeline.\n'
  'One drop of a drag: changes is a list of {id, timeline_frame, metadata}, all or nothing. What a change does not name stays; metadata is merged, null removes a key. Errors: NOT_FOUND, INVALID_INPUT.';
