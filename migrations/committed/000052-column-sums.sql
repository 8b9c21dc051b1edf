--! Previous: sha1:50148c79ec23df39341f7d98579bc1c50722fc28
--! Hash: sha1:69346d3dbbe36448ba86cb98a6516cc0b49781a8
--! Message: column-sums

-- What the task log and the ledger add up, under the filters of their rows (server/graphql/plugins/columnSums.ts).
comment on column public.tasks.cost is E'@sum totalCost\nWhat it cost, in credits.';
comment on column public.credits_ledger.amount is
  E'@sum totalAmount\nCredits (1 credit = 1 US dollar); spending is negative.';
