--! Previous: sha1:6b0e62347b0a4c057477d95d7e9b2890f6ef352b
--! Hash: sha1:68b893b2c80cb9f618b7b7921299bcd2a9b97c46
--! Message: column-sums

-- What the task log and the ledger add up, under the filters of their rows (server/graphql/plugins/columnSums.ts).
comment on column public.tasks.cost is E'@sum totalCost\nWhat it cost, in credits.';
comment on column public.credits_ledger.amount is
  E'@sum totalAmount\nCredits (1 credit = 1 US dollar); spending is negative.';
