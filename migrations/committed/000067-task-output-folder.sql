--! Previous: sha1:bf1e455466824ff8778e5eccf5504f3e6e9070f5
--! Hash: sha1:4d65c1b44d32da96fee1346c21a967abe4db8175
--! Message: task-output-folder

-- Where a worker stores what it makes. It is not told whose task it holds otherwise, and the folder begins with that.
-- Definer, because a worker may not read projects: it learns the owner's id of tasks it holds, and of no others.
create or replace function public.tasks_output_folder(task public.tasks) returns text
language sql stable security definer set search_path = ''
begin atomic
  select p.user_id || '/tasks/' || t.id
  from public.tasks t join public.projects p on p.id = t.project_id
  where t.id = task.id and (
    p.user_id = auth.uid() or auth.role() = 'service_role'
    or (t.worker_id = auth.worker_id() and t.status = 'In Progress')
  );
end;

revoke execute on function public.tasks_output_folder(public.tasks) from public;
grant execute on function public.tasks_output_folder(public.tasks) to authenticated, worker, service_role;

comment on function public.tasks_output_folder(public.tasks) is
  'The folder its outputs are stored in, in any bucket. For its owner, and for the worker as long as it holds the task.';
