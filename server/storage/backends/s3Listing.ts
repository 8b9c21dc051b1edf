import {
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
  type MultipartUpload,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { StoredBytes } from './backend';
import { isKey } from './keys';
import { nameOf } from './s3Errors';

/** What @tus/s3-store puts beside an upload under way. */
export const UPLOAD_ENDINGS = ['.info', '.part'];

/**
 * Each key once, in order, whether it is an object or a multipart upload under way. In memory are a page of each.
 * A store that does not tell the uploads of a prefix (MinIO does so for one key alone) has to end stale ones itself.
 */
export async function* listStored(
  client: S3Client,
  Bucket: string,
  prefix: string,
  after = '',
): AsyncIterable<StoredBytes> {
  const objects = storedObjects(client, Bucket, prefix, after)[Symbol.asyncIterator]();
  const uploads = storedUploads(client, Bucket, prefix, after)[Symbol.asyncIterator]();
  let [object, upload] = await Promise.all([objects.next(), uploads.next()]);
  let last: StoredBytes | undefined;
  while (!object.done || !upload.done) {
    let found: StoredBytes;
    // The object comes before what is half finished beside it.
    if (!object.done && (upload.done || object.value.key <= upload.value.key)) {
      found = object.value;
      object = await objects.next();
    } else if (!upload.done) {
      found = upload.value;
      upload = await uploads.next();
    } else break;
    if (last?.key === found.key) continue;
    if (last) yield last;
    last = found;
  }
  if (last) yield last;
}

async function* storedObjects(
  client: S3Client,
  Bucket: string,
  prefix: string,
  after: string,
): AsyncGenerator<StoredBytes, undefined> {
  const StartAfter = after ? prefix + after : undefined;
  for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix: prefix, StartAfter })) {
    for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? []) {
      const name = Key.slice(prefix.length);
      const ending = UPLOAD_ENDINGS.find((each) => name.endsWith(each)) ?? '';
      const key = name.slice(0, name.length - ending.length);
      if (isKey(key) && key > after) yield { key, size: Size, modified: LastModified };
    }
  }
  return undefined;
}

async function* storedUploads(
  client: S3Client,
  Bucket: string,
  prefix: string,
  after: string,
): AsyncGenerator<StoredBytes, undefined> {
  for await (const { Key = '', Initiated = new Date(0) } of multipartUploads(
    client,
    Bucket,
    prefix,
    prefix + after,
  )) {
    const key = Key.slice(prefix.length);
    if (isKey(key) && key > after) yield { key, size: 0, modified: Initiated };
  }
  return undefined;
}

/** Uploads under way whose keys begin so; none from a store that does not know the question. */
export async function* multipartUploads(
  client: S3Client,
  Bucket: string,
  Prefix: string,
  after?: string,
): AsyncIterable<MultipartUpload> {
  let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = { KeyMarker: after };
  while (marker) {
    const asked: { Bucket: string; Prefix: string } = { Bucket, Prefix };
    const page: Awaited<ReturnType<typeof ask>> = await ask({ ...asked, ...marker });
    yield* page.Uploads ?? [];
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : undefined;
  }

  async function ask(input: ConstructorParameters<typeof ListMultipartUploadsCommand>[0]) {
    try {
      return await client.send(new ListMultipartUploadsCommand(input));
    } catch (error) {
      if (nameOf(error) === 'NotImplemented') return { Uploads: [], IsTruncated: false } as const;
      throw error;
    }
  }
}
