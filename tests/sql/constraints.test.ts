import fc from 'fast-check';
import { alice, service } from '../helpers/actors';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { attempt, insertOf, updateOf } from '../rls/attempt';
import { subject } from '../rls/subjects';
import { fill, makeWorld, type World } from '../rls/world';
import { OTHER_NONSENSE } from './nonsense/other';
import { STUDIO_NONSENSE } from './nonsense/studio';

const NONSENSE = [...STUDIO_NONSENSE, ...OTHER_NONSENSE];

let database: TestDatabase;
let world: World;

beforeAll(async () => {
  database = await createTestDatabase();
  world = await makeWorld(database);
  // The copies on a generation are refused before their constraints are asked: here these shall answer.
  await database.asOwner('alter table generations disable trigger _020_refuse_copies');
});
afterAll(() => database.drop());

test('every check constraint is shown a row that it refuses', async () => {
  const rows = await database.asOwner<{ conname: string }>(`
    select conname from pg_constraint
    where contype = 'c' and connamespace in ('public'::regnamespace, 'storage'::regnamespace)`);
  const shown = new Set(NONSENSE.map((nonsense) => nonsense.constraint));
  expect(shown).toEqual(new Set(rows.map((row) => row.conname)));
});

describe.each(NONSENSE)('$constraint', ({ constraint, subject: name, values }) => {
  const { table, insert, insertByService } = subject(name);
  // A service may write every column: what refuses the row is the constraint and not a missing grant.
  const insertWith = (more: Record<string, unknown>) =>
    attempt(database, service, ...insertOf(table, fill({ ...insert, ...insertByService, ...more }, world)));

  test('lets a sensible row in', async () => {
    expect(await insertWith({})).toMatchObject({ ok: true, count: 1 });
  });

  test.each(values)('refuses %j', async (nonsense) => {
    expect(await insertWith(nonsense)).toMatchObject({ ok: false, code: '23514', constraint });
  });
});

describe('a segment', () => {
  const frame = fc.integer({ min: -3, max: 6 });
  test('is taken when it begins at 0 or later and ends after it begins, and only then', async () => {
    await fc.assert(
      fc.asyncProperty(frame, frame, async (start, end) => {
        const outcome = await attempt(
          database,
          alice,
          ...insertOf('training_data_segments', {
            video_id: world.owner.video,
            start_time: start,
            end_time: end,
          }),
        );
        expect(outcome.ok).toBe(0 <= start && start < end);
      }),
    );
  });

  test('cannot be turned round later either', async () => {
    const outcome = await attempt(
      database,
      alice,
      ...updateOf('training_data_segments', { start_time: 100 }, world.owner.segment),
    );
    expect(outcome).toMatchObject({ ok: false, constraint: 'training_data_segments_is_a_range' });
  });
});

test('an aspect ratio is taken when it is two whole numbers with a colon between, and only then', async () => {
  const part = fc.oneof(fc.nat(200_000).map(String), fc.string({ maxLength: 3 }));
  await fc.assert(
    fc.asyncProperty(part, fc.constantFrom(':', ':', ':', 'x', ''), part, async (width, between, height) => {
      const ratio = `${width}${between}${height}`.replaceAll('\0', '');
      const outcome = await attempt(
        database,
        alice,
        ...updateOf('projects', { aspect_ratio: ratio }, world.owner.project),
      );
      expect(outcome.ok).toBe(/^[1-9]\d{0,4}:[1-9]\d{0,4}$/.test(ratio));
    }),
  );
});

test('a path never climbs: no object has an empty, "." or ".." part in its name, whatever is tried', async () => {
  const part = fc.constantFrom('a', 'b.png', '', '.', '..', '...', 'ü', '.hidden', 'a b');
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
      const name = [alice.id, ...parts].join('/');
      const outcome = await attempt(
        database,
        service,
        ...insertOf('storage.objects', { bucket_id: 'public', name, version: world.reserved.service }),
      );
      expect(outcome.ok).toBe(!parts.some((each) => ['', '.', '..'].includes(each)));
    }),
  );
});

describe('a generation', () => {
  test.each([
    [{ is_child: true }, 'generations_child_has_parent'],
    [{ child_order: 1 }, 'generations_child_order_has_parent'],
  ])('cannot become %j without a parent later either', async (change, constraint) => {
    const outcome = await attempt(
      database,
      alice,
      ...updateOf('generations', change, world.owner.secondGeneration),
    );
    expect(outcome).toMatchObject({ ok: false, code: '23514', constraint });
  });

  test.each(['based_on', 'parent_generation_id'])('cannot name itself in %s later either', async (column) => {
    const id = world.owner.secondGeneration;
    const outcome = await attempt(database, alice, ...updateOf('generations', { [column]: id }, id));
    expect(outcome).toMatchObject({ ok: false, code: '23514' });
  });
});
