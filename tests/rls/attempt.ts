import { claimsFor, type Actor } from '../helpers/actors';
import type { TestDatabase } from '../helpers/database';
import { withScope } from '../../server/auth/scope';

/** What became of a statement. `code` and `message` are what PostgreSQL told the caller. */
export type Outcome =
  | { ok: true; rows: Record<string, unknown>[]; count: number }
  | { ok: false; code: string; message: string; detail?: string; constraint?: string };

/** Runs one statement as the actor and undoes it, so that every test finds the same rows. */
export async function attempt(
  database: TestDatabase,
  actor: Actor,
  sql: string,
  values: unknown[] = [],
): Promise<Outcome> {
  const scope = {
    claims: claimsFor(actor),
    requestId: 'test',
    readOnly: false,
    statementTimeoutMs: 30_000,
  };
  try {
    return await withScope(database.pool, scope, async (client, end) => {
      end.rollback();
      const { rows, rowCount } = await client.query<Record<string, unknown>>(sql, values);
      return { ok: true, rows, count: rowCount ?? 0 };
    });
  } catch (error) {
    const { code, message, detail, constraint } = error as Record<string, string | undefined>;
    if (!code || !message) throw error;
    return { ok: false, code, message, ...(detail && { detail }), ...(constraint && { constraint }) };
  }
}

/** `insert into table (…) values (…)` with its parameters. Columns are quoted: one is called "order". */
export function insertOf(table: string, values: Record<string, unknown>): [sql: string, values: unknown[]] {
  const columns = Object.keys(values);
  return [
    `insert into ${table} (${columns.map((column) => `"${column}"`).join(', ')})
     values (${columns.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(values),
  ];
}

/** `update table set … where id = …` with its parameters. */
export function updateOf(
  table: string,
  values: Record<string, unknown>,
  id: string,
): [sql: string, values: unknown[]] {
  const sets = Object.keys(values).map((column, index) => `"${column}" = $${index + 2}`);
  return [`update ${table} set ${sets.join(', ')} where id = $1`, [id, ...Object.values(values)]];
}
