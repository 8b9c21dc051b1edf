import { S3ServiceException } from '@aws-sdk/client-s3';
import { Fault, codeOf, isConnectionLost, messageOf } from '../../faults';
import { BackendUnavailableError } from './backend';

/** What the settings have wrong, by what a store answers then. */
const SETTINGS: Record<string, string> = {
  NoSuchBucket: 'S3_BUCKET names no bucket of this store',
  InvalidBucketName: 'S3_BUCKET is no name of a bucket',
  InvalidAccessKeyId: 'S3_ACCESS_KEY_ID is not known there',
  SignatureDoesNotMatch: 'S3_SECRET_ACCESS_KEY does not belong to S3_ACCESS_KEY_ID',
  AuthorizationHeaderMalformed: 'S3_REGION is another one than the bucket’s',
  PermanentRedirect: 'S3_REGION or S3_ENDPOINT is not the bucket’s',
  AccessDenied: 'these credentials may not write to the bucket',
  ExpiredToken: 'the credentials have expired',
  CredentialsProviderError: 'there are no credentials: S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are missing',
};

/** What passes by itself. */
const BUSY = new Set([
  'SlowDown',
  'ServiceUnavailable',
  'InternalError',
  'RequestTimeout',
  'ThrottlingException',
]);

/**
 * What the SDK threw, in our words. Its own errors carry the access key, what was signed and the address with all
 * that stands in it; those belong in no log.
 */
export function translateS3(error: unknown): unknown {
  const status = statusOf(error);
  const name = nameOf(error);
  if (name === 'AbortError' || error instanceof BackendUnavailableError) return error;
  // HEAD is refused without a word.
  if (SETTINGS[name] !== undefined || status === 401 || status === 403)
    return new BackendUnavailableError(`the S3 store says ${nameAndStatus(name, status)}`);
  if (BUSY.has(name) || (status !== undefined && (status === 429 || status >= 500)))
    return new BackendUnavailableError(`the S3 store says ${nameAndStatus(name, status)}`);
  if (isUnreachable(error))
    return new BackendUnavailableError(`the S3 store does not answer (${wayOf(error)})`);
  if (error instanceof S3ServiceException || status !== undefined)
    return Object.assign(new Error(`the S3 store says ${nameAndStatus(name, status)}`), { name });
  return error;
}

/** @returns what a person has to mend */
export function describeS3Fault(error: unknown): Fault {
  const name = nameOf(error);
  const said = SETTINGS[name] ?? `the store says ${nameAndStatus(name, statusOf(error))}`;
  const reason = isUnreachable(error) ? `S3_ENDPOINT does not answer (${wayOf(error)})` : said;
  return new Fault(`Files cannot be kept in the S3 store: ${reason}.`);
}

export function isMissing(error: unknown): boolean {
  // Without a body, as HEAD is answered, the bucket may be what is missing; check() tells.
  return nameOf(error) === 'NoSuchKey' || nameOf(error) === 'NotFound';
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function isUnreachable(error: unknown): boolean {
  if (nameOf(error) === 'TimeoutError' || isConnectionLost(error)) return true;
  return isConnectionLost(Object.assign(new Error(), { code: networkCode(error) }));
}

/** The SDK puts what is no error to it into one of its own, which tells the code in its message alone. */
function networkCode(error: unknown): string | undefined {
  if (statusOf(error) !== undefined) return undefined;
  return codeOf(error) ?? /^AWS SDK error wrapper for .*?\b(E[A-Z_]{3,})\b/.exec(messageOf(error))?.[1];
}

function wayOf(error: unknown): string {
  return networkCode(error) ?? nameOf(error);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  return (error.$metadata as { httpStatusCode?: number }).httpStatusCode;
}

function nameAndStatus(name: string, status: number | undefined): string {
  return status === undefined ? name : `${name} (${status})`;
}
