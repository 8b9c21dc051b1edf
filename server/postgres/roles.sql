-- The roles of a server, shared by all its databases. Run by db:setup (and at each embedded start) as a
-- role that may create roles; running it again changes nothing.
--
-- Passwords come in through settings, so that this file holds none:
--   reigh.owner_password, reigh.authenticator_password
do $$
declare
  v_role text;
begin
  foreach v_role in array array[
    'anon', 'authenticated', 'worker', 'service_role', 'reigh_introspector', 'reigh_authenticator', 'reigh_owner'
  ] loop
    begin
      if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
        execute format('create role %I', v_role);
      end if;
    exception when duplicate_object or unique_violation then
      null; -- another session made it meanwhile
    end;
  end loop;
end;
$$;

-- What a token's role claim may name. service_role passes row-level security by explicit policies,
-- never by bypassrls, so that what it may not do (touch the ledger) holds.
alter role anon nologin noinherit;
alter role authenticated nologin noinherit;
alter role worker nologin noinherit;
alter role service_role nologin noinherit;

-- Sees what the API schema is built from: what anon, authenticated and worker see, and the service
-- functions granted to it by name. The authenticator sees what service_role is granted and would reflect
-- mutations that nobody may call. No token can name this role.
alter role reigh_introspector nologin inherit;
grant anon, authenticated, worker to reigh_introspector;

-- What the gateway connects as: nothing of its own, only the right to become one of the others.
alter role reigh_authenticator login noinherit;
-- Compiling a plan takes longer than nearly all that a gateway asks (docs/decisions/no-jit.md).
alter role reigh_authenticator set jit = off;
grant anon, authenticated, worker, service_role, reigh_introspector to reigh_authenticator;

-- Owns the database and runs migrations.
alter role reigh_owner login;

do $$
declare
  v_password text;
begin
  v_password := nullif(current_setting('reigh.owner_password', true), '');
  if v_password is not null then
    execute format('alter role reigh_owner password %L', v_password);
  end if;
  v_password := nullif(current_setting('reigh.authenticator_password', true), '');
  if v_password is not null then
    execute format('alter role reigh_authenticator password %L', v_password);
  end if;
  -- A superuser may make databases for anybody; anybody else must be a member of the owner.
  if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    execute format('grant reigh_owner to %I', current_user);
  end if;
end;
$$;
