import type { ServerResponse } from 'node:http';
import { KeysUnavailableError } from '../../auth/keys';
import { TokenError } from '../../auth/token';
import { RequestError, type ErrorCode } from '../../errors';
import type { IdentifiedRequest } from '../../graphql/http';
import type { Logger } from '../../log';
import { discardRest } from '../../graphql/readBody';
import { toPublicError } from '../../graphql/mask';
import type { TransferOutcome } from '../../ops/metrics/storage';
import { BackendUnavailableError } from '../backends/backend';
import { StorageError, type StorageCode } from '../errors';

/** What the log says of a refusal, in the words of the registry that all routes share. */
const CODES: Partial<Record<StorageCode, ErrorCode>> = {
  NoSuchBucket: 'NOT_FOUND',
  NoSuchKey: 'NOT_FOUND',
  NoSuchUpload: 'NOT_FOUND',
  AccessDenied: 'FORBIDDEN',
  InvalidJWT: 'UNAUTHENTICATED',
  EntityTooLarge: 'LIMIT_EXCEEDED',
  SlowDown: 'RATE_LIMITED',
  ServiceUnavailable: 'UNAVAILABLE',
  InternalError: 'INTERNAL',
};

/** What is told of an error, whatever it is; a fault of ours is logged. */
export function explainTo(request: { log: Logger }, error: unknown): StorageError {
  // A caller is told to come again; why, is the operator's to know.
  if (error instanceof BackendUnavailableError) {
    request.log.warn({ reason: error.message }, 'the store of objects refused');
  }
  return storageErrorOf(error) ?? mask(request, error);
}

/** Tells the caller why, in the shape of Supabase's errors; nothing of the inside. */
export function answerRefusal(
  request: IdentifiedRequest,
  response: ServerResponse,
  error: unknown,
  hasLeft: boolean,
): void {
  if (hasLeft) {
    response.destroy();
    return;
  }
  const told = explainTo(request, error);
  request.facts.code = CODES[told.code] ?? 'INVALID_INPUT';
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (told.retryAfterMs !== undefined) {
    response.setHeader('retry-after', Math.ceil(told.retryAfterMs / 1000));
  }
  // What still comes of a body nobody wants.
  if (!request.complete) discardRest(request);
  const body = request.method === 'HEAD' ? undefined : JSON.stringify(told.body);
  response
    .writeHead(told.httpStatus, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
    })
    .end(body);
}

/** How a transfer ended that did not come to its end. */
export function outcomeOf(error: unknown, signal: AbortSignal): TransferOutcome {
  if (signal.aborted) return 'aborted';
  const status = Number(storageErrorOf(error)?.body.statusCode ?? 500);
  return status < 500 ? 'refused' : 'failed';
}

/** What a refusal of another part of the gateway is called here; undefined for what is a fault of ours. */
export function storageErrorOf(error: unknown): StorageError | undefined {
  if (error instanceof StorageError) return error;
  if (error instanceof TokenError) return new StorageError('InvalidJWT', error.message);
  if (error instanceof KeysUnavailableError || error instanceof BackendUnavailableError) {
    return new StorageError('ServiceUnavailable');
  }
  if (error instanceof RequestError) {
    const retryAfterMs = error.extensions?.retryAfterMs;
    if (error.code === 'RATE_LIMITED') {
      return new StorageError(
        'SlowDown',
        error.message,
        typeof retryAfterMs === 'number' ? retryAfterMs : undefined,
      );
    }
    return new StorageError('InvalidRequest', error.message);
  }
  return undefined;
}

function mask(request: { log: Logger }, error: unknown): StorageError {
  const { message } = toPublicError(error, { role: 'anon', log: request.log, constraints: new Map() });
  return new StorageError('InternalError', message);
}
