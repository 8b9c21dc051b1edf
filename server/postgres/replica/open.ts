import type { Settings } from '../../config';
import type { Logger } from '../../log';
import { answerTimeout, createPool } from '../pool';
import { ANSWER_MS, openReplica, type Replica } from './replica';

/** The replica of these settings, when they name one. @param primaryUrl the authenticator's, of the primary */
export function openReplicaOf(
  settings: Pick<Settings, 'replica' | 'connectTimeoutMs' | 'statementTimeouts'>,
  primaryUrl: string,
  log: Logger,
): Replica | undefined {
  const { connectTimeoutMs, replica, statementTimeouts } = settings;
  const answerTimeoutMs = answerTimeout(Math.max(...Object.values(statementTimeouts)));
  const { url, poolSize, waitMs } = replica;
  if (!url) return undefined;
  const part = log.child({ part: 'replica' });
  // That the replica went is told once, and not for each of its connections.
  const quiet = part.child({}, { level: 'silent' });
  const answer = { connectTimeoutMs: ANSWER_MS, answerTimeoutMs: ANSWER_MS };
  const toPrimary = { connectTimeoutMs, answerTimeoutMs: connectTimeoutMs };
  return openReplica({
    pool: createPool({ url, size: poolSize, connectTimeoutMs: ANSWER_MS, answerTimeoutMs }, quiet),
    // Of their own: however many queries wait for a connection, these are answered.
    watchPool: createPool({ url, size: 1, ...answer }, quiet),
    primaryPool: createPool({ url: primaryUrl, size: 1, ...toPrimary }, part),
    waitMs,
    log: part,
  });
}
