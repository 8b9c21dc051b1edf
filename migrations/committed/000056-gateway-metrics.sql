--! Previous: sha1:00395d94dc02f34eb324a921aa005e396bc4934a
--! Hash: sha1:6e912ed700eb0efb2bfa14a87590cae745bb1cc9
--! Message: gateway-metrics

-- What an operator's monitoring asks the database, in one statement that every gateway can afford to run every few
-- seconds. No finished task is read: open ones are counted in the queue, and of those that run the lease is looked up.

-- SQL and not plpgsql: planned at every call, so no plan outlives the sizes it was made for.
create or replace function public.gateway_metrics() returns jsonb
language sql stable security definer set search_path = '' set jit = off
begin atomic
  with stock as (
    select q.run_type,
      count(*) filter (where not q.is_running and q.is_ready) as ready,
      count(*) filter (where not q.is_running and not q.is_ready) as held,
      count(*) filter (where q.is_running) as running
    from app_private.queue q group by q.run_type
  ), late as (
    -- A sub-select for each that runs, and not a join: no statistics can make it read all tasks.
    select q.run_type, count(*) as stale from app_private.queue q
    where q.is_running
      and (select t.lease_expires_at from public.tasks t where t.id = q.task_id) < clock_timestamp()
    group by q.run_type
  ), tasks as (
    select jsonb_object_agg(r.run_type, jsonb_build_object(
      'ready', coalesce(s.ready, 0), 'held', coalesce(s.held, 0), 'running', coalesce(s.running, 0),
      'stale', coalesce(l.stale, 0),
      -- Of those a worker could have now: what waits for credits is no reason to wake anybody.
      'oldestSeconds', coalesce(extract(epoch from clock_timestamp() - (
        select h.head_at from app_private.queue_lanes h
        where h.run_type = r.run_type and h.is_open order by h.head_at, h.head_id limit 1
      )), 0)
    )) as told
    from unnest(enum_range(null::public.run_type)) as r (run_type)
    left join stock s on s.run_type = r.run_type
    left join late l on l.run_type = r.run_type
  ), log as (
    -- By its ends: counting it would read a day of changes. From where it was cleared last, not over what is dead
    -- there and not yet vacuumed. Ids that were rolled back count too.
    select coalesce(b.id - a.id + 1, 0) as rows,
      coalesce(extract(epoch from clock_timestamp() - a.logged_at), 0) as age
    from realtime.state s
    left join lateral (
      select c.id, c.logged_at from realtime.changes c
      where c.xid >= s.pruned_through order by c.xid, c.id limit 1
    ) a on true
    left join lateral (
      select c.id from realtime.changes c where c.xid >= s.pruned_through order by c.xid desc, c.id desc limit 1
    ) b on true
  )
  select jsonb_build_object(
    'tasks', tasks.told, 'log', jsonb_build_object('rows', greatest(log.rows, 0), 'oldestSeconds', greatest(log.age, 0))
  ) from tasks, log;
end;

-- Not granted to anybody else: how much is waiting is the operator's to know. So it is no part of the API either.
grant execute on function public.gateway_metrics() to service_role;

comment on function public.gateway_metrics() is
  'What monitoring asks: open tasks by run type, and the size and age of the change log. No task that ended is read.';
