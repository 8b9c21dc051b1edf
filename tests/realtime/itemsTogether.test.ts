import { BatchUpdateTimelineFramesDocument } from '../../web/src/graphql/generated';
import { alice, bob, gpu1, service } from '../helpers/actors';
import { openStudio } from '../helpers/studio';
import { changesOf, EVERYTHING, FACTS, hasTold, idsOf, isReady, type Stream } from './follower';
import { openScene, type Scene } from './scene';

let scene: Scene;
let project = '';
beforeAll(async () => {
  scene = await openScene();
  await scene.make.worker('gpu-1');
});
beforeEach(async () => {
  project = await scene.make.project(alice);
});
afterEach(() => scene.disconnect());
afterAll(() => scene?.close());

const sql = (text: string, values: unknown[] = [project]) =>
  scene.database.query<{ id: string }>(alice, text, values);
const kinds = ({ items }: Stream) => items.map(({ kind }) => kind);
/** A change that comes after all that was done before: what is not there by then does not come. */
const andThen = async (stream: Stream) => {
  const id = await scene.make
    .shot(alice, project)
    .then(async (shot) => scene.make.link(alice, shot, await scene.make.generation(alice, project)));
  await stream.until(hasTold(id));
  return stream;
};

test('a drag of twelve items is one batch', async () => {
  const shot = await scene.make.shot(alice, project);
  const links = await Promise.all(
    Array.from({ length: 12 }, async () =>
      scene.make.link(alice, shot, await scene.make.generation(alice, project)),
    ),
  );
  const stream = await scene.watch(alice, EVERYTHING, { p: project });
  const answer = await scene.gateway.ask(alice, String(BatchUpdateTimelineFramesDocument), {
    shotId: shot,
    changes: links.map((id, index) => ({ id, timeline_frame: index * 10 })),
  });
  expect(answer.errors).toBeUndefined();
  await stream.until(hasTold(links[11]!));
  await andThen(stream);
  const batches = stream.items.filter(({ changes }) => changes!.some(({ id }) => links.includes(id)));
  expect(batches).toHaveLength(1);
  const moved = batches[0]!.changes!.filter(({ table }) => table === 'SHOT_GENERATIONS');
  expect(new Set(moved.map(({ id }) => id))).toEqual(new Set(links));
  const last = new Map(
    moved.map(({ id, after }) => [id, (after as { timelineFrame: number }).timelineFrame]),
  );
  expect(links.map((id) => last.get(id))).toEqual(links.map((_, index) => index * 10));
});

test('what a finished task made arrives with it, in one batch', async () => {
  const studio = await openStudio(scene.database, alice);
  const shot = await scene.make.shot(alice, studio.projectId);
  await studio.enqueue({ params: { shot_id: shot, prompt: 'A pier' } });
  const [task] = await scene.database.query<{ id: string; attempts: number }>(
    gpu1,
    `select id, attempts from claim_next_task('gpu-1', 'gpu', false)`,
  );
  const stream = await scene.watch(alice, EVERYTHING, { p: studio.projectId });
  await scene.database.query(gpu1, 'select from complete_task($1, $2, $3)', [
    task!.id,
    task!.attempts,
    'out/a.png',
  ]);
  await stream.until(hasTold(task!.id));
  const batch = stream.items[1]!;
  const of = (table: string) => batch.changes!.filter((change) => change.table === table);
  expect(of('TASKS').at(-1)).toMatchObject({
    ...{ id: task!.id, after: { status: 'COMPLETE' }, task: { status: 'COMPLETE' } },
  });
  const [generation, variant, link] = ['GENERATIONS', 'GENERATION_VARIANTS', 'SHOT_GENERATIONS'].map(
    (table) => of(table).find(({ operation }) => operation === 'INSERT')!,
  );
  expect(generation).toMatchObject({
    generation: { location: 'out/a.png', primaryVariant: { id: variant!.id } },
  });
  expect(variant).toMatchObject({ generationId: generation!.id, after: { isPrimary: true } });
  expect(link).toMatchObject({ shotId: shot, generationId: generation!.id });
  expect(stream.items).toHaveLength(2);
});

describe('too much at once', () => {
  const many = (count: number) =>
    `insert into generations (project_id) select $1 from generate_series(1, ${count})`;

  test('a statement of a thousand rows is told, of one more it is one RESYNC', async () => {
    const stream = await scene.watch(alice, FACTS, { p: project });
    await sql(many(1000));
    await stream.until(({ items }) => items.length === 2);
    await sql(many(1001));
    await stream.until(({ items }) => items.length === 3);
    expect(kinds(await andThen(stream)).slice(0, 3)).toEqual(['READY', 'CHANGE', 'RESYNC']);
    expect(stream.items[1]!.changes).toHaveLength(1000);
    expect(kinds(stream).filter((kind) => kind === 'RESYNC')).toHaveLength(1);
    // Its cursor is behind it: nothing of it comes again.
    const after = stream.items[2]!.cursor;
    const resumed = await (await scene.connect(alice)).begin(FACTS, { p: project, after }).until(isReady);
    expect(idsOf(resumed)).toEqual(idsOf({ ...stream, items: stream.items.slice(3) }));
  });

  test('a transaction of more by several statements is one RESYNC, for each subscription', async () => {
    const streams = await Promise.all(
      [undefined, ['TASKS']].map((tables) => scene.watch(alice, FACTS, { p: project, tables })),
    );
    await scene.database.as(alice, async (client) => {
      for (const count of [600, 400, 1]) await client.query(many(count), [project]);
    });
    for (const stream of streams) await stream.until(({ items }) => items.length === 2);
    expect(kinds(streams[1]!)).toEqual(['READY', 'RESYNC']);
    expect(kinds(await andThen(streams[0]!)).filter((kind) => kind === 'RESYNC')).toHaveLength(1);
  });

  test('what a service does to two projects is too much only for the one', async () => {
    const other = await scene.make.project(bob);
    const [hers, his] = await Promise.all([
      scene.watch(alice, FACTS, { p: project }),
      scene.watch(bob, FACTS, { p: other }),
    ]);
    await scene.database.as(service, async (client) => {
      for (const count of [600, 401]) await client.query(many(count), [project]);
      await client.query(many(2), [other]);
    });
    await hers.until(({ items }) => items.length === 2);
    await his.until(({ items }) => items.length === 2);
    expect([kinds(hers), kinds(his)]).toEqual([
      ['READY', 'RESYNC'],
      ['READY', 'CHANGE'],
    ]);
    expect(changesOf(his)).toHaveLength(2);
  });

  test('with a change of owner in the end it is a RESYNC too, for who stays', async () => {
    const watcher = await scene.watch(service, FACTS, { p: project });
    await scene.database.as(service, async (client) => {
      for (const count of [600, 401]) await client.query(many(count), [project]);
      await client.query('update projects set user_id = $2 where id = $1', [project, bob.id]);
    });
    await watcher.until(hasTold(await scene.make.generation(bob, project)));
    expect(kinds(watcher)).toEqual(expect.arrayContaining(['RESYNC']));
  });

  test('the end of a project with much in it is one RESYNC', async () => {
    await sql(many(3000));
    const stream = await scene.watch(alice, FACTS, { p: project });
    await sql('delete from projects where id = $1');
    await stream.until(({ isOver }) => isOver);
    expect(kinds(stream)).toEqual(['READY', 'RESYNC']);
  });
});

test('what is rolled back is not told', async () => {
  const stream = await scene.watch(alice, FACTS, { p: project });
  let undone = '';
  await expect(
    scene.database.as(alice, async (client) => {
      const { rows } = await client.query<{ id: string }>(
        'insert into generations (project_id) values ($1) returning id',
        [project],
      );
      undone = rows[0]!.id;
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow('changed my mind');
  // A mutation whose second part fails takes the first with it.
  const shot = await scene.make.shot(alice, project);
  const twice = await scene.gateway.ask(
    alice,
    `mutation ($p: UUID!, $s: UUID!) {
      a: createGeneration(input: { generation: { projectId: $p } }) { generation { id } }
      b: createShotGeneration(input: { shotGeneration: { shotId: $s, generationId: "${shot}" } }) { clientMutationId }
    }`,
    { p: project, s: shot },
  );
  expect(twice.errors).toBeDefined();
  await andThen(stream);
  const told = changesOf(stream).filter(({ table }) => table === 'GENERATIONS');
  const kept = (await sql('select id from generations where project_id = $1')).map(({ id }) => id);
  expect(undone).not.toBe('');
  expect([...new Set(told.map(({ id }) => id))].sort()).toEqual(kept.sort());
});
