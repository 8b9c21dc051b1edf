import { alice } from '../helpers/actors';
import {
  everyones,
  hers,
  services,
  PRIVATE,
  PUBLIC,
  TEXT,
  uuid,
  bytesAt,
  type Call,
  type Scene,
} from './clientWorld';

/** Of newer clients. */
const betweenOf = (from: string, to: string) => ({ bucketId: PRIVATE, sourceKey: from, destinationKey: to });

const changes: Call[] = [
  {
    ...{ method: 'move', does: 'within a bucket' },
    run: (client, { text, fresh }) => client.from(PRIVATE).move(text, fresh),
    gives: hers(
      async (data, scene: Scene) => {
        expect(data).toMatchObject({ message: 'Successfully moved' });
        expect((await bytesAt(scene, PRIVATE, scene.fresh)).text).toBe(TEXT);
        const { error } = await scene.world.clients.owner.from(PRIVATE).info(scene.text);
        expect(error).toMatchObject({ statusCode: '404' });
      },
      'NoSuchKey',
      'AccessDenied',
    ),
  },
  {
    ...{ method: 'move', does: 'to another bucket' },
    run: (client, { text, fresh }) => client.from(PRIVATE).move(text, fresh, { destinationBucket: PUBLIC }),
    gives: hers(
      async (_, scene: Scene) => expect((await bytesAt(scene, PUBLIC, scene.fresh)).text).toBe(TEXT),
      'NoSuchKey',
      'AccessDenied',
    ),
  },
  {
    ...{ method: 'move', does: 'onto something' },
    run: (client, { text, picture }) =>
      client.from(PUBLIC).move(picture, text, { destinationBucket: PRIVATE }),
    gives: hers('KeyAlreadyExists', 'NoSuchKey', 'AccessDenied'),
  },
  {
    ...{ method: 'move', does: 'a version of something, which there is none' },
    run: (_, { text, fresh }, ask) =>
      ask('POST', ['object/move'], { json: { ...betweenOf(text, fresh), sourceVersionId: 'a' } }),
    gives: everyones('FeatureNotEnabled'),
  },
  {
    ...{ method: 'copy', does: 'with what is said of it' },
    run: (client, { text, fresh }) => client.from(PRIVATE).copy(text, fresh),
    gives: hers(
      async (data, scene: Scene) => {
        expect(data).toEqual({ path: `${PRIVATE}/${scene.fresh}` });
        expect(await bytesAt(scene, PRIVATE, scene.fresh)).toEqual(await bytesAt(scene, PRIVATE, scene.text));
        const { data: info } = await scene.world.clients.owner.from(PRIVATE).info(scene.fresh);
        expect(info?.metadata).toEqual({ by: 'alice' });
      },
      'NoSuchKey',
      'NoSuchBucket',
    ),
  },
  {
    ...{ method: 'copy', does: 'without what is said of it, to another bucket' },
    run: (_, { text, fresh }, ask) =>
      ask('POST', ['object/copy'], {
        json: {
          ...{ ...betweenOf(text, fresh), destinationBucket: PUBLIC },
          ...{ copyMetadata: false, metadata: { cacheControl: 'max-age=5' } },
        },
      }),
    gives: hers(
      async (data, { fresh, world }: Scene) => {
        expect(data).toMatchObject({ Id: uuid, Key: `${PUBLIC}/${fresh}` });
        const { data: info } = await world.clients.owner.from(PUBLIC).info(fresh);
        expect(info).toMatchObject({ metadata: null, cacheControl: 'max-age=5', size: TEXT.length });
      },
      'NoSuchKey',
      'NoSuchBucket',
    ),
  },
  {
    ...{ method: 'copy', does: 'as of another type, which its content is not' },
    run: (_, { text, fresh }, ask) =>
      ask('POST', ['object/copy'], {
        json: { ...betweenOf(text, fresh), copyMetadata: false, metadata: { mimetype: 'text/html' } },
      }),
    gives: everyones('InvalidRequest'),
  },
  {
    ...{ method: 'copy', does: 'a version of something, which there is none' },
    run: (_, { text, fresh }, ask) =>
      ask('POST', ['object/copy'], { json: { ...betweenOf(text, fresh), sourceVersionId: 'a' } }),
    gives: everyones('FeatureNotEnabled'),
  },
  {
    ...{ method: 'copy', does: "what anybody may read, into the owner's folder" },
    run: (client, { picture, folder }) => client.from(PUBLIC).copy(picture, `${folder}/copy.png`),
    gives: hers(
      async (_, { world, folder }: Scene) => {
        const { data } = await world.clients.service.from(PUBLIC).download(`${folder}/copy.png`);
        expect(Buffer.from(await data!.arrayBuffer()).equals(world.picture)).toBe(true);
      },
      'AccessDenied',
      'AccessDenied',
    ),
  },
  {
    ...{ method: 'copy', does: 'onto something' },
    run: (client, { text, picture }) =>
      client.from(PUBLIC).copy(picture, text, { destinationBucket: PRIVATE }),
    gives: hers('KeyAlreadyExists', 'AccessDenied', 'AccessDenied'),
  },
  {
    ...{ method: 'remove', does: 'what is there, and what is not' },
    run: (client, { text, fresh }) => client.from(PRIVATE).remove([text, fresh]),
    gives: hers(
      async (data, scene: Scene) => {
        expect(data).toEqual([
          expect.objectContaining({ bucket_id: PRIVATE, name: scene.text, id: uuid, owner: alice.id }),
        ]);
        expect(await scene.rows()).toHaveLength(1);
      },
      nothing,
      nothing,
    ),
  },
  {
    ...{ method: 'remove', does: 'a version of something, which there is none' },
    run: (_, { text }, ask) =>
      ask('DELETE', ['object', PRIVATE], { json: { prefixes: [{ path: text, versionId: 'a' }] } }),
    gives: everyones('FeatureNotEnabled'),
  },
  {
    ...{ method: 'purgeCache', does: 'of an object' },
    run: (client, { picture }) => client.from(PUBLIC).purgeCache(picture, { transformations: true }),
    gives: services((data) => expect(data).toEqual({ message: 'success' }), 'AccessDenied'),
  },
  {
    ...{ method: 'purgeCache', does: 'of an object whose path is encoded' },
    run: (_, { picture }, ask) => ask('DELETE', ['cdn', PUBLIC, picture], { json: {} }),
    gives: services((data) => expect(data).toEqual({ message: 'success' }), 'AccessDenied'),
  },
];

async function nothing(data: unknown, scene: Scene): Promise<void> {
  expect(data).toEqual([]);
  expect(await scene.rows()).toHaveLength(2);
}

export const CHANGING_CALLS = changes;
