/**
 * What the storage routes answer when they refuse: the codes, statuses and words of Supabase Storage, which its client
 * and its users' code look at. Nearly all are sent as HTTP 400; the status that is meant stands in the body.
 */
const REFUSALS = {
  NoSuchBucket: { status: 404, error: 'Bucket not found', message: 'Bucket not found' },
  NoSuchKey: { status: 404, error: 'not_found', message: 'Object not found' },
  NoSuchUpload: { status: 404, error: 'NoSuchUpload', message: 'Upload not found' },
  InvalidJWT: { status: 400, error: 'InvalidJWT', message: 'Invalid JWT' },
  AccessDenied: { status: 403, error: 'Unauthorized', message: 'new row violates row-level security policy' },
  InvalidKey: { status: 400, error: 'InvalidKey', message: 'Invalid key' },
  InvalidBucketName: { status: 400, error: 'Invalid Input', message: 'Bucket name invalid' },
  InvalidRequest: { status: 400, error: 'InvalidRequest', message: 'Invalid request' },
  InvalidMimeType: { status: 415, error: 'invalid_mime_type', message: 'mime type is not supported' },
  InvalidRange: { status: 416, error: 'invalid_range', message: 'invalid range provided', http: 416 },
  InvalidSignature: { status: 400, error: 'InvalidSignature', message: 'Invalid signature' },
  InvalidUploadSignature: {
    status: 400,
    error: 'InvalidUploadSignature',
    message: 'Invalid upload Signature',
  },
  ExpiredToken: { status: 400, error: 'ExpiredToken', message: 'The provided token has expired.' },
  EntityTooLarge: {
    status: 413,
    error: 'Payload too large',
    message: 'The object exceeded the maximum allowed size',
    http: 413,
  },
  MissingContentLength: {
    status: 411,
    error: 'MissingContentLength',
    message: 'You must provide the Content-Length HTTP header.',
  },
  KeyAlreadyExists: { status: 409, error: 'Duplicate', message: 'The resource already exists' },
  BucketAlreadyExists: { status: 409, error: 'Duplicate', message: 'The resource already exists' },
  ResourceNotEmpty: {
    status: 409,
    error: 'ResourceNotEmpty',
    message: 'The bucket you tried to delete is not empty',
  },
  ResourceLocked: { status: 423, error: 'ResourceLocked', message: 'The resource is locked' },
  FeatureNotEnabled: { status: 409, error: 'FeatureNotEnabled', message: 'This feature is not enabled' },
  ImageProcessingError: {
    status: 422,
    error: 'ImageProcessingError',
    message: 'The object cannot be rendered as a picture',
  },
  SlowDown: { status: 429, error: 'SlowDown', message: 'Too many requests; try again later.', http: 429 },
  ServiceUnavailable: {
    status: 503,
    error: 'ServiceUnavailable',
    message: 'Storage cannot be reached now; try again.',
    http: 503,
  },
  InternalError: { status: 500, error: 'InternalError', message: 'Internal server error', http: 500 },
} as const satisfies Record<string, { status: number; error: string; message: string; http?: number }>;

export type StorageCode = keyof typeof REFUSALS;

/** Refuses a request to the storage routes. The message is shown to the caller. */
export class StorageError extends Error {
  constructor(
    readonly code: StorageCode,
    message: string = REFUSALS[code].message,
    /** When another try makes sense. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'StorageError';
  }

  /** Of the answer. Supabase says 400 where its client looks at the body for more. */
  get httpStatus(): number {
    const refusal: { status: number; http?: number } = REFUSALS[this.code];
    return refusal.http ?? 400;
  }

  get body(): { statusCode: string; code: StorageCode; error: string; message: string } {
    const { status, error } = REFUSALS[this.code];
    return { statusCode: String(status), code: this.code, error, message: this.message };
  }
}
