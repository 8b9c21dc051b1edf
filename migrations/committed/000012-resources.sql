--! Previous: sha1:dc8afe6247df940aac960cba6f788c6d5c2b69f6
--! Hash: sha1:bd4c72f160b0f48c90c301c98d34d45dbc52cc04
--! Message: resources

-- What users bring along and share, LoRA models first of all.
drop table if exists public.resources cascade;

create table public.resources (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references public.users on delete cascade,
  type text not null,
  url text not null,
  metadata jsonb not null default '{}',
  name text generated always as (metadata ->> 'name') stored,
  is_public boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint resources_type_is_identifier check (type ~ '^[a-z][a-z0-9_-]{0,39}$'),
  constraint resources_url_is_not_empty check (char_length(url) between 1 and 4000),
  constraint resources_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index resources_user_id_idx on public.resources (user_id, type, created_at desc);
create index resources_public_idx on public.resources (type, created_at desc, id) where is_public;

alter table public.resources enable row level security;

-- Public ones are for everybody, also without a token; one's own are one's own.
create policy resources_anon_select on public.resources for select to anon
  using (is_public);
create policy resources_worker_select on public.resources for select to worker
  using (is_public);
create policy resources_authenticated_select on public.resources for select to authenticated
  using (is_public or user_id = (select auth.uid()));
create policy resources_owner_insert on public.resources for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy resources_owner_update on public.resources for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy resources_owner_delete on public.resources for delete to authenticated
  using (user_id = (select auth.uid()));
create policy resources_service_all on public.resources for all to service_role
  using (true) with check (true);

-- Not granted: user_id, which defaults to the caller; id, timestamps.
grant select on public.resources to anon, authenticated, worker;
grant delete on public.resources to authenticated;
grant insert (type, url, metadata, is_public) on public.resources to authenticated;
grant update (type, url, metadata, is_public) on public.resources to authenticated;
grant select, insert, update, delete on public.resources to service_role;

create trigger _100_touch_updated_at before update on public.resources
  for each row execute function app_private.touch_updated_at();

comment on table public.resources is 'A LoRA model or another file that generations can use, private or shared with everybody.';
comment on column public.resources.id is 'Identifies the resource.';
comment on column public.resources.user_id is 'Who brought it.';
comment on column public.resources.type is 'What it is: lora, …';
comment on column public.resources.url is E'@omit filter,order\nWhere it lies.';
comment on column public.resources.metadata is E'@omit filter,order\nWhat it says about itself: name, description, base model, trigger words.';
comment on column public.resources.name is 'Name to show and to search by (metadata.name).';
comment on column public.resources.is_public is 'Whether everybody may see and use it.';
comment on column public.resources.created_at is 'When it was added.';
comment on column public.resources.updated_at is 'When the row last changed.';
comment on constraint resources_user_id_fkey on public.resources is E'@fieldName user\n@foreignFieldName resources';
comment on constraint resources_type_is_identifier on public.resources is 'A type is a lower-case word, such as lora.';
comment on constraint resources_url_is_not_empty on public.resources is 'A resource needs a url of 1 to 4,000 characters.';
comment on constraint resources_metadata_is_object on public.resources is 'metadata must be a JSON object.';
