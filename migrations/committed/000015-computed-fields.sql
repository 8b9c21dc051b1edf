--! Previous: sha1:422d629b1de0dfc9e6d3988224b67391352d3d2b
--! Hash: sha1:8887c128042aa371caf0bbbd9276734c8fea18d0
--! Message: computed-fields

-- Fields of the API that no column holds. Each runs under the caller's rights.
create or replace function public.tasks_is_root(task public.tasks) returns boolean
language sql stable
begin atomic
  select (tasks_is_root.task).parent_task_id is null;
end;

create or replace function public.generations_variant_count(generation public.generations) returns int
language sql stable
begin atomic
  select count(*)::int from public.generation_variants v
  where v.generation_id = (generations_variant_count.generation).id;
end;

create or replace function public.generations_unviewed_count(generation public.generations) returns int
language sql stable
begin atomic
  select count(*)::int from public.generation_variants v
  where v.generation_id = (generations_unviewed_count.generation).id and v.viewed_at is null;
end;

create or replace function public.shots_unpositioned_count(shot public.shots) returns int
language sql stable
begin atomic
  select count(*)::int from public.shot_generations sg
  where sg.shot_id = (shots_unpositioned_count.shot).id and sg.position is null;
end;

create or replace function public.shots_image_count(shot public.shots) returns int
language sql stable
begin atomic
  select count(*)::int from public.shot_generations sg
  join public.generations g on g.id = sg.generation_id
  where sg.shot_id = (shots_image_count.shot).id and g.type = 'image';
end;

create or replace function public.shots_final_video_count(shot public.shots) returns int
language sql stable
begin atomic
  select count(*)::int from public.shot_generations sg
  join public.generations g on g.id = sg.generation_id
  where sg.shot_id = (shots_final_video_count.shot).id and g.type = 'video' and not g.is_child;
end;

grant execute on function
  public.tasks_is_root(public.tasks),
  public.generations_variant_count(public.generations),
  public.generations_unviewed_count(public.generations),
  public.shots_unpositioned_count(public.shots),
  public.shots_image_count(public.shots),
  public.shots_final_video_count(public.shots)
  to authenticated, service_role;
grant execute on function public.tasks_is_root(public.tasks) to worker;

comment on function public.tasks_is_root(public.tasks) is E'@notNull\nWhether no other task directs this one.';
comment on function public.generations_variant_count(public.generations) is E'@notNull\nHow many variants it has.';
comment on function public.generations_unviewed_count(public.generations) is E'@notNull\nHow many of its variants its owner has not looked at.';
comment on function public.shots_unpositioned_count(public.shots) is E'@notNull\nHow many of its generations are not placed in its list.';
comment on function public.shots_image_count(public.shots) is E'@notNull\nHow many images stand in it.';
comment on function public.shots_final_video_count(public.shots) is E'@notNull\nHow many videos stand in it that are no part of another.';
