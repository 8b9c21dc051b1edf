import { randomUUID } from 'node:crypto';
import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';

let database: TestDatabase;
let make: ReturnType<typeof builders>;
let project = '';
let shot = '';
let beside = '';

beforeAll(async () => {
  database = await createTestDatabase();
  make = builders(database);
  await make.account(alice);
});
beforeEach(async () => {
  await database.asOwner('delete from projects');
  project = await make.project(alice);
  shot = await make.shot(alice, project);
  await make.link(alice, await make.shot(alice, project, 'Beside'), await make.generation(alice, project));
  const second = await make.project(alice, 'The second project');
  beside = await make.generation(alice, second, 'beside.png');
  await make.link(alice, await make.shot(alice, second), beside);
});
afterEach(async () => {
  expect(await brokenInvariants(database)).toEqual({});
});
afterAll(() => database?.drop());

type Row = Record<string, unknown> & { id: string };
const sql = (text: string, values: unknown[] = []) => database.query<Row>(alice, text, values);
const count = async () =>
  (
    await database.asOwner(
      `select (select count(*) from generations)::int as generations, (select count(*) from generation_variants)::int as variants,
        (select count(*) from shot_generations)::int as links`,
    )
  )[0];

describe('add_generation', () => {
  test('makes an image with its original variant from a location alone', async () => {
    const [made] = await sql(`select * from add_generation($1, 'a.png')`, [project]);
    expect(made).toMatchObject({
      ...{
        project_id: project,
        location: 'a.png',
        type: 'image',
        params: {},
        starred: false,
        is_child: false,
      },
      ...{ shot_data: {}, based_on: null, parent_generation_id: null, child_order: null },
    });
    expect(await sql('select * from generation_variants where generation_id = $1', [made?.id])).toMatchObject(
      [{ id: made?.primary_variant_id, location: 'a.png', variant_type: 'original', is_primary: true }],
    );
  });

  test('takes everything a generation can be given, and returns it as it stands afterwards', async () => {
    const [source, parent] = [await make.generation(alice, project), await make.generation(alice, project)];
    const [made] = await sql(
      `select * from add_generation($1, 'a.mp4', 'video', 'a.jpg', 'A name', '{"prompt": "rain", "tool_type": "travel"}',
        $2, $3, 4, true, $4)`,
      [project, source, parent, shot],
    );
    expect(made).toMatchObject({
      ...{
        type: 'video',
        thumbnail_url: 'a.jpg',
        name: 'A name',
        prompt: 'rain',
        tool_type: 'travel',
        starred: true,
      },
      ...{ based_on: source, parent_generation_id: parent, is_child: true, child_order: 4 },
      ...{ shot_data: { [shot]: 0 }, shot_id: shot, timeline_frame: 0 },
    });
    expect((await sql('select children from generations where id = $1', [parent]))[0]?.children).toEqual([
      { id: made?.id, order: 4 },
    ]);
  });

  test('puts it into a shot without a position when told so', async () => {
    const [made] = await sql(
      `select * from add_generation($1, 'a.png', shot_id => $2, with_position => false)`,
      [...[project, shot]],
    );
    expect(made?.shot_data).toEqual({ [shot]: null });
    expect(await sql('select position from shot_generations where shot_id = $1', [shot])).toEqual([
      { position: null },
    ]);
  });

  test('takes explicit nulls for the defaults', async () => {
    const [made] = await sql(
      `select * from add_generation($1, 'a.png', null, params => null, starred => null, shot_id => $2, with_position => null)`,
      [project, shot],
    );
    expect(made).toMatchObject({ type: 'image', params: {}, starred: false, timeline_frame: 0 });
  });

  const refused: [string, string, () => string][] = [
    ['a shot that does not exist', 'RG404', () => `shot_id => '${randomUUID()}'`],
    ['a source that does not exist', '23503', () => `based_on => '${randomUUID()}'`],
    ['a parent of another project', '23503', () => `parent_generation_id => '${beside}'`],
    ['an order without a parent', '23514', () => 'child_order => 1'],
    ['params that are a list', '23514', () => `params => '[]'`],
    ['a type in capitals', '23514', () => `type => 'IMAGE'`],
  ];
  test.each(refused)('leaves nothing at all with %s', async (_what, code, argument) => {
    const before = await count();
    await expect(sql(`select add_generation($1, 'a.png', ${argument()})`, [project])).rejects.toMatchObject({
      code,
    });
    expect(await count()).toEqual(before);
  });

  test.each([null, ' '])('needs a location, which %j is not', async (location) => {
    await expect(sql('select add_generation($1, $2)', [project, location])).rejects.toMatchObject({
      code: 'RG400',
    });
  });
});

test('set_primary_variant makes the generation show it', async () => {
  const generation = await make.generation(alice, project, 'a.png');
  const second = await make.variant(alice, generation, 'b.png');
  const [shown] = await sql('select * from set_primary_variant($1)', [second]);
  expect(shown).toMatchObject({ id: generation, primary_variant_id: second, location: 'b.png' });
});

test('mark_variants_viewed returns what was new, the first time only, and touches no other generation', async () => {
  const generation = await make.generation(alice, project);
  const second = await make.variant(alice, generation);
  await sql('select mark_variants_viewed($1)', [beside]);
  const viewed = await sql('select * from mark_variants_viewed($1)', [generation]);
  expect(viewed).toHaveLength(2);
  expect(viewed.map((row) => row.viewed_at)).toEqual([expect.any(Date), expect.any(Date)]);
  expect(viewed.map(({ id }) => id)).toContain(second);
  expect(await sql('select * from mark_variants_viewed($1)', [generation])).toEqual([]);
  const unviewed = await database.asOwner('select id from generation_variants where viewed_at is null');
  expect(unviewed).toHaveLength(1);
});

describe('delete_generations', () => {
  test('deletes them with their variants, parts and places, and nothing else', async () => {
    const before = await count();
    const [one, two] = [await make.generation(alice, project), await make.generation(alice, project)];
    await sql(`select add_generation($1, 'part.png', parent_generation_id => $2, shot_id => $3)`, [
      project,
      one,
      shot,
    ]);
    await sql('select add_generation_to_shot($1, $2)', [shot, two]);
    const deleted = await sql('select id, location from delete_generations($1)', [[two, one]]);
    expect(deleted.map(({ id }) => id).sort()).toEqual([one, two].sort());
    expect(await count()).toEqual(before);
  });

  test('deletes a composite together with a part that is named too', async () => {
    const parent = await make.generation(alice, project);
    const [part] = await sql(`select id from add_generation($1, 'p.png', parent_generation_id => $2)`, [
      project,
      parent,
    ]);
    expect(await sql('select id from delete_generations($1)', [[parent, part?.id]])).toHaveLength(2);
  });

  test('names every unknown id and deletes none', async () => {
    const known = await make.generation(alice, project);
    const [one, two] = [randomUUID(), randomUUID()];
    const before = await count();
    await expect(sql('select delete_generations($1)', [[one, known, two, null]])).rejects.toMatchObject({
      code: 'RG404',
      message: `There is no generation ${one}, ${two}, null.`,
    });
    expect(await count()).toEqual(before);
  });

  test('deletes nothing for an empty list, and refuses none', async () => {
    const before = await count();
    expect(await sql(`select id from delete_generations('{}')`)).toEqual([]);
    await expect(sql('select delete_generations(null)')).rejects.toMatchObject({ code: 'RG400' });
    expect(await count()).toEqual(before);
  });
});

describe('lineage', () => {
  /** A line of generations, each based on the one before; returns their ids, oldest first. */
  const line = async (length: number) => {
    const ids: string[] = [];
    for (let place = 0; place < length; place += 1) {
      const [made] = await sql(
        'insert into generations (project_id, name, based_on) values ($1, $2, $3) returning id',
        [...[project, `g${place}`, ids.at(-1) ?? null]],
      );
      ids.push(made?.id ?? '');
    }
    return ids;
  };
  const lineage = async (id?: string) =>
    (await sql('select l.id from generations g, lateral generations_lineage(g) l where g.id = $1', [id])).map(
      (row) => row.id,
    );

  test('is the generations it was derived from, the oldest first', async () => {
    const ids = await line(4);
    expect(await lineage(ids[3])).toEqual(ids.slice(0, 3));
    expect(await lineage(ids[0])).toEqual([]);
  });

  test('is 30 generations deep and no more', async () => {
    const ids = await line(33);
    expect(await lineage(ids[32])).toEqual(ids.slice(2, 32));
  });

  test('ends where it runs in a circle', async () => {
    const ids = await line(3);
    await sql('update generations set based_on = $2 where id = $1', [ids[0], ids[2]]);
    expect(await lineage(ids[2])).toEqual([ids[0], ids[1]]);
    const after = await sql('insert into generations (project_id, based_on) values ($1, $2) returning id', [
      ...[project, ids[2]],
    ]);
    expect(await lineage(after[0]?.id)).toEqual(ids);
  });
});

test('a service uses the same functions', async () => {
  const [made] = await database.query<Row>(
    service,
    `select * from add_generation($1, 'a.png', shot_id => $2)`,
    [...[project, shot]],
  );
  const second = await make.variant(alice, made?.id ?? '', 'b.png');
  await database.query(service, 'select set_primary_variant($1)', [second]);
  expect(await database.query(service, 'select * from mark_variants_viewed($1)', [made?.id])).toHaveLength(2);
  expect(await database.query(service, 'select * from delete_generations($1)', [[made?.id]])).toHaveLength(1);
});
