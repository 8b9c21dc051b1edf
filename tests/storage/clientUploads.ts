import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { alice } from '../helpers/actors';
import {
  everyones,
  hers,
  PRIVATE,
  PUBLIC,
  TYPE,
  SAID,
  uuid,
  bytesAt,
  type Call,
  type Check,
  type Result,
  type Scene,
} from './clientWorld';

/** The object stands where it should, whole, and what the client was told of it is so. */
const uploaded =
  (text: string, type = SAID): Check =>
  async (data, scene) => {
    const { fresh } = scene;
    expect(data).toEqual({ id: uuid, path: fresh, fullPath: `${PRIVATE}/${fresh}` });
    const stored = await bytesAt(scene, PRIVATE, fresh);
    expect(stored.text).toBe(text);
    expect(stored.type).toMatch(type);
    const [row] = await scene.world.database.asOwner<{ id: string; owner: string }>(
      'select id, owner from storage.objects where name = $1',
      [fresh],
    );
    expect(row).toEqual({ id: (data as { id: string }).id, owner: alice.id });
  };

const web = (text: string) => new Blob([text]).stream();

async function onDisk(use: (file: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(path.join(tmpdir(), 'reigh-client-'));
  const file = path.join(folder, 'a.txt');
  await writeFile(file, 'from the disk');
  return use(file).finally(() => rm(folder, { recursive: true }));
}

function form(text: string): FormData {
  const data = new FormData();
  data.append('metadata', '{"by":"form"}');
  data.append('a file', new Blob([text], { type: TYPE }), 'named otherwise.txt');
  return data;
}

const BODIES: [
  does: string,
  text: string,
  body: () => Parameters<ReturnType<Scene['world']['clients']['owner']['from']>['upload']>[1],
][] = [
  ['a text', 'as it is', () => 'as it is'],
  ['a Blob', 'a blob', () => new Blob(['a blob'], { type: TYPE })],
  ['a File', 'a file', () => new File(['a file'], 'x.html', { type: TYPE })],
  ['a form', 'in a form', () => form('in a form')],
  ['a Buffer', 'a buffer', () => Buffer.from('a buffer')],
  ['an ArrayBuffer', 'an array', () => new TextEncoder().encode('an array').buffer],
  ['a view of one', 'view', () => new TextEncoder().encode('a view').subarray(2)],
  ['a stream of the web', 'a web stream', () => web('a web stream')],
  ['a stream of Node', 'a node stream', () => Readable.from([Buffer.from('a node '), Buffer.from('stream')])],
  ['parameters of a URL', 'a=1&b=2', () => new URLSearchParams({ a: '1', b: '2' })],
  ['nothing', '', () => ''],
];

/** Newer clients say how it is packed: whoever reads it has the words, and is told of it. */
const unpacked =
  (text: string): Check =>
  async (data, scene) => {
    expect(data).toEqual({ Id: uuid, Key: `${PRIVATE}/${scene.fresh}` });
    expect((await bytesAt(scene, PRIVATE, scene.fresh)).text).toBe(text);
    const { data: info } = await scene.world.clients.owner.from(PRIVATE).info(scene.fresh);
    expect(info).toMatchObject({ contentEncoding: 'gzip', size: gzipSync(text).length });
  };

/** Everything but the file stands before it. */
function packedForm(text: string): FormData {
  const data = new FormData();
  data.append('cacheControl', '3600');
  data.append('contentEncoding', 'gzip');
  data.append('', new Blob([gzipSync(text)], { type: TYPE }));
  return data;
}

const refusedUpload = ['AccessDenied', 'AccessDenied'] as const;

const uploads: Call[] = [
  ...BODIES.map(([does, text, body]): Call => ({
    ...{ method: 'upload', does },
    run: (client, { fresh }) => client.from(PRIVATE).upload(fresh, body(), { contentType: TYPE }),
    gives: hers(uploaded(text), ...refusedUpload),
  })),
  {
    ...{ method: 'upload', does: 'a file from the disk' },
    run: (client, { fresh }) =>
      onDisk((file) => client.from(PRIVATE).upload(fresh, createReadStream(file), { contentType: TYPE })),
    gives: hers(uploaded('from the disk'), ...refusedUpload),
  },
  {
    ...{ method: 'upload', does: 'all that can be said of a file' },
    run: (client, { fresh }) =>
      client.from(PUBLIC).upload(`/${fresh}/`, Buffer.from('{"a":1}'), {
        ...{ contentType: 'application/json', cacheControl: '60', metadata: { of: 'ü', deep: { a: [1] } } },
      }),
    gives: hers(
      async (_, { fresh, world }: Scene) => {
        const response = await fetch(world.clients.anonymous.from(PUBLIC).getPublicUrl(fresh).data.publicUrl);
        expect(response.headers.get('cache-control')).toBe('max-age=60');
        expect(response.headers.get('content-type')).toBe('application/json');
        expect(await response.text()).toBe('{"a":1}');
        const { data } = await world.clients.owner.from(PUBLIC).info(fresh);
        expect(data?.metadata).toEqual({ of: 'ü', deep: { a: [1] } });
      },
      ...refusedUpload,
    ),
  },
  {
    ...{ method: 'upload', does: 'what is packed' },
    run: (_, { fresh }, ask) =>
      ask('POST', ['object', PRIVATE, fresh], {
        ...{ body: gzipSync('packed words') },
        headers: { 'content-type': TYPE, 'content-encoding': 'gzip', 'cache-control': 'max-age=3600' },
      }),
    gives: hers(unpacked('packed words'), ...refusedUpload),
  },
  {
    ...{ method: 'upload', does: 'what is packed, in a form' },
    run: (_, { fresh }, ask) => ask('POST', ['object', PRIVATE, fresh], { body: packedForm('packed form') }),
    gives: hers(unpacked('packed form'), ...refusedUpload),
  },
  {
    ...{ method: 'upload', does: 'where something is' },
    run: (client, { text }) => client.from(PRIVATE).upload(text, 'other words', { contentType: TYPE }),
    gives: hers('KeyAlreadyExists', ...refusedUpload),
  },
  {
    ...{ method: 'upload', does: 'where something is, with upsert' },
    run: (client, { text }) =>
      client.from(PRIVATE).upload(text, 'other words', { contentType: TYPE, upsert: true }),
    gives: hers(
      async (_, scene: Scene) => {
        expect((await bytesAt(scene, PRIVATE, scene.text)).text).toBe('other words');
        expect(await scene.rows()).toHaveLength(2);
      },
      ...refusedUpload,
    ),
  },
  {
    ...{ method: 'upload', does: 'what the bucket does not take' },
    run: (client, { fresh }) => client.from(PRIVATE).upload(fresh, '<p>', { contentType: 'text/html' }),
    gives: hers('InvalidMimeType', ...refusedUpload),
  },
  {
    ...{ method: 'upload', does: 'under a name that nobody can have' },
    run: (client, { folder }) => client.from(PRIVATE).upload(`${folder}/größe.txt`, 'a'),
    gives: everyones('InvalidKey'),
  },
  {
    ...{ method: 'upload', does: 'into a bucket that is not there' },
    run: (client, { fresh }) => client.from('nowhere').upload(fresh, 'a'),
    gives: hers('NoSuchBucket', 'NoSuchBucket', 'AccessDenied'),
  },
  {
    ...{ method: 'update', does: 'what is there' },
    run: (client, { text }) => client.from(PRIVATE).update(text, 'new words', { contentType: TYPE }),
    gives: hers(
      async (data, scene: Scene) => {
        expect(data).toEqual({ id: uuid, path: scene.text, fullPath: `${PRIVATE}/${scene.text}` });
        expect((await bytesAt(scene, PRIVATE, scene.text)).text).toBe('new words');
      },
      ...refusedUpload,
    ),
  },
  {
    ...{ method: 'update', does: 'what is not there, which makes it' },
    run: (client, { fresh }) => client.from(PRIVATE).update(fresh, new Blob(['made'], { type: TYPE })),
    gives: hers(uploaded('made'), ...refusedUpload),
  },
  {
    ...{ method: 'createSignedUploadUrl', does: 'for a new object' },
    run: (client, { fresh }) => client.from(PRIVATE).createSignedUploadUrl(fresh),
    gives: hers(
      (data: { signedUrl: string; token: string; path: string }, { fresh, world }) => {
        expect(data.path).toBe(fresh);
        const url = `${world.storage}/object/upload/sign/${PRIVATE}/${encodeURI(fresh)}`;
        expect(data.signedUrl).toBe(`${url}?token=${data.token}`);
      },
      ...refusedUpload,
    ),
  },
  {
    ...{ method: 'createSignedUploadUrl', does: 'where something is' },
    run: (client, { text }) => client.from(PRIVATE).createSignedUploadUrl(text),
    gives: hers('KeyAlreadyExists', ...refusedUpload),
  },
  {
    ...{ method: 'createSignedUploadUrl', does: 'to replace what is there' },
    run: async (client, scene) => {
      const signed = await client.from(PRIVATE).createSignedUploadUrl(scene.text, { upsert: true });
      if (signed.error) return signed;
      const { anonymous } = scene.world.clients;
      return anonymous.from(PRIVATE).uploadToSignedUrl(scene.text, signed.data.token, 'by URL');
    },
    gives: hers(
      async (_, scene: Scene) => expect((await bytesAt(scene, PRIVATE, scene.text)).text).toBe('by URL'),
      ...refusedUpload,
    ),
  },
  ...BODIES.slice(0, 4).map(([does, text, body]): Call => ({
    ...{ method: 'uploadToSignedUrl', does },
    run: async (client, { fresh, world }) => {
      const { data, error } = await world.clients.owner.from(PRIVATE).createSignedUploadUrl(fresh);
      if (error) throw error;
      return client.from(PRIVATE).uploadToSignedUrl(fresh, data.token, body(), { contentType: TYPE });
    },
    // Whoever has the token: what he is besides does not count.
    gives: everyones(async (data, scene) => {
      expect(data).toEqual({ path: scene.fresh, fullPath: `${PRIVATE}/${scene.fresh}` });
      expect((await bytesAt(scene, PRIVATE, scene.fresh)).text).toBe(text);
    }),
  })),
  {
    ...{ method: 'uploadToSignedUrl', does: 'to another name than was signed' },
    run: async (client, { fresh, world }) => {
      const { data } = await world.clients.owner.from(PRIVATE).createSignedUploadUrl(fresh);
      return client.from(PRIVATE).uploadToSignedUrl(`${fresh}x`, data?.token ?? '', 'a');
    },
    gives: everyones('InvalidSignature'),
  },
];

export const UPLOADING_CALLS = uploads;
