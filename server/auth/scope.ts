import { escapeLiteral, type ClientBase, type Pool, type PoolClient } from 'pg';
import type { Claims } from './claims';

export interface Scope {
  claims: Claims;
  requestId: string;
  /** Queries run read only: whatever a function tries, a query cannot write. */
  readOnly: boolean;
  statementTimeoutMs: number;
}

/**
 * The one place where claims become rights in the database: a transaction that acts as the caller's
 * role, with his claims in `request.jwt.claims` for auth.uid() and the policies. HTTP, sockets,
 * storage and tests all come through here.
 *
 * Commits when `use` resolves, rolls back when it throws. A client whose transaction could not be ended
 * is thrown away and not given to the next caller.
 * @param use gets the client; `rollback()` makes the transaction end without effect though `use` resolves.
 */
export async function withScope<T>(
  pool: Pool,
  scope: Scope,
  use: (client: PoolClient, end: { rollback(): void }) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  client.on('error', ignore);
  let broken: Error | undefined;
  try {
    // One statement, one round trip. Values are quoted by pg and never come from the outside unquoted.
    await client.query(`begin${scope.readOnly ? ' read only' : ''}; select ${settingsOf(scope)}`);
    let undo = false;
    const result = await use(client, { rollback: () => (undo = true) });
    // A transaction in which a statement failed and nobody rolled it back: PostgreSQL answers COMMIT with
    // ROLLBACK, and no error. What was promised to the caller by then is not so.
    const { command } = await client.query(undo ? 'rollback' : 'commit');
    if (!undo && !scope.readOnly && command === 'ROLLBACK') throw new NotCommittedError();
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

/** What follows in the client's transaction is done for another caller: where several act, and all of it counts or nothing. */
export async function changeScope(client: ClientBase, scope: Scope): Promise<void> {
  await client.query(`select ${settingsOf(scope)}`);
}

/** The transaction ended without effect though nothing was thrown. */
export class NotCommittedError extends Error {
  constructor() {
    super('a statement failed unnoticed, and the transaction could not be committed');
    this.name = 'NotCommittedError';
  }
}

function ignore(): void {
  // The failing query reports it; without a listener the process would end.
}

function settingsOf(scope: Scope): string {
  const settings: Record<string, string> = {
    role: scope.claims.role,
    'request.jwt.claims': JSON.stringify(scope.claims),
    'request.id': scope.requestId,
    statement_timeout: String(scope.statementTimeoutMs),
  };
  return Object.entries(settings)
    .map(([name, value]) => `set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, true)`)
    .join(', ');
}
