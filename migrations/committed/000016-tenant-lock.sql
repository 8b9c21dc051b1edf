--! Previous: sha1:8887c128042aa371caf0bbbd9276734c8fea18d0
--! Hash: sha1:341420e08d4f586d31f2c42e8f6399b8711b65a3
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

-- A session without claims (the owner, a service) names no tenant, and before the first row nobody can know
-- whose rows a statement is about: what clashes there is run again by the gateway. (One lock for all of them
-- would make every user wait for every service.) Functions take the owner's lock themselves.
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

-- What a function that runs under its caller's rights calls first, with what it is about to write. A user
-- takes his own lock, whatever he names: so nothing is learned, and nobody else is made to wait. A service has
-- none, and takes the owners', always in the same order. In public, because such functions cannot reach
-- app_private; it is not in the API.
create or replace function public.lock_tenants_of(kind text, ids uuid[]) returns void
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user_id uuid;
begin
  if auth.role() is distinct from 'service_role' then
    if auth.uid() is not null then
      perform app_private.lock_tenant(auth.uid());
    end if;
    return;
  end if;
  for v_user_id in
    select u.id from public.users u where kind = 'user' and u.id = any (ids)
    union
    select p.user_id from public.projects p where kind = 'project' and p.id = any (ids)
    union
    select p.user_id from public.projects p join public.shots s on s.project_id = p.id
    where kind = 'shot' and s.id = any (ids)
    union
    select p.user_id from public.projects p join public.generations g on g.project_id = p.id
    where kind = 'generation' and g.id = any (ids)
    union
    select p.user_id from public.projects p join public.generation_variants v on v.project_id = p.id
    where kind = 'variant' and v.id = any (ids)
    order by 1
  loop
    perform app_private.lock_tenant(v_user_id);
  end loop;
end;
$$;

grant execute on function public.lock_tenants_of(text, uuid[]) to authenticated, service_role;

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
comment on function public.lock_tenants_of(text, uuid[]) is
  E'@omit\nTakes the lock on the caller''s world; for a service on the worlds that these users, projects, shots, generations or variants belong to.';
