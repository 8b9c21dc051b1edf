import type { Pool, PoolClient } from 'pg';
import type { Claims, Role } from '../auth/claims';
import { withScope } from '../auth/scope';
import { isPoolExhausted, isConnectionLost } from '../faults';
import { explainDatabaseError, isDatabaseError } from '../graphql/databaseErrors';
import { StorageError } from './errors';
import type { Shares } from './shares';

/** Who asks, and under which id the request stands in the log. */
export interface StorageCaller {
  claims: Claims;
  requestId: string;
}

/** Runs statements as the caller, in a transaction of their own. @throws StorageError for what the database refuses */
export type RunAs = <T>(
  caller: StorageCaller,
  use: (client: PoolClient) => Promise<T>,
  options?: { readOnly?: boolean },
) => Promise<T>;

/** The gateway itself: looks up what a signed URL names, and cleans up. */
export const asService = ({ requestId }: { requestId: string }): StorageCaller => ({
  claims: { role: 'service_role' },
  requestId,
});

/** What callers wait for is a transaction: nobody breaks it off who has not begun it. */
const NEVER = new AbortController().signal;

/**
 * @param shares of the pool, for callers who could fill it: users and workers. Services are the operator's own, and
 * without a token only what costs nothing is asked
 */
export function createRunAs(pool: () => Pool, timeouts: Record<Role, number>, shares?: Shares): RunAs {
  const placeOf = async ({ role, sub, worker_id }: Claims) =>
    role === 'authenticated' || role === 'worker'
      ? shares?.take(`${role} ${sub ?? worker_id}`, NEVER)
      : undefined;
  return async ({ claims, requestId }, use, { readOnly = false } = {}) => {
    const leave = await placeOf(claims);
    const scope = { claims, requestId, readOnly, statementTimeoutMs: timeouts[claims.role] };
    try {
      return await withScope(pool(), scope, (client) => use(client));
    } catch (error) {
      throw refusalOf(error, claims.role) ?? error;
    } finally {
      leave?.();
    }
  };
}

/** Uploads that were given up are free after an hour; those that run end sooner. */
const UPLOADS_RETRY_MS = 60_000;

/** What is told of an error of the database; undefined: it is a fault of ours. */
function refusalOf(error: unknown, role: Role): StorageError | undefined {
  if (isPoolExhausted(error) || isConnectionLost(error)) return new StorageError('ServiceUnavailable');
  if (!isDatabaseError(error)) return undefined;
  switch (error.code) {
    case 'RG404':
      return new StorageError(error.table === 'buckets' ? 'NoSuchBucket' : 'NoSuchKey', error.message);
    case 'RG409':
      return new StorageError('NoSuchUpload', error.message);
    case 'RG413':
      return new StorageError('EntityTooLarge', withHint(error));
    case 'RG415':
      return new StorageError('InvalidMimeType', withHint(error));
    case 'RG429':
      return new StorageError('SlowDown', error.message, UPLOADS_RETRY_MS);
    case '23505':
      return new StorageError(error.table === 'buckets' ? 'BucketAlreadyExists' : 'KeyAlreadyExists');
    case '23503':
      return new StorageError(error.table === 'objects' ? 'ResourceNotEmpty' : 'NoSuchBucket');
    case '23514':
      return new StorageError(error.table === 'buckets' ? 'InvalidRequest' : 'InvalidKey');
  }
  const told = explainDatabaseError(error, role, new Map());
  switch (told?.code) {
    case 'FORBIDDEN':
    case 'UNAUTHENTICATED':
      return new StorageError('AccessDenied');
    case 'UNAVAILABLE':
      return new StorageError('ServiceUnavailable', told.message);
    case 'CONFLICT':
      return new StorageError('ResourceLocked', told.message);
    case 'LIMIT_EXCEEDED':
      return new StorageError('ServiceUnavailable', told.message);
    case 'INVALID_INPUT':
      return new StorageError('InvalidRequest', told.message);
    default:
      return undefined;
  }
}

const withHint = ({ message, hint }: { message: string; hint?: string | undefined }) =>
  hint ? `${message}. ${hint}` : message;
