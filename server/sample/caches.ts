import type { Client } from 'pg';

const BALANCES = `
  update public.users u set credits = l.total
  from (select user_id, sum(amount) as total from public.credits_ledger where user_id = any ($1) group by user_id) l
  where l.user_id = u.id and u.credits is distinct from l.total`;

/**
 * Fills in the balances of new users: the one thing kept twice that no trigger keeps yet. Generations are
 * inserted without media, and their variants bring it: one with a location would be given a second original.
 */
export async function fillCaches(client: Client, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  await client.query(BALANCES, [userIds]);
}
