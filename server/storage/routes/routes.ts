import { ANONYMOUS } from '../../auth/claims';
import { StorageError } from '../errors';
import { readBucketName, readObjectName } from '../names';
import type { Place } from '../objects';
import { createBucket, deleteBucket, emptyBucket, getBucket, listBuckets, updateBucket } from './buckets';
import type { Asked } from './context';
import { list, listV2 } from './listing';
import {
  copy,
  downloadAsCaller,
  downloadSigned,
  info,
  move,
  removeMany,
  removeOne,
  upload,
  uploadSigned,
} from './objects';
import { purge, renderAsCaller, renderSigned } from './render';
import { sign, signMany, signUpload } from './signing';

/**
 * Who may ask, before the policies of the database say it of the object: `anyone` reads what is public or signed, and
 * no token is looked at; `caller` is whoever the token says, also nobody.
 */
export type Access = 'anyone' | 'caller';

type Answer = (asked: Asked, named: { bucket: string; rest: string }) => Promise<void>;

/** Of the bucket alone. */
const inBucket =
  (answer: (asked: Asked, bucket: string) => Promise<void>): Answer =>
  (asked, { bucket }) =>
    answer(asked, readBucketName(bucket));

/** Of one object. */
const ofObject =
  (answer: (asked: Asked, place: Place) => Promise<void>): Answer =>
  (asked, { bucket, rest }) =>
    answer(asked, { bucket: readBucketName(bucket), name: readObjectName(rest) });

/**
 * By a public address. The bucket named `public` makes it ambiguous: its client asks for `folder/file` in it by
 * /object/public/folder/file, which is the public address of `file` in a bucket `folder`. What is no bucket is a folder.
 */
const ofPublic =
  (answer: (asked: Asked, place: Place) => Promise<void>): Answer =>
  async (asked, { bucket, rest }) => {
    const anonymous = { ...asked, caller: { ...asked.caller, claims: ANONYMOUS } };
    const name = readObjectName(rest);
    try {
      await answer(anonymous, { bucket: readBucketName(bucket), name });
    } catch (error) {
      if (!(error instanceof StorageError) || error.code !== 'NoSuchBucket') throw error;
      const place = { bucket: 'public', name: readObjectName(`${bucket}/${rest}`) };
      await answer(anonymous, place).catch((missing: unknown) => {
        // Folders are named by users' ids, and buckets are not.
        throw UUID.test(bucket) ? missing : error;
      });
    }
  };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const upsertOf = ({ request }: Asked) => request.method === 'PUT' || request.headers['x-upsert'] === 'true';
const alone =
  (answer: (asked: Asked) => Promise<void>): Answer =>
  (asked) =>
    answer(asked);

/** `:` is the bucket, `*` the rest, which is not empty. In order: the first that fits answers. */
const ROUTES: readonly [methods: string, path: string, access: Access, answer: Answer][] = [
  ['GET', 'bucket', 'caller', alone(listBuckets)],
  ['POST', 'bucket', 'caller', alone(createBucket)],
  ['POST', 'bucket/:/empty', 'caller', inBucket(emptyBucket)],
  ['GET', 'bucket/:', 'caller', inBucket(getBucket)],
  ['PUT', 'bucket/:', 'caller', inBucket(updateBucket)],
  ['DELETE', 'bucket/:', 'caller', inBucket(deleteBucket)],

  ['POST', 'object/move', 'caller', alone(move)],
  ['POST', 'object/copy', 'caller', alone(copy)],
  ['POST', 'object/list/:', 'caller', inBucket(list)],
  ['POST', 'object/list-v2/:', 'caller', inBucket(listV2)],
  ['POST', 'object/upload/sign/:/*', 'caller', ofObject(signUpload)],
  ['PUT', 'object/upload/sign/:/*', 'anyone', ofObject(uploadSigned)],
  ['POST', 'object/sign/:', 'caller', inBucket(signMany)],
  ['POST', 'object/sign/:/*', 'caller', ofObject(sign)],
  ['GET HEAD', 'object/sign/:/*', 'anyone', ofObject(downloadSigned)],
  ['GET HEAD', 'object/public/:/*', 'anyone', ofPublic(downloadAsCaller)],
  ['GET HEAD', 'object/authenticated/:/*', 'caller', ofObject(downloadAsCaller)],
  ['GET', 'object/info/public/:/*', 'anyone', ofPublic(info)],
  ['GET', 'object/info/authenticated/:/*', 'caller', ofObject(info)],
  ['GET', 'object/info/:/*', 'caller', ofObject(info)],

  ['GET HEAD', 'render/image/public/:/*', 'anyone', ofPublic(renderAsCaller)],
  ['GET HEAD', 'render/image/authenticated/:/*', 'caller', ofObject(renderAsCaller)],
  ['GET HEAD', 'render/image/sign/:/*', 'anyone', ofObject(renderSigned)],
  ['DELETE', 'cdn/:/*', 'caller', ofObject(purge)],

  ['DELETE', 'object/:', 'caller', inBucket(removeMany)],
  ['GET HEAD', 'object/:/*', 'caller', ofObject(downloadAsCaller)],
  ['POST PUT', 'object/:/*', 'caller', ofObject((asked, place) => upload(asked, place, upsertOf(asked)))],
  ['DELETE', 'object/:/*', 'caller', ofObject(removeOne)],
];

/** What Supabase has, and this gateway has not: said as Supabase says it where it is switched off. */
const NOT_HERE = /^(bucket\/[^/]+\/lifecycle|cdn\/[^/]+$|s3\b|iceberg\b|vector\b)/;

/** @throws StorageError for an address, or a method of one, that nothing answers */
export function routeOf(
  method: string,
  path: string,
): { access: Access; answer: (asked: Asked) => Promise<void> } {
  for (const [methods, pattern, access, answer] of ROUTES) {
    const named = methods.split(' ').includes(method) ? match(pattern, path) : undefined;
    if (named) return { access, answer: (asked) => answer(asked, named) };
  }
  if (NOT_HERE.test(path)) throw new StorageError('FeatureNotEnabled');
  throw new StorageError('InvalidRequest', `Route ${method} is not found at this address.`);
}

function match(pattern: string, path: string): { bucket: string; rest: string } | undefined {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  let bucket = '';
  for (const [index, each] of wanted.entries()) {
    if (each === '*') {
      const rest = parts.slice(index).join('/');
      return rest === '' ? undefined : { bucket, rest };
    }
    const part = parts[index];
    if (each === ':' && part) bucket = part;
    else if (part !== each) return undefined;
  }
  return parts.length === wanted.length ? { bucket, rest: '' } : undefined;
}
