import type { StorageClient } from '@supabase/storage-js';
import type { Ask } from './clientRequests';
import { everyones, PRIVATE, services, type Call, type Scene } from './clientWorld';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

const bucketOf = (changes: object) => ({
  ...{ owner: null, public: false, type: 'STANDARD', file_size_limit: null, allowed_mime_types: null },
  ...{ avif_autodetection: false, created_at: time, updated_at: time },
  ...changes,
});

const get = async ({ world }: Scene, id: string) => {
  const { data, error } = await world.clients.service.getBucket(id);
  if (error) throw error;
  return data;
};

/** The service puts something into the bucket first, and takes it out again when nothing came of the call. */
const filled =
  (run: Call['run']): Call['run'] =>
  async (client, scene, ask) => {
    const files = scene.world.clients.service.from(scene.bucket);
    const { error } = await files.upload('a.txt', 'a');
    if (error) throw error;
    const result = await run(client, scene, ask);
    if (result.error) expect((await files.remove(['a.txt'])).data).toHaveLength(1);
    return result;
  };

const RULES = { public: true, fileSizeLimit: '2KB', allowedMimeTypes: ['image/*', 'text/plain'] };
const KEPT = { public: true, file_size_limit: 2_000, allowed_mime_types: ['image/*', 'text/plain'] };

const named = (bucket: string) => `${bucket}-2`;

const buckets: Call[] = [
  {
    ...{ method: 'buckets.listBuckets', does: 'all' },
    run: (client) => client.listBuckets(),
    gives: {
      ...services(
        (data: { id: string }[], { bucket }) => {
          expect(data.map(({ id }) => id)).toEqual(
            expect.arrayContaining([bucket, 'lora_files', 'public', PRIVATE]),
          );
          expect(data.find(({ id }) => id === bucket)).toEqual(bucketOf({ id: bucket, name: bucket }));
        },
        (data) => expect(data).toEqual([]),
      ),
    },
  },
  {
    ...{ method: 'buckets.listBuckets', does: 'a page of those that begin with a text' },
    run: (client) =>
      client.listBuckets({
        limit: 1,
        offset: 0,
        search: 'LORA',
        sortColumn: 'created_at',
        sortOrder: 'desc',
      }),
    gives: services(
      (data) => expect(data).toEqual([expect.objectContaining({ id: 'lora_files', public: true })]),
      (data) => expect(data).toEqual([]),
    ),
  },
  {
    ...{ method: 'buckets.getBucket', does: 'one that is there' },
    run: (client, { bucket }) => client.getBucket(bucket),
    gives: services(
      (data, { bucket }) => expect(data).toEqual(bucketOf({ id: bucket, name: bucket })),
      'NoSuchBucket',
    ),
  },
  {
    ...{ method: 'buckets.getBucket', does: 'one that is not there' },
    run: (client) => client.getBucket('nowhere'),
    gives: everyones('NoSuchBucket'),
  },
  {
    ...{ method: 'buckets.createBucket', does: 'with rules' },
    run: (client, { bucket }) => client.createBucket(named(bucket), RULES),
    gives: services(async (data, scene) => {
      const id = named(scene.bucket);
      expect(data).toEqual({ name: id });
      expect(await get(scene, id)).toEqual(bucketOf({ id, name: id, ...KEPT }));
    }, 'AccessDenied'),
  },
  {
    ...{ method: 'buckets.createBucket', does: 'with versions, which there are none' },
    run: (_, { bucket }, ask) =>
      ask('POST', ['bucket'], {
        json: { id: named(bucket), name: named(bucket), versioning_status: 'ENABLED' },
      }),
    gives: everyones('InvalidRequest'),
  },
  {
    ...{ method: 'buckets.createBucket', does: 'that is there' },
    run: (client, { bucket }) => client.createBucket(bucket),
    gives: services('BucketAlreadyExists', 'AccessDenied'),
  },
  {
    ...{ method: 'buckets.createBucket', does: 'whose limit is none' },
    run: (client, { bucket }) => client.createBucket(named(bucket), { public: false, fileSizeLimit: 'much' }),
    gives: everyones('InvalidRequest'),
  },
  {
    ...{ method: 'buckets.updateBucket', does: 'its rules' },
    run: (client, { bucket }) => client.updateBucket(bucket, RULES),
    gives: services(async (data, scene) => {
      const { bucket } = scene;
      expect(data).toEqual({ message: 'Successfully updated' });
      expect(await get(scene, bucket)).toEqual(bucketOf({ id: bucket, name: bucket, ...KEPT }));
      const files = scene.world.clients.service.from(bucket);
      expect((await files.upload('a.txt', 'a'.repeat(2_001))).error).toMatchObject({
        statusCode: '413',
      });
      expect((await files.upload('a.json', '{}', { contentType: 'application/json' })).error).toMatchObject({
        statusCode: '415',
      });
    }, 'NoSuchBucket'),
  },
  {
    ...{ method: 'buckets.updateBucket', does: 'back to none' },
    run: async (client, { world, bucket }) => {
      await world.clients.service.updateBucket(bucket, RULES);
      const none = { public: false, fileSizeLimit: null, allowedMimeTypes: null };
      const result = await client.updateBucket(bucket, none);
      if (result.error) await world.clients.service.updateBucket(bucket, none);
      return result;
    },
    gives: services(
      async (_, scene) =>
        expect(await get(scene, scene.bucket)).toEqual(bucketOf({ id: scene.bucket, name: scene.bucket })),
      'NoSuchBucket',
    ),
  },
  {
    ...{ method: 'buckets.emptyBucket', does: 'of all that is in it' },
    run: (client, { bucket }) => client.emptyBucket(bucket),
    gives: services((data) => expect(data).toEqual({ message: 'Successfully emptied' }), 'NoSuchBucket'),
  },
  {
    ...{ method: 'buckets.emptyBucket', does: 'that is then deleted' },
    run: async (client, { bucket }) => {
      const { error } = await client.emptyBucket(bucket);
      return error ? { data: null, error } : client.deleteBucket(bucket);
    },
    gives: services((data) => expect(data).toEqual({ message: 'Successfully deleted' }), 'NoSuchBucket'),
  },
  {
    ...{ method: 'buckets.deleteBucket', does: 'that is empty' },
    run: (client, { bucket }) => client.deleteBucket(bucket),
    gives: services(async (data, { world, bucket }) => {
      expect(data).toEqual({ message: 'Successfully deleted' });
      expect((await world.clients.service.getBucket(bucket)).error).toMatchObject({ statusCode: '404' });
    }, 'NoSuchBucket'),
  },
  {
    ...{ method: 'buckets.deleteBucket', does: 'that is not empty' },
    run: (client) => client.deleteBucket(PRIVATE),
    gives: services('ResourceNotEmpty', 'NoSuchBucket'),
  },
];

/** What Supabase has, and this gateway has not, is said as Supabase says it where it is switched off. */
const lifecycle = (bucket: string) => ['bucket', bucket, 'lifecycle'];
const notHere: [
  method: string,
  run: (client: StorageClient, bucket: string, ask: Ask) => ReturnType<Call['run']>,
][] = [
  ['getBucketLifecycle', (_, bucket, ask) => ask('GET', lifecycle(bucket))],
  ['updateBucketLifecycle', (_, bucket, ask) => ask('PUT', lifecycle(bucket), { json: { rules: [] } })],
  ['deleteBucketLifecycle', (_, bucket, ask) => ask('DELETE', lifecycle(bucket), { json: {} })],
  ['purgeBucketCache', (client, bucket) => client.purgeBucketCache(bucket)],
  ['vectors', (client) => client.vectors.listBuckets()],
  ['analytics', (client) => client.analytics.listBuckets()],
];

/** With the tokens and settings of this one; what is set on it, the others that use the client do not have. */
const apart = (client: StorageClient) => Object.create(client) as StorageClient;

const others: Call[] = [
  {
    ...{ method: 'buckets.setHeader', does: 'a token that is none' },
    run: (client) => apart(client).setHeader('authorization', 'Bearer a.b.c').listBuckets(),
    gives: everyones('InvalidJWT'),
  },
  {
    ...{ method: 'buckets.throwOnError', does: 'throws what others return' },
    run: async (client) => {
      const promise = apart(client).throwOnError().getBucket('nowhere');
      await expect(promise).rejects.toMatchObject({ statusCode: '404', status: 400 });
      return { data: 'thrown', error: null };
    },
    gives: everyones((data) => expect(data).toBe('thrown')),
  },
  ...notHere.map(([method, run]): Call => ({
    ...{ method: `buckets.${method}`, does: 'is not here' },
    run: (client, { bucket }, ask) => run(client, bucket, ask),
    gives: everyones('FeatureNotEnabled'),
  })),
  {
    ...{ method: 'buckets.emptyBucket', does: 'with an object in it' },
    run: filled((client, { bucket }) => client.emptyBucket(bucket)),
    gives: services(async (data, scene) => {
      expect(data).toEqual({ message: 'Successfully emptied' });
      expect((await scene.world.clients.service.from(scene.bucket).list()).data).toEqual([]);
    }, 'NoSuchBucket'),
  },
];

export const BUCKET_CALLS: Call[] = [...buckets, ...others];
