import { alice, bob, gpu1, gpu2, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt } from './attempt';
import { makeWorld, type World } from './world';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeWorld(database);
});
afterAll(() => database.drop());

const idsSeenBy = async (actor: Actor, table: string) =>
  (await database.query<{ id: string }>(actor, `select id from ${table}`)).map((row) => row.id);

const storeAs = (actor: Actor, name: string) =>
  attempt(
    database,
    actor,
    `insert into storage.objects (bucket_id, name, version)
     values ('public', $1, storage.reserve_version('public', '1 day')::text)`,
    [name],
  );

describe('a worker', () => {
  test('sees exactly the tasks it holds', async () => {
    expect(await idsSeenBy(gpu1, 'tasks')).toEqual([world.held]);
    expect(await idsSeenBy(service, 'tasks')).toEqual(
      expect.arrayContaining([world.held, world.queued, world.finished, world.strangersTask]),
    );
  });

  test('sees nothing of a task that it ran and that ended', async () => {
    const ran = await database.query(service, 'select from tasks where worker_id = $1', ['gpu-2']);
    expect(ran).toHaveLength(1);
    expect(await idsSeenBy(gpu2, 'tasks')).toEqual([]);
  });

  test('sees itself and no other machine', async () => {
    expect(await idsSeenBy(gpu1, 'workers')).toEqual(['gpu-1']);
    expect(await idsSeenBy(gpu2, 'workers')).toEqual(['gpu-2']);
  });

  test('sees exactly the files below the folders of the tasks it holds', async () => {
    expect(await idsSeenBy(gpu1, 'storage.objects')).toEqual([world.output]);
    expect(await idsSeenBy(gpu2, 'storage.objects')).toEqual([]);
  });

  test('sees public resources and no private ones', async () => {
    expect((await idsSeenBy(gpu1, 'resources')).sort()).toEqual(
      [world.owner.publicResource, world.stranger.publicResource].sort(),
    );
  });

  test('loses the task and its folder when the task ends', async () => {
    const make = builders(database);
    await make.worker('gpu-3');
    const gpu3: Actor = { kind: 'worker', id: 'gpu-3' };
    const task = await make.task(world.owner.project, { status: 'In Progress', workerId: 'gpu-3' });
    const name = `${alice.id}/tasks/${task}/out.png`;
    expect(await idsSeenBy(gpu3, 'tasks')).toEqual([task]);
    expect(await storeAs(gpu3, name)).toMatchObject({ ok: true, count: 1 });

    await database.query(service, `update tasks set status = 'Failed' where id = $1`, [task]);
    expect(await idsSeenBy(gpu3, 'tasks')).toEqual([]);
    expect(await storeAs(gpu3, name)).toMatchObject({ ok: false, code: '42501' });
  });

  const places: [name: string, path: () => string, taken: boolean][] = [
    ['in the folder of the task', () => `${alice.id}/tasks/${world.held}/new.png`, true],
    ['in a folder below it', () => `${alice.id}/tasks/${world.held}/frames/1.png`, true],
    ['as the folder itself', () => `${alice.id}/tasks/${world.held}`, false],
    ['beside the folder', () => `${alice.id}/tasks/new.png`, false],
    ['in a folder whose name begins alike', () => `${alice.id}/tasks/${world.held}0/new.png`, false],
    ['in upper case', () => `${alice.id}/tasks/${world.held.toUpperCase()}/new.png`, false],
    ['below somebody else', () => `${bob.id}/tasks/${world.held}/new.png`, false],
    ['below a prefix', () => `x/${alice.id}/tasks/${world.held}/new.png`, false],
    ["in the folder of the owner's other task", () => `${alice.id}/tasks/${world.queued}/new.png`, false],
    [
      'in the folder of a task of another owner',
      () => `${bob.id}/tasks/${world.strangersTask}/new.png`,
      false,
    ],
  ];
  test.each(places)('storing a file %s', async (_, path, taken) => {
    const outcome = await storeAs(gpu1, path());
    expect(outcome).toMatchObject(taken ? { ok: true, count: 1 } : { ok: false, code: '42501' });
  });

  test.each(places)('moving its output to a place %s', async (_, path, taken) => {
    const outcome = await attempt(database, gpu1, 'update storage.objects set name = $2 where id = $1', [
      world.output,
      path(),
    ]);
    expect(outcome).toMatchObject(taken ? { ok: true, count: 1 } : { ok: false, code: '42501' });
  });

  test('whose token names a worker nobody has heard of sees nothing', async () => {
    const unheard: Actor = { kind: 'worker', id: 'unheard-of' };
    for (const table of ['tasks', 'workers', 'storage.objects']) {
      expect(await idsSeenBy(unheard, table)).toEqual([]);
    }
  });
});

describe('a user', () => {
  test('cannot move a file into the folder of another', async () => {
    const outcome = await attempt(database, alice, 'update storage.objects set name = $2 where id = $1', [
      world.owner.file,
      `${bob.id}/mine.png`,
    ]);
    expect(outcome).toMatchObject({ ok: false, code: '42501' });
  });

  test('who says to be a worker in a claim is none', async () => {
    const found = await database.as(alice, async (client) => {
      await client.query(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify({ role: 'authenticated', sub: bob.id, worker_id: 'gpu-1' }),
      ]);
      return (await client.query('select id from tasks')).rows as { id: string }[];
    });
    expect(found).toEqual([{ id: world.strangersTask }]);
  });
});
