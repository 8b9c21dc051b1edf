import { buildSchema, type GraphQLEnumType, type GraphQLObjectType } from 'graphql';
import { readFileSync } from 'node:fs';
import { alice, authorizationOf, service } from '../helpers/actors';
import { changesOf, EVERYTHING, FACTS, FIELDS, hasTold, idsOf, isReady } from './follower';
import { openScene, type Scene } from './scene';

let scene: Scene;
let project = '';
const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));

beforeAll(async () => {
  scene = await openScene();
});
beforeEach(async () => {
  project = await scene.make.project(alice);
});
afterEach(() => scene.disconnect());
afterAll(() => scene?.close());

const update = (table: string, id: string, set: string) =>
  scene.database.query(service, `update ${table} set ${set} where id = $1`, [id]);

describe('a batch', () => {
  test('tells READY first, then what changed, with what a client decides by and the row', async () => {
    const stream = await scene.watch(alice, EVERYTHING, { p: project });
    const generation = await scene.make.generation(alice, project, 'public/a.png');
    await stream.until(hasTold(generation));
    await update('generations', generation, 'starred = true, name = null');
    await stream.until(({ items }) => items.length === 3);
    const [ready, made, starred] = stream.items;
    expect(ready).toEqual({
      ...{ kind: 'READY', projectId: project, originClientId: null, changes: [] },
      cursor: expect.any(String) as unknown,
    });
    const small = {
      ...{ status: null, location: 'public/a.png', thumbnailUrl: null, starred: false, isPrimary: null },
      ...{ timelineFrame: null, position: null, viewedAt: null, order: null },
    };
    expect(made).toMatchObject({ kind: 'CHANGE', projectId: project });
    expect(made!.changes![0]).toMatchObject({
      ...{ operation: 'INSERT', table: 'GENERATIONS', id: generation, projectId: project },
      ...{ generationId: generation, shotId: null, parentGenerationId: null, changedColumns: [] },
      ...{ before: null, after: small, originClientId: null },
      ...{ generationVariant: null, shotGeneration: null, task: null },
    });
    expect(starred!.changes).toHaveLength(1);
    expect(starred!.changes![0]).toMatchObject({
      ...{
        operation: 'UPDATE',
        changedColumns: ['starred'],
        before: small,
        after: { ...small, starred: true },
      },
      generation: { id: generation, projectId: project, location: 'public/a.png' },
    });
    // What the trigger made with it, in the same batch, each with its row and what it belongs to.
    const variant = made!.changes!.find(({ table }) => table === 'GENERATION_VARIANTS');
    expect(variant).toMatchObject({
      ...{ operation: 'INSERT', generationId: generation },
      generationVariant: { id: variant?.id, location: 'public/a.png', generation: { id: generation } },
    });
    const cursors = stream.items.map(({ cursor }) => cursor);
    expect(new Set(cursors).size).toBe(3);
    for (const cursor of cursors) expect(cursor).toMatch(/^[\w-]+$/);
  });

  test('of a deletion has what was, and no row', async () => {
    const shot = await scene.make.shot(alice, project);
    const generation = await scene.make.generation(alice, project);
    const link = await scene.make.link(alice, shot, generation);
    await update('shot_generations', link, 'timeline_frame = 24, position = 0');
    const stream = await scene.watch(alice, EVERYTHING, { p: project });
    await scene.database.query(alice, 'delete from shot_generations where id = $1', [link]);
    await stream.until(hasTold(link));
    expect(changesOf(stream).find(({ id }) => id === link)).toMatchObject({
      ...{ operation: 'DELETE', table: 'SHOT_GENERATIONS', shotId: shot, generationId: generation },
      ...{ before: { timelineFrame: 24, position: 0 }, after: null, shotGeneration: null },
    });
  });

  test('shows enums as the rest of the API does', async () => {
    await scene.make.worker('gpu-1');
    const task = await scene.make.task(project);
    const stream = await scene.watch(alice, EVERYTHING, { p: project });
    await update('tasks', task, `status = 'In Progress', worker_id = 'gpu-1'`);
    await stream.until(hasTold(task));
    expect(changesOf(stream)[0]).toMatchObject({
      ...{ before: { status: 'QUEUED' }, after: { status: 'IN_PROGRESS' }, task: { status: 'IN_PROGRESS' } },
    });
    expect((schema.getType('TaskStatus') as GraphQLEnumType).getValue('IN_PROGRESS')).toBeDefined();
  });

  test.each([
    [['TASKS'], ['TASKS']],
    [
      ['SHOT_GENERATIONS', 'TASKS'],
      ['SHOT_GENERATIONS', 'TASKS'],
    ],
    // Shots are told to who names them alone: clients that know four tables are not to be told of a fifth.
    [null, ['GENERATIONS', 'GENERATION_VARIANTS', 'SHOT_GENERATIONS', 'TASKS']],
    [
      ['TASKS', 'SHOTS'],
      ['SHOTS', 'TASKS'],
    ],
  ])('of the tables %j has those', async (tables, expected) => {
    const stream = await scene.watch(alice, FACTS, { p: project, tables });
    const generation = await scene.make.generation(alice, project);
    await scene.make.link(alice, await scene.make.shot(alice, project), generation);
    await stream.until(hasTold(await scene.make.task(project)));
    expect([...new Set(changesOf(stream).map(({ table }) => table))].sort()).toEqual(expected);
    // One without anything of them is not told.
    expect(stream.items.slice(1).every(({ changes }) => changes!.length > 0)).toBe(true);
  });

  test('of shots has each that was put elsewhere, and what was done to one', async () => {
    const [first, second] = [await scene.make.shot(alice, project), await scene.make.shot(alice, project)];
    const stream = await scene.watch(alice, EVERYTHING, { p: project, tables: ['SHOTS'] });
    await scene.database.query(alice, 'select reorder_shots($1, $2)', [project, [second, first]]);
    await stream.until(hasTold(first));
    expect(stream.items).toHaveLength(2);
    const moved = new Map(changesOf(stream).map((change) => [change.id, change]));
    expect(moved.get(first)).toMatchObject({ before: { order: 0 }, after: { order: 1 } });
    expect(moved.get(second)).toMatchObject({ before: { order: 1 }, after: { order: 0 } });
    expect(moved.size).toBe(2);
    await update('shots', first, `name = 'Renamed'`);
    await scene.database.query(alice, 'delete from shots where id = $1', [second]);
    await stream.until(({ items }) => items.length === 4);
    expect(stream.items[2]!.changes).toEqual([
      expect.objectContaining({ id: first, shotId: first, operation: 'UPDATE', changedColumns: ['name'] }),
    ]);
    expect(stream.items[3]!.changes!.map(({ operation, id }) => [operation, id])).toEqual([
      ['DELETE', second],
      // The orders close up.
      ['UPDATE', first],
    ]);
  });

  test('of no tables is refused, in words', async () => {
    const socket = await scene.connect(alice);
    const stream = await socket.begin(FACTS, { p: project, tables: [] }).until(({ isOver }) => isOver);
    expect(stream.errors).toEqual([
      expect.objectContaining({
        message: 'tables is empty: name those to follow, or leave it out to follow the usual four.',
        extensions: { code: 'INVALID_INPUT' },
      }),
    ]);
  });
});

describe('one item for each row', () => {
  const insertThree = `insert into generations (project_id) select $1 from generate_series(1, 3) returning id`;

  test('has a cursor for each: who goes on from the middle of a transaction is told the rest, once', async () => {
    const query = FIELDS.generationChanges!;
    const stream = await scene.watch(alice, query, { p: project });
    await scene.database.query(alice, insertThree, [project]);
    await stream.until(({ items }) => items.length === 4);
    const told = idsOf(stream);
    const cursors = stream.items.slice(1).map(({ cursor }) => cursor);
    expect(new Set([...cursors, ...told]).size).toBe(6);
    const socket = await scene.connect(alice);
    for (const [index, after] of cursors.entries()) {
      const resumed = await socket.begin(query, { p: project, after }).until(isReady);
      expect(idsOf(resumed)).toEqual(told.slice(index + 1));
      expect(resumed.items.map(({ cursor }) => cursor).slice(0, -1)).toEqual(cursors.slice(index + 1));
    }
    // As a batch, the rest too.
    const batch = await socket.begin(FACTS, { p: project, after: cursors[0] }).until(isReady);
    expect(idsOf(batch)).toContain(told[2]);
  });

  test('has its own table alone, and its row', async () => {
    const query = `subscription ($p: UUID!) { generationVariantChanges(projectId: $p) {
      kind cursor projectId operation table id generationId generationVariant { id generation { id variants { nodes { id } } } }
    } }`;
    const stream = await scene.watch(alice, query, { p: project });
    const generation = await scene.make.generation(alice, project);
    await stream.until(({ items }) => items.length >= 2);
    const { id } = stream.items[1]!;
    expect(stream.items[0]).toMatchObject({
      kind: 'READY',
      operation: null,
      table: null,
      id: null,
      generationVariant: null,
    });
    expect(stream.items[1]).toMatchObject({
      ...{ kind: 'CHANGE', operation: 'INSERT', table: 'GENERATION_VARIANTS', generationId: generation },
      generationVariant: { id, generation: { id: generation, variants: { nodes: [{ id }] } } },
    });
  });
});

describe('the client that made a change', () => {
  const rename = `mutation ($id: UUID!, $name: String!) {
    updateGeneration(input: { id: $id, patch: { name: $name } }) { generation { id } } }`;

  test('is named by its own word, over HTTP and on a socket', async () => {
    const generation = await scene.make.generation(alice, project);
    const stream = await scene.watch(alice, EVERYTHING, { p: project });
    const authorization = (await authorizationOf(alice))!;
    await fetch(`${scene.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, 'x-client-id': 'window 7' },
      body: JSON.stringify({ query: rename, variables: { id: generation, name: 'One' } }),
    });
    const socket = await scene.connect(alice, { clientId: 'window 8' });
    await socket.begin(rename, { id: generation, name: 'Two' }).until(({ isOver }) => isOver);
    await scene.gateway.ask(alice, rename, { id: generation, name: 'Three' });
    await stream.until(({ items }) => items.length === 4);
    const words = [null, 'window 7', 'window 8', null];
    expect(stream.items.map(({ originClientId }) => originClientId)).toEqual(words);
    for (const [index, { changes }] of stream.items.entries())
      for (const { originClientId } of changes!) expect(originClientId).toBe(words[index]);
  });
});

describe('the names of changed columns', () => {
  const TYPES = {
    generations: 'Generation',
    generation_variants: 'GenerationVariant',
    shot_generations: 'ShotGeneration',
    tasks: 'Task',
  };
  test.each(Object.entries(TYPES))('of %s are fields of %s', async (table, typeName) => {
    const [source] = await scene.database.asOwner<{ names: string[] }>(
      `select array(select m[1] from regexp_matches(prosrc, 'is distinct from r\\.\\S+ then ''(\\w+)''', 'g') m) as names
       from pg_proc where oid = ('app_private.log_' || $1)::regproc`,
      [table],
    );
    const fields = Object.keys((schema.getType(typeName) as GraphQLObjectType).getFields());
    expect(source!.names.length).toBeGreaterThan(4);
    expect(source!.names.filter((name) => !fields.includes(name))).toEqual([]);
  });
});
