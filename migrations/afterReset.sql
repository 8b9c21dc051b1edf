-- Runs as the owner on every fresh database, before the first migration: what PostgreSQL lets everybody do
-- in a new database is taken away (server/postgres/setup.ts does the same when it makes one).
revoke all on database :DATABASE_NAME from public;
grant connect on database :DATABASE_NAME to reigh_authenticator;
