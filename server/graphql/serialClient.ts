import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import { isConnectionLost } from '../faults';
import { answeredIn } from '../postgres/pool';
import type { Preparer } from '../postgres/prepared';
import { startBudget, type Budget } from './budget';

/** What PostGraphile's resolvers need of a client. */
export interface SerialClient {
  query(statement: string | QueryConfig, values?: unknown[]): Promise<QueryResult>;
  /** What made the transaction unusable, if something did: also when a resolver swallowed it. */
  failure(): unknown;
  /** Whether the connection is of no further use. */
  isBroken(): boolean;
  /**
   * No further statement is sent: the connection is about to be somebody else's. A field that is answered with an
   * error ends an execution before others that wait for the database. Resolves when the last one is answered.
   */
  end(): Promise<void>;
}

/** Nobody waits for the answer any more. */
export class AbandonedError extends Error {
  constructor() {
    super('the caller has gone');
    this.name = 'AbandonedError';
  }
}

const textOf = (statement: string | QueryConfig): string =>
  typeof statement === 'string' ? statement : statement.text;

/**
 * Runs statements one after another on one connection. The fields of a query resolve in parallel and
 * would all speak at once, which pg tolerates today and will refuse in its next major version, but where it is told to
 * send them so. That is for queries whose number of statements is known (`atOnce`).
 * @param limits of all statements together; a connection on which more came is of no further use
 * @param abandoned when it is aborted, no further statement is sent
 * @param ran is told how long each statement took, in ms
 * @param preparer says which statements with values are planned once for the connection
 */
export function serialClient(
  client: PoolClient,
  limits: Budget,
  abandoned?: AbortSignal,
  ran?: (ms: number) => void,
  preparer?: Preparer,
): SerialClient {
  const budget = startBudget(client, limits);
  let last: Promise<unknown> = Promise.resolve();
  let failure: unknown;
  let isOver = false;
  let sent = 0;
  const { atOnce, onLast } = limits;
  const isAtOnce = atOnce !== undefined && client.pipeline === true;
  const ask = async (statement: string | QueryConfig, values?: unknown[]): Promise<QueryResult> => {
    const text = textOf(statement);
    // The transaction's end has been sent behind those.
    if (isAtOnce && sent >= atOnce) throw new Error('more statements than were announced');
    if (isOver || abandoned?.aborted) throw new AbandonedError();
    // Each would wait for its own time behind the one that is not answered.
    if (isConnectionLost(failure) || budget.exceeded()) throw failure;
    // What ends a part of the transaction always may.
    if (!/^\s*(rollback|release)\b/i.test(text)) budget.check();
    const { name, forget } = (values && preparer?.of(client, text)) ?? {};
    const tell = (what: string | QueryConfig, given?: unknown[]) =>
      client.query(answeredIn(budget.answerTimeoutMs, what, given));
    const forgotten =
      forget &&
      tell(`deallocate ${forget.name}`).catch((error: unknown) => {
        forget.isKept();
        throw error;
      });
    const begun = performance.now();
    const asked = name === undefined ? statement : { name, text, values };
    try {
      const answering = Promise.all([tell(asked, values), forgotten]);
      if (++sent === atOnce) onLast?.();
      const [answer] = await answering;
      // The end of it came along with what was too much.
      const exceeded = budget.exceeded();
      if (exceeded) throw exceeded;
      return answer;
    } catch (error) {
      throw budget.exceeded() ?? error;
    } finally {
      ran?.(performance.now() - begun);
    }
  };
  return {
    query: (statement, values) => {
      // What only reads depends on nothing that is asked before it.
      const result = isAtOnce ? ask(statement, values) : last.then(() => ask(statement, values));
      const noted = result.then(
        () => {
          // PostGraphile wraps each mutation in a savepoint: what it rolled back did no harm.
          if (/^\s*rollback to\b/i.test(textOf(statement))) failure = undefined;
        },
        (error: unknown) => {
          failure ??= error;
        },
      );
      last = last.then(() => noted);
      return result;
    },
    failure: () => failure,
    isBroken: () => isConnectionLost(failure) || budget.exceeded() !== undefined,
    end: async () => {
      isOver = true;
      await last;
      budget.end();
    },
  };
}
