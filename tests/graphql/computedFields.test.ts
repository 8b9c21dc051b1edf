import { Client, type QueryConfig } from 'pg';
import {
  GalleryPageDocument,
  ShotsPaneDocument,
  VariantSelectorDocument,
} from '../../web/src/graphql/generated';
import { alice, anonymous, bob, gpu1, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { attempt } from '../rls/attempt';
import { planOf, readersOf } from '../rls/plan';

let database: TestDatabase;
let gateway: TestGateway;
const ids = { project: '', shot: '', empty: '', generation: '', video: '', bare: '', task: '', part: '' };

beforeAll(async () => {
  database = await createTestDatabase();
  const make = builders(database);
  await make.account(alice);
  await make.account(bob);
  ids.project = await make.project(alice);
  ids.shot = await make.shot(alice, ids.project);
  ids.empty = await make.shot(alice, ids.project, 'Empty');
  ids.generation = await make.generation(alice, ids.project);
  ids.video = await make.generation(alice, ids.project, 'public/v.mp4');
  ids.bare = await make.generation(alice, ids.project, null);
  const part = await make.generation(alice, ids.project, 'public/part.mp4');
  await database.asOwner(`update generations set type = 'video' where id in ($1, $2)`, [ids.video, part]);
  await database.asOwner('update generations set is_child = true, parent_generation_id = $1 where id = $2', [
    ids.video,
    part,
  ]);
  await make.variant(alice, ids.generation);
  const seen = await make.variant(alice, ids.generation);
  await database.asOwner('update generation_variants set viewed_at = now() where id = $1', [seen]);
  // In the shot: an image twice, a video, and a part of one; one of them is not placed.
  for (const each of [ids.generation, ids.generation, ids.video, part])
    await make.link(alice, ids.shot, each);
  await database.asOwner(
    `update shot_generations set position = r.place
     from (select id, row_number() over (order by created_at, id) - 1 as place from shot_generations where generation_id <> $1) r
     where r.id = shot_generations.id`,
    [ids.video],
  );
  await make.taskType('image_generation');
  await make.worker('gpu-1');
  ids.task = await make.task(ids.project, { status: 'In Progress', workerId: 'gpu-1' });
  ids.part = await make.task(ids.project, { status: 'In Progress', workerId: 'gpu-1' });
  await database.asOwner('update tasks set parent_task_id = $1 where id = $2', [ids.task, ids.part]);
  // As such a field would be without the plugin: a function of a row.
  await database.asOwner(
    `create function generations_slow_count(generation generations) returns int language sql stable begin atomic
       select count(*)::int from generation_variants v where v.generation_id = (generations_slow_count.generation).id;
     end`,
  );
  await database.asOwner('grant execute on function generations_slow_count to authenticated');
  await database.asOwner('analyze');
  gateway = await startTestGateway(database);
});
afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const COUNTS = `query ($shot: UUID!, $empty: UUID!, $generation: UUID!, $bare: UUID!) {
  shot(id: $shot) { imageCount finalVideoCount unpositionedCount }
  empty: shot(id: $empty) { imageCount finalVideoCount unpositionedCount }
  generation(id: $generation) { variantCount unviewedCount }
  bare: generation(id: $bare) { variantCount unviewedCount }
}`;
const VALUES = {
  shot: { imageCount: 2, finalVideoCount: 1, unpositionedCount: 1 },
  empty: { imageCount: 0, finalVideoCount: 0, unpositionedCount: 0 },
  generation: { variantCount: 3, unviewedCount: 2 },
  bare: { variantCount: 0, unviewedCount: 0 },
};

describe('the counts', () => {
  test.each([
    ['their owner', alice],
    ['a service', service],
  ])('are those of the rows, for %s', async (_, actor) => {
    const answer = await gateway.ask(actor, COUNTS, ids);
    expect(answer).toMatchObject({ data: VALUES });
    expect(answer.errors).toBeUndefined();
  });

  test('of another’s rows are not to be had: there is no row to ask', async () => {
    expect((await gateway.ask(bob, COUNTS, ids)).data).toEqual({
      ...{ shot: null, empty: null, generation: null, bare: null },
    });
  });

  test('are made under the caller’s rights, whatever id he gives the function', async () => {
    const counted = (actor: typeof alice) =>
      attempt(
        database,
        actor,
        'select g.variant_count, s.image_count from generation_counts($1) g, shot_counts($2) s',
        [ids.generation, ids.shot],
      );
    expect(await counted(alice)).toMatchObject({ rows: [{ variant_count: 3, image_count: 2 }] });
    expect(await counted(bob)).toMatchObject({ rows: [{ variant_count: 0, image_count: 0 }] });
    expect(await attempt(database, anonymous, 'select * from shot_counts($1)', [ids.shot])).toMatchObject({
      ok: false,
      code: '42501',
    });
  });

  test('stand under whatever name a document gives them, more than once, in lists and below them', async () => {
    const answer = await gateway.ask(
      alice,
      `query ($project: UUID!, $generation: UUID!) {
         generations(filter: { projectId: { equalTo: $project }, id: { equalTo: $generation } }) {
           nodes { many: variantCount variantCount variants: unviewedCount
             primaryVariant { generation { generation_counts: variantCount } } }
         }
         project(id: $project) { shots(orderBy: [ORDER_ASC]) { nodes { unpositionedCount } edges { node { imageCount } } } }
       }`,
      ids,
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({
      generations: {
        nodes: [
          {
            ...{ many: 3, variantCount: 3, variants: 2 },
            primaryVariant: { generation: { generation_counts: 3 } },
          },
        ],
      },
      project: {
        shots: {
          nodes: [{ unpositionedCount: 1 }, { unpositionedCount: 0 }],
          edges: [{ node: { imageCount: 2 } }, { node: { imageCount: 0 } }],
        },
      },
    });
  });

  test('are new in the answer of the mutation that changes them', async () => {
    const answer = await gateway.ask(
      alice,
      `mutation ($id: UUID!) { markVariantsViewed(input: { generationId: $id }) {
         generationVariants { generation { variantCount unviewedCount } } } }`,
      { id: ids.video },
    );
    expect(answer.data).toEqual({
      markVariantsViewed: { generationVariants: [{ generation: { variantCount: 1, unviewedCount: 0 } }] },
    });
  });
});

test.each([
  ['its owner', alice],
  ['a service', service],
  ['the worker that holds it', gpu1],
])('isRoot tells a task that no other directs, to %s', async (_, actor) => {
  const answer = await gateway.ask(
    actor,
    'query ($task: UUID!, $part: UUID!) { task(id: $task) { isRoot } part: task(id: $part) { isRoot } }',
    ids,
  );
  expect(answer.data).toEqual({ task: { isRoot: true }, part: { isRoot: false } });
});

/** The plan, as Alice gets it, of the one statement that this document becomes. */
async function planOfDocument(document: { toString(): string }, variables: Record<string, unknown>) {
  const sent = jest.spyOn(Client.prototype, 'query');
  try {
    const answer = await gateway.ask(alice, String(document), variables);
    expect(answer.errors).toBeUndefined();
    // The others begin and end the transaction.
    const statements = (sent.mock.calls as unknown as [QueryConfig][]).filter(([{ text }]) =>
      text?.includes('json'),
    );
    expect(statements).toHaveLength(1);
    const [[{ text, values }]] = statements as [[QueryConfig]];
    return await planOf(database, alice, text, values as unknown[]);
  } finally {
    sent.mockRestore();
  }
}

/** What is called for each row, instead of standing in the plan. */
const calls = async (...query: Parameters<typeof planOfDocument>) =>
  (await planOfDocument(...query)).filter((node) => node['Node Type'] === 'Function Scan');

describe('in the plan', () => {
  test.each([
    ['GalleryPage', GalleryPageDocument, () => ({ projectId: ids.project, first: 288 })],
    ['ShotsPane', ShotsPaneDocument, () => ({ projectId: ids.project })],
    ['VariantSelector', VariantSelectorDocument, () => ({ generationId: ids.generation })],
    ['a list of tasks', '{ tasks { nodes { isRoot } } }', () => ({})],
  ])('of %s no function is called for a row', async (_, document, variables) => {
    expect(await calls(document, variables())).toEqual([]);
  });

  test('both counts of a generation are one pass over its variants, and all of a shot one over its links', async () => {
    const read = async (fields: string, table: string) =>
      readersOf(await planOfDocument(`{ ${fields} }`, {}), table).length;
    expect(await read('generations { nodes { variantCount unviewedCount } }', 'generation_variants')).toBe(1);
    expect(
      await read('shots { nodes { imageCount finalVideoCount unpositionedCount } }', 'shot_generations'),
    ).toBe(1);
  });

  test('a count that needs no generations does not read them', async () => {
    const read = async (fields: string) =>
      readersOf(await planOfDocument(`{ shots { nodes { ${fields} } } }`, {}), 'generations').length;
    expect([await read('unpositionedCount'), await read('imageCount')]).toEqual([0, 1]);
  });

  test('a function of a row would be seen by these tests', async () => {
    expect(await calls('{ generations { nodes { slowCount } } }', {})).toHaveLength(1);
  });
});

test('a result that nothing describes stops the gateway from starting, by name', async () => {
  await database.asOwner(`comment on function task_root(uuid) is E'@omit\\n@fieldsOf tasks\\nBare.'`);
  await expect(startTestGateway(database)).rejects.toThrow('task_root needs a tag "@field is_root …"');
});
