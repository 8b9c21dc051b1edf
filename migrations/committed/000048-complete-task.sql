--! Previous: sha1:18d719a0c4c200cd0a20d0c6097e3a289edcbc10
--! Hash: sha1:f6c913de680143607ea13c70ce04a8d81ce1a162
--! Message: complete-task

-- How a task ends well: once, with its output, its cost and its bill, or without a trace.
drop function if exists public.complete_task;

create function public.complete_task(
  task_id uuid, attempt int, output_location text default null, thumbnail_url text default null, result jsonb default '{}'
) returns public.tasks
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_task public.tasks := app_private.require_attempt(complete_task.task_id, complete_task.attempt);
  v_type public.task_types;
  v_owner uuid;
  v_made jsonb;
  v_notes text[] := '{}';
  v_ended timestamptz := clock_timestamp();
  v_seconds numeric;
  v_bill record;
  v_room numeric;
begin
  if v_task.status = 'Complete' then
    return v_task;
  elsif v_task.status <> 'In Progress' then
    raise exception 'Task % is %: it cannot become Complete.', v_task.id, v_task.status using errcode = 'RG410';
  end if;
  if jsonb_typeof(coalesce(complete_task.result, '{}')) <> 'object' then
    raise exception 'result must be a JSON object.' using errcode = 'RG400';
  end if;
  select * into strict v_type from public.task_types k where k.name = v_task.task_type;
  select p.user_id into strict v_owner from public.projects p where p.id = v_task.project_id;

  if v_type.category <> 'orchestration' then
    if nullif(btrim(complete_task.output_location), '') is null then
      raise exception 'outputLocation is required: a task of type % has an output.', v_type.name using errcode = 'RG400';
    end if;
    select o.made, o.notes into v_made, v_notes
    from app_private.write_output(v_task, v_type, complete_task.output_location, complete_task.thumbnail_url) o;
  end if;

  v_seconds := greatest(1, ceil(extract(epoch from v_ended - coalesce(v_task.generation_started_at, v_ended))));
  select c.cost, c.notes into v_bill from app_private.task_cost(v_type, v_task.params, v_seconds) c;
  -- A balance that has no room for it takes what fits: no bill fails a completion.
  select least(v_bill.cost, greatest(0, u.credits + app_private.max_cost())) into v_room from public.users u where u.id = v_owner;
  if v_room < v_bill.cost then
    v_bill.cost := v_room;
    v_bill.notes := v_bill.notes || 'the account holds no larger debt'::text;
  end if;
  v_notes := v_notes || v_bill.notes;

  update public.tasks t set status = 'Complete', output_location = complete_task.output_location, error_message = null,
    cost = v_bill.cost, generation_processed_at = v_ended,
    result_data = coalesce(complete_task.result, '{}') - array['output', 'notes']
      || case when v_made is null then '{}' else jsonb_build_object('output', v_made) end
      || case when v_notes = '{}' then '{}' else jsonb_build_object('notes', to_jsonb(v_notes)) end
  where t.id = v_task.id returning t.* into v_task;
  if v_type.category <> 'orchestration' then
    insert into public.credits_ledger (user_id, amount, type, task_id, metadata)
    values (
      v_owner, -v_bill.cost, 'spend', v_task.id,
      jsonb_build_object('task_type', v_type.name, 'project_id', v_task.project_id, 'seconds', v_seconds)
        || case when v_bill.notes = '{}' then '{}' else jsonb_build_object('notes', to_jsonb(v_bill.notes)) end
    );
  end if;
  return v_task;
end;
$$;
grant execute on function public.complete_task(uuid, int, text, text, jsonb) to worker, service_role;

comment on function public.complete_task(uuid, int, text, text, jsonb) is
  E'@resultFieldName task\n'
  '@arg task_id The task.\n'
  '@arg attempt Number of the attempt, as it came with the task.\n'
  '@arg output_location Where the output is. Default: null, none, as only orchestration may have it.\n'
  '@arg thumbnail_url Where a preview of the output is. Default: null, none.\n'
  '@arg result What else to keep of it, a JSON object. Default: {}, as for null.\n'
  'Ends a task well: writes its output where params say, its cost and its bill, all or nothing. Repeated with the same attempt it gives the same answer and does nothing. result is kept in resultData, with output (generation_id, variant_id) and notes beside it. Errors: NOT_FOUND, STALE_ATTEMPT, TASK_STATE (cancelled or failed meanwhile), INVALID_INPUT.';
