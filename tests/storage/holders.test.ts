import { alice, anonymous, bob, service, type User } from '../helpers/actors';
import { makeStorageStudio, type StorageStudio } from './studio';

// Whose rows keep an object, with two tenants: Alice's object, and rows of hers and of Bob's that name it.

let studio: StorageStudio;
let count = 0;

beforeAll(async () => {
  studio = await makeStorageStudio();
});
afterAll(() => studio?.database.drop());
beforeEach(async () => {
  await studio.database.asOwner('delete from generations; delete from resources; delete from training_data');
  await studio.database.asOwner('update users set avatar_url = null');
  await studio.database.asOwner('delete from app_private.storage_candidates; delete from storage.objects');
});

const addressOf = (path: string, way: string) =>
  `https://example.com/storage/v1/object/${way}/${path}?token=a`;
const projectOf = (user: User) => (user === alice ? studio.project : studio.projectOfBob);
const generation = (user: User, columns: string, location: string) =>
  studio.database.query<{ id: string }>(
    user,
    `insert into generations (project_id, ${columns}) values ($1, $2) returning id`,
    [projectOf(user), location],
  );

/** Every column that counts, written by a user as he may. */
const ROWS: [name: string, refer: (user: User, path: string) => Promise<unknown>][] = [
  ['a generation', (user, path) => generation(user, 'location', addressOf(path, 'sign'))],
  ['a thumbnail', (user, path) => generation(user, 'thumbnail_url', addressOf(path, 'public'))],
  [
    'the thumbnail of a variant',
    async (user, path) => {
      const [made] = await generation(user, 'location', 'other.png');
      await studio.database.query(
        user,
        'update generation_variants set thumbnail_url = $2 where generation_id = $1',
        [made!.id, addressOf(path, 'authenticated')],
      );
    },
  ],
  [
    'a resource',
    (user, path) =>
      studio.database.query(user, `insert into resources (type, url) values ('lora', $1) returning id`, [
        path,
      ]),
  ],
  [
    'a training video',
    async (user, path) =>
      studio.database.query(
        user,
        `insert into training_data (batch_id, filename, url) values ($1, 'a', $2) returning id`,
        [await studio.make.batch(user), path],
      ),
  ],
  [
    'the picture of an account',
    (user, path) =>
      studio.database.query(user, 'update users set avatar_url = $1 where id = $2', [path, user.id]),
  ],
];

/** Alice shows an object of hers, somebody's row names it too, and Alice deletes what she showed. */
async function afterDeletion(
  bucket: string,
  who: User,
  refer: (user: User, path: string) => Promise<unknown>,
) {
  const path = await studio.store(`${(count += 1)}.mp4`, { bucket, type: 'video/mp4' });
  const shown = await studio.addGeneration(path);
  await refer(who, path);
  await studio.database.query(alice, 'delete from generations where id = $1', [shown]);
  return { path, released: await studio.release(), left: await studio.objects() };
}

describe.each(ROWS)('%s', (_name, refer) => {
  test('of a stranger does not keep a private object that it names', async () => {
    expect(await afterDeletion('training-data', bob, refer)).toMatchObject({ released: 1, left: [] });
  });

  test('of its owner does', async () => {
    const { path, released, left } = await afterDeletion('training-data', alice, refer);
    expect([released, left]).toEqual([0, [path]]);
  });

  test('of a stranger keeps what anybody may read: he shows it by right', async () => {
    const { path, released, left } = await afterDeletion('public', bob, refer);
    expect([released, left]).toEqual([0, [path]]);
  });
});

test('a thousand rows of a stranger beside one of the owner change nothing', async () => {
  const many = (path: string) =>
    studio.database.query(
      bob,
      `insert into generations (project_id, location) select $1, $2 from generate_series(1, 1000)`,
      [studio.projectOfBob, addressOf(path, 'sign')],
    );
  const both = async (_: User, path: string) => {
    await many(path);
    await generation(alice, 'location', path);
  };
  expect(await afterDeletion('training-data', bob, both)).toMatchObject({ released: 0 });
  await studio.database.query(alice, 'delete from generations where project_id = $1', [studio.project]);
  expect(await studio.release()).toBe(1);
});

test('nobody asks who holds what', async () => {
  for (const actor of [alice, anonymous, service])
    await expect(
      studio.database.query(actor, `select app_private.is_held('a', $1, true)`, [alice.id]),
    ).rejects.toMatchObject({ code: '42501' });
});
