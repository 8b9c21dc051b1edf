--! Previous: sha1:0b77149710d36e6bbef1838283c0b92ee367c5b9
--! Hash: sha1:6f20e3e1a30f17dce8db0c4b3862ef1fda7214f0
--! Message: shot-functions

-- What the shots pane and the shot editor do. Definer, all that order: position and "order" are granted to
-- nobody, because an order without holes is one function's work. Each asks for ownership first.
drop function if exists public.add_generation_to_shot(uuid, uuid, boolean), public.duplicate_shot(uuid),
  public.create_shot_with_image(uuid, text, uuid), public.reorder_shots(uuid, uuid[]);

create function public.add_generation_to_shot(shot_id uuid, generation_id uuid, with_position boolean default true)
returns public.shot_generations
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_shot public.shots := app_private.require_shot(add_generation_to_shot.shot_id);
  v_generation public.generations := app_private.require_generation(add_generation_to_shot.generation_id);
  v_link public.shot_generations;
begin
  if v_generation.project_id <> v_shot.project_id then
    raise exception 'There is no generation % in the project of this shot.', v_generation.id using errcode = 'RG404';
  end if;
  insert into public.shot_generations (shot_id, generation_id, position, timeline_frame)
  select v_shot.id, v_generation.id,
    case when coalesce(with_position, true) then coalesce(max(sg.position) + 1, 0) end,
    case when coalesce(with_position, true) then coalesce(max(sg.timeline_frame) + 50, 0) end
  from public.shot_generations sg where sg.shot_id = v_shot.id
  returning * into v_link;
  return v_link;
end;
$$;

create function public.duplicate_shot(shot_id uuid) returns public.shots
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_shot public.shots := app_private.require_shot(duplicate_shot.shot_id);
  v_copy public.shots;
begin
  insert into public.shots (project_id, name, aspect_ratio, settings)
  values (v_shot.project_id, left(v_shot.name, 193) || ' (copy)', v_shot.aspect_ratio, v_shot.settings)
  returning * into v_copy;
  insert into public.shot_generations (shot_id, generation_id, position, timeline_frame, metadata)
  select v_copy.id, sg.generation_id, sg.position, sg.timeline_frame, sg.metadata
  from public.shot_generations sg where sg.shot_id = v_shot.id
  order by sg.created_at, sg.id;
  return v_copy;
end;
$$;

create function public.create_shot_with_image(project_id uuid, name text, generation_id uuid) returns public.shots
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_project public.projects := app_private.require_project(create_shot_with_image.project_id);
  v_shot public.shots;
begin
  insert into public.shots (project_id, name) values (v_project.id, create_shot_with_image.name) returning * into v_shot;
  perform public.add_generation_to_shot(v_shot.id, create_shot_with_image.generation_id);
  return v_shot;
end;
$$;

create function public.reorder_shots(project_id uuid, shot_ids uuid[]) returns setof public.shots
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_project public.projects := app_private.require_project(reorder_shots.project_id);
begin
  perform app_private.require_exact_list(
    reorder_shots.shot_ids, array(select s.id from public.shots s where s.project_id = v_project.id), 'shots of the project');
  update public.shots s set "order" = l.place - 1
  from unnest(reorder_shots.shot_ids) with ordinality as l (id, place)
  where s.id = l.id and s."order" is distinct from l.place - 1;
  return query select s.* from public.shots s where s.project_id = v_project.id order by s."order";
end;
$$;

create or replace function app_private.require_exact_list(given uuid[], wanted uuid[], what text) returns void
language plpgsql immutable set search_path = ''
as $$
declare
  v_strange uuid;
begin
  select g.id into v_strange from unnest(given) as g (id) where g.id is null or g.id <> all (wanted) limit 1;
  if found then
    raise exception 'The list must name the %: % is none of them.', what, coalesce(v_strange::text, 'null') using errcode = 'RG400';
  end if;
  if cardinality(coalesce(given, '{}')) <> cardinality(wanted)
    or (select count(distinct g.id) from unnest(given) as g (id)) <> cardinality(wanted) then
    raise exception 'The list must name each of the % % once; it names %.', cardinality(wanted), what, cardinality(coalesce(given, '{}'))
      using errcode = 'RG400';
  end if;
end;
$$;

grant execute on function public.add_generation_to_shot(uuid, uuid, boolean), public.duplicate_shot(uuid),
  public.create_shot_with_image(uuid, text, uuid), public.reorder_shots(uuid, uuid[]) to authenticated, service_role;

comment on function app_private.require_exact_list(uuid[], uuid[], text) is 'Refuses a list that does not name exactly the wanted ids, each once. Error: INVALID_INPUT.';
comment on function public.add_generation_to_shot(uuid, uuid, boolean) is
  E'@resultFieldName shotGeneration\n'
  '@arg shot_id The shot.\n'
  '@arg generation_id The generation, one of the same project.\n'
  '@arg with_position Whether it gets a place in the list and on the timeline. Default: true, as for null.\n'
  'Puts a generation into a shot: always a new place, also when it stands there already. With a position it becomes the last of the list, 50 frames after the last of the timeline (at frame 0 when it is the first); without, it is neither in the list nor on the timeline. Errors: NOT_FOUND.';
comment on function public.duplicate_shot(uuid) is
  E'@resultFieldName shot\n'
  '@arg shot_id The shot to copy.\n'
  'Copies a shot with its settings and all its places to the end of the project; the generations themselves are shared. Errors: NOT_FOUND.';
comment on function public.create_shot_with_image(uuid, text, uuid) is
  E'@resultFieldName shot\n'
  '@arg project_id The project.\n'
  '@arg name Name of the shot.\n'
  '@arg generation_id The generation it begins with, one of the project.\n'
  'Creates a shot with a generation at position 0 and frame 0, or nothing at all. Errors: NOT_FOUND, INVALID_INPUT.';
comment on function public.reorder_shots(uuid, uuid[]) is
  E'@resultFieldName shots\n'
  '@arg project_id The project.\n'
  '@arg shot_ids All shots of the project, each once, in the order wanted.\n'
  'Puts the shots of a project into this order. The list names each of them once. Errors: NOT_FOUND, INVALID_INPUT.';
