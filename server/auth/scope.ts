import type { Writable } from 'node:stream';
import { escapeLiteral, type ClientBase, type Pool, type PoolClient, type QueryResult } from 'pg';
import { codeOf, isConnectionLost, messageOf } from '../faults';
import { answeredIn, answerTimeout } from '../postgres/pool';
import type { Claims } from './claims';

export interface Scope {
  claims: Claims;
  requestId: string;
  /** Which of the caller's windows or programs this is: goes with what it writes, as `request.client_id`. */
  clientId?: string | undefined;
  /** Queries run read only: whatever a function tries, a query cannot write. */
  readOnly: boolean;
  statementTimeoutMs: number;
}

/** What `use` can say of the end of its transaction. */
export interface End {
  /** It ends without effect though `use` resolves. */
  rollback(): void;
  /**
   * All is asked, `statements` that are not answered yet: the end goes along with them, in the same packet. Nothing can be
   * asked after it. Of what only reads.
   */
  goAlong(statements: number): void;
}

/**
 * The one place where claims become rights in the database: a transaction that acts as the caller's
 * role, with his claims in `request.jwt.claims` for auth.uid() and the policies. HTTP, sockets,
 * storage and tests all come through here.
 *
 * Commits when `use` resolves, rolls back when it throws. A client whose transaction could not be ended
 * is thrown away and not given to the next caller.
 * @param use gets the client, and says how the transaction ends where that is not by its own end
 * @param ask expressions to be answered along with the begin, without a round trip of their own
 */
export async function withScope<T>(
  pool: Pick<Pool, 'connect'>,
  scope: Scope,
  use: (client: PoolClient, end: End, answer: unknown) => Promise<T>,
  ask?: string,
): Promise<T> {
  const client = await pool.connect();
  const answerTimeoutMs = answerTimeout(scope.statementTimeoutMs);
  const tell = (statement: string) => client.query(answeredIn(answerTimeoutMs, statement));
  let broken: Error | undefined;
  let ending: Promise<QueryResult> | undefined;
  try {
    // One statement, one round trip. Values are quoted by pg and never come from the outside unquoted.
    if (client.pipeline) sendTogether(client);
    const beginning = tell(
      `begin${scope.readOnly ? ' read only' : ''}; select ${settingsOf(scope)}${ask ? `, ${ask}` : ''}`,
    ) as unknown as Promise<QueryResult[]>;
    let undo = false;
    const end: End = {
      rollback: () => (undo = true),
      goAlong: (statements) => {
        if (!client.pipeline || !scope.readOnly || ending) return;
        ending = client.query(answeredIn(answerTimeoutMs * (statements + 1), 'commit'));
        // Its failure is seen to below, after that of the work.
        ending.catch(() => undefined);
      },
    };
    const work = (answer: unknown) => use(client, end, answer);
    const result = await (client.pipeline && !ask
      ? behind(beginning, work)
      : beginning.then((begun) => work(begun[1]?.rows[0])));
    // A transaction in which a statement failed and nobody rolled it back: PostgreSQL answers COMMIT with
    // ROLLBACK, and no error. What was promised to the caller by then is not so.
    const { command } = await (ending ?? tell(undo ? 'rollback' : 'commit')).catch((error: unknown) => {
      throw undo || scope.readOnly || isRefusal(error) ? error : new OutcomeUnknownError(error);
    });
    if (!undo && !scope.readOnly && command === 'ROLLBACK') throw new NotCommittedError();
    return result;
  } catch (error) {
    // Over a connection that does not answer, nothing can be said either; PostgreSQL rolls back when it ends.
    if (isConnectionLost(error) || error instanceof OutcomeUnknownError) broken = error;
    else await (ending ?? tell('rollback')).catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * The first statement is on its way before the begin is answered: a round trip less. Where the begin fails, what follows
 * it is refused: as the authenticator, who has no right to anything, or because the transaction is broken. Its reason is the begin's.
 */
async function behind<T>(beginning: Promise<unknown>, work: (answer: undefined) => Promise<T>): Promise<T> {
  const begun = beginning.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  const [result, failure] = await Promise.all([
    work(undefined).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    ),
    begun,
  ]);
  if (failure) throw failure.error;
  if ('error' in result) throw result.error;
  return result.value;
}

/**
 * What is sent in this turn of the event loop goes in one packet: the begin and the first statement. Each packet is a
 * call of the system and wakes the server up, which was a third of what a query costs the gateway.
 */
function sendTogether(client: PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection;
  stream.cork();
  setImmediate(() => stream.uncork());
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

/**
 * COMMIT was sent, and the connection ended before it was answered: what was changed may be there or not. Whoever
 * tries again may do it twice.
 */
export class OutcomeUnknownError extends Error {
  constructor(cause: unknown) {
    super('the connection was lost during COMMIT', { cause });
    this.name = 'OutcomeUnknownError';
  }
}

/** Whether COMMIT has certainly not happened: PostgreSQL refused it, or it was never sent. */
function isRefusal(error: unknown): boolean {
  if (/not queryable/.test(messageOf(error))) return true;
  const { severity } = error as { severity?: string };
  // A backend that is told to end may have committed before: FATAL and PANIC say nothing of the transaction.
  if (severity === undefined || /^(FATAL|PANIC)$/.test(severity)) return false;
  return !/^(08|40003|57P0)/.test(codeOf(error) ?? '08');
}

function settingsOf(scope: Scope): string {
  const settings: Record<string, string> = {
    role: scope.claims.role,
    'request.jwt.claims': JSON.stringify(scope.claims),
    'request.id': scope.requestId,
    'request.client_id': scope.clientId ?? '',
    statement_timeout: String(scope.statementTimeoutMs),
  };
  return Object.entries(settings)
    .map(([name, value]) => `set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, true)`)
    .join(', ');
}
