import { SAMPLE_USERS } from '../../server/sample/users';
import {
  AppBootDocument,
  CreditLedgerDocument,
  CreditsDocument,
  GalleryPageDocument,
  LightboxDocument,
  ResourcesDocument,
  ShotEditorDocument,
  ShotsPaneDocument,
  StorageObjectsDocument,
  TaskLogDocument,
  TasksPaneDocument,
  TrainingDataDocument,
  VariantSelectorDocument,
} from '../../web/src/graphql/generated';
import { anonymous, bob, type Actor, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import { startTestGateway, type TestGateway } from '../helpers/gateway';
import { run as countStatements } from './statements';
import { createSampleDatabase } from '../helpers/sampleDatabase';

let database: TestDatabase;
let gateway: TestGateway;
const owner: User = { kind: 'user', ...SAMPLE_USERS[0] };
/** Rows of the sample that the operations are about, the richest of their kind. */
const sample = { project: '', shot: '', generation: '', pictured: 0 };

beforeAll(async () => {
  database = await createSampleDatabase();
  const make = builders(database);
  await make.account(bob);
  for (let n = 0; n < 5; n++) await make.object(owner, `${owner.id}/uploads/${n}.png`);
  const pick = async (sql: string) => (await database.query<{ id: string }>(owner, sql))[0]?.id ?? '';
  sample.project = await pick(
    'select project_id as id from generations group by project_id order by count(*) desc limit 1',
  );
  sample.shot = await pick(
    'select shot_id as id from shot_generations group by shot_id order by count(*) desc limit 1',
  );
  sample.generation = await pick(
    'select generation_id as id from generation_variants group by generation_id order by count(*) desc, 1 limit 1',
  );
  const [shown] = await database.query<{ count: number }>(
    owner,
    `select count(*)::int from generations where project_id = '${sample.project}' and not is_child and location is not null`,
  );
  sample.pictured = shown?.count ?? 0;
  gateway = await startTestGateway(database);
});

afterAll(async () => {
  await gateway?.stop();
  await database?.drop();
});

const run = <T>(actor: Actor, document: { toString(): string }, variables: Record<string, unknown> = {}) =>
  countStatements<T>(gateway, actor, document, variables);

interface Operation {
  name: string;
  document: { toString(): string };
  /** `size` is how much is asked for, where that can be said. */
  variables: (size: number) => Record<string, unknown>;
  statements: number;
  /** Rows the owner must see at the full size, by path. */
  rows: [path: string, atLeast: number];
}

const OPERATIONS: Operation[] = [
  {
    name: 'GalleryPage',
    document: GalleryPageDocument,
    variables: (first) => ({ projectId: sample.project, first }),
    statements: 3,
    rows: ['generations.nodes', 20],
  },
  {
    name: 'ShotEditor',
    document: ShotEditorDocument,
    variables: (first) => ({ id: sample.shot, first }),
    statements: 3,
    rows: ['shot.shotGenerations.nodes', 5],
  },
  {
    name: 'ShotsPane',
    document: ShotsPaneDocument,
    variables: (previews) => ({ projectId: sample.project, previews }),
    statements: 3,
    rows: ['shots.nodes', 3],
  },
  {
    name: 'VariantSelector',
    document: VariantSelectorDocument,
    variables: (first) => ({ generationId: sample.generation, first }),
    statements: 3,
    rows: ['generation.variants.nodes', 3],
  },
  {
    name: 'TasksPane',
    document: TasksPaneDocument,
    variables: (first) => ({ projectId: { equalTo: sample.project }, first }),
    statements: 3,
    rows: ['tasks.nodes', 20],
  },
  {
    name: 'Lightbox',
    document: LightboxDocument,
    variables: (size) => ({ id: sample.generation, variants: size, derivatives: size }),
    statements: 4,
    rows: ['generation.variants.nodes', 3],
  },
  {
    name: 'AppBoot',
    document: AppBootDocument,
    variables: () => ({}),
    statements: 5,
    rows: ['projects.nodes', 3],
  },
  {
    name: 'TaskLog',
    document: TaskLogDocument,
    variables: (first) => ({ first }),
    statements: 3,
    rows: ['tasks.nodes', 20],
  },
  {
    name: 'CreditLedger',
    document: CreditLedgerDocument,
    variables: (first) => ({ first }),
    statements: 4,
    rows: ['creditsLedgers.nodes', 20],
  },
  {
    name: 'Resources',
    document: ResourcesDocument,
    variables: (first) => ({ first }),
    statements: 3,
    rows: ['resources.nodes', 5],
  },
  {
    name: 'TrainingData',
    document: TrainingDataDocument,
    variables: (first) => ({ first }),
    statements: 4,
    rows: ['trainingVideos.nodes', 2],
  },
  {
    name: 'StorageObjects',
    document: StorageObjectsDocument,
    variables: (first) => ({ bucketId: 'public', prefix: `${owner.id}/uploads/`, first }),
    statements: 3,
    rows: ['storageObjects.nodes', 5],
  },
];

const at = (data: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | null)?.[key], data);

describe.each(OPERATIONS)('$name', ({ document, variables, statements, rows: [path, atLeast] }) => {
  test('answers, with the same few statements for one row and for many', async () => {
    const many = await run(owner, document, variables(100));
    expect(many.errors).toBeUndefined();
    expect((at(many.data, path) as unknown[]).length).toBeGreaterThanOrEqual(atLeast);
    const few = await run(owner, document, variables(1));
    expect({ few: few.statements, many: many.statements }).toEqual({ few: statements, many: statements });
  });

  test('gives the same order twice', async () => {
    const first = await run(owner, document, variables(100));
    expect((await run(owner, document, variables(100))).data).toEqual(first.data);
  });

  test('shows another tenant nothing of it, and asks an anonymous caller to sign in', async () => {
    const ids = await database.asOwner<{ id: string }>(
      `select id from projects where user_id = $1 union all select g.id from generations g join projects p on p.id = g.project_id
       where p.user_id = $1 union all select t.id from tasks t join projects p on p.id = t.project_id where p.user_id = $1
       union all select id from credits_ledger where user_id = $1 union all select id from resources where user_id = $1 and not is_public
       union all select id from training_data where user_id = $1
       union all select id from storage.objects where folder = $1::text`,
      [owner.id],
    );
    // Whatever the operation shows its owner is among these ids; a stranger must see none of them.
    const shown = (data: unknown) => {
      const text = JSON.stringify(data);
      return ids.filter(({ id }) => text.includes(id)).length;
    };
    // The stranger asks by the owner's ids, which echo nothing: results only.
    expect(shown((await run(owner, document, variables(100))).data)).toBeGreaterThan(0);
    expect(shown((await run(bob, document, variables(100))).data)).toBe(0);
    const refused = await run(anonymous, document, variables(100));
    // Public resources are for everybody; all else asks to sign in.
    const codes = new Set(refused.errors?.map((error) => error.extensions?.code));
    expect([...codes]).toEqual(path === 'resources.nodes' && codes.size === 0 ? [] : ['UNAUTHENTICATED']);
    expect(shown(refused.data ?? {})).toBe(0);
  });
});

test('Credits: what is left to who asks, in three statements, and to nobody else', async () => {
  const left = async (actor: Actor) => run<{ me: { id: string; credits: string } }>(actor, CreditsDocument);
  const [there] = await database.query<{ credits: string }>(
    owner,
    'select credits from users where id = auth.uid()',
  );
  const own = await left(owner);
  expect(own.statements).toBe(3);
  expect(own.data?.me.id).toBe(owner.id);
  expect(Number(own.data?.me.credits)).toBe(Number(there?.credits));
  expect((await left(bob)).data?.me.id).toBe(bob.id);
  expect((await left(anonymous)).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
});

describe('GalleryPage', () => {
  interface Gallery {
    generations: { totalCount: number; nodes: { id: string; params?: unknown; variantCount: number }[] };
  }
  const gallery = async (variables: Record<string, unknown> = {}) => {
    const answer = await run<Gallery>(owner, GalleryPageDocument, {
      projectId: sample.project,
      first: 288,
      ...variables,
    });
    expect(answer.errors).toBeUndefined();
    return answer.data?.generations as Gallery['generations'];
  };
  /** What SQL says the gallery should hold. */
  const expected = async (condition: string) =>
    (
      await database.query<{ id: string }>(
        owner,
        `select id from generations g where project_id = $1 and not is_child and location is not null and (${condition})`,
        [sample.project],
      )
    ).map(({ id }) => id);

  const controls: [string, () => Record<string, unknown>, () => string][] = [
    ['nothing', () => ({}), () => 'true'],
    ['videos', () => ({ filter: [{ type: { equalTo: 'video' } }] }), () => `type = 'video'`],
    ['stars', () => ({ filter: [{ starred: { equalTo: true } }] }), () => 'starred'],
    ['edits only', () => ({ filter: [{ basedOn: { isNull: false } }] }), () => 'based_on is not null'],
    [
      'a word of the prompt',
      () => ({ filter: [{ prompt: { includesInsensitive: 'LIGHT' } }] }),
      () => `prompt ilike '%light%'`,
    ],
    ['no shot', () => ({ filter: [{ shotGenerationsExist: false }] }), () => `shot_data = '{}'`],
    [
      'one shot',
      () => ({ filter: [{ shotGenerations: { some: { shotId: { equalTo: sample.shot } } } }] }),
      () => `shot_data ? '${sample.shot}'`,
    ],
    [
      'unpositioned in one shot',
      () => ({
        filter: [
          { shotGenerations: { some: { shotId: { equalTo: sample.shot }, position: { isNull: true } } } },
        ],
      }),
      () =>
        `exists (select from shot_generations l where l.generation_id = g.id and l.shot_id = '${sample.shot}' and l.position is null)`,
    ],
  ];
  test.each(controls)('filtered by %s is what SQL says', async (_control, variables, condition) => {
    const page = await gallery(variables());
    const ids = await expected(condition());
    expect(ids.length).toBeGreaterThan(0);
    expect(page.totalCount).toBe(ids.length);
    expect(page.nodes.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  test('hides parts and what has no picture, whatever a filter says', async () => {
    const page = await gallery({
      filter: [{ or: [{ isChild: { equalTo: true } }, { location: { isNull: true } }] }],
    });
    expect(page.totalCount).toBe(0);
  });

  test('carries no params', async () => {
    const page = await gallery();
    expect(page.totalCount).toBe(sample.pictured);
    expect(page.nodes[0]).not.toHaveProperty('params');
  });
});

describe('TasksPane', () => {
  test('is in its order: running, then waiting oldest first, then finished newest first; roots only', async () => {
    await database.asOwner(
      `insert into tasks (project_id, task_type, created_at)
       select $1, 'image_generation', now() - i * interval '1 s' from generate_series(1, 150) i`,
      [sample.project],
    );
    const ids: string[] = [];
    for (let offset = 0; offset < 200; offset += 50) {
      const answer = await run<{ tasks: { nodes: { id: string }[] } }>(owner, TasksPaneDocument, {
        projectId: { equalTo: sample.project },
        first: 50,
        offset,
      });
      ids.push(...(answer.data?.tasks.nodes.map(({ id }) => id) ?? []));
    }
    const inOrder = await database.query<{ id: string }>(
      owner,
      `select id from tasks where project_id = $1 and parent_task_id is null
       order by case status when 'In Progress' then 0 when 'Queued' then 1 else 2 end,
         case when status in ('In Progress', 'Queued') then created_at end,
         coalesce(generation_processed_at, created_at) desc, id limit 200`,
      [sample.project],
    );
    expect(ids).toEqual(inOrder.map(({ id }) => id));
  });
});
