--! Previous: sha1:fc2bce31c7c9a157a39272a507d2a6aef6c58a19
--! Hash: sha1:00395d94dc02f34eb324a921aa005e396bc4934a
--! Message: change-log-reading

-- How gateways read the log, and clear it. All as service_role; what is a subscriber's to see is theirs to decide.

-- Which server and which database this is. Not the same after a dump was restored somewhere else.
create or replace function realtime.identity() returns text
language sql stable
begin atomic
  select s.system_identifier || '/' || d.oid
  from pg_control_system() s, pg_catalog.pg_database d where d.datname = current_database();
end;

-- Begins another epoch when the log was written elsewhere: its transactions' ids mean nothing here.
create or replace function realtime.open() returns void
language plpgsql volatile security definer set search_path = ''
as $$
begin
  if exists (select from realtime.state s where s.identity = realtime.identity()) then
    return;
  end if;
  update realtime.state s set identity = realtime.identity(), epoch = gen_random_uuid(), pruned_through = '0'
  where s.identity <> realtime.identity();
  if found then
    delete from realtime.changes;
    delete from realtime.marks;
  end if;
end;
$$;

-- Where a reader stands who has read all there is. `highest` is the last transaction of the log that he saw: what is
-- above it he has not seen, and its id is safe on disk, while one that only rolled back may be given again after a
-- crash. The timeline belongs to the epoch: after a replica took over, ids may have been given twice.
create or replace function realtime.standing(
  out snapshot pg_snapshot, out highest xid8, out epoch text, out pruned_through xid8
)
language plpgsql stable security definer set search_path = '' set enable_seqscan = off
as $$
begin
  select pg_current_snapshot(), greatest(s.pruned_through, (select max(c.xid) from realtime.changes c)),
    s.epoch || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8), s.pruned_through
  into standing.snapshot, standing.highest, standing.epoch, standing.pruned_through
  from realtime.state s;
end;
$$;

-- Each change with its place. Transactions are ordered by the highest id of what they changed in the project: a
-- write made after another's commit has a higher one, and so has its transaction. Of more than 1,000 changes of
-- rows by one transaction in one project, one RESYNC; what became of the project is told all the same.
drop function if exists realtime.read(pg_snapshot, pg_snapshot, uuid, bigint, bigint, int);
drop view if exists realtime.placed_changes;
create view realtime.placed_changes with (security_invoker = true) as
select p.xid, p.last_id, p.id, p.logged_at, p.project_id, l.log_table,
  coalesce(l.operation, 'RESYNC') as operation,
  l.row_id, l.shot_id, l.generation_id, l.parent_generation_id, l.changed_columns, l.before, l.after, p.origin_client_id
from (
  select c.*, c.log_table is not distinct from 'PROJECTS' as is_project, max(c.id) over w as last_id,
    max(c.id) filter (where c.log_table is distinct from 'PROJECTS') over w as last_row_id,
    count(*) filter (where c.log_table is distinct from 'PROJECTS') over w as size
  from realtime.changes c
  window w as (partition by c.xid, c.project_id)
) p
left join lateral (
  select p.log_table, p.operation, p.row_id, p.shot_id, p.generation_id, p.parent_generation_id, p.changed_columns,
    p.before, p.after
  where p.size <= 1000 or p.is_project
) l on true
where p.size <= 1000 or p.id = p.last_row_id or p.is_project;

-- What is visible now and was not in the snapshot `since`, in commit order; of it what comes behind the place
-- (last_id, id), and what `upto` sees. Of one project, or of all. Stable: it sees with its statement's snapshot,
-- and standing() in the same statement tells which that is.
create function realtime.read(
  since pg_snapshot, upto pg_snapshot, project uuid, behind_last_id bigint, behind_id bigint, most int
) returns setof realtime.placed_changes
language plpgsql stable security definer set search_path = ''
  -- Nothing tells the planner how little is new: it would think a large log worth compiling for.
  set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off
as $$
declare
  v_next xid8 := pg_snapshot_xmax(since);
  v_running xid8[] := array(select pg_snapshot_xip(since));
begin
  if project is null then
    return query select c.* from realtime.placed_changes c
      where (c.xid >= v_next or c.xid = any (v_running))
        and (upto is null or pg_visible_in_snapshot(c.xid, upto))
        and (c.last_id, c.id) > (behind_last_id, behind_id)
      order by c.last_id, c.id limit most;
  else
    return query select c.* from realtime.placed_changes c
      where c.project_id = project and (c.xid >= v_next or c.xid = any (v_running))
        and (upto is null or pg_visible_in_snapshot(c.xid, upto))
        and (c.last_id, c.id) > (behind_last_id, behind_id)
      order by c.last_id, c.id limit most;
  end if;
end;
$$;

-- Clears what committed longer ago than `keep`, `most` rows at a time. Returns how many it was: fewer than `most`
-- when nothing is left to clear, or another is clearing. A snapshot younger than `keep` saw all of it; one whose
-- xmin is not above `pruned_through` may have missed some.
create or replace function realtime.prune(keep interval, most int) returns int
language plpgsql volatile security definer set search_path = '' set enable_seqscan = off set jit = off
as $$
declare
  v_oldest xid8;
  v_from xid8;
  v_rows int;
  v_last xid8;
begin
  if not pg_try_advisory_xact_lock('realtime.marks'::regclass::oid::int, 0) then
    return 0;
  end if;
  if not exists (select from realtime.marks m where m.taken_at > clock_timestamp() - keep / 100) then
    insert into realtime.marks default values;
  end if;
  select max(m.oldest) into v_oldest from realtime.marks m where m.taken_at < clock_timestamp() - keep;
  delete from realtime.marks m where m.taken_at < clock_timestamp() - keep and m.oldest < v_oldest;
  -- From where the last one ended, and not over all that is dead but not yet vacuumed.
  select s.pruned_through into v_from from realtime.state s;
  with gone as (
    delete from realtime.changes c where (c.xid, c.id) in (
      select o.xid, o.id from realtime.changes o
      where o.xid >= v_from and o.xid < v_oldest order by o.xid, o.id limit most
    ) returning c.xid
  )
  select count(*), max(gone.xid) into v_rows, v_last from gone;
  update realtime.state s set pruned_through = v_last where s.pruned_through < v_last;
  return v_rows;
end;
$$;

-- Not granted: the tables. Services read through these, and only the gateway asks as one.
grant usage on schema realtime to service_role;
grant execute on function realtime.open(), realtime.standing(),
  realtime.read(pg_snapshot, pg_snapshot, uuid, bigint, bigint, int), realtime.prune(interval, int) to service_role;

comment on function realtime.identity() is 'Which server and which of its databases this is.';
comment on function realtime.open() is 'Begins another epoch when the log was written in another database.';
comment on function realtime.standing() is 'Where a reader stands who has read all there is, and what the log is.';
comment on view realtime.placed_changes is 'The log, each change with its transaction''s place, what is too much as one RESYNC.';
comment on function realtime.read(pg_snapshot, pg_snapshot, uuid, bigint, bigint, int) is 'Changes since a snapshot, in commit order.';
comment on function realtime.prune(interval, int) is 'Clears old changes away, so many at a time; returns how many it was.';
