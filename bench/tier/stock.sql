-- The computed columns of lists as stock PostGraphile knows them: functions of a row.
create function public.generations_variant_count(generation public.generations) returns int
language sql stable
begin atomic
  select count(*)::int from public.generation_variants v where v.generation_id = (generations_variant_count.generation).id;
end;
create function public.generations_unviewed_count(generation public.generations) returns int
language sql stable
begin atomic
  select count(*)::int from public.generation_variants v
  where v.generation_id = (generations_unviewed_count.generation).id and v.viewed_at is null;
end;
create function public.shots_unpositioned_count(shot public.shots) returns int
language sql stable
begin atomic
  select count(*)::int from public.shot_generations sg where sg.shot_id = (shots_unpositioned_count.shot).id and sg.position is null;
end;
create function public.shots_image_count(shot public.shots) returns int
language sql stable
begin atomic
  select count(*)::int from public.shot_generations sg join public.generations g on g.id = sg.generation_id
  where sg.shot_id = (shots_image_count.shot).id and g.type = 'image';
end;
create function public.shots_final_video_count(shot public.shots) returns int
language sql stable
begin atomic
  select count(*)::int from public.shot_generations sg join public.generations g on g.id = sg.generation_id
  where sg.shot_id = (shots_final_video_count.shot).id and g.type = 'video' and not g.is_child;
end;
grant execute on function public.generations_variant_count(public.generations), public.generations_unviewed_count(public.generations),
  public.shots_unpositioned_count(public.shots), public.shots_image_count(public.shots), public.shots_final_video_count(public.shots)
  to authenticated, service_role;
