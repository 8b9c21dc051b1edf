--! Previous: sha1:8b6fe0d099969bbb027655ef087e45baa6e775ec
--! Hash: sha1:0b77149710d36e6bbef1838283c0b92ee367c5b9
--! Message: ownership

-- Functions that act as definer see every tenant's rows, so each begins by asking one of these. An id of
-- another tenant and one that does not exist end in the same sentence. They take the tenant's lock first,
-- for a service the owner's.
create or replace function app_private.may_act_for(user_id uuid) returns boolean
language sql stable
begin atomic
  select coalesce(auth.role() = 'service_role' or may_act_for.user_id = auth.uid(), false);
end;

create or replace function app_private.require_project(project_id uuid) returns public.projects
language plpgsql volatile set search_path = ''
as $$
declare
  v_project public.projects;
  v_owner uuid;
begin
  select p.user_id into v_owner from public.projects p where p.id = require_project.project_id;
  if found and app_private.may_act_for(v_owner) then
    perform app_private.lock_tenant(v_owner);
    -- Read after the lock: it may have gone while we waited.
    select * into v_project from public.projects p where p.id = require_project.project_id;
  end if;
  if v_project.id is null then
    raise exception 'There is no project %.', require_project.project_id using errcode = 'RG404';
  end if;
  return v_project;
end;
$$;

create or replace function app_private.require_shot(shot_id uuid) returns public.shots
language plpgsql volatile set search_path = ''
as $$
declare
  v_shot public.shots;
  v_owner uuid;
begin
  select p.user_id into v_owner from public.shots s join public.projects p on p.id = s.project_id
  where s.id = require_shot.shot_id;
  if found and app_private.may_act_for(v_owner) then
    perform app_private.lock_tenant(v_owner);
    -- Read after the lock: it may have gone while we waited.
    select * into v_shot from public.shots s where s.id = require_shot.shot_id;
  end if;
  if v_shot.id is null then
    raise exception 'There is no shot %.', require_shot.shot_id using errcode = 'RG404';
  end if;
  return v_shot;
end;
$$;

create or replace function app_private.require_generation(generation_id uuid) returns public.generations
language plpgsql volatile set search_path = ''
as $$
declare
  v_generation public.generations;
  v_owner uuid;
begin
  select p.user_id into v_owner from public.generations g join public.projects p on p.id = g.project_id
  where g.id = require_generation.generation_id;
  if found and app_private.may_act_for(v_owner) then
    perform app_private.lock_tenant(v_owner);
    select * into v_generation from public.generations g where g.id = require_generation.generation_id;
  end if;
  if v_generation.id is null then
    raise exception 'There is no generation %.', require_generation.generation_id using errcode = 'RG404';
  end if;
  return v_generation;
end;
$$;

comment on function app_private.may_act_for(uuid) is 'Whether the caller is this user, or a service.';
comment on function app_private.require_project(uuid) is 'The project, if the caller may act on it; takes its owner''s lock. Error: NOT_FOUND.';
comment on function app_private.require_shot(uuid) is 'The shot, if the caller may act on it; takes its owner''s lock. Error: NOT_FOUND.';
comment on function app_private.require_generation(uuid) is 'The generation, if the caller may act on it; takes its owner''s lock. Error: NOT_FOUND.';
