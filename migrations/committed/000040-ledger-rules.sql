--! Previous: sha1:e7cb28161675adee5731b1c3f85d38187cbf314d
--! Hash: sha1:c7aac59ecda70012ff8e0330e2689b4341e783c0
--! Message: ledger-rules

-- The ledger is for good, and the balance is its sum: whoever writes, and in whatever way.

create or replace function app_private.refuse_ledger_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise exception 'Entries of the ledger are never changed or removed. Book a correction instead.' using errcode = 'RG403';
end;
$$;

-- Statement triggers, so that they also fire for the owner, for TRUNCATE and for no rows at all; "always", so
-- that a session that plays replica cannot go round them.
drop trigger if exists _000_append_only on public.credits_ledger;
drop trigger if exists _000_append_only_truncate on public.credits_ledger;
create trigger _000_append_only before update or delete on public.credits_ledger
  for each statement execute function app_private.refuse_ledger_change();
create trigger _000_append_only_truncate before truncate on public.credits_ledger
  for each statement execute function app_private.refuse_ledger_change();
alter table public.credits_ledger enable always trigger _000_append_only;
alter table public.credits_ledger enable always trigger _000_append_only_truncate;

-- Before the row and not after the statement: the lock comes before the rows. Added to, never read and written
-- back: of two bookings at once none is lost.
create or replace function app_private.lock_account() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  perform app_private.lock_tenant(new.user_id);
  return new;
end;
$$;

create or replace function app_private.keep_balance() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  update public.users u set credits = u.credits + b.total
  from (select n.user_id, sum(n.amount) as total from new_rows n group by n.user_id) b
  where u.id = b.user_id;
  return null;
end;
$$;

drop trigger if exists _010_lock_account on public.credits_ledger;
drop trigger if exists keep_balance on public.credits_ledger;
create trigger _010_lock_account before insert on public.credits_ledger
  for each row execute function app_private.lock_account();
create trigger keep_balance after insert on public.credits_ledger referencing new table as new_rows
  for each statement execute function app_private.keep_balance();
alter table public.credits_ledger enable always trigger _010_lock_account;
alter table public.credits_ledger enable always trigger keep_balance;

-- Written by keep_balance alone: that is one trigger deep, a statement of anybody's is none.
create or replace function app_private.refuse_balance_change() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise exception 'credits is the sum of the ledger. Book an entry there instead.' using errcode = 'RG403';
end;
$$;

drop trigger if exists _000_balance_by_ledger on public.users;
drop trigger if exists _000_balance_begins_empty on public.users;
create trigger _000_balance_by_ledger before update on public.users
  for each row when (old.credits is distinct from new.credits and pg_trigger_depth() = 0)
  execute function app_private.refuse_balance_change();
create trigger _000_balance_begins_empty before insert on public.users
  for each row when (new.credits <> 0) execute function app_private.refuse_balance_change();
alter table public.users enable always trigger _000_balance_by_ledger;
alter table public.users enable always trigger _000_balance_begins_empty;

-- Balances of before, if there are any that are wrong.
alter table public.users disable trigger _000_balance_by_ledger;
update public.users u set credits = coalesce(l.total, 0)
from public.users v left join (
  select e.user_id, sum(e.amount) as total from public.credits_ledger e group by e.user_id
) l on l.user_id = v.id
where u.id = v.id and u.credits <> coalesce(l.total, 0);
alter table public.users enable always trigger _000_balance_by_ledger;

comment on function app_private.refuse_ledger_change() is 'BEFORE STATEMENT: the ledger is append only. Error: FORBIDDEN.';
comment on function app_private.lock_account() is 'BEFORE: takes the lock on the account''s world.';
comment on function app_private.keep_balance() is 'AFTER STATEMENT: adds new entries to the balance.';
comment on function app_private.refuse_balance_change() is 'BEFORE: nobody writes a balance. Error: FORBIDDEN.';
comment on constraint credits_ledger_user_id_fkey on public.credits_ledger is
  E'@fieldName user\n@foreignFieldName creditsLedger\n@refusal Somebody with entries in the ledger cannot be deleted: the ledger is kept for good.';
