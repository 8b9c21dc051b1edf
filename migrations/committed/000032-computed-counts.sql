--! Previous: sha1:f10255ea0add30a20e6a4a0d5f8cdd6bee34dc4f
--! Hash: sha1:4a28fd2fb308bff397b8dd43d9b57c1d11292680
--! Message: computed-counts

-- The computed fields of lists, so that a page of 288 costs what its rows cost. As functions of a row they
-- were 10 of 18 ms: PostgreSQL never inlines a scalar function that reads a table, and started each one 288
-- times. A function that returns a set is inlined where it stands in FROM, and one can count several things
-- in one pass. The plugin fieldsOf asks it once for each row: its arguments are columns of the table, its
-- results fields of the table's type. It must give one row always, without NULL.
drop function if exists public.generations_variant_count(public.generations), public.generations_unviewed_count(public.generations),
  public.shots_unpositioned_count(public.shots), public.shots_image_count(public.shots), public.shots_final_video_count(public.shots),
  public.tasks_is_root(public.tasks), public.generation_counts(uuid), public.shot_counts(uuid), public.task_root(uuid);

create function public.generation_counts(id uuid) returns table (variant_count int, unviewed_count int)
language sql stable rows 1
begin atomic
  select count(*)::int, (count(*) filter (where v.viewed_at is null))::int
  from public.generation_variants v where v.generation_id = generation_counts.id;
end;

-- Joined by the whole key and from the left: where only unpositioned_count is asked for, the planner leaves
-- the generations out.
create function public.shot_counts(id uuid) returns table (unpositioned_count int, image_count int, final_video_count int)
language sql stable rows 1
begin atomic
  select (count(*) filter (where sg.position is null))::int,
    (count(*) filter (where g.type = 'image'))::int,
    (count(*) filter (where g.type = 'video' and not g.is_child))::int
  from public.shot_generations sg
  left join public.generations g on g.id = sg.generation_id and g.project_id = sg.project_id
  where sg.shot_id = shot_counts.id;
end;

create function public.task_root(parent_task_id uuid) returns table (is_root boolean)
language sql stable rows 1
begin atomic
  select task_root.parent_task_id is null;
end;

grant execute on function public.generation_counts(uuid), public.shot_counts(uuid), public.task_root(uuid)
  to authenticated, service_role;
grant execute on function public.task_root(uuid) to worker;

comment on function public.generation_counts(uuid) is
  E'@omit\n@fieldsOf generations\n@field variant_count How many variants it has.\n@field unviewed_count How many of its variants its owner has not looked at.\nFields of a generation that no column holds, under the caller''s rights.';
comment on function public.shot_counts(uuid) is
  E'@omit\n@fieldsOf shots\n@field unpositioned_count How many of its generations are not placed in its list.\n@field image_count How many images stand in it.\n@field final_video_count How many videos stand in it that are no part of another.\nFields of a shot that no column holds, under the caller''s rights.';
comment on function public.task_root(uuid) is
  E'@omit\n@fieldsOf tasks\n@field is_root Whether no other task directs this one.\nFields of a task that no column holds.';
