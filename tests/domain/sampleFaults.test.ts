import { loadSampleData, loadSideBySide, planSampleData } from '../../server/sample/load';
import { SAMPLE_USERS } from '../../server/sample/users';
import type { User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database?.drop());

const load = () => loadSampleData({ auth: database.authUrl });
const [alice, bob, carol] = SAMPLE_USERS.map((user): User => ({ kind: 'user', ...user }));
const usernames = async () =>
  (await database.asOwner<{ name: string }>('select username as name from users order by 1')).map(
    ({ name }) => name,
  );

test('two first loads at once make one sample', async () => {
  await Promise.all([load(), load()]);
  expect(await usernames()).toEqual(['alice', 'bob.films', 'carol_k']);
  expect(await database.asOwner('select from projects')).toHaveLength(8);
  expect(await brokenInvariants(database)).toEqual({});
});

test('a load that fails at its very end leaves nothing, and the next one makes it all', async () => {
  // Carol is the last, and all of her is there by then but the times.
  await database.asOwner(
    `alter table credits_ledger add constraint refused check (user_id <> '${carol?.id}') not valid`,
  );
  await expect(load()).rejects.toThrow(/refused/);
  for (const table of ['users', 'projects', 'generations', 'task_types', 'workers'])
    expect(await database.asOwner(`select from ${table}`)).toEqual([]);
  await database.asOwner('alter table credits_ledger drop constraint refused');
  await load();
  expect(await usernames()).toEqual(['alice', 'bob.films', 'carol_k']);
});

test('side by side each is made whole or not at all, and the next load makes who is missing', async () => {
  const loadSide = () => loadSideBySide({ auth: database.authUrl }, planSampleData());
  // Asked at the commit.
  await database.asOwner(`
    create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
    create constraint trigger refuse after insert on users deferrable initially deferred for each row
      when (new.id = '${bob?.id}') execute function public.refuse();
  `);
  await expect(loadSide()).rejects.toThrow(/refused/);
  expect(await usernames()).toEqual(['alice', 'carol_k']);
  expect(
    await database.asOwner(
      'select from tasks t join projects p on p.id = t.project_id where p.user_id = $1',
      [bob?.id],
    ),
  ).toEqual([]);
  await database.asOwner('drop function public.refuse() cascade');
  await Promise.all([loadSide(), load(), loadSide()]);
  expect(await usernames()).toEqual(['alice', 'bob.films', 'carol_k']);
  expect(await database.asOwner('select from projects')).toHaveLength(8);
  expect(await brokenInvariants(database)).toEqual({});
});

test('whoever is there already is left alone, and the others are made', async () => {
  if (!alice) throw new Error('There is no Alice.');
  await builders(database).account(alice);
  await load();
  expect(await database.asOwner('select username, settings from users where id = $1', [alice.id])).toEqual([
    { username: null, settings: {} },
  ]);
  expect(await database.query(alice, 'select from projects')).toEqual([]);
  expect((await usernames()).filter(Boolean)).toEqual(['bob.films', 'carol_k']);
});

test('a username that somebody else has keeps only that person away', async () => {
  const stranger: User = {
    kind: 'user',
    id: '5f1a0000-0000-4000-8000-000000000009',
    email: 's@test.example',
  };
  await builders(database).account(stranger);
  await database.query(stranger, `update users set username = 'BOB.films'`);
  await load();
  expect(await usernames()).toEqual(['alice', 'BOB.films', 'carol_k']);
  expect(await database.asOwner('select from users where id = $1', [bob?.id])).toEqual([]);
});

test('a database that cannot be reached is told in words, without its password', async () => {
  const url = new URL(database.authUrl);
  url.port = '1';
  const failure = await loadSampleData({ auth: url.toString() }).catch((error: unknown) => error);
  expect(String(failure)).toMatch(/Fault: The database postgres:\/\/reigh_authenticator@.*cannot be reached/);
  await expect(loadSampleData({ owner: database.ownerUrl })).rejects.toThrow('AUTH_DATABASE_URL is not set');
});
