import * as documents from '../../web/src/graphql/generated';
import { run } from '../graphql/statements';
import { alice, anonymous, bob, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { brokenInvariants } from '../helpers/invariants';

let database: TestDatabase;
let gateway: TestGateway;
const ids = { project: '', shot: '', other: '', generation: '', second: '', variant: '', link: '', task: '' };

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.account(bob);
  ids.project = await make.project(alice);
  gateway = await startTestGateway(database);
});
beforeEach(async () => {
  const make = builders(database);
  ids.shot = await make.shot(alice, ids.project, 'Opening');
  ids.other = await make.shot(alice, ids.project, 'Ending');
  ids.generation = await make.generation(alice, ids.project, 'one.png');
  ids.second = await make.generation(alice, ids.project, 'two.png');
  ids.variant = await make.variant(alice, ids.generation, 'one-large.png');
  ids.link = await make.link(alice, ids.shot, ids.generation);
});
afterEach(async () => {
  await database.query(alice, 'delete from shots');
  await database.query(alice, 'delete from generations');
  expect(await brokenInvariants(database)).toEqual({});
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const TENANT_TABLES = [
  ...['users', 'projects', 'shots', 'shot_generations', 'generations', 'generation_variants', 'tasks'],
  ...['credits_ledger', 'resources', 'training_data', 'training_data_batches', 'training_data_segments'],
];

interface Change {
  name: string;
  variables: () => Record<string, unknown>;
  answer: () => unknown;
}

const CHANGES: Change[] = [
  {
    name: 'CreateGeneration',
    variables: () => ({
      input: { projectId: ids.project, location: 'new.png', shotId: ids.other, params: { prompt: 'A pier' } },
    }),
    answer: () => ({
      addGeneration: {
        generation: {
          ...{ location: 'new.png', prompt: 'A pier', variantCount: 1, shotData: { [ids.other]: 0 } },
          primaryVariant: { location: 'new.png', isPrimary: true },
          shotGenerations: { nodes: [{ shotId: ids.other, position: 0, timelineFrame: 0 }] },
        },
      },
    }),
  },
  {
    name: 'UpdateGeneration',
    variables: () => ({ id: ids.generation, patch: { name: 'Pier', starred: true } }),
    answer: () => ({
      updateGeneration: { generation: { name: 'Pier', starred: true, primaryVariant: { name: 'Pier' } } },
    }),
  },
  {
    name: 'DeleteGenerations',
    variables: () => ({ ids: [ids.generation, ids.second] }),
    answer: () => ({
      deleteGenerations: {
        generations: expect.arrayContaining([{ id: ids.generation }, { id: ids.second }]) as unknown,
      },
    }),
  },
  {
    name: 'SetPrimaryVariant',
    variables: () => ({ variantId: ids.variant }),
    answer: () => ({
      setPrimaryVariant: { generation: { location: 'one-large.png', primaryVariant: { id: ids.variant } } },
    }),
  },
  {
    name: 'MarkVariantsViewed',
    variables: () => ({ generationId: ids.generation }),
    answer: () => ({
      markVariantsViewed: {
        generationVariants: [{ generation: { unviewedCount: 0 } }, { generation: { unviewedCount: 0 } }],
      },
    }),
  },
  {
    name: 'StarVariant',
    variables: () => ({ id: ids.variant, starred: true }),
    answer: () => ({
      updateGenerationVariant: { generationVariant: { id: ids.variant, starred: true, isPrimary: false } },
    }),
  },
  {
    name: 'DeleteVariant',
    variables: () => ({ id: ids.variant }),
    answer: () => ({
      deleteGenerationVariant: { generationVariant: { id: ids.variant, generation: { variantCount: 1 } } },
    }),
  },
  {
    name: 'CreateShot',
    variables: () => ({ projectId: ids.project, name: 'Third' }),
    answer: () => ({ createShot: { shot: { name: 'Third', order: 2 } } }),
  },
  {
    name: 'CreateShotWithImage',
    variables: () => ({ projectId: ids.project, name: 'Third', generationId: ids.generation }),
    answer: () => ({
      createShotWithImage: {
        shot: { order: 2, imageCount: 1, shotGenerations: { nodes: [{ position: 0, timelineFrame: 0 }] } },
      },
    }),
  },
  {
    name: 'DuplicateShot',
    variables: () => ({ id: ids.shot }),
    answer: () => ({ duplicateShot: { shot: { name: 'Opening (copy)', order: 2, unpositionedCount: 1 } } }),
  },
  {
    name: 'ReorderShots',
    variables: () => ({ projectId: ids.project, shotIds: [ids.other, ids.shot] }),
    answer: () => ({
      reorderShots: {
        shots: [
          { id: ids.other, order: 0 },
          { id: ids.shot, order: 1 },
        ],
      },
    }),
  },
  {
    name: 'RenameShot',
    variables: () => ({ id: ids.shot, name: 'Prologue' }),
    answer: () => ({ updateShot: { shot: { id: ids.shot, name: 'Prologue' } } }),
  },
  {
    name: 'DeleteShot',
    variables: () => ({ id: ids.shot }),
    answer: () => ({
      deleteShot: { shot: { project: { shots: { nodes: [{ id: ids.other, order: 0 }] } } } },
    }),
  },
  {
    name: 'AddGenerationToShot',
    variables: () => ({ shotId: ids.shot, generationId: ids.second }),
    answer: () => ({
      addGenerationToShot: {
        shotGeneration: {
          position: 0,
          timelineFrame: 0,
          shot: { imageCount: 2, unpositionedCount: 1 },
          generation: { shotData: { [ids.shot]: 0 } },
        },
      },
    }),
  },
  {
    name: 'RemoveGenerationFromShot',
    variables: () => ({ id: ids.link }),
    answer: () => ({
      deleteShotGeneration: { shotGeneration: { id: ids.link, generation: { shotData: {} } } },
    }),
  },
  {
    name: 'BatchUpdateTimelineFrames',
    variables: () => ({
      shotId: ids.shot,
      changes: [{ id: ids.link, timeline_frame: 30, metadata: { prompt: 'slow' } }],
    }),
    answer: () => ({
      batchUpdateTimelineFrames: { shotGenerations: [{ timelineFrame: 30, metadata: { prompt: 'slow' } }] },
    }),
  },
  {
    name: 'PositionShotGeneration',
    variables: () => ({ id: ids.link, position: 4, timelineFrame: 12 }),
    answer: () => ({ positionShotGeneration: { shotGeneration: { position: 0, timelineFrame: 12 } } }),
  },
  {
    name: 'ReorderShotGenerations',
    variables: () => ({ shotId: ids.shot, ids: [] }),
    answer: () => ({ reorderShotGenerations: { shotGenerations: [] } }),
  },
  {
    name: 'FixTimelineSpacing',
    variables: () => ({ shotId: ids.shot }),
    answer: () => ({ fixTimelineSpacing: { shotGenerations: [] } }),
  },
  {
    name: 'PatchToolSettings',
    variables: () => ({ scope: 'SHOT', id: ids.shot, tool: 'travel', patch: { frames: 60 }, expected: {} }),
    answer: () => ({ patchSettings: { settings: { frames: 60 } } }),
  },
  {
    name: 'ToolSettings',
    variables: () => ({ tool: 'travel', projectId: ids.project, shotId: ids.shot }),
    answer: () => ({ toolSettings: { user: null, project: null, shot: null, merged: {} } }),
  },
  {
    name: 'LineageChain',
    variables: () => ({ id: ids.generation }),
    answer: () => ({ generation: { id: ids.generation, lineage: { nodes: [] } } }),
  },
];

const documentOf = (name: string) =>
  String((documents as unknown as Record<string, unknown>)[`${name}Document`]);

/** Every table that has rows of tenants, as one hash each. */
const tenantRows = () =>
  database.asOwner(
    TENANT_TABLES.map(
      (table) =>
        `select '${table}' as name, count(*), md5(string_agg(t::text, ' ' order by t::text)) from ${table} t`,
    ).join(' union all '),
  );

const READS = ['ToolSettings', 'LineageChain'];
/** Begin and commit too. */
const mostStatements = (name: string) => (READS.includes(name) ? 3 : 6);

/** What Bob is told: hers is not there. A row that names her project is refused, a row that is looked for is null. */
function codesOfBob(name: string): string[] | undefined {
  if (name === 'LineageChain') return undefined;
  return [name === 'CreateShot' ? 'FORBIDDEN' : 'NOT_FOUND'];
}

describe.each(CHANGES)('$name', ({ name, variables, answer }) => {
  test('answers with what a cache has to take over, in a few statements', async () => {
    const given = await run(gateway, alice, documentOf(name), variables());
    expect(given.errors).toBeUndefined();
    expect(given.data).toMatchObject(answer() as Record<string, unknown>);
    expect(given.statements).toBeLessThanOrEqual(mostStatements(name));
  });

  test('is not for another tenant, nor for an anonymous caller', async () => {
    const before = await tenantRows();
    const strangers: [Actor, string[] | undefined][] = [
      [bob, codesOfBob(name)],
      [anonymous, ['UNAUTHENTICATED']],
    ];
    for (const [stranger, codes] of strangers) {
      const given = await gateway.ask(stranger, documentOf(name), variables());
      expect([stranger.kind, given.errors?.map(({ extensions }) => extensions?.code)]).toEqual([
        stranger.kind,
        codes,
      ]);
      expect(Object.values(given.data ?? {})).toEqual([null]);
    }
    expect(await tenantRows()).toEqual(before);
  });
});

test('LineageChain has all ancestors, by as many statements as none', async () => {
  const based = async (on: string) =>
    (
      await database.query<{ id: string }>(
        alice,
        `select id from add_generation($1, 'next.png', based_on => $2)`,
        [ids.project, on],
      )
    )[0]!.id;
  const ancestors = [ids.generation];
  for (let n = 0; n < 5; n++) ancestors.push(await based(ancestors.at(-1)!));
  const last = ancestors.pop()!;
  const given = await run<documents.LineageChainQuery>(gateway, alice, documentOf('LineageChain'), {
    id: last,
  });
  expect(given.errors).toBeUndefined();
  expect([...(given.data?.generation?.lineage.nodes ?? [])].map(({ id }) => id)).toEqual(ancestors);
  expect(given.statements).toBe(mostStatements('LineageChain'));
  expect(await gateway.ask(bob, documentOf('LineageChain'), { id: last })).toEqual({
    status: 200,
    data: { generation: null },
  });
});
