--! Previous: sha1:a65caa2b5b4109b0291975757878ca57a41e7f60
--! Hash: sha1:3266516e806461b11b5b399c74a4470aa06dd3f3
--! Message: plans-for-any-list

-- Functions that look rows up by a list keep their plan. For a list of one, PostgreSQL takes a plan of its own at each call
-- for cheaper than the one it has for any list, and planning costs more than running it: a third of what it takes to
-- complete a task with an output, or to put one task into the queue, and half of a heartbeat. By index either way: none
-- of them may read whole tables (docs/decisions/queue-plans.md), and row by row is what a long list takes, too.
alter function app_private.show_primary_variants(uuid[]) set enable_seqscan = off set plan_cache_mode = force_generic_plan;
alter function app_private.make_primary(uuid[]) set enable_seqscan = off set plan_cache_mode = force_generic_plan;
alter function app_private.auto_create_variants(uuid[]) set enable_seqscan = off set plan_cache_mode = force_generic_plan;
alter function app_private.write_output(public.tasks, public.task_types, text, text) set plan_cache_mode = force_generic_plan;
alter function public.complete_task(uuid, int, text, text, jsonb) set plan_cache_mode = force_generic_plan;
alter function public.enqueue_tasks(uuid, public.task_request[]) set plan_cache_mode = force_generic_plan;
alter function app_private.draft_tasks(uuid, public.task_request[]) set plan_cache_mode = force_generic_plan;
alter function app_private.require_enqueuable(uuid, app_private.task_draft[]) set plan_cache_mode = force_generic_plan;
alter function app_private.require_room(uuid, app_private.task_draft[]) set plan_cache_mode = force_generic_plan;
alter function app_private.has_circle(uuid[], uuid[], uuid[]) set plan_cache_mode = force_generic_plan;
alter function public.heartbeat(text, public.worker_status, text, jsonb, uuid[]) set plan_cache_mode = force_generic_plan;
