import { alice } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';

let database: TestDatabase;
let gateway: TestGateway;
let make: ReturnType<typeof builders>;
let project = '';
let shot = '';
let generation = '';

beforeAll(async () => {
  database = await createTestDatabase();
  make = builders(database);
  await make.account(alice);
  gateway = await startTestGateway(database);
});
beforeEach(async () => {
  await database.asOwner('delete from projects');
  project = await make.project(alice);
  shot = await make.shot(alice, project);
  generation = await make.generation(alice, project, 'a.png');
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

/** The payload of one mutation; fails on errors. */
async function mutate(field: string, input: string, selection: string): Promise<unknown> {
  const answer = await gateway.ask(alice, `mutation { ${field}(input: { ${input} }) { ${selection} } }`);
  expect(answer.errors).toBeUndefined();
  return answer.data?.[field];
}
const add = async (positioned = true) =>
  (
    (await mutate(
      'addGenerationToShot',
      `shotId: "${shot}", generationId: "${generation}", withPosition: ${positioned}`,
      'shotGeneration { id }',
    )) as { shotGeneration: { id: string } }
  ).shotGeneration.id;

test('addGenerationToShot shows the place, the generation as it is now, and the shot', async () => {
  const payload = await mutate(
    'addGenerationToShot',
    `shotId: "${shot}", generationId: "${generation}"`,
    `shotGeneration { position timelineFrame
       generation { shotData timelineFrame primaryShot { id } primaryVariant { location } } shot { imageCount } }
     query { shot(id: "${shot}") { imageCount unpositionedCount } }`,
  );
  expect(payload).toEqual({
    shotGeneration: {
      ...{ position: 0, timelineFrame: 0, shot: { imageCount: 1 } },
      generation: {
        ...{
          shotData: { [shot]: 0 },
          timelineFrame: 0,
          primaryShot: { id: shot },
          primaryVariant: { location: 'a.png' },
        },
      },
    },
    query: { shot: { imageCount: 1, unpositionedCount: 0 } },
  });
});

test('duplicateShot shows the copy with its places, and the project’s shots', async () => {
  await add();
  const payload = await mutate(
    'duplicateShot',
    `shotId: "${shot}"`,
    `shot { name order shotGenerations { nodes { position generation { id } } } project { shots { totalCount } } }`,
  );
  expect(payload).toEqual({
    shot: {
      ...{ name: 'A shot (copy)', order: 1, project: { shots: { totalCount: 2 } } },
      shotGenerations: { nodes: [{ position: 0, generation: { id: generation } }] },
    },
  });
});

test('createShotWithImage shows the shot with its image', async () => {
  const payload = await mutate(
    'createShotWithImage',
    `projectId: "${project}", name: "New", generationId: "${generation}"`,
    'shot { order imageCount shotGenerations { nodes { position timelineFrame generation { location } } } }',
  );
  expect(payload).toEqual({
    shot: {
      ...{ order: 1, imageCount: 1 },
      shotGenerations: { nodes: [{ position: 0, timelineFrame: 0, generation: { location: 'a.png' } }] },
    },
  });
});

test('reorderShots shows the shots in their new order', async () => {
  const second = await make.shot(alice, project, 'Second');
  const payload = await mutate(
    'reorderShots',
    `projectId: "${project}", shotIds: ["${second}", "${shot}"]`,
    'shots { id order }',
  );
  expect(payload).toEqual({
    shots: [
      { id: second, order: 0 },
      { id: shot, order: 1 },
    ],
  });
});

test('reorderShotGenerations and positionShotGeneration show the places', async () => {
  const [first, second] = [await add(), await add()];
  expect(
    await mutate(
      'reorderShotGenerations',
      `shotId: "${shot}", ids: ["${second}", "${first}"]`,
      'shotGenerations { id position }',
    ),
  ).toEqual({
    shotGenerations: [
      { id: second, position: 0 },
      { id: first, position: 1 },
    ],
  });
  expect(
    await mutate(
      'positionShotGeneration',
      `id: "${first}", position: null, timelineFrame: 7`,
      'shotGeneration { position timelineFrame generation { shotData } shot { unpositionedCount } }',
    ),
  ).toEqual({
    shotGeneration: {
      position: null,
      timelineFrame: 7,
      generation: { shotData: { [shot]: 7 } },
      shot: { unpositionedCount: 1 },
    },
  });
});

test('batchUpdateTimelineFrames and fixTimelineSpacing show the places and their generations', async () => {
  const id = await add();
  expect(
    await mutate(
      'batchUpdateTimelineFrames',
      `shotId: "${shot}", changes: [{ id: "${id}", timeline_frame: 30, metadata: { prompt: "rain" } }]`,
      'shotGenerations { timelineFrame metadata generation { shotData timelineFrame } }',
    ),
  ).toEqual({
    shotGenerations: [
      {
        timelineFrame: 30,
        metadata: { prompt: 'rain' },
        generation: { shotData: { [shot]: 30 }, timelineFrame: 30 },
      },
    ],
  });
  expect(
    await mutate(
      'fixTimelineSpacing',
      `shotId: "${shot}"`,
      'shotGenerations { timelineFrame generation { shotData } }',
    ),
  ).toEqual({ shotGenerations: [{ timelineFrame: 0, generation: { shotData: { [shot]: 0 } } }] });
});

test('countUnpositionedGenerations is a query', async () => {
  await add(false);
  const answer = await gateway.ask(alice, `{ countUnpositionedGenerations(shotId: "${shot}") }`);
  expect(answer).toEqual({ status: 200, data: { countUnpositionedGenerations: 1 } });
});

test('addGeneration shows the generation with its variant, shot, source and parent', async () => {
  const payload = await mutate(
    'addGeneration',
    `projectId: "${project}", location: "b.png", basedOn: "${generation}", parentGenerationId: "${generation}", shotId: "${shot}"`,
    `generation { primaryVariant { location variantType } variantCount unviewedCount shotData
       source { id } parent { children } lineage { nodes { id } } }
     query { generations { totalCount } }`,
  );
  expect(payload).toEqual({
    generation: {
      ...{
        primaryVariant: { location: 'b.png', variantType: 'original' },
        variantCount: 1,
        unviewedCount: 1,
      },
      ...{ shotData: { [shot]: 0 }, source: { id: generation }, lineage: { nodes: [{ id: generation }] } },
      parent: { children: [{ id: expect.any(String) as string, order: null }] },
    },
    query: { generations: { totalCount: 2 } },
  });
});

test('setPrimaryVariant and markVariantsViewed show the generation as it is now', async () => {
  const variant = await make.variant(alice, generation, 'b.png');
  expect(
    await mutate(
      'setPrimaryVariant',
      `variantId: "${variant}"`,
      'generation { location primaryVariant { id isPrimary } }',
    ),
  ).toEqual({ generation: { location: 'b.png', primaryVariant: { id: variant, isPrimary: true } } });
  expect(
    await mutate(
      'markVariantsViewed',
      `generationId: "${generation}"`,
      'generationVariants { viewedAt generation { unviewedCount } }',
    ),
  ).toEqual({
    generationVariants: Array(2).fill({
      viewedAt: expect.any(String) as string,
      generation: { unviewedCount: 0 },
    }) as unknown[],
  });
});

test('deleteGenerations shows what is gone, and what is left', async () => {
  const payload = await mutate(
    'deleteGenerations',
    `ids: ["${generation}"]`,
    'generations { id location } query { generations { totalCount } }',
  );
  expect(payload).toEqual({
    generations: [{ id: generation, location: 'a.png' }],
    query: { generations: { totalCount: 0 } },
  });
});

test('patchSettings shows the settings of the tool, toolSettings each scope of them', async () => {
  expect(
    await mutate(
      'patchSettings',
      `scope: PROJECT, id: "${project}", tool: "travel", patch: { frames: 81 }`,
      'settings',
    ),
  ).toEqual({ settings: { frames: 81 } });
  const answer = await gateway.ask(alice, `{ toolSettings(tool: "travel", shotId: "${shot}") }`);
  expect(answer.data).toEqual({
    toolSettings: { user: null, project: { frames: 81 }, shot: null, merged: { frames: 81 } },
  });
});
