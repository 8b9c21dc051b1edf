import type { PoolClient, QueryResultRow } from 'pg';
import type { Claims } from '../../auth/claims';
import { changeScope, type Scope } from '../../auth/scope';
import type { Person } from '../people';

/** One load of the sample data: its transaction, and under which id the database knows what is planned. */
export interface Enactment {
  client: PoolClient;
  /** Ids by planned ids: clients choose none, so each is known only when its row is there. */
  ids: Map<string, string>;
}

/** How the load calls, whoever it acts as. */
export function scopeOf(claims: Claims): Scope {
  return { claims, requestId: 'sample-data', readOnly: false, statementTimeoutMs: 60_000 };
}

/** Times, tasks in every state, the ledger: what no user writes. */
export const SERVICE: Claims = { role: 'service_role' };

/** What follows in the transaction is done by this person, as if he had signed in. */
export async function actAsPerson({ client }: Enactment, { user }: Person): Promise<void> {
  const claims: Claims = {
    role: 'authenticated',
    sub: user.id,
    email: user.email,
    user_metadata: { full_name: user.name },
  };
  await changeScope(client, scopeOf(claims));
}

export async function actAsService({ client }: Enactment): Promise<void> {
  await changeScope(client, scopeOf(SERVICE));
}

/**
 * Runs one statement over rows, which it reads from $1 with `jsonb_to_recordset`: a round trip for all of
 * them. Wherever a planned id stands, in a column or deep in params, the statement is given the real one.
 */
export async function runOver<T extends QueryResultRow>(
  { client, ids }: Enactment,
  sql: string,
  rows: readonly object[],
): Promise<T[]> {
  if (rows.length === 0) return [];
  const real = (_key: string, value: unknown) =>
    typeof value === 'string' ? (ids.get(value) ?? value) : value;
  return (await client.query<T>(sql, [JSON.stringify(rows, real)])).rows;
}

/** As runOver, for a statement that makes things: it returns `planned` and `id` of each. */
export async function makeOver(enactment: Enactment, sql: string, rows: readonly object[]): Promise<void> {
  const made = await runOver<{ planned: string; id: string }>(enactment, sql, rows);
  if (made.length !== rows.length) throw new Error(`Of ${rows.length} rows ${made.length} were made: ${sql}`);
  for (const { planned, id } of made) enactment.ids.set(planned, id);
}
