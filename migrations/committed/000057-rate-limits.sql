--! Previous: sha1:6e912ed700eb0efb2bfa14a87590cae745bb1cc9
--! Hash: sha1:2169193af1f6ef5ceea937a96503378e32bfe9f7
--! Message: rate-limits

-- How many operations each caller has begun in the window that runs: a row for each, shared by all gateways, who take
-- points from it some at a time. Lost in a crash, and nothing is lost by that: hence unlogged. The package
-- rate-limiter-flexible writes it; the order of its columns is what that inserts by.
drop table if exists app_private.rate_limits;
create unlogged table app_private.rate_limits (
  key text primary key,
  points integer not null default 0,
  -- Milliseconds since 1970, by the clock of a gateway.
  expire bigint
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.1);
-- Not indexed: expire. Each taking updates a row in place as long as no index holds what changes; there is one row
-- for each caller of the last minutes, and the clearing of old ones reads them all.

alter table app_private.rate_limits enable row level security;
-- The gateway itself counts, before a caller has become anybody in the database.
create policy rate_limits_gateway_all on app_private.rate_limits to reigh_authenticator using (true) with check (true);
-- Not granted to any API role, services included: who could write it could lift his own limit.
grant select, insert, update, delete on app_private.rate_limits to reigh_authenticator;

comment on table app_private.rate_limits is 'Operations each caller has begun in the window that runs, for all gateways.';
comment on column app_private.rate_limits.key is 'Who: a role with its user, worker or address.';
comment on column app_private.rate_limits.points is 'What gateways have taken.';
comment on column app_private.rate_limits.expire is 'When the window ends, in milliseconds since 1970.';
