--! Previous: sha1:6c5e53af87f19892c7cce51be2c88fab1ea543c6
--! Hash: sha1:0648a3cb71d42a01bf012c817ff45e0f699ae22d
--! Message: column-sums

-- What the task log and the ledger add up, under the filters of their rows (server/graphql/plugins/columnSums.ts).
comment on column public.tasks.cost is E'@sum totalCost\nWhat it cost, in credits.';
comment on column public.credits_ledger.amount is
  E'@sum totalAmount\nCredits (1 credit = 1 US dollar); spending is negative.';
