import type { PoolClient, QueryResultRow } from 'pg';
import type { Actor } from '../helpers/actors';
import type { TestDatabase } from '../helpers/database';

/** What a statement read, with all its functions and triggers. */
export interface Reads<T> {
  answer: T[];
  /** Rows fetched, by table: by whatever scan, whether they were wanted or thrown away. */
  rows: Record<string, number>;
  /** Tables that were read from one end to the other. */
  whole: string[];
}

interface Counters {
  name: string;
  scans: string;
  rows: string;
}

/** The counters of the running transaction: of a table, sequential scans and rows; all rows, of indexes too. */
const COUNTERS = `
  select c.relname as name, pg_stat_get_xact_numscans(c.oid) as scans,
    pg_stat_get_xact_tuples_returned(c.oid) + pg_stat_get_xact_tuples_fetched(c.oid) as rows
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and n.nspname in ('public', 'app_private')`;

async function countersOf(client: PoolClient): Promise<Map<string, { scans: number; rows: number }>> {
  const { rows } = await client.query<Counters>(COUNTERS);
  return new Map(rows.map(({ name, scans, rows }) => [name, { scans: Number(scans), rows: Number(rows) }]));
}

/**
 * Runs a statement as the actor and counts what it read. Rows and not milliseconds: they are the same on every
 * machine, and they see every plan inside every function and trigger, which `explain` does not show.
 */
export function readsOf<T extends QueryResultRow>(
  database: TestDatabase,
  actor: Actor,
  sql: string,
  values: unknown[] = [],
): Promise<Reads<T>> {
  return database.as(actor, async (client) => {
    // What earlier transactions counted may not have been handed in yet: the difference is what matters.
    const before = await countersOf(client);
    const answer = (await client.query<T>(sql, values)).rows;
    const reads: Reads<T> = { answer, rows: {}, whole: [] };
    for (const [table, { scans, rows }] of await countersOf(client)) {
      const old = before.get(table) ?? { scans: 0, rows: 0 };
      if (rows > old.rows) reads.rows[table] = rows - old.rows;
      if (scans > old.scans) reads.whole.push(table);
    }
    return reads;
  });
}

/** Rows of those tables that grow with use. */
export function grown({ rows }: Reads<QueryResultRow>): number {
  return [
    'tasks',
    'queue',
    'queue_lanes',
    'queue_models',
    'generations',
    'generation_variants',
    'credits_ledger',
    'lost_attempts',
  ]
    .map((table) => rows[table] ?? 0)
    .reduce((sum, count) => sum + count);
}
