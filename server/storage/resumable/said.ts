import { Metadata } from '@tus/server';
import { cacheControlOf, userMetadataOf } from '../declared';
import { StorageError } from '../errors';
import { readBucketName, readObjectName } from '../names';
import type { Place } from '../objects';

/** What a client says of an upload when it begins, in the header `Upload-Metadata`. */
export interface Said {
  place: Place;
  /** What it is, is for its content to say. */
  declaredType: string | undefined;
  cacheControl: string;
  userMetadata: Record<string, unknown> | undefined;
}

/**
 * @param header as it came; that of an upload that has begun is read again whenever it is needed
 * @throws StorageError InvalidRequest, InvalidKey, InvalidBucketName
 */
export function readSaid(header: string | null | undefined): Said {
  const { bucketName, objectName, contentType, cacheControl, metadata } = parse(header);
  if (typeof bucketName !== 'string' || typeof objectName !== 'string') {
    throw new StorageError('InvalidRequest', 'Upload-Metadata must give bucketName and objectName.');
  }
  return {
    place: { bucket: readBucketName(bucketName), name: readObjectName(objectName) },
    declaredType: contentType ?? undefined,
    cacheControl: cacheControlOf(cacheControl ?? undefined),
    userMetadata: metadata ? userMetadataOf(metadata, 'metadata') : undefined,
  };
}

function parse(header: string | null | undefined): Record<string, string | null | undefined> {
  try {
    return Metadata.parse(header ?? undefined);
  } catch {
    throw new StorageError(
      'InvalidRequest',
      'Upload-Metadata must be pairs of a key and a value in base64, divided by commas, each key once.',
    );
  }
}
