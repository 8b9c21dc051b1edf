import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';

interface Link extends Record<string, unknown> {
  id: string;
  position: number | null;
  timeline_frame: number | null;
  metadata: Record<string, unknown>;
}

let database: TestDatabase;
let make: ReturnType<typeof builders>;
let project = '';
let shot = '';
let beside = '';
let generation = '';
let bystanders: unknown;

beforeAll(async () => {
  database = await createTestDatabase();
  make = builders(database);
  await make.account(alice);
});
beforeEach(async () => {
  await database.asOwner('delete from projects');
  project = await make.project(alice);
  const second = await make.project(alice, 'The second project');
  shot = await make.shot(alice, project);
  beside = await make.shot(alice, project, 'Beside');
  generation = await make.generation(alice, project);
  await place(beside, [0, 7, 500, null]);
  await place(await make.shot(alice, second), [3, null], await make.generation(alice, second));
  bystanders = await others();
});
afterEach(async () => {
  expect(await brokenInvariants(database)).toEqual({});
  expect(await others()).toEqual(bystanders);
});
afterAll(() => database?.drop());

const sql = <T extends Record<string, unknown> = Link>(text: string, values: unknown[] = []) =>
  database.query<T>(alice, text, values);
/** Places of a shot, one for each frame, positioned in this order; without a frame also without a position. */
const place = (shotId: string, frames: (number | null)[], generationId = generation) =>
  database.query<Link>(
    service,
    `insert into shot_generations (shot_id, generation_id, timeline_frame, position)
     select $1, $2, f.frame, case when f.frame is not null then f.place - 1 end
     from unnest($3::int[]) with ordinality as f (frame, place) returning *`,
    [shotId, generationId, frames],
  );
const others = () =>
  database.asOwner(
    'select id, position, timeline_frame, metadata from shot_generations where shot_id <> $1 order by id',
    [shot],
  );
const links = () => sql('select * from shot_generations where shot_id = $1 order by position, id', [shot]);
const list = async () => (await links()).filter(({ position }) => position !== null).map(({ id }) => id);
const frames = async () => (await links()).map(({ timeline_frame }) => timeline_frame);
const idOf = (rows: Link[], place: number) => rows[place]?.id ?? '';

describe('fix_timeline_spacing', () => {
  const fix = () => sql('select * from fix_timeline_spacing($1)', [shot]);

  test('moves the first to 0 and clamps each gap to the nearer bound', async () => {
    const rows = await place(shot, [40, 45, 65, 300, null]);
    const changed = await fix();
    expect(await frames()).toEqual([0, 10, 30, 111, null]);
    expect(changed.map(({ id }) => id).sort()).toEqual(
      rows
        .slice(0, 4)
        .map(({ id }) => id)
        .sort(),
    );
  });

  test('keeps gaps of 10 and of 81, and returns only what changed', async () => {
    const rows = await place(shot, [0, 10, 91, 100]);
    expect(await fix()).toMatchObject([{ id: idOf(rows, 3), timeline_frame: 101 }]);
    expect(await frames()).toEqual([0, 10, 91, 101]);
  });

  test('has nothing to do in a shot without frames', async () => {
    await place(shot, [null, null]);
    expect(await fix()).toEqual([]);
  });

  test('leaves, for any timeline, gaps from 10 to 81 in the same order, and nothing for a second call', async () => {
    const timeline = fc.array(fc.option(fc.oneof(fc.nat(40), fc.nat(400), fc.constant(25))), {
      maxLength: 12,
    });
    const order = `
      select id, timeline_frame from shot_generations where shot_id = $1 and timeline_frame is not null
      order by timeline_frame, position, created_at, id`;
    await fc.assert(
      fc.asyncProperty(timeline, fc.boolean(), async (given, unpositioned) => {
        await sql('delete from shot_generations where shot_id = $1', [shot]);
        await place(shot, given);
        if (unpositioned)
          await database.asOwner('update shot_generations set position = null where shot_id = $1', [shot]);
        const before = await sql(order, [shot]);
        const changed = await fix();
        const after = await sql(order, [shot]);
        expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
        const placed = after.map(({ timeline_frame }) => timeline_frame ?? -1);
        expect(placed.slice(0, 1)).toEqual(placed.length > 0 ? [0] : []);
        placed.slice(1).forEach((frame, gap) => {
          const was = (before[gap + 1]?.timeline_frame ?? 0) - (before[gap]?.timeline_frame ?? 0);
          expect(frame - (placed[gap] ?? 0)).toBe(Math.min(81, Math.max(10, was)));
        });
        const differing = after.filter(
          ({ timeline_frame }, at) => timeline_frame !== before[at]?.timeline_frame,
        );
        expect(changed.map(({ id }) => id).sort()).toEqual(differing.map(({ id }) => id).sort());
        expect(await fix()).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

test('count_unpositioned_generations counts this shot’s, as the field of the shot does', async () => {
  await place(shot, [1, null, null, null]);
  const [counted] = await sql<{ counted: number; field: number }>(
    'select count_unpositioned_generations($1) as counted, c.unpositioned_count as field from shot_counts($1) c',
    [shot],
  );
  expect(counted).toEqual({ counted: 3, field: 3 });
});

describe('reorder_shot_generations', () => {
  const reorder = (ids: unknown) => sql('select * from reorder_shot_generations($1, $2)', [shot, ids]);

  test('puts the positioned ones in the order of the list and leaves frames and the others alone', async () => {
    const rows = await place(shot, [5, 6, 7, null]);
    const [a, b, c] = [idOf(rows, 0), idOf(rows, 1), idOf(rows, 2)];
    const told = await reorder([c, a, b]);
    expect(told.map(({ id, position, timeline_frame }) => [id, position, timeline_frame])).toEqual([
      [c, 0, 7],
      [a, 1, 5],
      [b, 2, 6],
    ]);
    expect(await frames()).toEqual([7, 5, 6, null]);
  });

  test.each([
    ['leaves one out', (ids: string[]) => ids.slice(1, 3)],
    ['names an unpositioned one', (ids: string[]) => ids],
    ['names one twice', (ids: string[]) => [ids[0], ids[0], ids[1]]],
    ['names a strange one', (ids: string[]) => [ids[0], ids[1], randomUUID()]],
  ])('refuses a list that %s, and changes nothing', async (_what, choose) => {
    const ids = (await place(shot, [5, 6, 7, null])).map(({ id }) => id);
    await expect(reorder(choose(ids))).rejects.toMatchObject({ code: 'RG400' });
    expect(await list()).toEqual(ids.slice(0, 3));
  });
});

describe('position_shot_generation', () => {
  const move = async (id: string, position: number | null, frame: number | null = null) =>
    (await sql('select * from position_shot_generation($1, $2, $3)', [id, position, frame]))[0];

  test.each([
    ['forwards', 0, 2, [1, 2, 0, 3]],
    ['backwards', 3, 1, [0, 3, 1, 2]],
    ['nowhere', 2, 2, [0, 1, 2, 3]],
    ['past the end', 1, 99, [0, 2, 3, 1]],
  ])('moves %s, and the others shift', async (_where, from, to, expected) => {
    const rows = await place(shot, [0, 50, 100, 150]);
    const moved = await move(idOf(rows, from), to);
    expect(moved).toMatchObject({ position: Math.min(to, 3), timeline_frame: from * 50 });
    expect(await list()).toEqual(expected.map((at) => idOf(rows, at)));
  });

  test('takes it out of the list for null, where it stays on the timeline', async () => {
    const rows = await place(shot, [0, 50, 100]);
    expect(await move(idOf(rows, 1), null)).toMatchObject({ position: null, timeline_frame: 50 });
    expect(await list()).toEqual([idOf(rows, 0), idOf(rows, 2)]);
  });

  test('places one that had no position, with a frame', async () => {
    const rows = await place(shot, [0, 50, null]);
    expect(await move(idOf(rows, 2), 1, 25)).toMatchObject({ position: 1, timeline_frame: 25 });
    expect(await list()).toEqual([idOf(rows, 0), idOf(rows, 2), idOf(rows, 1)]);
  });

  test.each([
    ['a position', -1, null, 'RG400'],
    ['a frame', 0, -1, '23514'],
  ])('refuses %s below 0', async (_what, position, frame, code) => {
    const [row] = await place(shot, [0]);
    await expect(move(row?.id ?? '', position, frame)).rejects.toMatchObject({ code });
  });
});

test('positions close up when links go, one or several at once, or with their generation', async () => {
  const rows = await place(shot, [0, 1, 2, 3, 4]);
  const another = await make.generation(alice, project);
  const [last] = await sql('select * from add_generation_to_shot($1, $2)', [shot, another]);
  await sql('delete from shot_generations where id = any ($1)', [[idOf(rows, 0), idOf(rows, 3)]]);
  expect(await list()).toEqual([idOf(rows, 1), idOf(rows, 2), idOf(rows, 4), last?.id]);
  expect((await links()).map(({ position }) => position)).toEqual([0, 1, 2, 3]);
  await sql('delete from generations where id = $1', [another]);
  expect(await list()).toEqual([idOf(rows, 1), idOf(rows, 2), idOf(rows, 4)]);
});

test('positions have no holes whatever a service writes, nor where a link moves to another shot', async () => {
  const rows = await place(shot, [0, 1, 2]);
  await database.query(service, 'update shot_generations set position = 90 where id = $1', [idOf(rows, 0)]);
  expect(await list()).toEqual([idOf(rows, 1), idOf(rows, 2), idOf(rows, 0)]);
  const elsewhere = await make.shot(alice, project, 'Elsewhere');
  await database.query(service, 'update shot_generations set shot_id = $2 where id = $1', [
    ...[idOf(rows, 2), elsewhere],
  ]);
  expect((await links()).map(({ position }) => position)).toEqual([0, 1]);
  const moved = await sql('select position from shot_generations where shot_id = $1', [elsewhere]);
  expect(moved).toEqual([{ position: 0 }]);
  await sql('delete from shots where id = $1', [elsewhere]);
});
