-- Runs as the owner on every fresh database, before the first migration: what PostgreSQL lets everybody do
-- in a new database is taken away (server/postgres/setup.ts does the same when it makes one).
do $$
begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to reigh_authenticator', current_database());
end;
$$;
