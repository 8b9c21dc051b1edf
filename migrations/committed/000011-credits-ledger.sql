--! Previous: sha1:fe85df40e3ddec47cf00689efb09cf6e5c8f5ba6
--! Hash: sha1:dc8afe6247df940aac960cba6f788c6d5c2b69f6
--! Message: credits-ledger

-- Every movement of credits, for good. users.credits is its sum.
drop table if exists public.credits_ledger cascade;
drop type if exists public.credit_type;

create type public.credit_type as enum ('stripe', 'manual', 'spend', 'refund', 'auto_topup');

create table public.credits_ledger (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references public.users,
  amount numeric(14, 4) not null,
  type public.credit_type not null,
  -- No foreign key: the entry outlives the task it paid for.
  task_id uuid,
  idempotency_key text,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint credits_ledger_amount_has_its_sign check (
    amount <> 'NaN' and case type when 'spend' then amount <= 0 when 'manual' then amount <> 0 else amount > 0 end
  ),
  constraint credits_ledger_spend_names_its_task check (type not in ('spend', 'refund') or task_id is not null),
  constraint credits_ledger_metadata_is_object check (jsonb_typeof(metadata) = 'object'),
  constraint credits_ledger_idempotency_key_is_short check (char_length(idempotency_key) between 1 and 200)
);

create unique index credits_ledger_idempotency_key_key on public.credits_ledger (idempotency_key);
-- A task is paid once and given back once: by the database, whatever the code does.
create unique index credits_ledger_one_spend_per_task on public.credits_ledger (task_id) where type = 'spend';
create unique index credits_ledger_one_refund_per_task on public.credits_ledger (task_id) where type = 'refund';
create index credits_ledger_user_id_created_at_idx on public.credits_ledger (user_id, created_at desc);
create index credits_ledger_task_id_idx on public.credits_ledger (task_id) where task_id is not null;

alter table public.credits_ledger enable row level security;

-- A person reads his own account. Nobody changes an entry; services add some.
create policy credits_ledger_owner_select on public.credits_ledger for select to authenticated
  using (user_id = (select auth.uid()));
create policy credits_ledger_service_select on public.credits_ledger for select to service_role
  using (true);
create policy credits_ledger_service_insert on public.credits_ledger for insert to service_role
  with check (true);

-- Not granted: update and delete, to anybody. A correction is a new row.
grant select on public.credits_ledger to authenticated;
grant select, insert on public.credits_ledger to service_role;

comment on type public.credit_type is 'Why credits moved: a payment, a correction, a task''s cost, its refund, an automatic payment.';
comment on table public.credits_ledger is E'@foreignKey (task_id) references public.tasks (id)|@fieldName task|@foreignFieldName creditsLedger\nOne movement of credits. Entries are never changed or removed.';
comment on column public.credits_ledger.id is 'Identifies the entry.';
comment on column public.credits_ledger.user_id is 'Whose account it is.';
comment on column public.credits_ledger.amount is 'Credits (1 credit = 1 US dollar); spending is negative.';
comment on column public.credits_ledger.type is 'Why the credits moved.';
comment on column public.credits_ledger.task_id is 'The task that was paid or refunded; kept when the task is gone.';
comment on column public.credits_ledger.idempotency_key is E'@omit\nThe same payment reported twice is booked once.';
comment on column public.credits_ledger.metadata is E'@omit filter,order\nDetails, such as how a cost came about.';
comment on column public.credits_ledger.created_at is 'When it was booked.';
comment on constraint credits_ledger_user_id_fkey on public.credits_ledger is E'@fieldName user\n@foreignFieldName creditsLedger';
comment on constraint credits_ledger_amount_has_its_sign on public.credits_ledger is 'Spending is negative, payments and refunds are positive, a correction is not zero.';
comment on constraint credits_ledger_spend_names_its_task on public.credits_ledger is 'A spend or refund names its task.';
comment on constraint credits_ledger_metadata_is_object on public.credits_ledger is 'metadata must be a JSON object.';
comment on constraint credits_ledger_idempotency_key_is_short on public.credits_ledger is 'An idempotency key has 1 to 200 characters.';
comment on index public.credits_ledger_one_spend_per_task is 'This task is paid already.';
comment on index public.credits_ledger_one_refund_per_task is 'This task is refunded already.';
comment on index public.credits_ledger_idempotency_key_key is 'This payment is booked already.';
