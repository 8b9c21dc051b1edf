import { alice } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { codeOf, openSessions } from '../helpers/queue';
import { noticeDeadlocksSoon, race, RACE_ROUNDS, type Racer, type Statement } from '../helpers/race';
import { brokenVersions, look } from './versionModel';

const SESSIONS = 12;
const NAMES = ['a', 'b', 'c', 'd'].map((name) => `${alice.id}/${name}`);
const [A, B] = NAMES as [string, string];

let database: TestDatabase;
let sessions: ReturnType<typeof openSessions>;

beforeAll(async () => {
  database = await createTestDatabase();
  await noticeDeadlocksSoon(database);
  sessions = openSessions(database, SESSIONS);
});
afterAll(async () => {
  await sessions.end();
  await database.drop();
});
beforeEach(empty);

async function empty() {
  await database.asOwner('delete from storage.objects');
  await database.asOwner('delete from app_private.storage_versions');
}

async function reserve(): Promise<string> {
  const sql = `select storage.reserve_version('public', '1 hour') as version`;
  return (await sessions.query<{ version: string }>(alice, sql))[0]!.version;
}

const putting = (name: string, version: string, upsert: boolean): Statement => [
  `select storage.finish_upload('public', $1, $2, $3, '{}', null)`,
  [name, version, upsert],
];
const moving = (from: string, to: string): Statement => [
  `select storage.move_row('public', $1, 'public', $2)`,
  [from, to],
];
const removing = (...names: string[]): Statement => [`select storage.remove_rows('public', $1)`, [names]];

const says =
  ([sql, values]: Statement): Racer =>
  () =>
    sessions.query(alice, sql, values);

async function put(name: string, upsert = false): Promise<string> {
  const version = await reserve();
  await says(putting(name, version, upsert))();
  return version;
}

const statesOf = async () => (await look(database)).versions.map(({ state }) => state).sort();

async function inRounds(round: () => Promise<void>) {
  for (let n = 0; n < RACE_ROUNDS; n++) {
    await empty();
    await round();
    expect(await brokenVersions(database)).toEqual([]);
  }
}

test('of two that store a new object, one wins, and the other may give up or try again', () =>
  inRounds(async () => {
    const [one, other] = [await reserve(), await reserve()];
    const { codes } = await race(says(putting(A, one, false)), says(putting(A, other, false)));
    expect(codes).toEqual(['23505']);
    expect(await statesOf()).toEqual(['live', 'reserved']);
  }));

test.each([true, false])(
  'of two that store or replace (there before: %s), both succeed and the last is left',
  (there) =>
    inRounds(async () => {
      if (there) await put(A);
      const [one, other] = [await reserve(), await reserve()];
      expect(await race(says(putting(A, one, true)), says(putting(A, other, true)))).toMatchObject({
        codes: [],
      });
      expect(await statesOf()).toEqual(there ? ['garbage', 'garbage', 'live'] : ['garbage', 'live']);
    }),
);

test('bytes that are offered twice at once go into one object', () =>
  inRounds(async () => {
    const version = await reserve();
    expect(await race(says(putting(A, version, false)), says(putting(B, version, false)))).toMatchObject({
      codes: ['RG409'],
    });
    expect(await statesOf()).toEqual(['live']);
  }));

test('what is replaced while it is removed is there with the new bytes, or not at all', () =>
  inRounds(async () => {
    await put(A);
    const version = await reserve();
    expect(await race(says(putting(A, version, true)), says(removing(A)))).toMatchObject({ codes: [] });
    const { objects } = await look(database);
    expect([[], [version]]).toContainEqual(objects.map((object) => object.version));
    expect(await statesOf()).toEqual(objects.length ? ['garbage', 'live'] : ['garbage', 'garbage']);
  }));

test('of two that move to the same name, one wins', () =>
  inRounds(async () => {
    await put(A);
    await put(B);
    const codes = (await race(says(moving(A, NAMES[2]!)), says(moving(B, NAMES[2]!)))).codes;
    expect(codes).toEqual(['23505']);
  }));

test('two that move onto each other are both refused, and nobody waits for the other for ever', () =>
  inRounds(async () => {
    await put(A);
    await put(B);
    expect(await race(says(moving(A, B)), says(moving(B, A)))).toMatchObject({ codes: ['23505', '23505'] });
  }));

test('an upload that ends while the sweep gives it up is stored, or refused with its bytes removed', () =>
  inRounds(async () => {
    const version = await reserve();
    await sessions.query(alice, `select storage.keep_version($1, '-1 second')`, [version]);
    const { codes } = await race(says(putting(A, version, false)), () =>
      sessions.query({ kind: 'service' }, 'select storage.take_garbage(10)'),
    );
    expect([[], ['RG409']]).toContainEqual(codes);
    expect(await statesOf()).toEqual([codes.length ? 'garbage' : 'live']);
  }));

test('many sessions that replace, move and remove the same few objects never wait in a circle', async () => {
  let drawn = 7;
  const draw = (below: number) => (drawn = (drawn * 48_271) % 2_147_483_647) % below;
  const name = () => NAMES[draw(NAMES.length)]!;
  const codes = new Set<string>();
  const session = async () => {
    for (let n = 0; n < 5 * RACE_ROUNDS; n++) {
      const act = draw(4);
      const doing =
        act === 0
          ? says(moving(name(), name()))()
          : act === 1
            ? says(removing(name(), name(), name()))()
            : put(name(), act === 2);
      codes.add(await codeOf(doing));
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, session));
  expect([...codes].sort()).toEqual(['23505', 'done']);
  expect(await brokenVersions(database)).toEqual([]);
});
