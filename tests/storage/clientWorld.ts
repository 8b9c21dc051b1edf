import { randomUUID } from 'node:crypto';
import { StorageClient } from '@supabase/storage-js';
import sharp from 'sharp';
import { alice, anonymous, authorizationOf, bob, service, type Actor } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { openAsk, openEar, type Ask, type Ear } from './clientRequests';

/** Who drives the client. What is driven lies in the owner's folder. */
export const ACTORS = { owner: alice, stranger: bob, anonymous, service } as const satisfies Record<
  string,
  Actor
>;
export type ActorName = keyof typeof ACTORS;
export const ACTOR_NAMES = Object.keys(ACTORS) as ActorName[];

export const PRIVATE = 'training-data';
export const PUBLIC = 'public';
export const TEXT = 'words that are kept';
export const TYPE = 'text/plain; charset=utf-8';

export interface ClientWorld {
  database: TestDatabase;
  gateway: TestGateway;
  storage: string;
  clients: Record<ActorName, StorageClient>;
  /** What newer clients send and the pinned one does not. */
  asks: Record<ActorName, Ask>;
  ears: Record<ActorName, Ear>;
  picture: Buffer;
  /** A place of its own. */
  scene(has: Furniture): Promise<Scene>;
  end(): Promise<void>;
}

/** What is there: files in the owner's folder, and a bucket. */
export interface Furniture {
  files?: Record<string, string>;
  bucket?: boolean;
}

export interface Scene {
  world: ClientWorld;
  /** Of the owner, and of nobody else's test. With files, a text in the private bucket and a picture in the public one. */
  folder: string;
  text: string;
  picture: string;
  /** Not there yet. */
  fresh: string;
  /** A bucket of its own, when it was asked for. */
  bucket: string;
  /** All that lies in the folder or the bucket. */
  rows(): Promise<unknown[]>;
}

export async function openClientWorld(variables: Record<string, string>): Promise<ClientWorld> {
  const database = await createTestDatabase();
  const gateway = await startTestGateway(database, variables);
  const storage = `${gateway.url}/storage/v1`;
  const [clients, asks, ears] = [{}, {}, {}] as [
    ClientWorld['clients'],
    ClientWorld['asks'],
    ClientWorld['ears'],
  ];
  for (const name of ACTOR_NAMES) {
    const authorization = await authorizationOf(ACTORS[name]);
    const headers: Record<string, string> = authorization ? { authorization } : {};
    ears[name] = openEar();
    clients[name] = new StorageClient(storage, headers, ears[name].fetch);
    asks[name] = openAsk(storage, headers, ears[name]);
  }
  const image = sharp({ create: { width: 40, height: 20, channels: 3, background: '#c0ffee' } });
  const world: ClientWorld = {
    ...{ database, gateway, storage, clients, asks, ears, picture: await image.png().toBuffer() },
    scene: (has) => makeScene(world, has),
    end: async () => {
      await gateway.stop();
      await database.drop();
    },
  };
  return world;
}

async function makeScene(world: ClientWorld, { files, bucket: own }: Furniture): Promise<Scene> {
  const { owner, service: operator } = world.clients;
  const id = randomUUID();
  const folder = `${alice.id}/${id}`;
  const [text, picture] = [`${folder}/kept.txt`, `${folder}/kept.png`];
  const bucket = `bucket-${id}`;
  const must = async (work: PromiseLike<Result>) => {
    const { error } = await work;
    if (error) throw new Error('this was to be there', { cause: error });
  };
  if (own) await must(operator.createBucket(bucket, { public: false }));
  if (files) {
    const ofText = { contentType: TYPE, metadata: { by: 'alice' } };
    await Promise.all([
      must(owner.from(PRIVATE).upload(text, TEXT, ofText)),
      must(owner.from(PUBLIC).upload(picture, world.picture, { contentType: 'image/png' })),
    ]);
    // One after the other: their times tell them apart.
    for (const [name, words] of Object.entries(files))
      await must(owner.from(PRIVATE).upload(`${folder}/${name}`, words, { contentType: TYPE }));
  }
  return {
    ...{ world, folder, text, picture, fresh: `${folder}/a folder/fresh.txt`, bucket },
    rows: () =>
      world.database.asOwner(
        `select bucket_id, name, version, metadata, user_metadata from storage.objects
         where name like $1 || '%' or bucket_id = $2
         union all select id, name, null, to_jsonb(b) - 'updated_at', null from storage.buckets b where id like $2 || '%'
         order by 1, 2`,
        [folder, bucket],
      ),
  };
}

/** What the gateway refuses with, as Supabase does: the status of HTTP, the one in the body, and the words. */
export const REFUSALS = {
  NoSuchKey: [400, '404', 'Object not found'],
  NoSuchBucket: [400, '404', 'Bucket not found'],
  AccessDenied: [400, '403', 'new row violates row-level security policy'],
  KeyAlreadyExists: [400, '409', 'The resource already exists'],
  BucketAlreadyExists: [400, '409', 'The resource already exists'],
  ResourceNotEmpty: [400, '409', 'The bucket you tried to delete is not empty'],
  FeatureNotEnabled: [400, '409', expect.stringMatching(/./)],
  InvalidJWT: [400, '400', expect.stringMatching(/./)],
  InvalidKey: [400, '400', expect.stringMatching(/^Invalid key: /)],
  InvalidRequest: [400, '400', expect.stringMatching(/./)],
  InvalidSignature: [400, '400', expect.stringMatching(/./)],
  InvalidMimeType: [400, '415', expect.stringMatching(/^mime type .+ is not supported/)],
  EntityTooLarge: [413, '413', expect.stringMatching(/^The object exceeded the maximum allowed size/)],
} as const;
export type Refused = keyof typeof REFUSALS;

export interface Result {
  data: unknown;
  error: unknown;
}

/** Looks at what came; what it does not like it throws. */
export type Check = (data: never, scene: Scene) => unknown;
export type Outcome = Refused | Check;

/** One way to call a method of the client, and what comes of it for each actor. */
export interface Call {
  /** As `upload`, `buckets.create`. */
  method: string;
  does: string;
  run: (client: StorageClient, scene: Scene, ask: Ask) => PromiseLike<Result>;
  gives: Record<ActorName, Outcome>;
}

/** Of the owner and of services; others are refused. */
export const hers = (gives: Outcome, stranger: Outcome, nobody: Outcome): Call['gives'] => ({
  ...{ owner: gives, service: gives, stranger, anonymous: nobody },
});

export const everyones = (gives: Outcome): Call['gives'] => hers(gives, gives, gives);

export const services = (gives: Outcome, others: Outcome): Call['gives'] => ({
  ...{ owner: others, stranger: others, anonymous: others, service: gives },
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
export const uuid = expect.stringMatching(UUID) as string;

/** A Blob writes it its own way. */
export const SAID = /^text\/plain; ?charset=utf-8$/;

export const bytesAt = async ({ world }: Scene, bucket: string, name: string) => {
  const { data, error } = await world.clients.service.from(bucket).download(name);
  if (error) throw error;
  return { text: await data.text(), type: data.type };
};
