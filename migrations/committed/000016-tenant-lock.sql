--! Previous: sha1:8887c128042aa371caf0bbbd9276734c8fea18d0
--! Hash: sha1:0d02106b811d219ce1cb9079dca0939692467fd9
--! Message: tenant-lock

-- One lock order for everything that keeps itself in step. PostgreSQL locks a row before its BEFORE ROW
-- trigger runs, so row triggers cannot lock the parent first: two statements on a generation and its
-- variant, or on a link and its generation, deadlocked. A lock on the tenant, taken before the first
-- row of a statement, cannot.
create or replace function app_private.lock_tenant(user_id uuid) returns void
language sql volatile
begin atomic
  select pg_advisory_xact_lock(hashtextextended('tenant ' || lock_tenant.user_id, 0));
end;

-- A session without claims (the owner, a service) names no tenant; what clashes there is run again by
-- the gateway. Functions that act for somebody else's project take its owner's lock themselves.
create or replace function app_private.lock_callers_tenant() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if auth.uid() is not null then
    perform app_private.lock_tenant(auth.uid());
  end if;
  return null;
end;
$$;

-- Definer, because a service may act on projects it does not own. Tells nothing: an unknown project
-- locks nothing.
create or replace function app_private.lock_tenant_of(project_id uuid) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user_id uuid;
begin
  select p.user_id into v_user_id from public.projects p where p.id = lock_tenant_of.project_id;
  if found then
    perform app_private.lock_tenant(v_user_id);
  end if;
end;
$$;

drop trigger if exists _010_lock_tenant on public.projects;
drop trigger if exists _010_lock_tenant on public.shots;
drop trigger if exists _010_lock_tenant on public.generations;
drop trigger if exists _010_lock_tenant on public.generation_variants;
drop trigger if exists _010_lock_tenant on public.shot_generations;
create trigger _010_lock_tenant before insert or update or delete on public.projects
  for each statement execute function app_private.lock_callers_tenant();
create trigger _010_lock_tenant before insert or update or delete on public.shots
  for each statement execute function app_private.lock_callers_tenant();
create trigger _010_lock_tenant before insert or update or delete on public.generations
  for each statement execute function app_private.lock_callers_tenant();
create trigger _010_lock_tenant before insert or update or delete on public.generation_variants
  for each statement execute function app_private.lock_callers_tenant();
create trigger _010_lock_tenant before insert or update or delete on public.shot_generations
  for each statement execute function app_private.lock_callers_tenant();

comment on function app_private.lock_tenant(uuid) is 'Takes the transaction''s lock on one user''s world.';
comment on function app_private.lock_callers_tenant() is 'BEFORE STATEMENT: takes the lock on the caller''s world.';
comment on function app_private.lock_tenant_of(uuid) is 'Takes the lock on the world a project belongs to.';
