import { alice, bob } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt, updateOf, type Outcome } from './attempt';
import { GRANTED, writable } from './columns';
import { REFERENCES } from './references';
import { subject, SUBJECT_NAMES, type SubjectName } from './subjects';
import { fill, makeWorld, type World } from './world';

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeWorld(database);
});
afterAll(() => database.drop());

const NOWHERE = 'ffffffff-ffff-4fff-8fff-ffffffffffff';

/** The outcome without the id that was asked for: all that may differ between two askings. */
function withoutId(outcome: Outcome, id: string): unknown {
  return JSON.parse(JSON.stringify(outcome).replaceAll(id, '<id>'));
}

describe.each(REFERENCES)('naming a row in $name', ({ sql, own, target, acrossProjects }) => {
  const name = (id: string) => attempt(database, bob, sql, [id, ...own(world.stranger)]);

  test('works with a row of one’s own', async () => {
    expect(await name(target(world.stranger))).toMatchObject({ ok: true, count: 1 });
  });

  test('a foreign id and one that does not exist give the same error', async () => {
    const foreign = target(world.owner);
    const answer = withoutId(await name(foreign), foreign);
    expect(answer).toMatchObject({ ok: false });
    expect(answer).toEqual(withoutId(await name(NOWHERE), NOWHERE));
  });

  if (acrossProjects) {
    test('a row in another project of the same owner is refused as one that does not exist', async () => {
      const across = acrossProjects(world.stranger);
      const answer = withoutId(await name(across), across);
      expect(answer).toMatchObject({ ok: false, code: '23503' });
    });
  }
});

test('a variant of another generation cannot be made primary, one’s own or foreign', async () => {
  const make = (variant: string) =>
    attempt(database, bob, 'update generations set primary_variant_id = $1 where id = $2', [
      variant,
      world.stranger.secondGeneration,
    ]);
  const other = await make(world.stranger.variant);
  expect(other).toMatchObject({ ok: false, code: '23503' });
  expect(withoutId(other, world.stranger.variant)).toEqual(
    withoutId(await make(world.owner.variant), world.owner.variant),
  );
});

test('every reference that a user can write is tried', async () => {
  const rows = await database.asOwner<{ reference: string; table: string; column: string }>(`
    select distinct c.relname || '.' || a.attname as reference, n.nspname || '.' || c.relname as "table",
      a.attname as "column"
    from pg_constraint k
    join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
    where k.contype = 'f' and n.nspname = 'public'`);
  const writableByUser = rows.filter(({ table, column }) =>
    GRANTED.filter((granted) => granted.table === table && granted.actor === 'owner').some((granted) =>
      [...writable(granted).insert, ...writable(granted).update].includes(column),
    ),
  );
  const tried = new Set(REFERENCES.map((reference) => reference.name.split(',')[0]));
  expect(new Set(writableByUser.map((row) => row.reference))).toEqual(tried);
});

const withUuid = SUBJECT_NAMES.filter(
  (name) => !['the worker that holds the task', 'buckets', 'a public resource'].includes(name),
).filter((name) => !name.includes('task type'));

describe.each(withUuid)('%s, by the id of a foreign row', (name: SubjectName) => {
  const answers = async (sql: string, values: unknown[] = []) => {
    const row = subject(name).row(world);
    const foreign = await attempt(database, bob, sql, [row, ...values]);
    const missing = await attempt(database, bob, sql, [NOWHERE, ...values]);
    return { foreign: withoutId(foreign, row), missing: withoutId(missing, NOWHERE) };
  };

  test('selecting finds as little as by an id that does not exist', async () => {
    const { foreign, missing } = await answers(`select * from ${subject(name).table} where id = $1`);
    expect(foreign).toEqual({ ok: true, rows: [], count: 0 });
    expect(missing).toEqual(foreign);
  });

  test('updating does as little', async () => {
    const { table, change } = subject(name);
    const [sql, [, ...values]] = updateOf(table, fill(change, world), NOWHERE);
    const { foreign, missing } = await answers(sql, values);
    expect(foreign).toEqual(missing);
  });

  test('deleting does as little', async () => {
    const { foreign, missing } = await answers(`delete from ${subject(name).table} where id = $1`);
    expect(foreign).toEqual(missing);
  });
});

test('a file of another is not given away by storing one of the same name', async () => {
  const store = (name: string) =>
    attempt(
      database,
      bob,
      `insert into storage.objects (bucket_id, name, version) values ('public', $1, $2)`,
      [name, world.reserved.stranger],
    );
  const taken = await store(`${alice.id}/a.png`);
  expect(taken).toMatchObject({ ok: false, code: '42501' });
  expect(taken).toEqual(await store(`${alice.id}/no-such-file.png`));
});

test('a file of another is not given away by moving one’s own onto it', async () => {
  const move = (name: string) =>
    attempt(database, bob, 'update storage.objects set name = $1 where id = $2', [name, world.stranger.file]);
  const taken = await move(`${alice.id}/a.png`);
  expect(taken).toMatchObject({ ok: false, code: '42501' });
  expect(taken).toEqual(await move(`${alice.id}/no-such-file.png`));
});
