--! Previous: sha1:ed6b50ca07d55240c8e342145f7a9d792b538ce1
--! Hash: sha1:f1d53f5efce775afdc8489abbdf1998b50164da6
--! Message: task-requests

-- What is asked of the queue: requests for tasks, with what they leave open filled in.
drop function if exists public.enqueue_tasks;
drop function if exists app_private.draft_tasks, app_private.require_enqueuable;
drop type if exists app_private.task_draft, public.task_request;

create type public.task_request as (
  id uuid,
  task_type text,
  params jsonb,
  parent_task_id uuid,
  dependant_on uuid[],
  idempotency_key text
);

-- A uuid out of params, or NULL when there is none.
create or replace function app_private.uuid_of(params jsonb, key text) returns uuid
language sql immutable
begin atomic
  select case when params ->> key ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (params ->> key)::uuid end;
end;

-- What a task is aimed at must be a thing of its project. Refused at the door: at completion it would be late.
create or replace function app_private.require_targets(project_id uuid, params jsonb, what text) returns void
language plpgsql stable set search_path = ''
as $$
declare
  v_key text;
  v_id uuid;
begin
  foreach v_key in array array['generation_id', 'parent_generation_id', 'based_on', 'shot_id'] loop
    continue when coalesce(jsonb_typeof(params -> v_key), 'null') = 'null';
    v_id := app_private.uuid_of(params, v_key);
    if v_id is null then
      raise exception '%.% must be an id.', what, v_key using errcode = 'RG400';
    end if;
    if v_key = 'shot_id' then
      perform from public.shots s where s.id = v_id and s.project_id = require_targets.project_id;
    else
      perform from public.generations g where g.id = v_id and g.project_id = require_targets.project_id;
    end if;
    if not found then
      raise exception '%.%: there is no % % in this project.', what, v_key, case v_key when 'shot_id' then 'shot' else 'generation' end, v_id
        using errcode = 'RG404';
    end if;
  end loop;
end;
$$;

-- A request with all that was left open in it filled in.
create type app_private.task_draft as (
  place int,
  id uuid,
  task_type text,
  params jsonb,
  parent_task_id uuid,
  dependant_on uuid[],
  idempotency_key text,
  is_new boolean
);

-- Whoever names a task by the id he chose for it means the one that is there already under the same key.
create or replace function app_private.draft_tasks(project_id uuid, requests public.task_request[])
returns app_private.task_draft[]
language plpgsql volatile set search_path = '' set enable_seqscan = off
as $$
begin
  return (
    with given as (
      select r.place::int, coalesce(r.id, gen_random_uuid()) as id, r.task_type, coalesce(r.params, '{}') as params,
        r.parent_task_id, coalesce(r.dependant_on, '{}') as dependant_on, r.idempotency_key
      from unnest(requests) with ordinality as r (id, task_type, params, parent_task_id, dependant_on, idempotency_key, place)
    ), known as (
      select g.*, t.id is not null as was_there, case when g.idempotency_key is null then g.id
        else coalesce(t.id, first_value(g.id) over (partition by g.idempotency_key order by g.place)) end as known_id,
        g.idempotency_key is not null and g.place > min(g.place) over (partition by g.idempotency_key) as is_repeated
      -- Each by its key, and not joined to all tasks of the project.
      from given g left join lateral (
        select w.id from public.tasks w
        where w.project_id = draft_tasks.project_id and w.idempotency_key = g.idempotency_key limit 1
      ) t on true
    ), dependencies as (
      select k.place, array_agg(distinct coalesce(d.known_id, w.id)) as ids
      from known k cross join unnest(k.dependant_on) as w (id) left join known d on d.id = w.id
      group by k.place
    )
    select array_agg((
      k.place, k.known_id, k.task_type, k.params,
      coalesce((select p.known_id from known p where p.id = k.parent_task_id order by p.place limit 1), k.parent_task_id),
      coalesce(d.ids, '{}'), k.idempotency_key, not k.was_there and not k.is_repeated
    )::app_private.task_draft order by k.place)
    from known k left join dependencies d on d.place = k.place
  );
end;
$$;

comment on type public.task_request is 'A task to be put into the queue.';
comment on column public.task_request.id is 'An id of the caller''s choice, so that other tasks of the list can name it.';
comment on column public.task_request.task_type is E'@notNull\nName of the task''s type.';
comment on column public.task_request.params is 'What is to be done: an object, as the task type expects it. generation_id, parent_generation_id, based_on and shot_id name things of the project.';
comment on column public.task_request.parent_task_id is 'The task that directs this one.';
comment on column public.task_request.dependant_on is 'Tasks, of the list or of the project, that must be Complete before this one can start.';
comment on column public.task_request.idempotency_key is 'The same key in the same project is the same task: it is returned and not made again.';
comment on function app_private.uuid_of(jsonb, text) is 'An id out of a task''s params, or NULL.';
comment on function app_private.require_targets(uuid, jsonb, text) is 'Refuses params that name a generation or shot which is not of the project. Errors: INVALID_INPUT, NOT_FOUND.';
comment on function app_private.draft_tasks(uuid, public.task_request[]) is 'Requests with their ids; those whose key is known stand for the task that is there.';
