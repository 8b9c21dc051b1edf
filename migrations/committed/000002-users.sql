--! Previous: sha1:781d0e3ac890df8910fa9f9915d654731f707dca
--! Hash: sha1:1f324935ee2bf23be417d60a7ac126ab983af6e1
--! Message: users

-- One row per person. The id is the token's sub, so there is nothing to look up
-- between a request and its user.
drop function if exists public.ensure_user(), public.me();
drop table if exists public.users cascade;

create table public.users (
  id uuid primary key,
  email text,
  username text,
  name text,
  avatar_url text,
  settings jsonb not null default '{}',
  onboarding jsonb not null default '{}',
  credits numeric(14, 4) not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint users_username_is_readable check (username ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{1,39}$'),
  constraint users_name_is_short check (char_length(name) <= 200),
  constraint users_settings_is_object check (jsonb_typeof(settings) = 'object'),
  constraint users_onboarding_is_object check (jsonb_typeof(onboarding) = 'object')
);

-- lower() instead of citext: under a pinned search_path citext compared case-sensitively.
create unique index users_username_key on public.users (lower(username));
create index users_email_idx on public.users (lower(email));

alter table public.users enable row level security;

-- A person sees and changes himself, nobody else.
create policy users_authenticated_select on public.users for select to authenticated
  using (id = (select auth.uid()));
create policy users_authenticated_update on public.users for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));
-- Services do everything, by this policy and not by bypassrls.
create policy users_service_all on public.users for all to service_role
  using (true) with check (true);

-- Not granted: insert (ensure_user() makes the row), delete (a ledger hangs on it), and the
-- columns id, email, credits and the timestamps: the token and the ledger say what they are.
grant select on public.users to authenticated;
grant update (name, username, avatar_url, settings, onboarding) on public.users to authenticated;
grant select, insert, update, delete on public.users to service_role;

create trigger _100_touch_updated_at before update on public.users
  for each row execute function app_private.touch_updated_at();

-- Definer, because nobody may insert into users; the row it writes is the caller's own by construction.
create function public.ensure_user() returns public.users
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_user_id uuid := auth.uid();
  v_claims jsonb := auth.jwt();
  v_user public.users;
begin
  if v_user_id is null or auth.role() is distinct from 'authenticated' then
    raise exception 'Sign in first: only a signed-in user has an account.' using errcode = 'RG401';
  end if;
  -- The common case writes nothing and so takes no lock.
  select * into v_user from public.users where users.id = v_user_id;
  if found then
    return v_user;
  end if;
  insert into public.users (id, email, name, avatar_url)
  values (
    v_user_id,
    v_claims ->> 'email',
    left(coalesce(v_claims #>> '{user_metadata,full_name}', v_claims #>> '{user_metadata,name}'), 200),
    v_claims #>> '{user_metadata,avatar_url}'
  )
  on conflict (id) do nothing;
  -- After a conflict the other session has committed, so a new statement sees its row.
  select * into strict v_user from public.users where users.id = v_user_id;
  return v_user;
end;
$$;
grant execute on function public.ensure_user() to authenticated;

create function public.me() returns public.users
language sql stable
begin atomic
  select u.* from public.users u where u.id = auth.uid();
end;
grant execute on function public.me() to authenticated;

comment on table public.users is 'A person who uses the studio.';
comment on column public.users.id is 'The id of the person at the identity provider: the token''s sub.';
comment on column public.users.email is 'E-mail address as the token stated it when the account was made.';
comment on column public.users.username is 'Public handle, unique regardless of case: 2 to 40 letters, digits, dots, dashes or underscores.';
comment on column public.users.name is 'Name to show.';
comment on column public.users.avatar_url is E'@omit filter,order\nAddress of the profile picture.';
comment on column public.users.settings is E'@omit filter,order\nPreferences of the interface and the tools, for all projects.';
comment on column public.users.onboarding is E'@omit filter,order\nHow far the introduction has come.';
comment on column public.users.credits is 'Balance in credits (1 credit = 1 US dollar): the sum of the ledger.';
comment on column public.users.created_at is 'When the account was made.';
comment on column public.users.updated_at is 'When the row last changed.';
comment on index public.users_username_key is 'That username is taken. Choose another one.';
comment on constraint users_username_is_readable on public.users is
  'A username has 2 to 40 letters, digits, dots, dashes or underscores and begins with a letter or digit.';
comment on constraint users_name_is_short on public.users is 'A name has at most 200 characters.';
comment on constraint users_settings_is_object on public.users is 'settings must be a JSON object.';
comment on constraint users_onboarding_is_object on public.users is 'onboarding must be a JSON object.';
comment on function public.ensure_user() is
  'Returns the caller''s account and makes it on first use, from the claims of the token. Safe to call any number of times, also in parallel. Errors: UNAUTHENTICATED without a user''s token.';
comment on function public.me() is 'The caller''s account, or null before ensureUser made it.';
