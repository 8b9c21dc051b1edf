import { alice, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { inLockstep, noticeDeadlocksSoon, takeTheLockAway, type Statement } from '../helpers/race';

/**
 * The control of the other races, step by step instead of by chance: what they run goes wrong without the
 * tenant's lock, and so they are able to fail. By chance, by hand: `RACE_CONTROL=1 RACE_ROUNDS=200 npx jest
 * tests/races` fails in most of them.
 */
interface Crossing {
  first: Actor;
  /** `second` is what the owner does, each statement after the one of `first` in the same place. */
  steps: (database: TestDatabase, project: string) => Promise<{ first: Statement[]; second: Statement[] }>;
  /** What reaches the callers when the lock is there. */
  codes?: string[];
}

let make: ReturnType<typeof builders>;

const both = async (database: TestDatabase, project: string) => {
  const generation = await make.generation(alice, project);
  await make.variant(alice, generation);
  const [variant] = await database.asOwner<{ id: string }>(
    'select id from generation_variants where generation_id = $1 and not is_primary',
    [generation],
  );
  return { generation, variant: variant!.id };
};
const rename = (table: string, id: string): Statement => [
  `update ${table} set name = 'Renamed' where id = $1`,
  [id],
];
const star = (table: string, id: string): Statement => [
  `update ${table} set starred = not starred where id = $1`,
  [id],
];
const patch = (scope: string, id: string): Statement => [
  `select patch_settings($1::settings_scope, $2, 'tool', '{"a": 1}')`,
  [scope, id],
];

const CROSSINGS: Record<string, Crossing> = {
  'a variant and its generation, by two sessions of one user': {
    first: alice,
    steps: async (database, project) => {
      const { generation, variant } = await both(database, project);
      return {
        first: [star('generation_variants', variant), star('generations', generation)],
        second: [star('generations', generation), star('generation_variants', variant)],
      };
    },
  },
  'a link and its generation, by two sessions of one user': {
    first: alice,
    steps: async (database, project) => {
      const { generation } = await both(database, project);
      const link = await make.link(alice, await make.shot(alice, project), generation);
      return {
        first: [
          [`update shot_generations set metadata = '{"a": 1}' where id = $1`, [link]],
          rename('generations', generation),
        ],
        second: [rename('generations', generation), ['delete from shot_generations where id = $1', [link]]],
      };
    },
  },
  'set_primary_variant by a service': {
    first: service,
    steps: async (database, project) => {
      const { generation, variant } = await both(database, project);
      return {
        first: [
          ['select 1', []],
          ['select set_primary_variant($1)', [variant]],
        ],
        second: [star('generations', generation), star('generation_variants', variant)],
      };
    },
  },
  'delete_generations by a service': {
    first: service,
    steps: async (database, project) => {
      const { generation, variant } = await both(database, project);
      return {
        first: [
          ['select 1', []],
          ['select delete_generations(array[$1]::uuid[])', [generation]],
        ],
        second: [star('generation_variants', variant), star('generations', generation)],
      };
    },
  },
  'add_generation by a service': {
    first: service,
    steps: async (database, project) => {
      const { generation } = await both(database, project);
      return {
        first: [
          ['select 1', []],
          [`select add_generation($1, 'part.png', parent_generation_id => $2)`, [project, generation]],
        ],
        second: [rename('generations', generation), ['delete from projects where id = $1', [project]]],
      };
    },
    codes: ['RG404'],
  },
  'patch_settings by a service': {
    first: service,
    steps: async (_, project) => {
      const shot = await make.shot(alice, project);
      return {
        first: [patch('shot', shot), patch('project', project)],
        second: [rename('projects', project), rename('shots', shot)],
      };
    },
  },
};

describe.each(['with the lock', 'without the lock'])('%s', (which) => {
  let database: TestDatabase;
  const taken = which === 'without the lock';

  beforeAll(async () => {
    database = await createTestDatabase();
    await noticeDeadlocksSoon(database);
    if (taken) await takeTheLockAway(database);
    make = builders(database);
    await make.account(alice);
  });
  afterAll(() => database?.drop());

  test.each(Object.entries(CROSSINGS))('%s', async (_, { first, steps, codes = [] }) => {
    const statements = await steps(database, await make.project(alice));
    expect(
      await inLockstep(
        database,
        { actor: first, statements: statements.first },
        { actor: alice, statements: statements.second },
      ),
    ).toEqual(taken ? ['40P01'] : codes);
  });

  test(`two generations added to a shot at once: ${taken ? 'one frame for both' : 'two frames'}`, async () => {
    const project = await make.project(alice);
    const shot = await make.shot(alice, project);
    const add: Statement = [
      'select add_generation_to_shot($1, $2)',
      [shot, await make.generation(alice, project)],
    ];
    const codes = await inLockstep(
      database,
      { actor: alice, statements: [add, ['select 1', []]] },
      { actor: alice, statements: [add] },
    );
    const links = await database.asOwner<{ frame: number }>(
      'select timeline_frame as frame from shot_generations where shot_id = $1 order by 1',
      [shot],
    );
    expect({ codes, frames: links.map(({ frame }) => frame) }).toEqual({
      codes: [],
      frames: taken ? [0, 0] : [0, 50],
    });
  });
});
