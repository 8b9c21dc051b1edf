--! Previous: sha1:b18dfdc0939f766222b5e5568b1cf79bf1a7fbff
--! Hash: sha1:6b0e62347b0a4c057477d95d7e9b2890f6ef352b
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
  E'@resultFieldName ledgerEntry\nBooks a payment, or a correction (MANUAL, which may be negative). The same idempotencyKey is booked once and answered with the same entry. Errors: NOT_FOUND, INVALID_INPUT, CONFLICT (the key of another payment).';
comment on function public.refund_task(uuid, text) is
  E'@resultFieldName ledgerEntry\nGives back what a task cost, once. Errors: NOT_FOUND (never billed), CONFLICT (refunded already), INVALID_INPUT.';
