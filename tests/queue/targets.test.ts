import { alice, bob } from '../helpers/actors';
import { brokenInvariants } from '../helpers/invariants';
import { makeStudio, type Task } from './studio';
import { madeBy, makeWorkshop, type Workshop } from './workshop';

let workshop: Workshop;
let project: string;
let elsewhere: string;
let make: Workshop['make'];
let run: Workshop['run'];
let generation: Workshop['generation'];
let links: Workshop['links'];
let madeFor: Workshop['madeFor'];
let rows: Workshop['rows'];
let expectPlain: Workshop['expectPlain'];
const NOBODY = '00000000-0000-4000-8000-00000000dead';

beforeAll(async () => {
  workshop = await makeWorkshop();
  ({ project, make, run, generation, links, madeFor, rows, expectPlain } = workshop);
  elsewhere = await makeStudio(workshop.database, bob);
});
afterAll(() => workshop?.database.drop());
afterEach(async () => expect(await brokenInvariants(workshop.database)).toEqual({}));

const setParams = (params: Record<string, unknown>) => (task: Task) =>
  rows('update tasks set params = params || $2 where id = $1', task.id, params);

describe('in a shot', () => {
  test.each([false, undefined, 'true', 1, null])(
    'it has no place for add_in_position %j',
    async (add_in_position) => {
      const shot = await make.shot(alice, project);
      const task = await run({ shot_id: shot, add_in_position });
      expect(await links(madeBy(task).generation_id)).toMatchObject([
        { shot_id: shot, position: null, timeline_frame: null },
      ]);
    },
  );

  test('it comes last with add_in_position', async () => {
    const shot = await make.shot(alice, project);
    const [first, second] = [
      await run({ shot_id: shot, add_in_position: true }),
      await run({ shot_id: shot, add_in_position: true }),
    ];
    expect(await links(madeBy(first).generation_id)).toMatchObject([{ position: 0, timeline_frame: 0 }]);
    expect(await links(madeBy(second).generation_id)).toMatchObject([{ position: 1, timeline_frame: 50 }]);
    expect(await generation(madeBy(second).generation_id)).toMatchObject({
      shot_id: shot,
      shot_data: { [shot]: 50 },
    });
  });

  test('behind the last frame there is, it stands on that one', async () => {
    const shot = await make.shot(alice, project);
    const last = await make.link(alice, shot, await make.generation(alice, project));
    await workshop.database.query(
      alice,
      'update shot_generations set timeline_frame = 2147483647 where id = $1',
      [last],
    );
    const task = await run({ shot_id: shot, add_in_position: true });
    expect(await links(madeBy(task).generation_id)).toMatchObject([
      { position: 0, timeline_frame: 2147483647 },
    ]);
  });
});

describe('a target that is gone when the output comes', () => {
  const KEYS = ['generation_id', 'parent_generation_id', 'based_on'] as const;
  const noted = (key: string) =>
    new RegExp(`^params\\.${key} names no generation of the project \\(any more\\)$`);

  describe.each(KEYS)('%s', (key) => {
    test('deleted', async () => {
      const target = await make.generation(alice, project);
      const task = await run(
        { [key]: target, child_order: 3, variant_type: 'edit', make_primary: true },
        {
          meanwhile: () => workshop.database.query(alice, 'delete from generations where id = $1', [target]),
        },
      );
      await expectPlain(task, noted(key));
      expect(await madeFor(task)).toMatchObject([{ based_on: null }]);
    });

    test('moved to another project', async () => {
      const target = await make.generation(alice, project, null);
      const task = await run(
        { [key]: target },
        {
          meanwhile: () => rows('update generations set project_id = $2 where id = $1', target, elsewhere),
        },
      );
      await expectPlain(task, noted(key));
      expect(await workshop.variants(target)).toEqual([]);
      expect(await generation(target)).toMatchObject({ children: [], project_id: elsewhere });
    });

    test.each(['not an id', 5, {}, [], true, NOBODY])('changed to %j', async (value) => {
      await expectPlain(await run({}, { meanwhile: setParams({ [key]: value }) }), noted(key));
    });
  });

  test('a generation that is gone: its parent is not asked instead, its source still is', async () => {
    const [target, other] = [await make.generation(alice, project), await make.generation(alice, project)];
    const task = await run(
      { generation_id: target, parent_generation_id: other, based_on: other },
      { meanwhile: () => workshop.database.query(alice, 'delete from generations where id = $1', [target]) },
    );
    await expectPlain(task, noted('generation_id'));
    expect(await madeFor(task)).toMatchObject([{ based_on: other }]);
    expect(await generation(other)).toMatchObject({ children: [] });
  });

  test('and the shot with it: both are noted', async () => {
    const [target, shot] = [await make.generation(alice, project), await make.shot(alice, project)];
    const task = await run(
      { generation_id: target, shot_id: shot },
      {
        meanwhile: async () => {
          await workshop.database.query(alice, 'delete from shots where id = $1', [shot]);
          await workshop.database.query(alice, 'delete from generations where id = $1', [target]);
        },
      },
    );
    await expectPlain(task, noted('generation_id'), /^params\.shot_id names no shot of the project/);
  });

  test('the shot moved to another project', async () => {
    const shot = await make.shot(alice, project);
    const task = await run(
      { shot_id: shot },
      { meanwhile: () => rows('update shots set project_id = $2 where id = $1', shot, elsewhere) },
    );
    await expectPlain(task, /^params\.shot_id names no shot of the project \(any more\)$/);
    expect(await rows('select from shot_generations where shot_id = $1', shot)).toEqual([]);
  });

  test.each(['not an id', 5, {}, NOBODY])('the shot changed to %j', async (shot_id) => {
    await expectPlain(await run({}, { meanwhile: setParams({ shot_id }) }), /^params\.shot_id names no shot/);
  });

  test('the project itself: there is no task either, and nothing is left', async () => {
    const short = await make.project(alice);
    await workshop.queue.enqueue(alice, short, [{ task_type: 'image' }]);
    const task = await workshop.queue.claim(workshop.worker);
    await workshop.database.query(alice, 'delete from projects where id = $1', [short]);
    await expect(workshop.queue.complete(workshop.worker, task!.id, 1)).rejects.toMatchObject({
      code: 'RG404',
    });
    expect(await rows('select from credits_ledger where task_id = $1', task!.id)).toEqual([]);
  });
});
