--! Previous: sha1:36f7fe56512af133ecdaac16b9e7c18adca0a576
--! Hash: sha1:3717cae97e8ce79912ade247d019eba5b150e09d
--! Message: claim-next-task

-- How a task is handed out: the oldest that may run, once.
drop function if exists public.claim_next_task;

-- Whose tasks a claim looks at, in this order: those that waited five minutes for a worker with the right model
-- long enough; those for the model the worker has loaded; the oldest. A user may come up more than once, and one
-- with many models fills the list: who was busy is left out when it is asked for again.
create or replace function app_private.claim_order(run_type public.run_type, model text, same_model_only boolean, busy uuid[])
returns table (user_id uuid)
language plpgsql stable set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
begin
  if model <> '' and not same_model_only then
    return query select l.user_id from app_private.queue_lanes l
      where l.run_type = claim_order.run_type and l.is_open and l.head_at < clock_timestamp() - app_private.model_patience()
        and l.user_id <> all (busy)
      order by l.head_at, l.head_id limit 64;
  end if;
  if model <> '' then
    -- One step for each user with this model, also for those that are closed: few, beside tasks.
    return query select m.user_id from app_private.queue_models m
      where m.run_type = claim_order.run_type and m.model = claim_order.model and m.user_id <> all (busy) and exists (
        select from app_private.queue_lanes l where l.user_id = m.user_id and l.run_type = m.run_type and l.is_open
      )
      order by m.head_at, m.head_id limit 64;
  end if;
  if not same_model_only then
    return query select l.user_id from app_private.queue_lanes l
      where l.run_type = claim_order.run_type and l.is_open and l.user_id <> all (busy)
      order by l.head_at, l.head_id limit 64;
  end if;
end;
$$;

create or replace function app_private.model_patience() returns interval
language sql immutable
begin atomic
  select interval '5 minutes';
end;

-- The same order among the tasks of one user, whose lock the caller has.
create or replace function app_private.next_task_of(
  user_id uuid, run_type public.run_type, model text, same_model_only boolean
) returns uuid
language plpgsql stable set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_lane app_private.queue_lanes;
  v_task_id uuid;
begin
  select * into v_lane from app_private.queue_lanes l
  where l.user_id = next_task_of.user_id and l.run_type = next_task_of.run_type and l.is_open;
  if not found then
    return null;
  end if;
  if same_model_only or model <> '' and v_lane.head_at >= clock_timestamp() - app_private.model_patience() then
    select m.head_id into v_task_id from app_private.queue_models m
    where m.user_id = next_task_of.user_id and m.run_type = next_task_of.run_type and m.model = next_task_of.model;
    if found or same_model_only then
      return v_task_id;
    end if;
  end if;
  return v_lane.head_id;
end;
$$;

-- The cap of five is a count under the owner's lock, so one claim at a time looks at a user. A claim that finds
-- another there goes on to the next user, and only when there is none waits, for a moment: a user whose own long
-- change holds his lock keeps nobody from the tasks of others.
create function public.claim_next_task(worker_id text, run_type public.run_type, same_model_only boolean default false)
returns public.tasks
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_worker public.workers := app_private.require_worker(claim_next_task.worker_id);
  v_model text := coalesce(v_worker.current_model, '');
  v_same_only boolean := coalesce(claim_next_task.same_model_only, false);
  v_candidates uuid[];
  v_busy uuid[] := '{}';
  v_waits boolean := false;
  v_patience timestamptz := clock_timestamp() + interval '1 second';
  v_lock_timeout text := current_setting('lock_timeout');
  v_user_id uuid;
  v_task_id uuid;
  v_task public.tasks;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'Claim in READ COMMITTED: an older snapshot cannot count what runs now.' using errcode = 'RG400';
  end if;
  if claim_next_task.run_type is null then
    raise exception 'runType is required.' using errcode = 'RG400';
  end if;
  for v_round in 1..20 loop
    v_candidates := array(select c.user_id from app_private.claim_order(claim_next_task.run_type, v_model, v_same_only, v_busy) c);
    if v_candidates = '{}' then
      -- Whoever is left has another there. Worth a moment, for claims are quick; what holds a user longer is no
      -- claim, and the worker comes back anyway.
      exit when v_busy = '{}' or clock_timestamp() > v_patience;
      v_waits := true;
      v_busy := '{}';
      continue;
    end if;
    foreach v_user_id in array v_candidates loop
      continue when v_user_id = any (v_busy);
      begin
        if v_waits then
          perform set_config('lock_timeout', '250ms', true);
          perform app_private.lock_tenant(v_user_id);
          perform set_config('lock_timeout', v_lock_timeout, true);
        elsif not app_private.try_lock_tenant(v_user_id) then
          v_busy := v_busy || v_user_id;
          continue;
        end if;
        v_task_id := app_private.next_task_of(v_user_id, claim_next_task.run_type, v_model, v_same_only);
        if v_task_id is null then
          -- Gives the lock back: nobody waits for one user while he holds another.
          raise exception using errcode = 'RGNIL';
        end if;
      exception
        when sqlstate 'RGNIL' then
          null;
        when lock_not_available then
          v_busy := v_busy || v_user_id;
      end;
      if v_task_id is not null then
        update public.tasks t set status = 'In Progress', worker_id = v_worker.id
        where t.id = v_task_id and t.status = 'Queued'
        returning t.* into v_task;
        return v_task;
      end if;
      if v_waits then
        v_waits := false;
        exit;
      end if;
    end loop;
  end loop;
  return null;
end;
$$;

grant execute on function public.claim_next_task(text, public.run_type, boolean) to worker, service_role;

comment on function app_private.claim_order(public.run_type, text, boolean, uuid[]) is 'The users a claim looks at, in order.';
comment on function app_private.model_patience() is 'How long a task waits for a worker that has its model loaded.';
comment on function app_private.next_task_of(uuid, public.run_type, text, boolean) is 'The task of this user that is handed out next.';
comment on function public.claim_next_task(text, public.run_type, boolean) is
  E'@resultFieldName task\n'
  '@arg worker_id The worker: the caller itself, for a service any.\n'
  '@arg run_type Which queue.\n'
  '@arg same_model_only Whether to take only tasks for the model the worker has loaded. Default: false, as for null.\n'
  'Hands the oldest task that may run to a worker, for two minutes, or null. Tasks for the model the worker has loaded come first, unless another has waited for five minutes; sameModelOnly takes no others. Errors: FORBIDDEN (another worker''s name), INVALID_INPUT.';
