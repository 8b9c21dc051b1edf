--! Previous: sha1:c7aac59ecda70012ff8e0330e2689b4341e783c0
--! Hash: sha1:ed6b50ca07d55240c8e342145f7a9d792b538ce1
--! Message: task-costs

-- What a task costs. What users and operators wrote into JSON never fails a completion: what is no number, or a
-- negative one, counts as missing, and is noted.

-- A factor or parameter as a number from 0 to 10^30, or NULL. Larger ones cost the most there is anyway, and
-- arithmetic on thousands of digits is an attack.
create or replace function app_private.cost_number(value jsonb) returns numeric
language sql immutable
begin atomic
  select case when jsonb_typeof(value) = 'number' and (value #>> '{}')::numeric >= 0
    then round(least((value #>> '{}')::numeric, 1e30), 30) end;
end;

create or replace function app_private.max_cost() returns numeric
language sql immutable
begin atomic
  select 9999999999.9999;
end;

-- @returns cost: credits with 4 decimals; notes: what was left out, for people.
create or replace function app_private.task_cost(
  task_type public.task_types, params jsonb, seconds numeric, out cost numeric, out notes text[]
)
language plpgsql immutable set search_path = ''
as $$
declare
  v_factors jsonb := coalesce(task_type.cost_factors, '{}');
  -- NULL and NaN first: least() skips the one, and takes the other for larger than all.
  v_seconds numeric := greatest(1, ceil(least(coalesce(nullif(seconds, 'NaN'), 1), 1e12)));
  v_per_second boolean := task_type.billing_type = 'per_second';
  v_per_frame numeric := app_private.cost_number(v_factors -> 'frameCount');
  v_frames numeric := app_private.cost_number(params -> 'frame_count');
  v_multiplier record;
begin
  notes := '{}';
  if task_type.category = 'orchestration' then
    cost := 0.0000;
    return;
  end if;
  cost := case when v_per_second then task_type.base_cost_per_second * v_seconds else task_type.unit_cost end;
  for v_multiplier in
    select m.place, m.factor, m.param, v_factors -> m.factor as factors, params -> m.param as choice
    from (values (1, 'resolution', 'resolution'), (2, 'frameCount', 'frame_count'), (3, 'modelType', 'model_type'))
      as m (place, factor, param)
    order by m.place
  loop
    if v_multiplier.factor = 'frameCount' then
      if v_per_frame is null and jsonb_typeof(v_factors -> 'frameCount') <> 'null' then
        notes := notes || 'cost_factors.frameCount is not a positive number: left out'::text;
      end if;
      if v_frames is null and jsonb_typeof(params -> 'frame_count') <> 'null' then
        notes := notes || 'params.frame_count is not a positive number: left out'::text;
      end if;
      cost := cost + coalesce(v_per_frame * v_frames, 0) * case when v_per_second then v_seconds else 1 end;
      continue;
    end if;
    if jsonb_typeof(v_multiplier.factors) not in ('object', 'null') then
      notes := notes || format('cost_factors.%s is not an object: left out', v_multiplier.factor);
    elsif jsonb_typeof(v_multiplier.choice) not in ('string', 'null') then
      notes := notes || format('params.%s is not a text: left out', v_multiplier.param);
    elsif jsonb_typeof(v_multiplier.choice) = 'string' and v_multiplier.factors ? (v_multiplier.choice #>> '{}') then
      if app_private.cost_number(v_multiplier.factors -> (v_multiplier.choice #>> '{}')) is null then
        notes := notes || format('cost_factors.%s.%s is not a positive number: left out', v_multiplier.factor, left(v_multiplier.choice #>> '{}', 80));
      else
        cost := cost * app_private.cost_number(v_multiplier.factors -> (v_multiplier.choice #>> '{}'));
      end if;
    end if;
  end loop;
  cost := round(cost, 4);
  if cost > app_private.max_cost() then
    cost := app_private.max_cost();
    notes := notes || format('the cost is larger than a bill can be: %s', app_private.max_cost());
  end if;
end;
$$;

drop function if exists public.task_cost_estimate(text, jsonb, numeric);
create function public.task_cost_estimate(task_type text, params jsonb default '{}', seconds numeric default 1) returns numeric
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_type public.task_types;
begin
  select k.* into v_type from public.task_types k where k.name = task_cost_estimate.task_type and k.is_active;
  if not found then
    raise exception 'There is no task type %.', coalesce(task_cost_estimate.task_type, 'null') using errcode = 'RG404';
  end if;
  if jsonb_typeof(coalesce(params, '{}')) <> 'object' then
    raise exception 'params must be a JSON object.' using errcode = 'RG400';
  end if;
  return (app_private.task_cost(v_type, coalesce(params, '{}'), seconds)).cost;
end;
$$;
grant execute on function public.task_cost_estimate(text, jsonb, numeric) to authenticated, worker, service_role;

comment on function app_private.cost_number(jsonb) is 'A JSON number that can be reckoned with, or NULL.';
comment on function app_private.max_cost() is 'The most a task can cost: what the column holds.';
comment on function app_private.task_cost(public.task_types, jsonb, numeric) is
  'The cost of a task of this type that ran for so many seconds, and what was left out of it.';
comment on function public.task_cost_estimate(text, jsonb, numeric) is
  E'@arg task_type Name of the task''s type, one that is active.\n'
  '@arg params Params of the task, a JSON object. Default: {}, as for null.\n'
  '@arg seconds How long it runs. Default: 1, as for null and for less.\n'
  'What a task of this type would cost, in credits, by the rule that bills it: seconds, at least 1, are rounded up. Errors: NOT_FOUND, INVALID_INPUT.';
