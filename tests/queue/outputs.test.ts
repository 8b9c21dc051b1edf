import { alice, bob } from '../helpers/actors';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { brokenInvariants } from '../helpers/invariants';
import { madeBy, makeWorkshop, type Workshop } from './workshop';

let workshop: Workshop;
let gateway: TestGateway;
let project: string;
let make: Workshop['make'];
let run: Workshop['run'];
let generation: Workshop['generation'];
let variants: Workshop['variants'];
let links: Workshop['links'];
let madeFor: Workshop['madeFor'];

beforeAll(async () => {
  workshop = await makeWorkshop();
  ({ project, make, run, generation, variants, links, madeFor } = workshop);
  gateway = await startTestGateway(workshop.database);
});
afterAll(async () => {
  await gateway?.stop();
  await workshop?.database.drop();
});
afterEach(async () => expect(await brokenInvariants(workshop.database)).toEqual({}));

describe('a generation of its own', () => {
  test.each([
    ['image', 'image'],
    ['video', 'video'],
    ['caption', 'image'],
  ])('a task of type %s makes one of type %s, with its original', async (type, expected) => {
    const params = { prompt: 'a cat', tool_type: 'magic', seed: 7 };
    const task = await run(params, { type });
    await workshop.expectPlain(task);
    const made = await generation(madeBy(task).generation_id);
    expect(made).toMatchObject({
      ...{ task_id: task.id, project_id: project, type: expected, location: task.output_location, params },
      ...{
        thumbnail_url: 'out/thumb.png',
        based_on: null,
        prompt: 'a cat',
        tool_type: 'magic',
        shot_data: {},
      },
    });
    expect(await variants(made.id as string)).toMatchObject([
      { id: madeBy(task).variant_id, is_primary: true, variant_type: 'original', location: made.location },
    ]);
  });

  test('is based on another', async () => {
    const source = await make.generation(alice, project);
    const task = await run({ based_on: source });
    await workshop.expectPlain(task);
    expect(await madeFor(task)).toMatchObject([{ based_on: source }]);
  });

  test('is shown to its owner in one request, with how it came about', async () => {
    const shot = await make.shot(alice, project);
    const task = await run({ shot_id: shot });
    const query = `query ($id: UUID!) { task(id: $id) { status cost resultData outputLocation
      creditsLedger { nodes { amount type } }
      generations { nodes { id type location primaryVariant { id location } shotGenerations { nodes { shotId } } } } } }`;
    const answer = await gateway.ask(alice, query, { id: task.id });
    expect(answer).toEqual({
      status: 200,
      data: {
        task: {
          ...{ status: 'COMPLETE', cost: '0.0500', outputLocation: task.output_location },
          resultData: { output: madeBy(task) },
          creditsLedger: { nodes: [{ amount: '-0.0500', type: 'SPEND' }] },
          generations: {
            nodes: [
              {
                ...{ id: madeBy(task).generation_id, type: 'image', location: task.output_location },
                primaryVariant: { id: madeBy(task).variant_id, location: task.output_location },
                shotGenerations: { nodes: [{ shotId: shot }] },
              },
            ],
          },
        },
      },
    });
    expect(await gateway.ask(bob, query, { id: task.id })).toEqual({ status: 200, data: { task: null } });
  });
});

describe('a variant', () => {
  test('of a generation is not its primary one unless asked', async () => {
    const target = await make.generation(alice, project, 'first.png');
    const task = await run({ generation_id: target, make_primary: false }, { type: 'upscale' });
    expect(task.result_data).toEqual({
      output: { generation_id: target, variant_id: expect.any(String) as string },
    });
    expect(await madeFor(task)).toEqual([]);
    expect(await variants(target)).toMatchObject([
      { is_primary: true, location: 'first.png', variant_type: 'original' },
      {
        id: madeBy(task).variant_id,
        is_primary: false,
        location: task.output_location,
        variant_type: 'upscaled',
      },
    ]);
    expect(await generation(target)).toMatchObject({ location: 'first.png' });
  });

  test('becomes the primary one with make_primary', async () => {
    const target = await make.generation(alice, project, 'first.png');
    const task = await run({ generation_id: target, make_primary: true }, { type: 'upscale' });
    expect(await generation(target)).toMatchObject({
      ...{ location: task.output_location, thumbnail_url: 'out/thumb.png' },
      ...{ primary_variant_id: madeBy(task).variant_id, task_id: null },
    });
  });

  test('is the primary one of a generation that had none', async () => {
    const target = await make.generation(alice, project, null);
    const task = await run({ generation_id: target });
    expect(await generation(target)).toMatchObject({ location: task.output_location });
  });

  type Kind = [what: string, type: string, given: unknown, expected: string];
  const NO_KINDS = ['Not A Word', '', 5, true, null, ['edit'], { a: 1 }, 'x'.repeat(500)];
  test.each<Kind>([
    ['as params say', 'upscale', 'edit', 'edit'],
    ['as its type says', 'upscale', undefined, 'upscaled'],
    ['"edit" when neither says', 'image', undefined, 'edit'],
    ...NO_KINDS.map((given): Kind => [
      `as its type says for ${JSON.stringify(given).slice(0, 20)}`,
      'upscale',
      given,
      'upscaled',
    ]),
  ])('is of the kind %s', async (_what, type, variant_type, expected) => {
    const target = await make.generation(alice, project);
    const task = await run({ generation_id: target, variant_type }, { type });
    const [, made] = await variants(target);
    expect(made).toMatchObject({ id: madeBy(task).variant_id, variant_type: expected });
  });

  test.each(['true', 1, {}, null])('is not primary for make_primary %j', async (make_primary) => {
    const target = await make.generation(alice, project, 'first.png');
    await run({ generation_id: target, make_primary });
    expect(await generation(target)).toMatchObject({ location: 'first.png' });
  });

  test('wins over a parent and a source', async () => {
    const [target, parent] = [await make.generation(alice, project), await make.generation(alice, project)];
    const task = await run({ generation_id: target, parent_generation_id: parent, based_on: parent });
    expect(madeBy(task).generation_id).toBe(target);
    expect(await generation(parent)).toMatchObject({ children: [] });
  });

  test('brings its generation into the shot, once', async () => {
    const target = await make.generation(alice, project);
    const shot = await make.shot(alice, project);
    await run({ generation_id: target, shot_id: shot });
    expect(await links(target)).toMatchObject([{ shot_id: shot, position: null }]);
    await run({ generation_id: target, shot_id: shot, add_in_position: true });
    expect(await links(target)).toHaveLength(1);
  });
});

describe('a part', () => {
  test('of a parent has its place there, and stands in no shot', async () => {
    const parent = await make.generation(alice, project, null);
    const shot = await make.shot(alice, project);
    const second = await run(
      { parent_generation_id: parent, child_order: 1, shot_id: shot },
      { type: 'video' },
    );
    const first = await run(
      { parent_generation_id: parent, child_order: 0, based_on: parent },
      { type: 'video' },
    );
    expect(await generation(parent)).toMatchObject({
      children: [
        { id: madeBy(first).generation_id, order: 0 },
        { id: madeBy(second).generation_id, order: 1 },
      ],
    });
    expect(await madeFor(second)).toMatchObject([
      { is_child: true, parent_generation_id: parent, child_order: 1, based_on: null, type: 'video' },
    ]);
    expect(await links(madeBy(second).generation_id)).toEqual([]);
    expect(second.result_data.notes).toBeUndefined();
  });

  test.each([undefined, null, '1', -1, 1.5, 1e10, 1e300, true, [1], {}, 'many'])(
    'has no place for child_order %j',
    async (child_order) => {
      const parent = await make.generation(alice, project, null);
      const task = await run({ parent_generation_id: parent, child_order });
      expect(await madeFor(task)).toMatchObject([
        { is_child: true, child_order: null, parent_generation_id: parent },
      ]);
    },
  );

  test('a new version of a part stays out of the shot as well', async () => {
    const parent = await make.generation(alice, project, null);
    const part = madeBy(await run({ parent_generation_id: parent })).generation_id;
    const shot = await make.shot(alice, project);
    await run({ generation_id: part, shot_id: shot });
    expect(await links(part)).toEqual([]);
  });
});

test('orchestration makes nothing, with or without an output', async () => {
  const before = await workshop.rows('select id from generations order by id');
  const shot = await make.shot(alice, project);
  const target = { generation_id: before[0]?.id, shot_id: shot };
  expect((await run(target, { type: 'direct' })).result_data).toEqual({});
  await workshop.queue.enqueue(alice, project, [{ task_type: 'direct', params: target }]);
  const task = await workshop.queue.claim(workshop.worker);
  expect(await workshop.queue.complete(workshop.worker, task!.id, 1, null)).toMatchObject({
    status: 'Complete',
    cost: '0.0000',
    output_location: null,
  });
  expect(await workshop.rows('select id from generations order by id')).toEqual(before);
  expect(await workshop.rows('select from shot_generations where shot_id = $1', shot)).toEqual([]);
});
