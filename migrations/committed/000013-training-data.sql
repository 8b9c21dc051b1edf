--! Previous: sha1:bd4c72f160b0f48c90c301c98d34d45dbc52cc04
--! Hash: sha1:d0e48bb879eb9766f8b55eb0b04c3413fb2b05a3
--! Message: training-data

-- Videos that users collect to train models with: batches hold videos, videos hold segments.
drop table if exists public.training_data_segments, public.training_data, public.training_data_batches cascade;

create table public.training_data_batches (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references public.users on delete cascade,
  name text not null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint training_data_batches_name_is_short check (char_length(btrim(name)) between 1 and 200),
  constraint training_data_batches_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create table public.training_data (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null default auth.uid() references public.users on delete cascade,
  batch_id uuid not null,
  filename text not null,
  url text not null,
  duration numeric(12, 3),
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint training_data_filename_is_short check (char_length(filename) between 1 and 255),
  constraint training_data_url_is_not_empty check (char_length(url) between 1 and 4000),
  constraint training_data_duration_is_not_negative check (duration >= 0 and duration <> 'NaN'),
  constraint training_data_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create table public.training_data_segments (
  id uuid primary key default gen_random_uuid(),
  video_id uuid not null references public.training_data on delete cascade,
  start_time int not null,
  end_time int not null,
  description text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint training_data_segments_is_a_range check (0 <= start_time and start_time < end_time),
  constraint training_data_segments_metadata_is_object check (jsonb_typeof(metadata) = 'object')
);

create index training_data_batches_user_id_idx on public.training_data_batches (user_id, created_at desc);
create unique index training_data_batches_id_user_id_key on public.training_data_batches (id, user_id);
-- The owner travels with the reference: a video cannot be put into another's batch.
alter table public.training_data add constraint training_data_batch_id_fkey
  foreign key (batch_id, user_id) references public.training_data_batches (id, user_id) on delete cascade;
create index training_data_batch_id_idx on public.training_data (batch_id, user_id, created_at desc);
create index training_data_user_id_idx on public.training_data (user_id, created_at desc);
create index training_data_segments_video_id_idx on public.training_data_segments (video_id, start_time);

alter table public.training_data_batches enable row level security;
alter table public.training_data enable row level security;
alter table public.training_data_segments enable row level security;

-- One's own, for every verb.
create policy training_data_batches_owner_select on public.training_data_batches for select to authenticated
  using (user_id = (select auth.uid()));
create policy training_data_batches_owner_insert on public.training_data_batches for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy training_data_batches_owner_update on public.training_data_batches for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy training_data_batches_owner_delete on public.training_data_batches for delete to authenticated
  using (user_id = (select auth.uid()));
create policy training_data_batches_service_all on public.training_data_batches for all to service_role
  using (true) with check (true);

create policy training_data_owner_select on public.training_data for select to authenticated
  using (user_id = (select auth.uid()));
create policy training_data_owner_insert on public.training_data for insert to authenticated
  with check (user_id = (select auth.uid()));
create policy training_data_owner_update on public.training_data for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy training_data_owner_delete on public.training_data for delete to authenticated
  using (user_id = (select auth.uid()));
create policy training_data_service_all on public.training_data for all to service_role
  using (true) with check (true);

-- A segment is owned through its video.
create policy training_data_segments_owner_select on public.training_data_segments for select to authenticated
  using (video_id in (select v.id from public.training_data v where v.user_id = (select auth.uid())));
create policy training_data_segments_owner_insert on public.training_data_segments for insert to authenticated
  with check (video_id in (select v.id from public.training_data v where v.user_id = (select auth.uid())));
create policy training_data_segments_owner_update on public.training_data_segments for update to authenticated
  using (video_id in (select v.id from public.training_data v where v.user_id = (select auth.uid())))
  with check (video_id in (select v.id from public.training_data v where v.user_id = (select auth.uid())));
create policy training_data_segments_owner_delete on public.training_data_segments for delete to authenticated
  using (video_id in (select v.id from public.training_data v where v.user_id = (select auth.uid())));
create policy training_data_segments_service_all on public.training_data_segments for all to service_role
  using (true) with check (true);

-- Not granted: user_id (defaults to the caller), batch_id and video_id on update, id, timestamps.
grant select, delete on public.training_data_batches, public.training_data, public.training_data_segments to authenticated;
grant insert (name, metadata) on public.training_data_batches to authenticated;
grant update (name, metadata) on public.training_data_batches to authenticated;
grant insert (batch_id, filename, url, duration, metadata) on public.training_data to authenticated;
grant update (filename, url, duration, metadata) on public.training_data to authenticated;
grant insert (video_id, start_time, end_time, description, metadata) on public.training_data_segments to authenticated;
grant update (start_time, end_time, description, metadata) on public.training_data_segments to authenticated;
grant select, insert, update, delete on public.training_data_batches, public.training_data, public.training_data_segments
  to service_role;

create trigger _100_touch_updated_at before update on public.training_data_batches
  for each row execute function app_private.touch_updated_at();
create trigger _100_touch_updated_at before update on public.training_data
  for each row execute function app_private.touch_updated_at();
create trigger _100_touch_updated_at before update on public.training_data_segments
  for each row execute function app_private.touch_updated_at();

comment on table public.training_data_batches is 'A collection of training videos.';
comment on column public.training_data_batches.id is 'Identifies the batch.';
comment on column public.training_data_batches.user_id is 'Whose it is.';
comment on column public.training_data_batches.name is 'Name to show, 1 to 200 characters.';
comment on column public.training_data_batches.metadata is E'@omit filter,order\nNotes of the interface.';
comment on column public.training_data_batches.created_at is 'When it was created.';
comment on column public.training_data_batches.updated_at is 'When the row last changed.';
comment on table public.training_data is E'@name training_video\nA video to train with.';
comment on column public.training_data.id is 'Identifies the video.';
comment on column public.training_data.user_id is 'Whose it is.';
comment on column public.training_data.batch_id is 'The batch it belongs to.';
comment on column public.training_data.filename is 'Name of the file as it was uploaded.';
comment on column public.training_data.url is E'@omit filter,order\nWhere it lies.';
comment on column public.training_data.duration is 'Length in seconds.';
comment on column public.training_data.metadata is E'@omit filter,order\nWhat is known about the file: size, frame rate, resolution.';
comment on column public.training_data.created_at is 'When it was uploaded.';
comment on column public.training_data.updated_at is 'When the row last changed.';
comment on table public.training_data_segments is 'A stretch of a training video.';
comment on column public.training_data_segments.id is 'Identifies the segment.';
comment on column public.training_data_segments.video_id is 'The video it is cut from.';
comment on column public.training_data_segments.start_time is 'First frame, 0 or later.';
comment on column public.training_data_segments.end_time is 'First frame after it; later than startTime.';
comment on column public.training_data_segments.description is 'What can be seen in it.';
comment on column public.training_data_segments.metadata is E'@omit filter,order\nNotes of the interface.';
comment on column public.training_data_segments.created_at is 'When it was cut.';
comment on column public.training_data_segments.updated_at is 'When the row last changed.';
comment on constraint training_data_batches_user_id_fkey on public.training_data_batches is E'@fieldName user\n@foreignFieldName trainingDataBatches';
comment on constraint training_data_user_id_fkey on public.training_data is E'@fieldName user\n@foreignFieldName trainingVideos';
comment on constraint training_data_batch_id_fkey on public.training_data is E'@fieldName batch\n@foreignFieldName videos';
comment on constraint training_data_segments_video_id_fkey on public.training_data_segments is E'@fieldName video\n@foreignFieldName segments';
comment on constraint training_data_batches_name_is_short on public.training_data_batches is 'A batch needs a name of 1 to 200 characters.';
comment on constraint training_data_batches_metadata_is_object on public.training_data_batches is 'metadata must be a JSON object.';
comment on constraint training_data_filename_is_short on public.training_data is 'A video needs a filename of 1 to 255 characters.';
comment on constraint training_data_url_is_not_empty on public.training_data is 'A video needs a url of 1 to 4,000 characters.';
comment on constraint training_data_duration_is_not_negative on public.training_data is 'A duration cannot be negative.';
comment on constraint training_data_metadata_is_object on public.training_data is 'metadata must be a JSON object.';
comment on constraint training_data_segments_is_a_range on public.training_data_segments is 'A segment begins at frame 0 or later and ends after it begins.';
comment on constraint training_data_segments_metadata_is_object on public.training_data_segments is 'metadata must be a JSON object.';
