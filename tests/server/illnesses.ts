/** Each as the database is made so, what is told of it, and how it is unmade. */
export const ILLNESSES: [string, string, RegExp, string][] = [
  [
    'the login is a superuser',
    'alter role reigh_authenticator superuser',
    /connects as reigh_authenticator, a superuser: no policy holds/,
    'alter role reigh_authenticator nosuperuser',
  ],
  [
    'the login passes row-level security',
    'alter role reigh_authenticator bypassrls',
    /connects as reigh_authenticator, a role with bypassrls/,
    'alter role reigh_authenticator nobypassrls',
  ],
  [
    'a role of callers passes row-level security, as service_role does on Supabase',
    'alter role service_role bypassrls',
    /may become service_role, a role with bypassrls[^]*alter role service_role nobypassrls/,
    'alter role service_role nobypassrls',
  ],
  [
    'the login may become a superuser',
    'grant postgres to reigh_authenticator',
    /may become postgres, a superuser[^]*revoke postgres from reigh_authenticator/,
    'revoke postgres from reigh_authenticator',
  ],
  [
    'the login may become the owner',
    'grant reigh_owner to reigh_authenticator',
    /may become reigh_owner, which owns tables \((\w|\.)+\)[^]*revoke reigh_owner/,
    'revoke reigh_owner from reigh_authenticator',
  ],
  [
    'the login owns a table',
    'create table public.mine (id int); alter table public.mine enable row level security; alter table public.mine owner to reigh_authenticator',
    /connects as reigh_authenticator, which owns tables \(public\.mine\)[^]*owner to reigh_owner/,
    'drop table public.mine',
  ],
  [
    'a table of the API has no row-level security',
    'create table public.bare (id int)',
    /The table public\.bare has no row-level security[^]*alter table public\.bare enable/,
    'drop table public.bare',
  ],
  [
    'a table elsewhere that callers reach has none',
    'create schema other; create table other.bare (id int); grant usage on schema other to anon; grant select (id) on other.bare to anon',
    /The table other\.bare has no row-level security/,
    'drop schema other cascade',
  ],
  [
    'callers read a view with the rights of its owner',
    'create view public.through as select * from public.projects; grant select on public.through to authenticated',
    /public\.through is read with the rights of its owner/,
    'drop view public.through',
  ],
  [
    'a migration is missing',
    `update graphile_migrate.migrations set filename = '999999.sql' where filename = '000055.sql'`,
    /lacks 1 migration\(s\), the first is 000055[^]*npm run db:migrate/,
    `update graphile_migrate.migrations set filename = '000055.sql' where filename = '999999.sql'`,
  ],
  [
    'a role is missing',
    'alter role worker rename to former_worker',
    /lacks these roles: worker\.[^]*npm run db:setup/,
    'alter role former_worker rename to worker',
  ],
  [
    'the login may not become a role',
    'revoke service_role from reigh_authenticator',
    /may not become service_role[^]*grant service_role to reigh_authenticator/,
    'grant service_role to reigh_authenticator',
  ],
];
