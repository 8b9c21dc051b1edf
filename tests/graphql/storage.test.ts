import { createSigner } from '../../server/storage/signing';
import {
  CreateUploadedGenerationDocument,
  StorageObjectDocument,
  StorageObjectsDocument,
  type CreateUploadedGenerationMutation,
  type StorageObjectQuery,
  type StorageObjectsQuery,
} from '../../web/src/graphql/generated';
import { alice, anonymous, bob, gpu1, gpu2, service, TEST_SECRET, type Actor } from '../helpers/actors';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { makeStorageStudio, type StorageStudio } from '../storage/studio';
import { run as countStatements } from './statements';

const PUBLIC_URL = 'https://media.example.com/reigh';
const AT = `${PUBLIC_URL}/storage/v1`;

let studio: StorageStudio;
let gateway: TestGateway;
/** Paths of files: Alice's by what they are, and one of Bob. */
const files = { picture: '', video: '', secret: '', large: '', foreign: '', foreignSecret: '' };

beforeAll(async () => {
  studio = await makeStorageStudio();
  files.picture = await studio.store('a b/(1).png');
  files.video = await studio.store('a b/video.mp4', { type: 'video/mp4' });
  files.secret = await studio.store('secret.png', { bucket: 'training-data' });
  files.large = await studio.store('model', {
    ...{ bucket: 'lora_files', type: 'application/octet-stream', size: 9_000_000_000 },
  });
  files.foreign = await studio.store('theirs.png', { user: bob });
  files.foreignSecret = await studio.store('theirs.png', { user: bob, bucket: 'training-data' });
  gateway = await startTestGateway(studio.database, { PUBLIC_URL: `${PUBLIC_URL}/` });
});
afterAll(async () => {
  await gateway?.stop();
  await studio?.database.drop();
});

const ask = async <T = Record<string, unknown>>(
  actor: Actor,
  document: { toString(): string },
  variables: Record<string, unknown> = {},
) => countStatements<T>(gateway, actor, document, variables);
const list = async (actor: Actor, variables: Record<string, unknown> = {}) =>
  (await ask<StorageObjectsQuery>(actor, StorageObjectsDocument, { bucketId: 'public', ...variables })).data
    ?.storageObjects;
const paths = async (actor: Actor, variables: Record<string, unknown> = {}) =>
  (await list(actor, variables))?.nodes.map(({ bucketId, name }) => `${bucketId}/${name}`);
const encoded = (path: string) => encodeURI(path);

/** What the token of a signed address is good for. */
async function signed(url: string | null | undefined, act: 'read' | 'render' = 'read') {
  const { pathname, searchParams } = new URL(url ?? '');
  const [bucket = '', ...parts] = decodeURIComponent(pathname).split('/sign/')[1]!.split('/');
  return createSigner(TEST_SECRET).verify(searchParams.get('token') ?? '', {
    ...{ bucket, name: parts.join('/'), act },
  });
}

describe('files are listed', () => {
  test('to their owner, with what is known of them', async () => {
    const found = await list(alice);
    expect(found).toEqual({
      totalCount: 2,
      nodes: [
        {
          ...{ id: expect.any(String) as string, bucketId: 'public', name: `${alice.id}/a b/(1).png` },
          ...{ size: '1000', contentType: 'image/png', userMetadata: { from: 'a test' } },
          ...{ createdAt: expect.any(String) as string, updatedAt: expect.any(String) as string },
          url: `${AT}/object/public/${encoded(files.picture)}`,
        },
        expect.objectContaining({ name: `${alice.id}/a b/video.mp4`, contentType: 'video/mp4' }),
      ],
    });
    expect((await list(alice, { bucketId: 'lora_files' }))?.nodes).toMatchObject([{ size: '9000000000' }]);
  });

  test('to nobody else, but to services and to the worker whose task’s folder it is', async () => {
    const task = await studio.heldTask();
    const output = await studio.store(`tasks/${task}/out.png`);
    expect(await paths(bob)).toEqual([files.foreign]);
    expect([await paths(gpu1), await paths(gpu2)]).toEqual([[output], []]);
    expect((await paths(service))?.sort()).toEqual(
      [files.picture, files.video, files.foreign, output].sort(),
    );
    const refused = await ask(anonymous, StorageObjectsDocument, { bucketId: 'public' });
    expect(refused.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    await studio.database.asOwner('delete from storage.objects where name like $1', ['%/out.png']);
  });

  test('by the beginning of their names, by page, in order', async () => {
    const stored = [];
    for (const name of ['f/%.png', 'f/1.png', 'f/2.png', 'f_', 'fz']) stored.push(await studio.store(name));
    expect(await paths(alice, { prefix: `${alice.id}/f/` })).toEqual(stored.slice(0, 3));
    expect(await paths(alice, { prefix: `${alice.id}/f` })).toEqual(stored);
    expect(await paths(alice, { prefix: `${alice.id}/f/%` })).toEqual(stored.slice(0, 1));
    expect(await paths(alice, { prefix: '' })).toHaveLength(7);
    expect(await paths(alice, { prefix: `${bob.id}/` })).toEqual([]);
    expect(await list(alice, { prefix: `${alice.id}/f`, first: 2, offset: 1 })).toMatchObject({
      totalCount: 5,
      nodes: [{ name: `${alice.id}/f/1.png` }, { name: `${alice.id}/f/2.png` }],
    });
    expect(await paths(alice, { prefix: `${alice.id}/f/`, orderBy: ['NAME_DESC'] })).toEqual(
      stored.slice(0, 3).reverse(),
    );
    await studio.database.asOwner('delete from storage.objects where name like $1', ['%/f%']);
  });

  test('each by its id: another’s is not there', async () => {
    const [id] = (await list(alice))?.nodes.map((node) => node.id) ?? [];
    const one = async (actor: Actor) =>
      (await ask<StorageObjectQuery>(actor, StorageObjectDocument, { id })).data?.storageObject?.name;
    expect([await one(alice), await one(bob)]).toEqual([`${alice.id}/a b/(1).png`, undefined]);
  });

  test('within the limits of every list', async () => {
    const tooMany = await ask(alice, StorageObjectsDocument, { bucketId: 'public', first: 1001 });
    expect(tooMany.errors?.[0]?.extensions?.code).toBe('LIMIT_EXCEEDED');
  });

  test('by the index, also among many', async () => {
    const plan = await studio.database.as(alice, async (client) => {
      await client.query('set local enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain select id from public.storage_objects where bucket_id = $1 and name >= $2
         and name < $2 || repeat(chr(1114111), 257) order by name, id limit 50`,
        ['public', `${alice.id}/f/`],
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    });
    expect(plan).toMatch(/Index (Only )?Scan using objects_in_folders/);
    expect(plan).toMatch(/Index Cond: .*bucket_id.*folder.*name >= .*name < /);
  });
});

test('a file in a private bucket has an address that is signed for it, for an hour', async () => {
  const [secret] = (await list(alice, { bucketId: 'training-data' }))?.nodes ?? [];
  expect(secret?.url).toMatch(`${AT}/object/sign/${encoded(files.secret)}?token=`);
  const { exp, ...good } = await signed(secret?.url);
  expect(good).toMatchObject({ bucket: 'training-data', name: `${alice.id}/secret.png`, act: 'read' });
  expect(exp - Date.now() / 1000).toBeLessThanOrEqual(3600);
  expect(exp - Date.now() / 1000).toBeGreaterThan(3000);
});

describe('an upload becomes a generation', () => {
  const create = (location: string, more: Record<string, unknown> = {}, previewWidth?: number | null) =>
    ask<CreateUploadedGenerationMutation>(alice, CreateUploadedGenerationDocument, {
      input: { projectId: studio.project, location, ...more },
      ...(previewWidth === undefined ? {} : { previewWidth }),
    });
  const made = async (...given: Parameters<typeof create>) => {
    const answer = await create(...given);
    expect(answer.errors).toBeUndefined();
    return answer.data?.addGeneration?.generation;
  };

  test('by its path, which a browser can load', async () => {
    expect(await made(files.picture)).toMatchObject({
      location: files.picture,
      mediaUrl: `${AT}/object/public/${encoded(files.picture)}`,
      previewUrl: `${AT}/render/image/public/${encoded(files.picture)}?width=320`,
    });
  });

  test('as a video with a thumbnail, or without one', async () => {
    expect(await made(files.video, { thumbnailUrl: files.picture }, null)).toMatchObject({
      mediaUrl: `${AT}/object/public/${encoded(files.video)}`,
      previewUrl: `${AT}/object/public/${encoded(files.picture)}`,
    });
    expect(await made(files.video)).toMatchObject({ previewUrl: null });
  });

  test('out of a private bucket: both addresses are signed', async () => {
    const generation = await made(files.secret);
    expect(await signed(generation?.mediaUrl)).toMatchObject({ act: 'read' });
    expect(generation?.previewUrl).toMatch(`${AT}/render/image/sign/${encoded(files.secret)}?token=`);
    expect(await signed(generation?.previewUrl, 'render')).toMatchObject({ transform: { width: 320 } });
  });

  test('of anything else nothing is changed', async () => {
    for (const location of ['a.png', 'https://example.com/a.png?b=c', `${AT}/object/public/${files.picture}`])
      expect(await made(location)).toMatchObject({ mediaUrl: location, previewUrl: location });
    expect(await made('a.mp4', { thumbnailUrl: 'b' })).toMatchObject({ mediaUrl: 'a.mp4', previewUrl: 'b' });
  });

  test('not when it is not there, or another’s', async () => {
    for (const path of [`public/${alice.id}/absent.png`, files.foreignSecret]) {
      expect((await create(path)).errors).toEqual([
        expect.objectContaining({
          message: `There is no object at ${path}.`,
          extensions: { code: 'NOT_FOUND' },
        }),
      ]);
    }
  });

  test.each([0, -1, 2501])('not with a preview %d pixels wide', async (width) => {
    expect((await create(files.picture, {}, width)).errors?.[0]).toMatchObject({
      message: 'width must be a whole number from 1 to 2500.',
      extensions: { code: 'INVALID_INPUT' },
    });
  });
});

describe('a path that names what the caller may not read', () => {
  test('has no address, though the row is his', async () => {
    const { make, database } = studio;
    const batch = await make.batch(alice);
    for (const url of [files.secret, files.foreignSecret, files.foreign, 'https://example.com/a'])
      await database.query(
        alice,
        `insert into training_data (batch_id, filename, url) values ($1, 'a', $2) returning id`,
        [batch, url],
      );
    const answer = await ask<{ trainingVideos: { nodes: { mediaUrl: string | null }[] } }>(
      alice,
      '{ trainingVideos(orderBy: [CREATED_AT_ASC]) { nodes { mediaUrl } } }',
    );
    expect(answer.data?.trainingVideos.nodes.map(({ mediaUrl }) => mediaUrl)).toEqual([
      expect.stringContaining(`/object/sign/${files.secret}`),
      null,
      `${AT}/object/public/${files.foreign}`,
      'https://example.com/a',
    ]);
  });

  test('has none in a public resource either, for whoever reads it', async () => {
    for (const url of [files.secret, files.large])
      await studio.database.query(
        alice,
        `insert into resources (type, url, is_public) values ('lora', $1, true) returning id`,
        [url],
      );
    const fileUrls = async (actor: Actor) =>
      (
        await ask<{ resources: { nodes: { fileUrl: string | null }[] } }>(
          actor,
          '{ resources(orderBy: [CREATED_AT_ASC]) { nodes { fileUrl } } }',
        )
      ).data?.resources.nodes.map(({ fileUrl }) => fileUrl);
    const open = `${AT}/object/public/${files.large}`;
    for (const actor of [anonymous, bob, gpu1]) expect(await fileUrls(actor)).toEqual([null, open]);
    for (const actor of [alice, service])
      expect(await fileUrls(actor)).toEqual([expect.stringContaining('/object/sign/'), open]);
  });
});

test('the output of a task has an address too', async () => {
  const task = await studio.heldTask();
  await studio.database.query(gpu1, 'select from complete_task($1, 1, $2)', [task, files.picture]);
  const answer = await ask(alice, 'query ($id: UUID!) { task(id: $id) { outputUrl } }', { id: task });
  expect(answer.data).toEqual({ task: { outputUrl: `${AT}/object/public/${encoded(files.picture)}` } });
});

test('addresses cost no statement more, for one row as for many, under whatever names they are asked for', async () => {
  await Promise.all(Array.from({ length: 30 }, () => studio.addGeneration(files.secret, files.picture)));
  const statements = async (first: number, fields: string) => {
    const answer = await ask<{ generations: { nodes: unknown[] } }>(
      alice,
      `query ($first: Int!) { generations(first: $first) { nodes { id ${fields} variants(first: 5) { nodes { ${fields} } } } } }`,
      { first },
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.generations.nodes).toHaveLength(first);
    return answer.statements;
  };
  const links = 'mediaUrl small: previewUrl(width: 10) large: previewUrl(width: 1000) location';
  const plain = await statements(30, 'location');
  expect([await statements(1, links), await statements(30, links)]).toEqual([plain, plain]);
});

test('without PUBLIC_URL an address is at the gateway itself', async () => {
  const other = await startTestGateway(studio.database);
  try {
    const answer = await other.ask(alice, String(StorageObjectsDocument), { bucketId: 'public', first: 1 });
    expect(answer.data).toMatchObject({
      storageObjects: { nodes: [{ url: `${other.url}/storage/v1/object/public/${encoded(files.picture)}` }] },
    });
  } finally {
    await other.stop();
  }
});
