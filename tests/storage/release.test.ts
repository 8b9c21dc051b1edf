import { alice, bob, service } from '../helpers/actors';
import { startTestGateway } from '../helpers/gateway';
import { eventually } from '../helpers/process';
import { makeStorageStudio, type StorageStudio } from './studio';

let studio: StorageStudio;
let count = 0;
const fresh = () => `${(count += 1)}.png`;

beforeAll(async () => {
  studio = await makeStorageStudio();
});
afterAll(() => studio?.database.drop());
beforeEach(async () => {
  await studio.database.asOwner('delete from generations; delete from resources');
  await studio.database.asOwner('delete from app_private.storage_candidates');
  await studio.database.asOwner('delete from storage.objects');
});

const removeGeneration = (id: string) =>
  studio.database.query(alice, 'delete from generations where id = $1', [id]);
const garbage = () =>
  studio.one<number>(service, 'select count(*)::int as value from storage.take_garbage(1000)');

describe('released is', () => {
  test('what a deleted generation showed, with the bytes', async () => {
    const before = await garbage();
    const id = await studio.addGeneration(await studio.store(fresh()), await studio.store(fresh()));
    expect([await studio.release(), await studio.candidates()]).toEqual([0, []]);
    await removeGeneration(id);
    expect(await studio.objects()).toHaveLength(2);
    expect(await studio.release()).toBe(2);
    expect([await studio.objects(), await studio.candidates()]).toEqual([[], []]);
    expect(await garbage()).toBe(before + 2);
  });

  test.each(['object/public/public/', 'object/public/', 'object/sign/public/', 'render/image/public/'])(
    'what it showed by an address of %s',
    async (way) => {
      await studio.store('a (1).png');
      const id = await studio.addGeneration(
        `https://example.com/storage/v1/${way}${alice.id}/a%20(1).png?token=x`,
      );
      await removeGeneration(id);
      expect(await studio.release()).toBe(1);
    },
  );

  test('what a deleted variant showed, and not what the others show', async () => {
    const [kept, gone] = [await studio.store(fresh()), await studio.store(fresh())];
    const generation = await studio.addGeneration(kept);
    const variant = await studio.make.variant(alice, generation, gone);
    await studio.database.query(alice, 'delete from generation_variants where id = $1', [variant]);
    await studio.release();
    expect(await studio.objects()).toEqual([kept]);
  });

  test('what a generation showed before', async () => {
    const [before, now] = [await studio.store(fresh()), await studio.store(fresh())];
    const id = await studio.addGeneration(before);
    const change = (location: string) =>
      studio.database.query(alice, 'update generations set location = $2 where id = $1', [id, location]);
    await change(before);
    expect(await studio.candidates()).toEqual([]);
    await change(now);
    expect(await studio.release()).toBe(1);
    expect(await studio.objects()).toEqual([now]);
  });

  test('the thumbnail of a generation that shows nothing else, when it changes, and when it goes', async () => {
    const [first, second] = [await studio.store(fresh()), await studio.store(fresh())];
    const [id] = await studio.database.query<{ id: string }>(
      alice,
      'insert into generations (project_id, thumbnail_url) values ($1, $2) returning id',
      [studio.project, first],
    );
    await studio.database.query(alice, 'update generations set thumbnail_url = $1', [second]);
    expect(await studio.release()).toBe(1);
    expect(await studio.objects()).toEqual([second]);
    await removeGeneration(id!.id);
    expect(await studio.release()).toBe(1);
  });

  test('all that a deleted project showed', async () => {
    const project = await studio.make.project(alice);
    const generation = await studio.addGeneration(
      ...([await studio.store(fresh()), await studio.store(fresh()), alice, project] as const),
    );
    await studio.make.variant(alice, generation, await studio.store(fresh()));
    await studio.database.query(
      alice,
      'insert into generations (project_id, thumbnail_url) values ($1, $2) returning id',
      [project, await studio.store(fresh())],
    );
    await studio.database.query(alice, 'delete from projects where id = $1', [project]);
    expect(await studio.release()).toBe(4);
  });
});

describe('kept is', () => {
  const referring: [string, (path: string) => Promise<unknown>][] = [
    ['another generation', (path) => studio.addGeneration(path)],
    ['the thumbnail of another', (path) => studio.addGeneration('a.png', path)],
    [
      'the thumbnail of one that shows nothing else',
      (path) =>
        studio.database.query(
          alice,
          'insert into generations (project_id, thumbnail_url) values ($1, $2) returning id',
          [studio.project, path],
        ),
    ],
    [
      'another by URL',
      (path) => studio.addGeneration(`https://example.com/storage/v1/object/public/${path}?download=`),
    ],
    [
      'a variant that is not primary',
      async (path) => studio.make.variant(alice, await studio.addGeneration('a.png'), path),
    ],
    ['a generation of somebody else', (path) => studio.addGeneration(path, null, bob, studio.projectOfBob)],
    [
      'a resource',
      (path) =>
        studio.database.query(alice, `insert into resources (type, url) values ('lora', $1) returning id`, [
          path,
        ]),
    ],
    [
      'a training video',
      async (path) =>
        studio.database.query(
          alice,
          `insert into training_data (batch_id, filename, url) values ($1, 'a', $2) returning id`,
          [await studio.make.batch(alice), path],
        ),
    ],
    [
      'an account, as its picture',
      (path) => studio.database.query(alice, 'update users set avatar_url = $1', [path]),
    ],
  ];
  test.each(referring)('what is referred to by %s', async (_name, refer) => {
    const path = await studio.store(fresh());
    const id = await studio.addGeneration(path);
    await refer(path);
    await removeGeneration(id);
    expect(await studio.release()).toBe(0);
    expect([await studio.objects(), await studio.candidates()]).toEqual([[path], []]);
  });

  test('what is another’s, though a project showed it', async () => {
    const path = await studio.store(fresh(), { user: bob });
    await removeGeneration(await studio.addGeneration(path));
    const project = await studio.make.project(alice);
    await studio.addGeneration(path, null, alice, project);
    await studio.database.query(alice, 'delete from projects where id = $1', [project]);
    expect([await studio.candidates(), await studio.release()]).toEqual([[], 0]);
  });

  test('what nobody ever showed', async () => {
    const path = await studio.store(fresh());
    await studio.release();
    expect(await studio.objects()).toEqual([path]);
  });

  test('what a task may be about to read, until it ends', async () => {
    const path = await studio.store(fresh());
    const id = await studio.addGeneration(path);
    const task = await studio.heldTask();
    await removeGeneration(id);
    expect(await studio.release()).toBe(0);
    expect([await studio.objects(), await studio.candidates()]).toEqual([[path], [{ path, later: true }]]);
    await studio.database.query(alice, 'select cancel_tasks(array[$1::uuid])', [task]);
    await studio.database.asOwner('update app_private.storage_candidates set due_at = now()');
    expect(await studio.release()).toBe(1);
  });
});

test('as many as are asked for are looked at, the oldest first', async () => {
  for (let n = 0; n < 3; n++)
    await removeGeneration(await studio.addGeneration(await studio.store(`page/${n}`)));
  const shown = await studio.objects();
  expect(await studio.release(2)).toBe(2);
  expect(await studio.objects()).toEqual(shown.slice(2));
  expect([await studio.release(2), await studio.release(2)]).toEqual([1, 0]);
});

test('with an account goes all that is in its folder, also what others show', async () => {
  const dora = {
    kind: 'user',
    id: 'd04a0000-0000-4000-8000-0000000000dd',
    email: 'dora@test.example',
  } as const;
  await studio.make.account(dora);
  const shown = await studio.store(fresh(), { user: dora });
  await studio.store('video.mp4', { user: dora, bucket: 'training-data', type: 'video/mp4' });
  await studio.addGeneration(shown);
  const own = await studio.store(fresh());
  await studio.database.query(service, 'delete from users where id = $1', [dora.id]);
  expect(await studio.release()).toBe(2);
  expect(await studio.objects()).toEqual([own]);
});

test('a gateway releases by itself', async () => {
  const gateway = await startTestGateway(studio.database, { MAINTENANCE_INTERVAL_MS: '20' });
  try {
    await removeGeneration(await studio.addGeneration(await studio.store(fresh())));
    await eventually(async () => expect(await studio.objects()).toEqual([]));
  } finally {
    await gateway.stop();
  }
});

test('only services release', async () => {
  await expect(studio.database.query(alice, 'select storage.release_unreferenced(1)')).rejects.toMatchObject({
    code: '42501',
  });
});
