--! Previous: sha1:1715a53d8a80a6af9238803331cabcec87042574
--! Hash: sha1:8595fd9d8e248aed033f0b99f208187ebab8de6e
--! Message: column-sums

-- What the task log and the ledger add up, under the filters of their rows (server/graphql/plugins/columnSums.ts).
comment on column public.tasks.cost is E'@sum totalCost\nWhat it cost, in credits.';
comment on column public.credits_ledger.amount is
  E'@sum totalAmount\nCredits (1 credit = 1 US dollar); spending is negative.';
