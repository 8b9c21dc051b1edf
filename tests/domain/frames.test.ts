import { randomUUID } from 'node:crypto';
import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';

/** batch_update_timeline_frames: one drop of a drag, all or nothing. */

interface Link extends Record<string, unknown> {
  id: string;
  timeline_frame: number | null;
  metadata: Record<string, unknown>;
}

let database: TestDatabase;
let make: ReturnType<typeof builders>;
let shot = '';
let beside = '';
const ids: string[] = [];

const query = (text: string, values: unknown[] = []) => database.query<Link>(alice, text, values);
const change = (changes: unknown) =>
  query('select * from batch_update_timeline_frames($1, $2)', [shot, JSON.stringify(changes)]);
const rows = (shotId = shot) =>
  query('select id, timeline_frame, metadata from shot_generations where shot_id = $1 order by position', [
    shotId,
  ]);

beforeAll(async () => {
  database = await createTestDatabase();
  make = builders(database);
  await make.account(alice);
  const project = await make.project(alice);
  const generation = await make.generation(alice, project);
  shot = await make.shot(alice, project);
  beside = await make.shot(alice, project, 'Beside');
  for (const shotId of [shot, shot, shot, beside])
    await query('select add_generation_to_shot($1, $2)', [shotId, generation]);
  ids.push(...[...(await rows()), ...(await rows(beside))].map(({ id }) => id));
});
beforeEach(async () => {
  await query(
    `update shot_generations set timeline_frame = position * 50, metadata = '{"prompt": "rain", "seed": 1}'`,
  );
});
afterEach(async () => {
  expect(await brokenInvariants(database)).toEqual({});
  expect(await rows(beside)).toEqual([
    { id: ids[3], timeline_frame: 0, metadata: { prompt: 'rain', seed: 1 } },
  ]);
});
afterAll(() => database?.drop());

test('frames are set, metadata is merged, null removes a key, and what is not named stays', async () => {
  const changed = await change([
    { id: ids[0], timeline_frame: 5, metadata: { seed: null, strength: { a: 1 } } },
    { id: ids[1], metadata: { prompt: 'snow' } },
    { id: ids[2], timeline_frame: null },
  ]);
  expect(changed).toHaveLength(3);
  expect(await rows()).toEqual([
    { id: ids[0], timeline_frame: 5, metadata: { prompt: 'rain', strength: { a: 1 } } },
    { id: ids[1], timeline_frame: 50, metadata: { prompt: 'snow', seed: 1 } },
    { id: ids[2], timeline_frame: null, metadata: { prompt: 'rain', seed: 1 } },
  ]);
});

test('a whole number may be written with a point, and an id in capitals', async () => {
  const written = `[{"id": "${ids[0]?.toUpperCase()}", "timeline_frame": 7.0}]`;
  const [changed] = await query('select * from batch_update_timeline_frames($1, $2)', [shot, written]);
  expect(changed).toMatchObject({ id: ids[0], timeline_frame: 7 });
});

test('an empty list changes nothing', async () => {
  expect(await change([])).toEqual([]);
});

const refused: [string, string, () => unknown][] = [
  ['no list', 'RG400', () => ({ id: ids[1] })],
  ['null', 'RG400', () => null],
  ['a change that is no object', 'RG400', () => [7]],
  ['a change without an id', 'RG400', () => [{ timeline_frame: 1 }]],
  ['a frame in words', 'RG400', () => [{ id: ids[1], timeline_frame: '7' }]],
  ['a frame below 0', 'RG400', () => [{ id: ids[1], timeline_frame: -1 }]],
  ['a frame and a half', 'RG400', () => [{ id: ids[1], timeline_frame: 1.5 }]],
  ['a frame that is too large', 'RG400', () => [{ id: ids[1], timeline_frame: 2147483648 }]],
  ['metadata that is a list', 'RG400', () => [{ id: ids[1], metadata: [] }]],
  ['a misspelt key', 'RG400', () => [{ id: ids[1], timelineFrame: 3 }]],
  ['one place twice', 'RG400', () => [{ id: ids[1] }, { id: ids[1]?.toUpperCase() }]],
  ['a place that does not exist', 'RG404', () => [{ id: randomUUID(), timeline_frame: 1 }]],
  ['an id that is none', 'RG404', () => [{ id: 'x', timeline_frame: 1 }]],
  ['a place of another shot', 'RG404', () => [{ id: ids[3], timeline_frame: 1 }]],
];
test.each(refused)('%s refuses the whole drop', async (_what, code, changes) => {
  const bad = changes();
  const given = Array.isArray(bad) ? [{ id: ids[0], timeline_frame: 1 }, ...(bad as unknown[])] : bad;
  await expect(change(given)).rejects.toMatchObject({ code });
  expect((await rows()).map(({ timeline_frame }) => timeline_frame)).toEqual([0, 50, 100]);
});
