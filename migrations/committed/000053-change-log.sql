--! Previous: sha1:0648a3cb71d42a01bf012c817ff45e0f699ae22d
--! Hash: sha1:89fc16748293e92a41555bd937acebb1721c5429
--! Message: change-log

-- What changed, for subscriptions: one row per changed row, with the few columns a client decides by. It stands
-- in the database and not in a gateway's memory, so that it survives both, and any gateway can go on where
-- another ended. NOTIFY only wakes those who read it.
create schema if not exists realtime;
drop table if exists realtime.changes cascade;
drop table if exists realtime.marks;
drop table if exists realtime.state;
drop type if exists realtime.log_table;
drop type if exists realtime.operation;

create type realtime.log_table as enum ('GENERATIONS', 'GENERATION_VARIANTS', 'SHOT_GENERATIONS', 'TASKS', 'PROJECTS');
create type realtime.operation as enum ('INSERT', 'UPDATE', 'DELETE', 'RESYNC');

create table realtime.changes (
  -- Readers ask for what a snapshot did not see, so the transaction's own id is what they look up.
  xid xid8 not null default pg_current_xact_id(),
  id bigint not null generated always as identity,
  logged_at timestamptz not null default clock_timestamp(),
  project_id uuid not null,
  log_table realtime.log_table,
  operation realtime.operation not null,
  row_id uuid,
  shot_id uuid,
  generation_id uuid,
  parent_generation_id uuid,
  changed_columns text[],
  before jsonb,
  after jsonb,
  origin_client_id text,
  wakes boolean not null default false,
  primary key (xid, id)
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.5);
-- For a client that comes back: its project's changes, however much happened elsewhere.
create index changes_project_id_xid_idx on realtime.changes (project_id, xid);

-- Which history this is. Ids of transactions mean something within one server's history only: not after a dump was
-- restored elsewhere, and not after a replica took over.
create table realtime.state (
  only_row boolean primary key default true,
  identity text not null default '',
  epoch uuid not null default gen_random_uuid(),
  pruned_through xid8 not null default '0',
  constraint state_has_one_row check (only_row)
);
insert into realtime.state default values;

-- Since when transactions below `oldest` are over: what a day-old mark says can go, and nothing younger does.
create table realtime.marks (
  taken_at timestamptz primary key default clock_timestamp(),
  oldest xid8 not null default pg_snapshot_xmin(pg_current_snapshot())
);

alter table realtime.changes enable row level security;
alter table realtime.state enable row level security;
alter table realtime.marks enable row level security;
-- Not granted, and without policies: functions of their owner write and read all three.

-- One of the committing transactions wakes the readers, and the others go past: NOTIFY takes a lock of the whole
-- server until its transaction is over, and 16 writers that all took it did a third of their work. Deferred, so
-- that a transaction which stays open after its write keeps nobody from waking them. Who went past commits a moment
-- later: readers look again a few times after each call. Not perfect: a transaction with `set constraints all
-- immediate` keeps others from waking them for as long as it lasts, one that fails while it commits wakes nobody,
-- and one that wakes cannot be prepared. So readers look unasked, too.
create or replace function app_private.wake_readers() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if pg_try_advisory_xact_lock('realtime.changes'::regclass::oid::int, 0) then
    perform pg_notify('realtime', '');
  end if;
  return null;
end;
$$;
create constraint trigger wake_readers after insert on realtime.changes deferrable initially deferred
  for each row when (new.wakes) execute function app_private.wake_readers();

-- More than a thousand rows at once: nobody follows them one by one.
create or replace function realtime.log_resync(projects uuid[], client text) returns void
language plpgsql set search_path = '' set enable_seqscan = off
as $$
begin
  insert into realtime.changes (project_id, operation, origin_client_id, wakes)
  select r.id, 'RESYNC', log_resync.client, row_number() over () = 1
  from unnest(log_resync.projects) as r (id) where (select true from public.projects p where p.id = r.id);
end;
$$;

-- Only an operator truncates a table. It tells no rows.
create or replace function app_private.log_truncation() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform realtime.log_resync(array(select p.id from public.projects p), null);
  return null;
end;
$$;

-- Whoever may follow a project is decided when he begins; this tells when it ends.
create or replace function app_private.log_projects() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  if tg_op = 'DELETE' then
    insert into realtime.changes (project_id, log_table, operation, row_id, wakes)
    select o.id, 'PROJECTS', 'DELETE', o.id, row_number() over () = 1 from old_rows o;
  elsif tg_op = 'TRUNCATE' then
    insert into realtime.changes (project_id, log_table, operation, row_id, wakes)
    select p.id, 'PROJECTS', 'DELETE', p.id, row_number() over () = 1 from public.projects p;
  elsif old.id <> new.id then
    insert into realtime.changes (project_id, log_table, operation, row_id, wakes)
    values (old.id, 'PROJECTS', 'DELETE', old.id, true);
  else
    insert into realtime.changes (project_id, log_table, operation, row_id, after, wakes)
    values (new.id, 'PROJECTS', 'UPDATE', new.id, jsonb_build_object('userId', new.user_id), true);
  end if;
  return null;
end;
$$;
drop trigger if exists _200_log_changes_update on public.projects;
drop trigger if exists _200_log_changes_delete on public.projects;
drop trigger if exists _200_log_changes_truncate on public.projects;
create trigger _200_log_changes_update after update on public.projects
  for each row when ((old.id, old.user_id) is distinct from (new.id, new.user_id)) execute function app_private.log_projects();
create trigger _200_log_changes_delete after delete on public.projects referencing old table as old_rows
  for each statement execute function app_private.log_projects();
create trigger _200_log_changes_truncate before truncate on public.projects
  for each statement execute function app_private.log_projects();

comment on schema realtime is 'The change log behind the subscriptions. Never exposed: no API role reads it.';
comment on type realtime.log_table is 'A table whose changes are logged. PROJECTS: only who owns one, and its end.';
comment on type realtime.operation is 'What happened to the row. RESYNC: too much at once, to be fetched anew.';
comment on table realtime.changes is 'One changed row of a table that clients can follow.';
comment on column realtime.changes.xid is 'The transaction.';
comment on column realtime.changes.id is 'Order within the transaction; among transactions their highest one orders them.';
comment on column realtime.changes.logged_at is 'When it was written; it committed later.';
comment on column realtime.changes.project_id is 'Whose project''s subscribers are told.';
comment on column realtime.changes.log_table is 'The table; NULL for RESYNC.';
comment on column realtime.changes.operation is 'What happened to the row.';
comment on column realtime.changes.row_id is 'The row; NULL for RESYNC.';
comment on column realtime.changes.shot_id is 'The shot it belongs to or is aimed at.';
comment on column realtime.changes.generation_id is 'The generation it belongs to or is aimed at.';
comment on column realtime.changes.parent_generation_id is 'The generation it is a part of.';
comment on column realtime.changes.changed_columns is 'Names of the fields an update changed.';
comment on column realtime.changes.before is 'The small columns before.';
comment on column realtime.changes.after is 'The small columns after.';
comment on column realtime.changes.origin_client_id is 'The X-Client-Id of the request that made the change.';
comment on column realtime.changes.wakes is 'Whether this row wakes the readers: the first of a statement does.';
comment on table realtime.state is 'Which history the log belongs to, and how far it has been cleared.';
comment on column realtime.state.only_row is 'There is one row.';
comment on column realtime.state.identity is 'The server and database the log was written in.';
comment on column realtime.state.epoch is 'Part of every cursor: one of another epoch means nothing here.';
comment on column realtime.state.pruned_through is 'The highest transaction of which something was cleared away. Who has not seen all up to it may miss something.';
comment on table realtime.marks is 'Moments and the oldest transaction that ran then.';
comment on column realtime.marks.taken_at is 'The moment.';
comment on column realtime.marks.oldest is 'Every transaction below was over then.';
comment on constraint state_has_one_row on realtime.state is 'realtime.state has one row.';
comment on function app_private.wake_readers() is 'AFTER INSERT, at commit: wakes the gateways that read the log, unless another is doing so.';
comment on function realtime.log_resync(uuid[], text) is 'Logs that too much changed in these projects to tell it row by row.';
comment on function app_private.log_truncation() is 'AFTER TRUNCATE: every project''s subscribers must fetch anew.';
comment on function app_private.log_projects() is 'AFTER UPDATE or DELETE, BEFORE TRUNCATE: logs who owns a project now, and that one is gone.';
