import type { PoolClient } from 'pg';
import { RequestError } from '../errors';
import { answerTimeout } from '../postgres/pool';

/** What one operation may take of the database. */
export interface Budget {
  statementTimeoutMs: number;
  /** Of the answers to all of its statements, each as often as it is repeated. */
  resultLimitBytes: number;
  /** How often what is read may stand in the answer. */
  repetition: number;
  /** So many statements are all there is, and are asked at once: each is answered behind those before it. */
  atOnce?: number;
  /** Is told when the last of them has been sent. */
  onLast?: () => void;
}

/** Of a statement's time, how many an operation has: its statements follow each other, and each may take all of its own. */
export const STATEMENTS = 2;

/**
 * Watches what an operation takes: the time of all of its statements, and the bytes that come over its connection.
 * PostgreSQL's own limits are of single statements, and of none of their answers.
 */
export function startBudget(
  client: PoolClient,
  { statementTimeoutMs, resultLimitBytes, repetition, atOnce = 1 }: Budget,
) {
  const begun = performance.now();
  const { stream } = (
    client as unknown as { connection: { stream: NodeJS.ReadableStream & { destroy(): void } } }
  ).connection;
  let bytes = 0;
  let exceeded: RequestError | undefined;
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes * repetition <= resultLimitBytes || exceeded) return;
    exceeded = new RequestError(
      'LIMIT_EXCEEDED',
      `The answer to an operation can have ${resultLimitBytes} bytes at most, a field as often as it is asked for: ask for fewer rows or fields.`,
    );
    // What is still to come of it would be read into memory: nothing else ends that.
    stream.destroy();
  };
  stream.on('data', count);
  return {
    answerTimeoutMs: answerTimeout(statementTimeoutMs) * atOnce,
    /** @throws RequestError when there is no time left for another statement */
    check: (): void => {
      const allowed = statementTimeoutMs * STATEMENTS;
      if (performance.now() - begun > allowed)
        throw new RequestError(
          'LIMIT_EXCEEDED',
          `An operation can take ${allowed} ms at most: ask for less at once.`,
        );
    },
    /** Why the connection was given up, when more came than may. */
    exceeded: () => exceeded,
    end: (): void => void stream.off('data', count),
  };
}
