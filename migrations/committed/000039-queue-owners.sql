--! Previous: sha1:0f5014fe71fe72d097376d8fafb02950c3015c0f
--! Hash: sha1:e7cb28161675adee5731b1c3f85d38187cbf314d
--! Message: queue-owners

-- What opens and closes a user's lanes, or moves tasks between them, besides the tasks themselves.

-- A user's own change locks his world first, as everywhere: the row second. A completion does the same.
drop trigger if exists _010_lock_tenant on public.users;
create trigger _010_lock_tenant before update or delete on public.users
  for each statement execute function app_private.lock_callers_tenant();

create or replace function app_private.reopen_lanes() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform app_private.lock_tenant(new.id);
  perform app_private.refresh_lanes(new.id, '{}', '{}');
  return null;
end;
$$;

drop trigger if exists reopen_lanes on public.users;
create trigger reopen_lanes after update of credits, settings on public.users
  for each row when (
    (old.credits > 0) is distinct from (new.credits > 0)
    or (old.settings #> '{ui,generationMethods,inCloud}') is distinct from (new.settings #> '{ui,generationMethods,inCloud}')
  ) execute function app_private.reopen_lanes();

create or replace function app_private.requeue_project() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform app_private.lock_tenants(array[old.user_id, new.user_id]);
  perform app_private.enter_queue(array(
    select t.id from app_private.queue q join public.tasks t on t.id = q.task_id
    where q.user_id = old.user_id and t.project_id = new.id
  ));
  return null;
end;
$$;

drop trigger if exists requeue_project on public.projects;
create trigger requeue_project after update of user_id on public.projects
  for each row when (old.user_id is distinct from new.user_id) execute function app_private.requeue_project();

create or replace function app_private.requeue_task_type() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  -- The owners first, then their rows of the queue, as everybody does.
  perform app_private.lock_tenants(array(
    select q.user_id from app_private.queue q join public.tasks t on t.id = q.task_id where t.task_type = new.name
  ));
  perform app_private.enter_queue(array(
    select t.id from app_private.queue q join public.tasks t on t.id = q.task_id where t.task_type = new.name
  ));
  return null;
end;
$$;

drop trigger if exists requeue_task_type on public.task_types;
create trigger requeue_task_type after update of is_active, run_type, category on public.task_types
  for each row when (
    (old.is_active, old.run_type, old.category) is distinct from (new.is_active, new.run_type, new.category)
  ) execute function app_private.requeue_task_type();

-- No function changes these of a task; a service that does by hand must not leave it in the wrong lane.
create or replace function app_private.requeue_task() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform app_private.lock_owners_of(array[new.project_id]);
  perform app_private.enter_queue(array[new.id]);
  return null;
end;
$$;

drop trigger if exists requeue_task on public.tasks;
create trigger requeue_task after update of project_id, task_type, params, dependant_on, created_at on public.tasks
  for each row execute function app_private.requeue_task();

comment on function app_private.reopen_lanes() is 'AFTER: credits or settings of a user open or close his lanes.';
comment on function app_private.requeue_project() is 'AFTER: the tasks of a project follow it to another owner.';
comment on function app_private.requeue_task_type() is 'AFTER: the tasks of a type follow its change.';
comment on function app_private.requeue_task() is 'AFTER: a task whose place in the queue changed goes there.';
