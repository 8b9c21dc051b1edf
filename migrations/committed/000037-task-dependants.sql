--! Previous: sha1:5cd680987daff1ec42e4cc55bb6897b9b27f6c00
--! Hash: sha1:e19a528beda349bd7192d55834a6031073e393a2
--! Message: task-dependants

-- What the end of a task means for others.

-- What waits for these: ready when all it waits for is complete, ended when one of it failed or was cancelled.
-- What a cancelled task directs is cancelled with it.
create or replace function app_private.settle_dependants(ended uuid[]) returns void
language plpgsql volatile set search_path = '' set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $$
declare
  v_waiting uuid[] := array(
    select t.id from public.tasks t
    where t.dependant_on && settle_dependants.ended and t.dependant_on <> '{}' and t.pane_group = 1
  );
begin
  if v_waiting <> '{}' then
    perform app_private.enter_queue(v_waiting);
  end if;
  if not exists (select from public.tasks t where t.id = any (settle_dependants.ended) and t.status in ('Failed', 'Cancelled')) then
    return;
  end if;
  with recursive doomed (id, cause, status) as (
    select t.id, t.id, t.status from public.tasks t
    where t.id = any (settle_dependants.ended) and t.status in ('Failed', 'Cancelled')
    union
    select n.id, d.cause, d.status
    from doomed d cross join lateral (
      select t.id from public.tasks t
      where t.dependant_on @> array[d.id] and t.dependant_on <> '{}' and t.pane_group = 1
      union all
      select t.id from public.tasks t where t.parent_task_id = d.id and t.pane_group < 2 and d.status = 'Cancelled'
    ) n
  ), verdicts as (
    select distinct on (d.id) d.id, d.cause, d.status from doomed d where d.id <> d.cause
    order by d.id, d.status desc, d.cause
  )
  update public.tasks t set status = v.status, error_message = format(
    case v.status when 'Failed' then 'Task %s (%s), which it depends on, failed.' else 'Cancelled with task %s (%s).' end,
    c.id, c.task_type
  )
  from verdicts v join public.tasks c on c.id = v.cause
  where t.id = v.id and t.status in ('Queued', 'In Progress');
end;
$$;

comment on function app_private.settle_dependants(uuid[]) is 'Frees, fails or cancels what waits for tasks that ended.';
