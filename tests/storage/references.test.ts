import { alice, bob, gpu1, service, type Actor } from '../helpers/actors';
import { brokenInvariants } from '../helpers/invariants';
import { makeStorageStudio, type StorageStudio } from './studio';

let studio: StorageStudio;
let own: string;

beforeAll(async () => {
  studio = await makeStorageStudio();
  own = await studio.store('own.png');
});
afterAll(() => studio?.database.drop());
afterEach(async () => expect(await brokenInvariants(studio.database)).toEqual({}));

const folder = 'a11ce000-0000-4000-8000-0000000000aa';
const GATEWAY = 'https://media.example.com/storage/v1';

describe('path_of', () => {
  const paths: [location: string | null, path: string | null][] = [
    [`public/${folder}/a.png`, `public/${folder}/a.png`],
    [`public/${folder}/a b/c%20d?.png`, `public/${folder}/a b/c%20d?.png`],
    [`${GATEWAY}/object/public/public/${folder}/a.png`, `public/${folder}/a.png`],
    [
      `${GATEWAY}/object/public/public/${folder}/a%20b/%28c%29.png?download=1#x`,
      `public/${folder}/a b/(c).png`,
    ],
    [`${GATEWAY}/render/image/public/public/${folder}/a.png?width=20`, `public/${folder}/a.png`],
    [`http://127.0.0.1:5678/below/storage/v1/object/public/public/${folder}/a.png`, `public/${folder}/a.png`],
    [`public/${folder}/${'a'.repeat(1044)}`, `public/${folder}/${'a'.repeat(1044)}`],
    [null, null],
    ['', null],
    ['moved.png', null],
    ['public/a.png', null],
    ['https://example.com/a.png', null],
    [`https://example.com/${folder}/a.png`, null],
    [`https://example.com/?of=storage/v1/object/public/public/${folder}/a.png`, null],
    [`${GATEWAY}/object/public/${folder}/a.png`, `public/${folder}/a.png`],
    [`${GATEWAY}/render/image/public/${folder}/a.png?width=20`, `public/${folder}/a.png`],
    [`${GATEWAY}/object/public/${folder}/${folder}/a.png`, `public/${folder}/${folder}/a.png`],
    [`${GATEWAY}/object/sign/training-data/${folder}/a.mp4?token=x`, `training-data/${folder}/a.mp4`],
    [`${GATEWAY}/render/image/sign/public/${folder}/a.png?token=x`, `public/${folder}/a.png`],
    [`${GATEWAY}/object/authenticated/training-data/${folder}/a.mp4`, `training-data/${folder}/a.mp4`],
    [`${GATEWAY}/object/training-data/${folder}/a.mp4`, `training-data/${folder}/a.mp4`],
    [`${GATEWAY}/object/public/public%2F${folder}%2Fa.png`, `public/${folder}/a.png`],
    [
      `${GATEWAY}/object/public/public/${folder}/storage/v1/object/sign/public/${folder}/a.png`,
      `public/${folder}/storage/v1/object/sign/public/${folder}/a.png`,
    ],
    [`${GATEWAY}/object/upload/sign/public/${folder}/a.png?token=x`, null],
    [`${GATEWAY}/object/info/public/public/${folder}/a.png`, null],
    [`${GATEWAY}/render/image/training-data/${folder}/a.png`, null],
    [`${GATEWAY}/upload/resumable/public/${folder}/a.png`, null],
    [`https://example.com/#/storage/v1/object/public/public/${folder}/a.png`, null],
    [`${GATEWAY}/object/public/`, null],
    [`${GATEWAY}/`, null],
    [`${GATEWAY}/object/public/public/${folder}/%00.png`, null],
    [`${GATEWAY}/object/public/public/${folder}/%C3%A9.png`, null],
    [`${GATEWAY}/object/public/public/${folder}/%2.png`, null],
    [`/public/${folder}/a.png`, null],
    [`public/${folder}`, null],
    [`public/${folder}/`, null],
    [`public/${folder.toUpperCase()}/a.png`, null],
    [`public/${folder.replace('a', 'x')}/a.png`, null],
    [`public/deep/${folder}/a.png`, null],
    [`public/${folder}/a\nb.png`, null],
    [`public/${folder}/${'a'.repeat(1045)}`, null],
    [`data:image/png;base64,${'/'.repeat(100_000)}`, null],
  ];
  test.each(paths)('of %.90p is %.90p', async (location, path) => {
    expect(await studio.one(alice, 'select storage.path_of($1) as value', location)).toBe(path);
  });
});

/** Every way in which a location comes to be, of a project of Alice. */
const ways: [name: string, actor: Actor, write: (location: string) => Promise<unknown>][] = [
  ['addGeneration', alice, (location) => studio.addGeneration(location)],
  ['a thumbnail in addGeneration', alice, (location) => studio.addGeneration('a.png', location)],
  ['a new generation', alice, (location) => studio.make.generation(alice, studio.project, location)],
  [
    'a change of a generation',
    alice,
    async (location) => {
      const id = await studio.addGeneration('a.png');
      await studio.database.query(alice, 'update generations set location = $2 where id = $1', [
        id,
        location,
      ]);
    },
  ],
  [
    'a changed thumbnail',
    alice,
    async (location) => {
      const id = await studio.addGeneration('a.png', 'b.png');
      await studio.database.query(alice, 'update generations set thumbnail_url = $2 where id = $1', [
        id,
        location,
      ]);
    },
  ],
  [
    'a new variant',
    alice,
    async (location) => studio.make.variant(alice, await studio.addGeneration('a.png'), location),
  ],
  [
    'a change of a variant',
    alice,
    async (location) => {
      const id = await studio.addGeneration('a.png');
      await studio.database.query(
        alice,
        'update generation_variants set thumbnail_url = $2 where generation_id = $1',
        [id, location],
      );
    },
  ],
  [
    'the output of a task',
    gpu1,
    async (location) =>
      studio.database.query(gpu1, 'select from complete_task($1, 1, $2)', [
        await studio.heldTask(),
        location,
      ]),
  ],
  ['a service', service, (location) => studio.addGeneration(location, null, service)],
];

describe.each(ways)('by %s', (_name, _actor, write) => {
  test('a path of the owner is taken', async () => {
    await write(own);
    expect(
      await studio.one<boolean>(
        service,
        'select exists (select from generation_variants where $1 in (location, thumbnail_url)) as value',
        own,
      ),
    ).toBe(true);
    await studio.database.asOwner('delete from generations');
  });

  test('a path of another in a private bucket is told like one that is not there', async () => {
    const foreign = await studio.store(`${Math.random()}.mp4`, {
      user: bob,
      bucket: 'training-data',
      type: 'video/mp4',
    });
    for (const path of [foreign, `public/${alice.id}/absent.png`, `nowhere/${alice.id}/own.png`]) {
      await expect(write(path)).rejects.toMatchObject({
        ...{ code: 'RG404', message: `There is no object at ${path}.` },
      });
    }
  });
});

test('what anybody may read can be shown, whoever stored it', async () => {
  const shared = await studio.store('shared.png', { user: bob });
  await expect(studio.addGeneration(shared)).resolves.toBeDefined();
});

test('in a project of another a user learns nothing of what is there', async () => {
  const secret = await studio.store('secret.mp4', { user: bob, bucket: 'training-data', type: 'video/mp4' });
  const tried = (path: string) =>
    studio.database
      .query(alice, 'insert into generations (project_id, location) values ($1, $2)', [
        studio.projectOfBob,
        path,
      ])
      .catch(({ code, message }: { code: string; message: string }) => ({
        code,
        message: message.replace(path, 'PATH'),
      }));
  expect(await tried(secret)).toEqual(await tried(`training-data/${bob.id}/absent.mp4`));
});

test('what is no path is taken as it comes, and a URL is nobody’s to check', async () => {
  const url = `${GATEWAY}/object/public/public/${alice.id}/absent.png`;
  for (const location of ['public/a.png', 'https://example.com/a.png', url])
    await expect(studio.addGeneration(location)).resolves.toBeDefined();
});

test('what was shown when its object went can still be moved about', async () => {
  const lost = await studio.store('lost.png');
  const generation = await studio.addGeneration(lost);
  const variant = await studio.make.variant(alice, generation, 'other.png');
  const first = await studio.one<string>(
    alice,
    'select primary_variant_id as value from generations where id = $1',
    generation,
  );
  await studio.database.query(alice, 'select set_primary_variant($1)', [variant]);
  await studio.database.query(alice, 'delete from storage.objects where name = $1', [`${alice.id}/lost.png`]);
  await studio.database.query(alice, 'select set_primary_variant($1)', [first]);
  await studio.database.query(
    alice,
    'update generations set location = location, starred = true where id = $1',
    [generation],
  );
  await studio.database.query(alice, 'delete from generation_variants where id = $1', [variant]);
  expect(await studio.one(alice, 'select location as value from generations where id = $1', generation)).toBe(
    lost,
  );
});
