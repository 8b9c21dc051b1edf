import sharp from 'sharp';
import {
  everyones,
  hers,
  PRIVATE,
  PUBLIC,
  TEXT,
  TYPE,
  SAID,
  uuid,
  type Call,
  type Check,
  type Result,
  type Scene,
} from './clientWorld';

const INFO = (name: string) => ({
  ...{ id: uuid, version: uuid, name, bucketId: PRIVATE, size: TEXT.length, contentType: TYPE },
  ...{ cacheControl: 'max-age=3600', contentEncoding: null, metadata: { by: 'alice' } },
  etag: expect.stringMatching(/^".+"$/) as string,
  ...Object.fromEntries(
    ['lastModified', 'createdAt', 'updatedAt'].map((each) => [
      each,
      expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    ]),
  ),
});

/** Of newer clients. */
const A_VERSION = { query: { versionId: 'a' } };

/** The pinned client asks by HEAD, newer ones ask for the info and throw all but one refusal: either way it is not there. */
const isThere = async (asked: PromiseLike<Result>): Promise<Result> => ({
  data: await Promise.resolve(asked).then(
    ({ data }) => data,
    () => false,
  ),
  error: null,
});
const isSaid =
  (there: boolean): Check =>
  (data) =>
    expect(data).toBe(there);

const reads: Call[] = [
  {
    ...{ method: 'info', does: 'of a private object' },
    run: (client, { text }) => client.from(PRIVATE).info(text),
    gives: hers((data, { text }: Scene) => expect(data).toEqual(INFO(text)), 'NoSuchKey', 'NoSuchBucket'),
  },
  {
    ...{ method: 'info', does: 'of a public object' },
    run: (client, { picture }) => client.from(PUBLIC).info(picture),
    gives: everyones((data) => expect(data).toMatchObject({ contentType: 'image/png', metadata: null })),
  },
  {
    ...{ method: 'info', does: 'of an older version, which there is none' },
    run: (_, { text }, ask) => ask('GET', ['object/info', PRIVATE, text], A_VERSION),
    gives: everyones('FeatureNotEnabled'),
  },
  {
    ...{ method: 'exists', does: 'of what is there' },
    run: (client, { text }) => isThere(client.from(PRIVATE).exists(text)),
    gives: hers(isSaid(true), isSaid(false), isSaid(false)),
  },
  {
    ...{ method: 'exists', does: 'of what is not there' },
    run: (client, { fresh }) => isThere(client.from(PUBLIC).exists(fresh)),
    gives: everyones(isSaid(false)),
  },
  {
    ...{ method: 'download', does: 'a private object' },
    run: (client, { text }) => client.from(PRIVATE).download(text, { cacheNonce: '1' }),
    gives: hers(
      async (data: Blob) => {
        expect(data.type).toMatch(SAID);
        expect(await data.text()).toBe(TEXT);
      },
      'NoSuchKey',
      'NoSuchBucket',
    ),
  },
  {
    ...{ method: 'download', does: 'an older version, which there is none' },
    run: (_, { text }, ask) => ask('GET', ['object', PRIVATE, text], A_VERSION),
    gives: everyones('FeatureNotEnabled'),
  },
  {
    ...{ method: 'download', does: 'a rendition' },
    run: (client, { picture }) => client.from(PUBLIC).download(picture, { transform: { width: 10 } }),
    gives: everyones(async (data: Blob) => expect(await sizeOf(data)).toEqual([10, 5])),
  },
  {
    ...{ method: 'download', does: 'a rendition of what is no picture' },
    run: (client, { text }) => client.from(PRIVATE).download(text, { transform: { width: 0, quality: 101 } }),
    gives: hers('InvalidRequest', 'NoSuchKey', 'NoSuchBucket'),
  },
  {
    ...{ method: 'download.asStream', does: 'a private object' },
    run: (client, { text }) => client.from(PRIVATE).download(text).asStream(),
    gives: hers(
      async (data: ReadableStream) => expect(await new Response(data).text()).toBe(TEXT),
      'NoSuchKey',
      'NoSuchBucket',
    ),
  },
  {
    ...{ method: 'getPublicUrl', does: 'of a public object, to be saved' },
    run: (client, { picture }) =>
      read(client.from(PUBLIC).getPublicUrl(picture, { download: '木 "1".png' }).data.publicUrl),
    gives: everyones(async (data: Response, { world }) => {
      expect(Buffer.from(await data.arrayBuffer()).equals(world.picture)).toBe(true);
      expect(data.headers.get('content-disposition')).toContain(`filename*=UTF-8''%E6%9C%A8%20%221%22.png`);
    }),
  },
  {
    ...{ method: 'getPublicUrl', does: 'of a rendition' },
    run: (client, { picture }) =>
      read(
        client.from(PUBLIC).getPublicUrl(picture, { transform: { height: 4, resize: 'contain' } }).data
          .publicUrl,
      ),
    gives: everyones(async (data: Response) => expect(await sizeOf(await data.blob())).toEqual([8, 4])),
  },
  {
    ...{ method: 'getPublicUrl', does: 'of a private object' },
    run: (client, { text }) =>
      client.from(PRIVATE).getPublicUrl(text).data.publicUrl.startsWith('http')
        ? told(client.from(PRIVATE).getPublicUrl(text).data.publicUrl)
        : Promise.reject(new Error('no URL')),
    gives: everyones((data) =>
      expect(data).toEqual({
        ...{
          statusCode: '404',
          code: 'NoSuchBucket',
          error: 'Bucket not found',
          message: 'Bucket not found',
        },
      }),
    ),
  },
  {
    ...{ method: 'getPublicUrl', does: 'of an older version, which there is none' },
    run: (_, { picture }, ask) => ask('GET', ['object/public', PUBLIC, picture], A_VERSION),
    gives: everyones('FeatureNotEnabled'),
  },
  {
    ...{ method: 'createSignedUrl', does: 'of a private object, to be saved' },
    run: async (client, { text }) => {
      const { data, error } = await client
        .from(PRIVATE)
        .createSignedUrl(text, 60, { download: true, cacheNonce: 'n' });
      return error ? { data, error } : read(data.signedUrl);
    },
    gives: hers(
      async (data: Response) => {
        expect(data.url).toMatch(/\/object\/sign\/.+\?token=.+&download=&cacheNonce=n$/);
        expect(data.headers.get('content-disposition')).toBe('attachment; filename="kept.txt"');
        expect(await data.text()).toBe(TEXT);
      },
      'NoSuchKey',
      'NoSuchBucket',
    ),
  },
  {
    ...{ method: 'createSignedUrl', does: 'of a rendition' },
    run: async (client, { picture }) => {
      const { data, error } = await client
        .from(PUBLIC)
        .createSignedUrl(picture, 60, { transform: { width: 6, height: 6, resize: 'fill', quality: 50 } });
      return error ? { data, error } : read(data.signedUrl);
    },
    gives: everyones(async (data: Response) => expect(await sizeOf(await data.blob())).toEqual([6, 6])),
  },
  {
    ...{ method: 'createSignedUrl', does: 'of an older version, which there is none' },
    run: (_, { text }, ask) =>
      ask('POST', ['object/sign', PRIVATE, text], { json: { expiresIn: 60, versionId: 'a' } }),
    gives: everyones('FeatureNotEnabled'),
  },
  {
    ...{ method: 'createSignedUrls', does: 'of what is there, and what is not' },
    run: (client, { text, fresh }) =>
      client.from(PRIVATE).createSignedUrls([text, fresh], 60, { download: 'b' }),
    gives: hers(
      async (data: { signedUrl: string }[], { text, fresh }) => {
        expect(data).toEqual([expect.objectContaining({ path: text, error: null }), ...noneOf([fresh])]);
        const response = await fetch(data[0]?.signedUrl ?? '');
        expect(await response.text()).toBe(TEXT);
        expect(response.headers.get('content-disposition')).toBe('attachment; filename="b"');
      },
      (data, { text, fresh }) => expect(data).toEqual(noneOf([text, fresh])),
      (data, { text, fresh }) => expect(data).toEqual(noneOf([text, fresh])),
    ),
  },
  {
    ...{ method: 'setHeader', does: 'a token that is none' },
    run: (client, { text }) => client.from(PRIVATE).setHeader('authorization', 'Bearer a.b.c').info(text),
    gives: everyones('InvalidJWT'),
  },
  {
    ...{ method: 'throwOnError', does: 'throws what others return' },
    run: async (client, { fresh }) => {
      const promise = client.from(PUBLIC).throwOnError().info(fresh);
      await expect(promise).rejects.toMatchObject({ statusCode: '404', status: 400 });
      return { data: 'thrown', error: null };
    },
    gives: everyones((data) => expect(data).toBe('thrown')),
  },
];

const noneOf = (paths: string[]) =>
  paths.map((each) => ({
    ...{ path: each, signedURL: null, signedUrl: null },
    error: 'Either the object does not exist or you do not have access to it',
  }));

async function read(url: string): Promise<Result> {
  const data = await fetch(url);
  return data.ok ? { data, error: null } : { data: null, error: await data.json() };
}

async function told(url: string): Promise<Result> {
  const response = await fetch(url);
  expect(response.status).toBe(400);
  return { data: await response.json(), error: null };
}

async function sizeOf(picture: Blob): Promise<[number, number]> {
  const { width, height } = await sharp(Buffer.from(await picture.arrayBuffer())).metadata();
  return [width, height];
}

export const READING_CALLS = reads;
