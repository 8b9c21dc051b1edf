--! Previous: sha1:9318f5a2ae58686dbe405d9cc681d1ef2f4b64a4
--! Hash: sha1:36f7fe56512af133ecdaac16b9e7c18adca0a576
--! Message: worker-reports

-- Workers report. Definer, as all a worker does with the queue: it is granted no table of it.
drop function if exists public.heartbeat;
drop type if exists public.heartbeat_result;

-- Who acts: a worker as itself only, a service as any. The row is made on first use.
create or replace function app_private.require_worker(worker_id text) returns public.workers
language plpgsql volatile set search_path = ''
as $$
declare
  v_worker public.workers;
begin
  if auth.role() is distinct from 'service_role'
    and (auth.role() is distinct from 'worker' or require_worker.worker_id is distinct from auth.worker_id()) then
    raise exception 'This token speaks for worker %.', coalesce(auth.worker_id(), '(none)') using errcode = 'RG403';
  end if;
  select * into v_worker from public.workers w where w.id = require_worker.worker_id;
  if not found then
    insert into public.workers (id, last_heartbeat) values (require_worker.worker_id, clock_timestamp())
    on conflict (id) do update set last_heartbeat = excluded.last_heartbeat
    returning * into v_worker;
  end if;
  return v_worker;
end;
$$;

create type public.heartbeat_result as (
  extended uuid[],
  cancelled uuid[],
  lost uuid[]
);

create function public.heartbeat(
  worker_id text, status public.worker_status default 'active', current_model text default null, metadata jsonb default null,
  task_ids uuid[] default '{}'
) returns public.heartbeat_result
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off
as $$
declare
  v_worker public.workers := app_private.require_worker(heartbeat.worker_id);
  v_ids uuid[] := coalesce(heartbeat.task_ids, '{}');
  v_result public.heartbeat_result;
begin
  if cardinality(v_ids) > 1000 then
    raise exception 'taskIds has more than 1000 entries.' using errcode = 'RG400';
  end if;
  update public.workers w set last_heartbeat = clock_timestamp(), status = coalesce(heartbeat.status, 'active'),
    current_model = left(heartbeat.current_model, 200), metadata = coalesce(heartbeat.metadata, w.metadata)
  where w.id = v_worker.id;
  -- "is not distinct from" and not "=": by the index on worker_id, which looks cheapest while statistics are older
  -- than the worker, each heartbeat would read all it ever did.
  with extended as (
    update public.tasks t set lease_expires_at = clock_timestamp() + app_private.lease()
    where t.id in (
      select h.id from public.tasks h where h.id = any (v_ids) and h.worker_id is not distinct from v_worker.id and h.status = 'In Progress'
      -- A row that somebody has in hand is just being ended, or beaten for: a heartbeat waits for none of them, for
      -- it holds rows of many owners and none of their worlds.
      order by h.id for no key update skip locked
    ) and t.status = 'In Progress' and t.worker_id is not distinct from v_worker.id
    returning t.id
  )
  select array(select e.id from extended e order by e.id) into v_result.extended;
  v_result.cancelled := array(
    select t.id from public.tasks t
    where t.id = any (v_ids) and t.worker_id is not distinct from v_worker.id and t.status = 'Cancelled' order by t.id
  );
  v_result.lost := array(
    select distinct i.id from unnest(v_ids) as i (id)
    where i.id is not null and i.id <> all (v_result.extended || v_result.cancelled) and i.id <> all (array(
      -- Held still, though not extended: in somebody's hand.
      select t.id from public.tasks t
      where t.id = any (v_ids) and t.worker_id is not distinct from v_worker.id and t.status = 'In Progress'
    )) order by i.id
  );
  return v_result;
end;
$$;

grant execute on function public.heartbeat(text, public.worker_status, text, jsonb, uuid[]) to worker, service_role;

comment on type public.heartbeat_result is 'What became of the tasks a worker reported.';
comment on column public.heartbeat_result.extended is E'@notNull\nIt holds them for another two minutes.';
comment on column public.heartbeat_result.cancelled is E'@notNull\nTheir owner cancelled them: stop.';
comment on column public.heartbeat_result.lost is E'@notNull\nIt does not hold them (any more): stop, and report nothing.';
comment on function app_private.require_worker(text) is 'The worker the caller may act as. Error: FORBIDDEN.';
comment on function public.heartbeat(text, public.worker_status, text, jsonb, uuid[]) is
  E'@resultFieldName heartbeat\n'
  '@arg worker_id The worker: the caller itself, for a service any.\n'
  '@arg status How it is. Default: ACTIVE, as for null.\n'
  '@arg current_model The model it has loaded. Default: null, none.\n'
  '@arg metadata What else is to be known of it. Default: null, which leaves what is there.\n'
  '@arg task_ids The tasks it works on, 1,000 at most. Default: none, as for null.\n'
  'Reports a worker and extends the leases of the tasks it still holds. Metadata that is left out stays; a model that is left out is one that is loaded no more. A task that is just being ended stands in none of the three lists: the next heartbeat tells. Errors: FORBIDDEN (another worker''s name), INVALID_INPUT.';
