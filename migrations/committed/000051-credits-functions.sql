--! Previous: sha1:f1909ba05ba41c562a9a937ab3257135f8888637
--! Hash: sha1:6c5e53af87f19892c7cce51be2c88fab1ea543c6
--! Message: credits-functions

-- How credits come in and go back. For services: the payment provider's webhook, the operator.
drop function if exists public.grant_credits, public.refund_task;

create function public.grant_credits(
  user_id uuid, amount numeric, type public.credit_type default 'manual', idempotency_key text default null, metadata jsonb default '{}'
) returns public.credits_ledger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_entry public.credits_ledger;
begin
  if grant_credits.type is null or grant_credits.type in ('spend', 'refund') then
    raise exception 'type must be STRIPE, MANUAL or AUTO_TOPUP: spends and refunds come from tasks.' using errcode = 'RG400';
  end if;
  if grant_credits.type <> 'manual' and grant_credits.idempotency_key is null then
    raise exception 'idempotencyKey is required for a payment, so that it is booked once however often it is reported.' using errcode = 'RG400';
  end if;
  if grant_credits.amount is null or grant_credits.amount <> round(grant_credits.amount, 4) or abs(grant_credits.amount) > app_private.max_cost() then
    raise exception 'amount must be a number of credits with at most 4 decimals, up to %.', app_private.max_cost() using errcode = 'RG400';
  end if;
  -- Of two reports of one payment the second waits here and finds the first's entry.
  perform app_private.lock_tenant(grant_credits.user_id);
  if not exists (select from public.users u where u.id = grant_credits.user_id) then
    raise exception 'There is no user %.', grant_credits.user_id using errcode = 'RG404';
  end if;
  select * into v_entry from public.credits_ledger l where l.idempotency_key = grant_credits.idempotency_key;
  if found then
    if (v_entry.user_id, v_entry.amount, v_entry.type) is distinct from (grant_credits.user_id, grant_credits.amount, grant_credits.type) then
      raise exception 'idempotencyKey % is that of another payment.', grant_credits.idempotency_key using errcode = 'RG409';
    end if;
    return v_entry;
  end if;
  insert into public.credits_ledger (user_id, amount, type, idempotency_key, metadata)
  values (grant_credits.user_id, grant_credits.amount, grant_credits.type, grant_credits.idempotency_key, coalesce(grant_credits.metadata, '{}'))
  returning * into v_entry;
  return v_entry;
end;
$$;

create function public.refund_task(task_id uuid, reason text) returns public.credits_ledger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  v_spend public.credits_ledger;
  v_entry public.credits_ledger;
begin
  if nullif(btrim(refund_task.reason), '') is null then
    raise exception 'reason is required: it stands in the ledger.' using errcode = 'RG400';
  end if;
  -- By the ledger, not by the task: that may be gone.
  select * into v_spend from public.credits_ledger l where l.task_id = refund_task.task_id and l.type = 'spend';
  if not found then
    raise exception 'Task % was never billed.', refund_task.task_id using errcode = 'RG404';
  elsif v_spend.amount = 0 then
    raise exception 'Task % cost nothing.', refund_task.task_id using errcode = 'RG400';
  end if;
  insert into public.credits_ledger (user_id, amount, type, task_id, metadata)
  values (v_spend.user_id, -v_spend.amount, 'refund', v_spend.task_id, jsonb_build_object('reason', left(refund_task.reason, 1000)))
  returning * into v_entry;
  return v_entry;
end;
$$;

grant execute on function public.grant_credits(uuid, numeric, public.credit_type, text, jsonb), public.refund_task(uuid, text)
  to service_role, reigh_introspector;

comment on function public.grant_credits(uuid, numeric, public.credit_type, text, jsonb) is
  E'@resultFieldName ledgerEntry\n'
  '@arg user_id The user.\n'
  '@arg amount Credits, with at most 4 decimals.\n'
  '@arg type STRIPE, MANUAL or AUTO_TOPUP. Default: MANUAL; null is refused.\n'
  '@arg idempotency_key Name of the payment, which it is known by when it is reported again. Default: null, none, as only MANUAL may have it.\n'
  '@arg metadata What else to note in the ledger, a JSON object. Default: {}, as for null.\n'
  'Books a payment, or a correction (MANUAL, which may be negative). The same idempotencyKey is booked once and answered with the same entry. Errors: NOT_FOUND, INVALID_INPUT, CONFLICT (the key of another payment).';
comment on function public.refund_task(uuid, text) is
  E'@resultFieldName ledgerEntry\n'
  '@arg task_id The task.\n'
  '@arg reason Why, for the ledger.\n'
  'Gives back what a task cost, once. Errors: NOT_FOUND (never billed), CONFLICT (refunded already), INVALID_INPUT.';
