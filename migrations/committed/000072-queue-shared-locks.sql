--! Previous: sha1:c77061251f1075bf79679abee625ddd693b7fb62
--! Hash: sha1:ab6e062134e6777fc0a6162f51662e8a52560886
--! Message: queue-shared-locks

-- Claims and completions of one user beside each other, and with fewer statements. Each of them waits for its COMMIT to
-- be on disk with its locks in hand: by one lock for all of a user's world, sixteen workers spent as long waiting for
-- each other as for the disk.

-- What the two locks are for. Whoever changes a user's world takes the tenant's lock alone, as before. A claim shares it,
-- and has the user's claims to itself: of two claims at once, the cap would count the same running tasks. The end of an
-- orchestration that nothing waits for shares it too: it touches nothing that a claim or another end reads.
create or replace function app_private.share_tenant(user_id uuid) returns void
language sql volatile
begin atomic
  select pg_advisory_xact_lock_shared(hashtextextended('tenant ' || share_tenant.user_id, 0));
end;

create or replace function app_private.try_share_tenant(user_id uuid) returns boolean
language sql volatile
begin atomic
  select pg_try_advisory_xact_lock_shared(hashtextextended('tenant ' || try_share_tenant.user_id, 0));
end;

create or replace function app_private.lock_claims(user_id uuid) returns void
language sql volatile
begin atomic
  select pg_advisory_xact_lock(hashtextextended('claims ' || lock_claims.user_id, 0));
end;

create or replace function app_private.try_lock_claims(user_id uuid) returns boolean
language sql volatile
begin atomic
  select pg_try_advisory_xact_lock(hashtextextended('claims ' || try_lock_claims.user_id, 0));
end;

-- Under the lock, but with a snapshot from before it, a transaction would not see what the others did meanwhile, and
-- what waits for two tasks would wait for ever.
create or replace function app_private.require_read_committed() returns void
language plpgsql stable set search_path = ''
as $$
begin
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception 'Change the queue in READ COMMITTED: an older snapshot does not see what others change in it.' using errcode = 'RG400';
  end if;
end;
$$;

-- Whoever writes into the queue writes the lanes as well, by the rows he has in hand. Only what is deleted may be
-- deleted by a reference, too.
drop trigger if exists keep_lanes_insert on app_private.queue;
drop trigger if exists keep_lanes_update on app_private.queue;

create or replace function app_private.enter_queue(task_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_touched record;
begin
  for v_touched in
    with before as (
      select q.task_id, q.user_id, q.run_type, q.model, q.is_ready and not q.is_running as waits
      from app_private.queue q where q.task_id = any (enter_queue.task_ids)
    ), entered as (
      insert into app_private.queue as q (
        task_id, user_id, run_type, model, is_orchestration, is_active, is_ready, is_running, created_at
      )
      select t.id, p.user_id, k.run_type, app_private.model_of(t.params), k.category = 'orchestration', k.is_active,
        k.is_active and (t.dependant_on = '{}' or not exists (
          select from public.tasks d where d.id = any (t.dependant_on) and d.status <> 'Complete'
        )),
        t.status = 'In Progress', t.created_at
      from public.tasks t
      join public.projects p on p.id = t.project_id
      join public.task_types k on k.name = t.task_type
      where t.id = any (enter_queue.task_ids) and t.status in ('Queued', 'In Progress')
      on conflict (task_id) do update set user_id = excluded.user_id, run_type = excluded.run_type, model = excluded.model,
        is_orchestration = excluded.is_orchestration, is_active = excluded.is_active, is_ready = excluded.is_ready, is_running = excluded.is_running,
        has_started = q.has_started and excluded.is_running, created_at = excluded.created_at
      where (q.user_id, q.run_type, q.model, q.is_orchestration, q.is_active, q.is_ready, q.is_running, q.created_at)
        is distinct from (
          excluded.user_id, excluded.run_type, excluded.model, excluded.is_orchestration, excluded.is_active,
          excluded.is_ready, excluded.is_running, excluded.created_at
        )
      returning q.task_id, q.user_id, q.run_type, q.model, q.is_ready and not q.is_running as waits
    )
    select t.user_id, array_agg(t.run_type) filter (where t.waits) as run_types, array_agg(t.model) filter (where t.waits) as models
    from (
      select e.user_id, e.run_type, e.model, e.waits from entered e
      union select b.user_id, b.run_type, b.model, b.waits from before b join entered e on e.task_id = b.task_id
    ) t group by t.user_id order by t.user_id
  loop
    perform app_private.lock_tenant(v_touched.user_id);
    perform app_private.refresh_lanes(v_touched.user_id, v_touched.run_types, v_touched.models);
  end loop;
end;
$$;

create or replace function app_private.keep_lanes() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = force_generic_plan
as $$
declare
  v_touched record;
begin
  -- Orchestration that ran was neither the head of a lane nor one of the five.
  for v_touched in
    select t.user_id, array_agg(t.run_type) filter (where t.waits) as run_types, array_agg(t.model) filter (where t.waits) as models
    from (
      select distinct o.user_id, o.run_type, o.model, o.is_ready and not o.is_running as waits from old_rows o
      where o.is_ready and not o.is_running or o.is_running and not o.is_orchestration
    ) t
    group by t.user_id order by t.user_id
  loop
    perform app_private.lock_tenant(v_touched.user_id);
    perform app_private.refresh_lanes(v_touched.user_id, v_touched.run_types, v_touched.models);
  end loop;
  return null;
end;
$$;

create or replace function app_private.queue_changed_tasks() returns trigger
language plpgsql security definer set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_moved record;
  v_touched record;
begin
  -- The queue itself says what was. A heartbeat, which only lengthens a lease, changes nothing in it; a claim has
  -- changed it before the task.
  if not exists (
    select from new_rows n left join lateral (
      select w.task_id, w.is_running from app_private.queue w where w.task_id = n.id limit 1
    ) q on true
    where case n.status when 'Queued' then q.is_running is distinct from false
      when 'In Progress' then q.is_running is distinct from true else q.task_id is not null end
  ) then
    return null;
  end if;
  select array_agg(n.id) filter (where n.status = 'In Progress') as started,
    array_agg(n.id) filter (where n.status = 'Queued') as requeued,
    array_agg(n.id) filter (where n.pane_group = 2) as ended,
    array_agg(distinct n.project_id) as projects
  into v_moved
  from new_rows n left join lateral (
    select w.task_id, w.is_running from app_private.queue w where w.task_id = n.id limit 1
  ) q on true
  where case n.status when 'Queued' then q.is_running is distinct from false
    when 'In Progress' then q.is_running is distinct from true else q.task_id is not null end;
  perform app_private.require_read_committed();
  perform app_private.lock_owners_of(v_moved.projects);
  if v_moved.started is not null then
    update app_private.queue q set is_running = true where q.task_id = any (v_moved.started);
  end if;
  if v_moved.requeued is not null then
    update app_private.queue q set is_running = false, has_started = false where q.task_id = any (v_moved.requeued);
  end if;
  if v_moved.started is not null or v_moved.requeued is not null then
    for v_touched in
      select t.user_id, array_agg(t.run_type) as run_types, array_agg(t.model) as models
      from (
        select distinct q.user_id, q.run_type, q.model from app_private.queue q
        where q.task_id = any (v_moved.started || v_moved.requeued)
      ) t group by t.user_id order by t.user_id
    loop
      perform app_private.refresh_lanes(v_touched.user_id, v_touched.run_types, v_touched.models);
    end loop;
  end if;
  if v_moved.ended is not null then
    delete from app_private.queue q where q.task_id = any (v_moved.ended);
    perform app_private.settle_dependants(v_moved.ended);
  end if;
  return null;
end;
$$;

drop function if exists app_private.claim_order(public.run_type, text, boolean, uuid[]);
drop function if exists app_private.next_task_of(uuid, public.run_type, text, boolean);
-- Whose tasks a claim looks at first when its worker has a model loaded: those that waited five minutes for a worker with
-- the right model long enough; then those for this model. After them comes the oldest. A user may come up more than once,
-- and one with many models fills the list: who was busy is left out when it is asked for again.
create or replace function app_private.claim_order_for_model(run_type public.run_type, model text, same_model_only boolean, busy uuid[])
returns uuid[]
language plpgsql stable set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_users uuid[] := '{}';
begin
  if not same_model_only then
    v_users := array(
      select l.user_id from app_private.queue_lanes l
      where l.run_type = claim_order_for_model.run_type and l.is_open and l.head_at < clock_timestamp() - app_private.model_patience()
        and l.user_id <> all (busy)
      order by l.head_at, l.head_id limit 64
    );
  end if;
  -- One step for each user with this model, also for those that are closed: few, beside tasks.
  return v_users || array(
    select m.user_id from app_private.queue_models m
    where m.run_type = claim_order_for_model.run_type and m.model = claim_order_for_model.model and m.user_id <> all (busy) and exists (
      select from app_private.queue_lanes l where l.user_id = m.user_id and l.run_type = m.run_type and l.is_open
    )
    order by m.head_at, m.head_id limit 64
  );
end;
$$;

-- The cap of five is a count under the lock of the user's claims, so one claim at a time looks at a user. A claim that finds
-- another there, or somebody who changes that user's world, goes on to the next user, and only when there is none waits,
-- for a moment: a user whose own long change holds his lock keeps nobody from the tasks of others.
create or replace function public.claim_next_task(worker_id text, run_type public.run_type, same_model_only boolean default false)
returns public.tasks
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_model text;
  v_same_only boolean := coalesce(claim_next_task.same_model_only, false);
  v_candidates uuid[];
  v_busy uuid[] := '{}';
  v_waits boolean := false;
  v_patience timestamptz;
  v_lock_timeout text;
  v_user_id uuid;
  v_head_at timestamptz;
  v_task_id uuid;
  v_task_model text;
  v_is_orchestration boolean;
  v_task public.tasks;
begin
  -- The usual case of require_worker, without a call: each costs as much as this whole statement.
  select coalesce(w.current_model, '') into v_model from public.workers w
  where w.id = claim_next_task.worker_id and (auth.role() = 'service_role' or auth.role() = 'worker' and w.id = auth.worker_id());
  if not found then
    v_model := coalesce((app_private.require_worker(claim_next_task.worker_id)).current_model, '');
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'Claim in READ COMMITTED: an older snapshot cannot count what runs now.' using errcode = 'RG400';
  end if;
  if claim_next_task.run_type is null then
    raise exception 'runType is required.' using errcode = 'RG400';
  end if;
  for v_round in 1..20 loop
    if v_model <> '' then
      v_candidates := app_private.claim_order_for_model(claim_next_task.run_type, v_model, v_same_only, v_busy);
    else
      v_candidates := '{}';
    end if;
    if not v_same_only then
      v_candidates := v_candidates || array(
        select l.user_id from app_private.queue_lanes l
        where l.run_type = claim_next_task.run_type and l.is_open and l.user_id <> all (v_busy)
        order by l.head_at, l.head_id limit case when v_busy = '{}' then 16 else 64 end
      );
    end if;
    if v_candidates = '{}' then
      -- Whoever is left has another there. Worth a moment, for claims are quick; what holds a user longer is no
      -- claim, and the worker comes back anyway.
      v_patience := coalesce(v_patience, clock_timestamp() + interval '1 second');
      exit when v_busy = '{}' or clock_timestamp() > v_patience;
      v_waits := true;
      v_busy := '{}';
      continue;
    end if;
    foreach v_user_id in array v_candidates loop
      continue when v_user_id = any (v_busy);
      begin
        if v_waits then
          v_lock_timeout := current_setting('lock_timeout');
          perform set_config('lock_timeout', '250ms', true);
          perform app_private.lock_claims(v_user_id);
          perform app_private.share_tenant(v_user_id);
          perform set_config('lock_timeout', v_lock_timeout, true);
        elsif not app_private.try_lock_claims(v_user_id) then
          v_busy := v_busy || v_user_id;
          continue;
        elsif not app_private.try_share_tenant(v_user_id) then
          raise lock_not_available;
        end if;
        select l.head_id, l.head_at into v_task_id, v_head_at from app_private.queue_lanes l
        where l.user_id = v_user_id and l.run_type = claim_next_task.run_type and l.is_open;
        if v_task_id is not null and (v_same_only or v_model <> '' and v_head_at >= clock_timestamp() - app_private.model_patience()) then
          v_task_id := coalesce((
            select m.head_id from app_private.queue_models m
            where m.user_id = v_user_id and m.run_type = claim_next_task.run_type and m.model = v_model
          ), case when not v_same_only then v_task_id end);
        end if;
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
        -- The queue first and the task after it: the trigger on tasks then finds nothing to do, and takes no lock.
        update app_private.queue q set is_running = true where q.task_id = v_task_id
        returning q.model, q.is_orchestration into v_task_model, v_is_orchestration;
        update app_private.queue_lanes l set head_at = h.created_at, head_id = h.task_id
        from (
          select q.created_at, q.task_id from app_private.queue q
          where q.user_id = v_user_id and q.run_type = claim_next_task.run_type and q.is_ready and not q.is_running
          order by q.created_at, q.task_id limit 1
        ) h
        where l.user_id = v_user_id and l.run_type = claim_next_task.run_type;
        if not found then
          delete from app_private.queue_lanes l where l.user_id = v_user_id and l.run_type = claim_next_task.run_type;
        end if;
        if v_task_model <> '' then
          perform app_private.refresh_models(v_user_id, array[claim_next_task.run_type], array[v_task_model]);
        end if;
        if not v_is_orchestration then
          perform app_private.refresh_lanes(v_user_id, '{}', '{}');
        end if;
        update public.tasks t set status = 'In Progress', worker_id = claim_next_task.worker_id
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

drop function if exists app_private.require_attempt(uuid, int), app_private.require_attempt(uuid, int, boolean);
-- The task, if the caller held it in this attempt; takes its owner's lock and the row's. To whoever never did there is no
-- such task. The lock is shared where the caller says so, the task is orchestration, and nothing waits for its end.
create function app_private.require_attempt(task_id uuid, attempt int, shares boolean default false) returns public.tasks
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
declare
  v_task public.tasks;
  v_owner uuid;
  v_shares boolean;
begin
  -- What runs stands in the queue, with its owner.
  select q.user_id, require_attempt.shares and q.is_orchestration and not exists (
    select from public.tasks d where d.dependant_on @> array[t.id] and d.dependant_on <> '{}' and d.pane_group = 1
  )
  into v_owner, v_shares
  from public.tasks t join app_private.queue q on q.task_id = t.id
  where t.id = require_attempt.task_id and (t.worker_id = auth.worker_id() or auth.role() = 'service_role');
  if not found then
    select p.user_id into v_owner from public.tasks t join public.projects p on p.id = t.project_id
    where t.id = require_attempt.task_id and (
      auth.role() = 'service_role' or t.worker_id = auth.worker_id()
      or exists (select from app_private.lost_attempts l where l.task_id = t.id and l.worker_id = auth.worker_id())
    );
  end if;
  if v_owner is not null then
    if v_shares then
      perform app_private.share_tenant(v_owner);
    else
      perform app_private.lock_tenant(v_owner);
    end if;
    select * into v_task from public.tasks t where t.id = require_attempt.task_id for no key update;
  end if;
  if v_task.id is null then
    raise exception 'There is no task % that you hold.', require_attempt.task_id using errcode = 'RG404';
  end if;
  if require_attempt.attempt is null then
    raise exception 'attempt is required: the number that came with the task.' using errcode = 'RG400';
  end if;
  if v_task.status = 'Queued' and v_task.attempts = 0 then
    raise exception 'Task % is Queued: it was never handed out.', v_task.id using errcode = 'RG410';
  end if;
  if require_attempt.attempt <> v_task.attempts or v_task.status = 'Queued'
    or auth.role() is distinct from 'service_role' and v_task.worker_id is distinct from auth.worker_id() then
    raise exception 'Attempt % of task % is over: it was given up or its lease ran out.', require_attempt.attempt, v_task.id
      using errcode = 'RG411';
  end if;
  return v_task;
end;
$$;

create or replace function public.complete_task(
  task_id uuid, attempt int, output_location text default null, thumbnail_url text default null, result jsonb default '{}'
) returns public.tasks
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_task public.tasks := app_private.require_attempt(complete_task.task_id, complete_task.attempt, shares => true);
  v_type public.task_types;
  v_owner uuid;
  v_made jsonb;
  v_notes text[] := '{}';
  v_ended timestamptz := clock_timestamp();
  v_seconds numeric;
  v_is_billed boolean := false;
  v_cost numeric := 0.0000;
  v_cost_notes text[] := '{}';
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
  perform app_private.require_read_committed();
  -- Out of the queue before it ends: the trigger on tasks then finds nothing to do, and takes no lock.
  delete from app_private.queue q where q.task_id = v_task.id and q.is_orchestration and not exists (
    select from public.tasks d where d.dependant_on @> array[v_task.id] and d.dependant_on <> '{}' and d.pane_group = 1
  );
  if not found then
    select p.user_id into strict v_owner from public.projects p where p.id = v_task.project_id;
    -- There already, unless something began to wait for the task between the look at it and the lock.
    perform app_private.lock_tenant(v_owner);
    select * into strict v_type from public.task_types k where k.name = v_task.task_type;
    v_is_billed := v_type.category <> 'orchestration';
  end if;

  if v_is_billed then
    if nullif(btrim(complete_task.output_location), '') is null then
      raise exception 'outputLocation is required: a task of type % has an output.', v_type.name using errcode = 'RG400';
    end if;
    select o.made, o.notes into v_made, v_notes
    from app_private.write_output(v_task, v_type, complete_task.output_location, complete_task.thumbnail_url) o;
    v_seconds := greatest(1, ceil(extract(epoch from v_ended - coalesce(v_task.generation_started_at, v_ended))));
    select c.cost, c.notes into v_cost, v_cost_notes from app_private.task_cost(v_type, v_task.params, v_seconds) c;
    -- A balance that has no room for it takes what fits: no bill fails a completion.
    select least(v_cost, greatest(0, u.credits + app_private.max_cost())) into v_room from public.users u where u.id = v_owner;
    if v_room < v_cost then
      v_cost := v_room;
      v_cost_notes := v_cost_notes || 'the account holds no larger debt'::text;
    end if;
    v_notes := v_notes || v_cost_notes;
  end if;

  update public.tasks t set status = 'Complete', output_location = complete_task.output_location, error_message = null,
    cost = v_cost, generation_processed_at = v_ended,
    result_data = coalesce(complete_task.result, '{}') - array['output', 'notes']
      || case when v_made is null then '{}' else jsonb_build_object('output', v_made) end
      || case when v_notes = '{}' then '{}' else jsonb_build_object('notes', to_jsonb(v_notes)) end
  where t.id = v_task.id returning t.* into v_task;
  if v_is_billed then
    insert into public.credits_ledger (user_id, amount, type, task_id, metadata)
    values (
      v_owner, -v_cost, 'spend', v_task.id,
      jsonb_build_object('task_type', v_type.name, 'project_id', v_task.project_id, 'seconds', v_seconds)
        || case when v_cost_notes = '{}' then '{}' else jsonb_build_object('notes', to_jsonb(v_cost_notes)) end
    );
  end if;
  return v_task;
end;
$$;

comment on function app_private.share_tenant(uuid) is 'Takes the transaction''s lock on one user''s world, together with others that share it.';
comment on function app_private.try_share_tenant(uuid) is 'The same, unless another has it alone.';
comment on function app_private.lock_claims(uuid) is 'Takes the transaction''s lock on claims of one user''s tasks.';
comment on function app_private.try_lock_claims(uuid) is 'The same, unless another has it.';
comment on function app_private.require_read_committed() is 'Refuses to change the queue with an older snapshot. Error: INVALID_INPUT.';
comment on function app_private.enter_queue(uuid[]) is 'Writes the queue''s rows of these tasks, those that are open, and their lanes.';
comment on function app_private.keep_lanes() is 'AFTER DELETE on queue: refreshes the lanes that were touched.';
comment on function app_private.claim_order_for_model(public.run_type, text, boolean, uuid[]) is
  'The users a claim looks at first when its worker has a model loaded, in order.';
comment on function app_private.require_attempt(uuid, int, boolean) is
  'The task, if the caller holds this attempt of it; takes its owner''s lock, which an end that touches nothing else may share. Errors: NOT_FOUND, INVALID_INPUT, TASK_STATE, STALE_ATTEMPT.';
