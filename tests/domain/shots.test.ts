import { randomUUID } from 'node:crypto';
import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';

interface Shot {
  id: string;
  name: string;
  order: number;
  project_id: string;
}
interface Link {
  id: string;
  shot_id: string;
  generation_id: string;
  position: number | null;
  timeline_frame: number | null;
}

let database: TestDatabase;
let make: ReturnType<typeof builders>;
let project = '';
let shot = '';
let generation = '';
/** A second project and a second shot with links of their own: nothing here may touch them. */
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
  for (const [home, name] of [
    [project, 'A shot beside'],
    [second, 'A shot elsewhere'],
  ] as const) {
    const other = await make.shot(alice, home, name);
    const shown = await make.generation(alice, home, `${name}.png`);
    for (const positioned of [true, true, false])
      await sql('select add_generation_to_shot($1, $2, $3)', [other, shown, positioned]);
  }
  bystanders = await others();
  shot = await make.shot(alice, project, 'The shot');
  generation = await make.generation(alice, project);
});
afterEach(async () => {
  expect(await brokenInvariants(database)).toEqual({});
  expect(await others()).toEqual(bystanders);
});
afterAll(() => database?.drop());

const sql = <T extends object = Link>(text: string, values: unknown[] = []) =>
  database.query<T & Record<string, unknown>>(alice, text, values);
const others = () =>
  database.asOwner(`
    select s.name, sg.generation_id, sg.position, sg.timeline_frame, g.shot_id, g.shot_data
    from shots s join shot_generations sg on sg.shot_id = s.id join generations g on g.id = sg.generation_id
    where s.name in ('A shot beside', 'A shot elsewhere') order by s.name, sg.position`);
const links = (shotId: string) =>
  sql('select * from shot_generations where shot_id = $1 order by position, timeline_frame, created_at, id', [
    shotId,
  ]);
const add = async (generationId = generation, positioned: boolean | null = true, shotId = shot) => {
  const [link] = await sql('select * from add_generation_to_shot($1, $2, $3)', [
    shotId,
    generationId,
    positioned,
  ]);
  if (!link) throw new Error('No link came back.');
  return link;
};
const names = async () =>
  (await sql<Shot>('select name from shots where project_id = $1 order by "order"', [project])).map(
    ({ name }) => name,
  );
const shotData = async (id: string) =>
  (
    await sql<{ shot_data: unknown; shot_id: string | null; timeline_frame: number | null }>(
      'select shot_data, shot_id, timeline_frame from generations where id = $1',
      [id],
    )
  )[0];

describe('add_generation_to_shot', () => {
  test('puts the first at position 0 and frame 0, each next one 50 frames after the last', async () => {
    expect(await add()).toMatchObject({ position: 0, timeline_frame: 0 });
    expect(await add()).toMatchObject({ position: 1, timeline_frame: 50 });
    await sql('update shot_generations set timeline_frame = 333 where shot_id = $1 and position = 0', [shot]);
    expect(await add()).toMatchObject({ position: 2, timeline_frame: 383 });
  });

  test('without a position places it neither in the list nor on the timeline, and still counts no place', async () => {
    expect(await add(generation, false)).toMatchObject({ position: null, timeline_frame: null });
    expect(await add()).toMatchObject({ position: 0, timeline_frame: 0 });
  });

  test('makes a new row each time, also when the generation stands there already', async () => {
    const [one, two] = [await add(), await add()];
    expect(one.id).not.toBe(two.id);
    expect(await links(shot)).toHaveLength(2);
  });

  test('takes an explicit null for the default', async () => {
    expect(await add(generation, null)).toMatchObject({ position: 0, timeline_frame: 0 });
  });

  test('refuses a generation of the caller’s other project', async () => {
    const [elsewhere] = await sql<{ id: string }>(
      `select id from generations where location = 'A shot elsewhere.png'`,
    );
    await expect(add(elsewhere?.id)).rejects.toMatchObject({ code: 'RG404' });
    expect(await links(shot)).toEqual([]);
  });

  test('works for a service', async () => {
    const [link] = await database.query<Link & Record<string, unknown>>(
      service,
      'select * from add_generation_to_shot($1, $2)',
      [shot, generation],
    );
    expect(link).toMatchObject({ position: 0, timeline_frame: 0 });
  });
});

describe('what a generation shows of its shots', () => {
  test('is the lowest frame of each shot, null where it has none', async () => {
    const second = await make.shot(alice, project, 'Second');
    await add();
    await add();
    await add(generation, false, second);
    expect((await shotData(generation))?.shot_data).toEqual({ [shot]: 0, [second]: null });
    await sql('update shot_generations set timeline_frame = 70 where shot_id = $1 and position = 0', [shot]);
    expect((await shotData(generation))?.shot_data).toEqual({ [shot]: 50, [second]: null });
    await sql('delete from shot_generations where generation_id = $1', [generation]);
    expect(await shotData(generation)).toEqual({ shot_data: {}, shot_id: null, timeline_frame: null });
  });

  test('is led by the oldest association, and by the next oldest when that goes', async () => {
    const second = await make.shot(alice, project, 'Second');
    const oldest = await add();
    const next = await add(generation, true, second);
    await sql('update shot_generations set timeline_frame = 9 where id = $1', [next.id]);
    expect(await shotData(generation)).toMatchObject({ shot_id: shot, timeline_frame: 0 });
    await sql('delete from shot_generations where id = $1', [oldest.id]);
    expect(await shotData(generation)).toMatchObject({ shot_id: second, timeline_frame: 9 });
  });

  test('follows the deletion of a shot', async () => {
    const second = await make.shot(alice, project, 'Second');
    await add();
    await add(generation, true, second);
    await sql('delete from shots where id = $1', [shot]);
    expect(await shotData(generation)).toEqual({
      shot_data: { [second]: 0 },
      shot_id: second,
      timeline_frame: 0,
    });
  });

  test('cannot be written by anybody’s hand, not even a service’s', async () => {
    for (const change of [
      `shot_data = '{"x": 1}'`,
      'timeline_frame = 7',
      `children = '[1]'`,
      `shot_id = '${shot}'`,
    ])
      await expect(
        database.query(service, `update generations set ${change} where id = $1`, [generation]),
      ).rejects.toMatchObject({ code: 'RG403' });
    await expect(
      database.query(service, `insert into generations (project_id, shot_data) values ($1, '{"x": 1}')`, [
        project,
      ]),
    ).rejects.toMatchObject({ code: 'RG403' });
  });
});

test('duplicate_shot copies settings and every place to the end of the project, and shares the generations', async () => {
  await sql(`update shots set settings = '{"t": {"a": 1}}', aspect_ratio = '9:16' where id = $1`, [shot]);
  const placed = await add();
  await add(generation, false);
  await sql(
    `update shot_generations set metadata = '{"prompt": "rain"}', timeline_frame = 12 where id = $1`,
    [placed.id],
  );
  await make.shot(alice, project, 'After it');
  const [copy] = await sql<Shot>('select * from duplicate_shot($1)', [shot]);
  expect(copy).toMatchObject({
    ...{
      name: 'The shot (copy)',
      project_id: project,
      settings: { t: { a: 1 } },
      aspect_ratio: '9:16',
      order: 3,
    },
  });
  expect(await links(copy?.id ?? '')).toMatchObject([
    { generation_id: generation, position: 0, timeline_frame: 12, metadata: { prompt: 'rain' } },
    { generation_id: generation, position: null, timeline_frame: null, metadata: {} },
  ]);
  expect(await links(shot)).toHaveLength(2);
  expect(await shotData(generation)).toEqual({
    shot_data: { [shot]: 12, [copy?.id ?? '']: 12 },
    shot_id: shot,
    timeline_frame: 12,
  });
});

test('a copy of a shot whose name is as long as a name can be still gets one', async () => {
  await sql('update shots set name = $2 where id = $1', [shot, 'ä'.repeat(200)]);
  const [copy] = await sql<Shot>('select * from duplicate_shot($1)', [shot]);
  expect(copy?.name).toBe(`${'ä'.repeat(193)} (copy)`);
});

test('create_shot_with_image makes a shot with the image at position 0 and frame 0', async () => {
  const [created] = await sql<Shot>('select * from create_shot_with_image($1, $2, $3)', [
    project,
    'New',
    generation,
  ]);
  expect(created).toMatchObject({ name: 'New', project_id: project, order: 2 });
  expect(await links(created?.id ?? '')).toMatchObject([
    { generation_id: generation, position: 0, timeline_frame: 0 },
  ]);
});

test.each([
  ['an image that does not exist', 'New', () => randomUUID(), 'RG404'],
  ['no name', '  ', () => generation, '23514'],
  ['no image', 'New', () => null, 'RG404'],
])('create_shot_with_image leaves nothing at all of a shot with %s', async (_what, name, image, code) => {
  await expect(
    sql('select create_shot_with_image($1, $2, $3)', [project, name, image()]),
  ).rejects.toMatchObject({ code });
  expect(await names()).toEqual(['A shot beside', 'The shot']);
  expect(await links(shot)).toEqual([]);
});
