--! Previous: sha1:a899cdeeb878182a9180a347ea632c2f15a042f6
--! Hash: sha1:18d719a0c4c200cd0a20d0c6097e3a289edcbc10
--! Message: task-outputs

-- Where the output of a task goes, by its params. The function of the shots without the question whose shot it
-- is: a worker owns none, and a completed task has been let in already.
create or replace function app_private.append_to_shot(shot_id uuid, generation_id uuid, with_position boolean)
returns public.shot_generations
language plpgsql volatile set search_path = ''
as $$
declare
  v_link public.shot_generations;
begin
  insert into public.shot_generations (shot_id, generation_id, position, timeline_frame)
  select append_to_shot.shot_id, append_to_shot.generation_id,
    case when with_position then coalesce(max(sg.position) + 1, 0) end,
    -- At the end of all frames it stands on the last one: no output is lost for want of a place.
    case when with_position then least(coalesce(max(sg.timeline_frame)::bigint + 50, 0), 2147483647)::int end
  from public.shot_generations sg where sg.shot_id = append_to_shot.shot_id
  returning * into v_link;
  return v_link;
end;
$$;

create or replace function public.add_generation_to_shot(shot_id uuid, generation_id uuid, with_position boolean default true)
returns public.shot_generations
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_shot public.shots := app_private.require_shot(add_generation_to_shot.shot_id);
  v_generation public.generations := app_private.require_generation(add_generation_to_shot.generation_id);
begin
  if v_generation.project_id <> v_shot.project_id then
    raise exception 'There is no generation % in the project of this shot.', v_generation.id using errcode = 'RG404';
  end if;
  return app_private.append_to_shot(v_shot.id, v_generation.id, coalesce(with_position, true));
end;
$$;

-- The generation that params name, if it is still one of the project. What is not is noted.
create or replace function app_private.target_of(task public.tasks, key text, inout notes text[], out generation_id uuid)
language plpgsql stable set search_path = ''
as $$
begin
  if coalesce(jsonb_typeof(task.params -> key), 'null') = 'null' then
    return;
  end if;
  select g.id into generation_id from public.generations g
  where g.id = app_private.uuid_of(task.params, key) and g.project_id = task.project_id;
  if not found then
    notes := notes || format('params.%s names no generation of the project (any more)', key);
  end if;
end;
$$;

create or replace function app_private.identifier_of(params jsonb, key text) returns text
language sql immutable
begin atomic
  select case when jsonb_typeof(params -> key) = 'string' and params ->> key ~ '^[a-z][a-z0-9_]{0,39}$' then params ->> key end;
end;

-- A variant of generation_id; else a part of parent_generation_id; else a generation of its own, based on
-- based_on. Then into shot_id, unless it is a part or stands there already (a variant's generation may).
-- @returns what was made and what was left out, for result_data.
create or replace function app_private.write_output(
  task public.tasks, type public.task_types, location text, thumbnail_url text, out made jsonb, out notes text[]
)
language plpgsql volatile set search_path = ''
as $$
declare
  v_target uuid;
  v_parent uuid;
  v_source uuid;
  v_shot uuid;
  v_variant uuid;
  v_generation public.generations;
  v_order numeric;
begin
  notes := '{}';
  select t.notes, t.generation_id into notes, v_target from app_private.target_of(task, 'generation_id', notes) t;
  if v_target is null and notes = '{}' then
    select t.notes, t.generation_id into notes, v_parent from app_private.target_of(task, 'parent_generation_id', notes) t;
  end if;
  if v_target is null and v_parent is null then
    select t.notes, t.generation_id into notes, v_source from app_private.target_of(task, 'based_on', notes) t;
  end if;

  if v_target is not null then
    insert into public.generation_variants (generation_id, location, thumbnail_url, params, variant_type, is_primary)
    values (
      v_target, write_output.location, write_output.thumbnail_url, task.params,
      -- A type need not name one, and a missing name must not fail a completion.
      coalesce(
        app_private.identifier_of(task.params, 'variant_type'), app_private.identifier_of(to_jsonb(type), 'variant_type'), 'edit'
      ),
      coalesce(task.params -> 'make_primary' = 'true', false)
    ) returning id into v_variant;
    select * into v_generation from public.generations g where g.id = v_target;
  else
    v_order := app_private.cost_number(task.params -> 'child_order');
    insert into public.generations (
      project_id, task_id, type, location, thumbnail_url, params, based_on, parent_generation_id, is_child, child_order
    ) values (
      task.project_id, task.id, coalesce(type.content_type::text, 'image'), write_output.location, write_output.thumbnail_url, task.params,
      v_source, v_parent, v_parent is not null,
      case when v_parent is not null and v_order = trunc(v_order) and v_order <= 2147483647 then v_order::int end
    ) returning * into v_generation;
    select g.primary_variant_id into v_variant from public.generations g where g.id = v_generation.id;
  end if;
  made := jsonb_build_object('generation_id', v_generation.id, 'variant_id', v_variant);

  if not v_generation.is_child and coalesce(jsonb_typeof(task.params -> 'shot_id'), 'null') <> 'null' then
    select s.id into v_shot from public.shots s
    where s.id = app_private.uuid_of(task.params, 'shot_id') and s.project_id = task.project_id;
    if not found then
      notes := notes || 'params.shot_id names no shot of the project (any more)'::text;
    elsif v_target is null
      or not exists (select from public.shot_generations sg where sg.shot_id = v_shot and sg.generation_id = v_generation.id) then
      perform app_private.append_to_shot(v_shot, v_generation.id, coalesce(task.params -> 'add_in_position' = 'true', false));
    end if;
  end if;
end;
$$;

comment on function app_private.append_to_shot(uuid, uuid, boolean) is 'A new place in a shot: the last one, or none.';
comment on function app_private.target_of(public.tasks, text, text[]) is 'The generation of the project that a task''s params name.';
comment on function app_private.identifier_of(jsonb, text) is 'A value of params that can be a type''s name, or NULL.';
comment on function app_private.write_output(public.tasks, public.task_types, text, text) is 'Writes the output of a task where its params say.';
