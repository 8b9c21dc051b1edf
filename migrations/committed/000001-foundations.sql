--! Previous: -
--! Hash: sha1:781d0e3ac890df8910fa9f9915d654731f707dca
--! Message: foundations

-- Schemas, the identity helpers every policy calls, and the one trigger every
-- mutable table shares. Roles are not made here: they belong to the server, not
-- to one database (see server/postgres/roles.sql).

create schema if not exists auth;
create schema if not exists app_private;

comment on schema public is 'Tables and functions that the API reflects.';
comment on schema auth is 'Who is calling: helpers that read the claims of the current request.';
comment on schema app_private is 'Trigger functions and internals. Never exposed: no API role has usage here.';

-- What is not granted by name is not granted. PostgreSQL gives EXECUTE on every new
-- function to everybody unless the owner says otherwise beforehand.
revoke all on schema public from public;
alter default privileges revoke execute on functions from public;
grant usage on schema public, auth to anon, authenticated, worker, service_role, reigh_introspector;

-- The gateway writes the verified claims into the transaction-local setting
-- request.jwt.claims, as Supabase does, so policies written there run unchanged.
-- A setting that was once set reads as '' afterwards, not as NULL: hence nullif.
create or replace function auth.jwt() returns jsonb
language sql stable
begin atomic
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb;
end;

create or replace function auth.uid() returns uuid
language sql stable
begin atomic
  select nullif(auth.jwt() ->> 'sub', '')::uuid;
end;

create or replace function auth.role() returns text
language sql stable
begin atomic
  select auth.jwt() ->> 'role';
end;

create or replace function auth.email() returns text
language sql stable
begin atomic
  select auth.jwt() ->> 'email';
end;

-- Not on Supabase: the id that a worker token carries. Policies on tasks and workers need it.
create or replace function auth.worker_id() returns text
language sql stable
begin atomic
  select nullif(auth.jwt() ->> 'worker_id', '');
end;

comment on function auth.jwt() is 'The verified claims of the caller, or NULL outside a request.';
comment on function auth.uid() is 'The caller''s user id (claim sub); NULL for anonymous callers, workers and services.';
comment on function auth.role() is 'The caller''s role: anon, authenticated, worker or service_role.';
comment on function auth.email() is 'The caller''s e-mail address as the token states it.';
comment on function auth.worker_id() is 'The worker a worker token speaks for (claim worker_id); NULL for everybody else.';

grant execute on function auth.jwt(), auth.uid(), auth.role(), auth.email(), auth.worker_id()
  to anon, authenticated, worker, service_role, reigh_introspector;

-- updated_at belongs to the database, so that no client clock or forgotten column can be wrong.
create or replace function app_private.touch_updated_at() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end;
$$;

comment on function app_private.touch_updated_at() is 'BEFORE UPDATE: keeps updated_at.';

-- The gateway refuses to serve a database whose migrations are behind, and must not need the owner's
-- password to find out. Dynamic, because graphile-migrate makes its table, not we.
create or replace function app_private.applied_migrations() returns setof text
language plpgsql stable security definer set search_path = ''
as $$
begin
  return query execute 'select filename::text from graphile_migrate.migrations order by filename';
end;
$$;
comment on function app_private.applied_migrations() is 'File names of the migrations this database has.';
grant usage on schema app_private to reigh_authenticator;
grant execute on function app_private.applied_migrations() to reigh_authenticator;
