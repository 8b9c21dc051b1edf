import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import type { TransferOutcome } from '../../ops/metrics/storage';
import { copyObject, moveObject, removeObjects } from '../changes';
import { cacheControlOf } from '../declared';
import { StorageError } from '../errors';
import { readBucketName, readObjectName } from '../names';
import { beginUpload, findWithBucket, releaseUpload, type Place } from '../objects';
import { KEEP_SECONDS, storeUpload, tooLarge, type Content } from '../upload';
import { answerJson, type Asked } from './context';
import { download } from './download';
import { readJson } from './json';
import { outcomeOf } from './refusals';
import { readUpload } from './uploadBody';
import { serveSigned, serveToCaller, verifySigned } from './serving';
import { refuseVersion } from './versions';

/** An upload in one request: POST makes an object, PUT replaces what is there or makes it. */
export async function upload(asked: Asked, place: Place, upsert: boolean): Promise<void> {
  const id = await store(asked, place, upsert);
  answerJson(asked.response, { Id: id, Key: `${place.bucket}/${place.name}` });
}

async function store(asked: Asked, place: Place, upsert: boolean): Promise<string> {
  const { request, run, backend, caller, sizeMax, signal } = asked;
  const endTransfer = asked.beginTransfer(asked.callerName);
  let taken = 0;
  const ended = asked.metrics.began('upload', () => taken);
  let outcome: TransferOutcome = 'done';
  try {
    const reservation = await beginUpload(run, caller, place, {
      ...{ upsert, sizeMax, keepSeconds: KEEP_SECONDS },
    });
    const content = await readContent(request, reservation.sizeLimit).catch(async (error: unknown) => {
      await releaseUpload(run, caller, reservation.version).catch(() => undefined);
      throw error;
    });
    const notice = (bytes: number) => (taken += bytes);
    return await storeUpload(
      { run, backend },
      caller,
      { place, reservation, upsert, content, notice },
      signal,
    );
  } catch (error) {
    outcome = outcomeOf(error, signal);
    throw error;
  } finally {
    ended(outcome);
    endTransfer();
  }
}

async function readContent(request: IncomingMessage, sizeLimit: number): Promise<Content> {
  // Of a form the length is that of all of it: its file is counted as it comes.
  const { 'content-length': length, 'content-type': type, 'transfer-encoding': pieces } = request.headers;
  // Without either it has no body for HTTP: what its sender took for one would be stored as nothing.
  if (length === undefined && pieces === undefined) throw new StorageError('MissingContentLength');
  if (!/^multipart\//i.test(type ?? '') && Number(length ?? 0) > sizeLimit) throw tooLarge(sizeLimit);
  return readUpload(request);
}

/** With a token that `sign` gave: as whoever asked for it, with the rights he has now. */
export async function uploadSigned(asked: Asked, place: Place): Promise<void> {
  const { claims, upsert = false } = await verifySigned(asked, place, 'upload');
  if (!claims) throw new StorageError('InvalidSignature');
  const caller = { ...asked.caller, claims };
  await store({ ...asked, caller }, place, upsert);
  answerJson(asked.response, { Key: `${place.bucket}/${place.name}` });
}

export async function downloadAsCaller(asked: Asked, place: Place): Promise<void> {
  await download(asked, await serveToCaller(asked, place));
}

export async function downloadSigned(asked: Asked, place: Place): Promise<void> {
  await download(asked, await serveSigned(asked, place, 'read'));
}

/** What is known of an object, without its bytes. */
export async function info(asked: Asked, place: Place): Promise<void> {
  const { object } = await findWithBucket(asked.run, asked.caller, place);
  const { metadata } = object;
  answerJson(asked.response, {
    ...{ id: object.id, name: object.name, version: object.version, bucket_id: place.bucket },
    ...{ size: metadata.size, content_type: metadata.mimetype, cache_control: metadata.cacheControl },
    content_encoding: metadata.contentEncoding ?? null,
    ...{ etag: metadata.eTag, metadata: object.user_metadata, last_modified: metadata.lastModified },
    ...{ created_at: object.created_at, updated_at: object.updated_at },
  });
}

const placeBody = {
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationKey: z.string(),
  destinationBucket: z.string().nullish(),
  sourceVersionId: z.unknown().optional(),
};
const moveBody = z.object(placeBody);
const copyBody = z.object({
  ...placeBody,
  copyMetadata: z.boolean().optional(),
  metadata: z
    .object({
      cacheControl: z.string().max(200).optional(),
      mimetype: z.string().max(200).optional(),
      contentEncoding: z.string().max(20).optional(),
    })
    .nullish(),
});

function placesOf(body: z.infer<typeof moveBody>): { from: Place; to: Place } {
  refuseVersion(body.sourceVersionId);
  const bucket = readBucketName(body.bucketId);
  return {
    from: { bucket, name: readObjectName(body.sourceKey) },
    to: {
      bucket: body.destinationBucket ? readBucketName(body.destinationBucket) : bucket,
      name: readObjectName(body.destinationKey),
    },
  };
}

export async function move(asked: Asked): Promise<void> {
  const { from, to } = placesOf(await readJson(asked.request, moveBody));
  await moveObject(asked.run, asked.caller, from, to);
  answerJson(asked.response, { message: 'Successfully moved', Key: `${to.bucket}/${to.name}` });
}

export async function copy(asked: Asked): Promise<void> {
  const { run, backend, caller, request, sizeMax } = asked;
  const body = await readJson(request, copyBody);
  const { from, to } = placesOf(body);
  const given = body.metadata?.cacheControl;
  const cacheControl = given === undefined ? undefined : cacheControlOf(given);
  if (body.metadata?.mimetype ?? body.metadata?.contentEncoding) {
    throw new StorageError(
      'InvalidRequest',
      'A copy has the type and encoding of its content: only its cacheControl can be another.',
    );
  }
  const copied = await copyObject(run, backend, caller, from, to, {
    ...{ upsert: request.headers['x-upsert'] === 'true', sizeMax, cacheControl },
    ...(body.copyMetadata === false ? { userMetadata: null } : {}),
  });
  answerJson(asked.response, {
    ...{ Id: copied.id, Key: `${to.bucket}/${to.name}` },
    ...{
      id: copied.id,
      name: to.name,
      bucket_id: to.bucket,
      version: copied.version,
      metadata: copied.metadata,
    },
  });
}

/** Of one request, as on Supabase. */
const REMOVED_AT_ONCE = 1_000;
const removeBody = z.object({
  prefixes: z
    .array(z.union([z.string(), z.object({ path: z.string(), versionId: z.unknown().optional() })]))
    .min(1)
    .max(REMOVED_AT_ONCE),
});

export async function removeMany(asked: Asked, bucket: string): Promise<void> {
  const { prefixes } = await readJson(asked.request, removeBody);
  const names = prefixes.map((each) => {
    if (typeof each === 'string') return readObjectName(each);
    refuseVersion(each.versionId);
    return readObjectName(each.path);
  });
  answerJson(asked.response, await removeObjects(asked.run, asked.caller, bucket, names));
}

export async function removeOne(asked: Asked, { bucket, name }: Place): Promise<void> {
  const removed = await removeObjects(asked.run, asked.caller, bucket, [name]);
  if (removed.length === 0) throw new StorageError('NoSuchKey');
  answerJson(asked.response, { message: 'Successfully deleted' });
}
