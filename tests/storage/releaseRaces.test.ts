import { alice, service } from '../helpers/actors';
import { inLockstep, race, RACE_ROUNDS, type Statement } from '../helpers/race';
import { makeStorageStudio, type StorageStudio } from './studio';

let studio: StorageStudio;
let count = 0;

beforeAll(async () => {
  studio = await makeStorageStudio();
});
afterAll(() => studio?.database.drop());

/** Nothing is stored, shown or to be looked at. */
const clear = () =>
  studio.database.asOwner(
    'delete from generations; delete from app_private.storage_candidates; delete from storage.objects',
  );
beforeEach(clear);

describe('a reference that is written while its object is released', () => {
  const add = (path: string): Statement => ['select from add_generation($1, $2)', [studio.project, path]];
  const release: Statement = ['select storage.release_unreferenced(1000)', []];
  const pause: Statement = ['select 1', []];
  /** A candidate that nothing refers to. */
  const candidate = async () => {
    const path = await studio.store(`${(count += 1)}.png`);
    const id = await studio.addGeneration(path);
    await studio.database.query(alice, 'delete from generations where id = $1', [id]);
    return path;
  };
  const dangling = () =>
    studio.one<number>(
      service,
      `select count(*)::int as value from generations g where storage.path_of(g.location) is not null
       and not exists (select from storage.objects o where o.bucket_id || '/' || o.name = g.location)`,
    );

  test('comes first: the object stays', async () => {
    const path = await candidate();
    const codes = await inLockstep(
      studio.database,
      { actor: alice, statements: [add(path), pause, pause] },
      { actor: service, statements: [pause, release, pause] },
    );
    expect([codes, await studio.objects(), await dangling()]).toEqual([[], [path], 0]);
    // It was left for another round, which finds the reference.
    expect([await studio.release(), await studio.candidates()]).toEqual([0, []]);
  });

  test('comes second: it is refused, once the object is gone', async () => {
    const path = await candidate();
    const codes = await inLockstep(
      studio.database,
      { actor: service, statements: [release, pause, pause] },
      { actor: alice, statements: [pause, add(path), pause] },
    );
    expect([codes, await studio.objects(), await dangling()]).toEqual([['RG404'], [], 0]);
  });

  test('in whatever order: one of the two', async () => {
    for (let round = 0; round < RACE_ROUNDS; round++) {
      const path = await candidate();
      const { codes } = await race(
        () => studio.addGeneration(path),
        () => studio.release(),
      );
      expect([[], ['RG404']]).toContainEqual(codes);
      expect((await studio.objects()).length).toBe(codes.length === 0 ? 1 : 0);
      expect(await dangling()).toBe(0);
      await clear();
    }
  });
});
