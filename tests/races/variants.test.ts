import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';
import {
  does,
  doesInTurn,
  noticeDeadlocksSoon,
  race,
  RACE_ROUNDS,
  retried,
  type Racer,
} from '../helpers/race';

let database: TestDatabase;
let make: ReturnType<typeof builders>;
let project = '';

beforeAll(async () => {
  database = await createTestDatabase();
  await noticeDeadlocksSoon(database);
  make = builders(database);
  await make.account(alice);
  project = await make.project(alice);
});
afterEach(async () => {
  expect(await brokenInvariants(database)).toEqual({});
  await database.query(alice, 'delete from generations');
});
afterAll(() => database?.drop());

const as = (sql: string, values: unknown[] = []): Racer => does(database, alice, sql, values);
const variantsOf = async (generation: string) =>
  (
    await database.asOwner<{ id: string }>(
      'select id from generation_variants where generation_id = $1 order by created_at, id',
      [generation],
    )
  ).map((row) => row.id);

/** Runs the race as often as asked; what reaches a caller must be among the codes allowed. */
async function rounds(prepare: (round: number) => Promise<Racer[]>, allowed: string[] = []): Promise<void> {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const { codes } = await race(...(await prepare(round)));
    expect({ round, codes: codes.filter((code) => !allowed.includes(code)) }).toEqual({ round, codes: [] });
  }
}

test('a variant and its generation updated at once', () =>
  rounds(async (round) => {
    const id = await make.generation(alice, project, 'a.png');
    const [variant] = await variantsOf(id);
    return [
      as(`update generation_variants set location = $2, name = 'variant' where id = $1`, [
        variant,
        `v${round}.png`,
      ]),
      as(`update generations set params = $2, name = 'generation' where id = $1`, [
        id,
        JSON.stringify({ round }),
      ]),
    ];
  }));

test('the same in transactions of several statements, crosswise', () =>
  rounds(async (round) => {
    const id = await make.generation(alice, project, 'a.png');
    const [variant] = await variantsOf(id);
    const ofVariant: [string, unknown[]] = [
      'update generation_variants set location = $2 where id = $1',
      [variant, `v${round}.png`],
    ];
    const ofGeneration: [string, unknown[]] = [
      'update generations set location = $2 where id = $1',
      [id, `g${round}.png`],
    ];
    return [
      doesInTurn(database, alice, ofVariant, ofGeneration),
      doesInTurn(database, alice, ofGeneration, ofVariant),
    ];
  }));

test('many variants and their generations updated at once, in opposite orders', () =>
  rounds(async (round) => {
    for (let i = 0; i < 5; i++) await make.generation(alice, project, 'a.png');
    return [
      as(
        `update generation_variants v set name = $1 from (select id from generation_variants order by id) o where o.id = v.id`,
        [`v${round}`],
      ),
      as(
        `update generations g set name = $1 from (select id from generations order by id desc) o where o.id = g.id`,
        [`g${round}`],
      ),
    ];
  }));

test('two primaries inserted at once: both succeed, one is primary', async () => {
  let generation = '';
  await rounds(async () => {
    generation = await make.generation(alice, project, 'a.png');
    const insert = `insert into generation_variants (generation_id, location, is_primary) values ($1, $2, true)`;
    return [as(insert, [generation, 'b.png']), as(insert, [generation, 'c.png'])];
  });
  expect(await variantsOf(generation)).toHaveLength(3);
});

test('two first variants on a bare generation', async () => {
  let generation = '';
  await rounds(async () => {
    generation = await make.generation(alice, project, null);
    const insert = `insert into generation_variants (generation_id, location) values ($1, $2)`;
    return [as(insert, [generation, 'b.png']), as(insert, [generation, 'c.png'])];
  });
  expect(await variantsOf(generation)).toHaveLength(2);
});

test('a first variant while the generation gets its location', async () => {
  let generation = '';
  await rounds(async () => {
    generation = await make.generation(alice, project, null);
    return [
      as(`insert into generation_variants (generation_id, location) values ($1, 'b.png')`, [generation]),
      as(`update generations set location = 'c.png' where id = $1`, [generation]),
    ];
  });
});

test('both variants deleted at once: a generation without media stays', async () => {
  await rounds(async () => {
    const id = await make.generation(alice, project, 'a.png');
    await make.variant(alice, id);
    const [first, second] = await variantsOf(id);
    const remove = 'delete from generation_variants where id = $1';
    return [as(remove, [first]), as(remove, [second])];
  });
  expect(
    await database.asOwner(`select from generations where location is not null or params <> '{}'`),
  ).toEqual([]);
});

test('a variant made primary while it, or the primary, is deleted', () =>
  rounds(
    async (round) => {
      const id = await make.generation(alice, project, 'a.png');
      await make.variant(alice, id);
      await make.variant(alice, id, 'c.png');
      const [first, second] = await variantsOf(id);
      return [
        as('select set_primary_variant($1)', [second]),
        as('delete from generation_variants where id = $1', [round % 2 ? first : second]),
      ];
    },
    ['RG404'],
  ));

test('two variants made primary at once', () =>
  rounds(async () => {
    const id = await make.generation(alice, project, 'a.png');
    await make.variant(alice, id);
    await make.variant(alice, id, 'c.png');
    const [, second, third] = await variantsOf(id);
    return [as('select set_primary_variant($1)', [second]), as('select set_primary_variant($1)', [third])];
  }));

test('parts added to a composite by two sessions, while it is updated and a part goes', () =>
  rounds(async (round) => {
    const parent = await make.generation(alice, project, 'a.png');
    const part = `insert into generations (project_id, parent_generation_id, is_child, child_order, location) values ($1, $2, true, $3, 'p.png')`;
    await as(part, [project, parent, 0])();
    return [
      as(part, [project, parent, 1]),
      as(part, [project, parent, 2]),
      as('update generations set name = $2 where id = $1', [parent, `n${round}`]),
      as('delete from generations where parent_generation_id = $1 and child_order = 0', [parent]),
    ];
  }));

test('a generation deleted by two sessions and written by a third', () =>
  rounds(async () => {
    const id = await make.generation(alice, project, 'a.png');
    return [
      as('select delete_generations(array[$1]::uuid[])', [id]),
      as('select delete_generations(array[$1]::uuid[])', [id]),
      as(`insert into generation_variants (generation_id, location, is_primary) values ($1, 'b.png', true)`, [
        id,
      ]),
    ];
  }, ['RG404']));

test('the project goes while a generation is added', () =>
  rounds(
    async () => {
      const other = await make.project(alice, 'Short-lived');
      await make.generation(alice, other);
      return [
        as('delete from projects where id = $1', [other]),
        as(`select add_generation($1, 'b.png')`, [other]),
        as(
          `select create_shot_with_image($1, 'New', (select id from generations where project_id = $1 limit 1))`,
          [other],
        ),
      ];
    },
    // The project is gone: not found, or refused by the reference to it.
    ['RG404', '23503'],
  ));

describe('services that write tables directly hold no lock: what deadlocks is run again', () => {
  const races: [string, (round: number) => Promise<[string, unknown[]][]>][] = [
    [
      'a variant and its generation',
      async (round) => {
        const id = await make.generation(alice, project, 'a.png');
        const [variant] = await variantsOf(id);
        return [
          ['update generation_variants set location = $2 where id = $1', [variant, `v${round}.png`]],
          ['update generations set name = $2 where id = $1', [id, `g${round}`]],
        ];
      },
    ],
    [
      'two primaries inserted',
      async () => {
        const id = await make.generation(alice, project, 'a.png');
        const insert = `insert into generation_variants (generation_id, location, is_primary) values ($1, 'b.png', true)`;
        return [
          [insert, [id]],
          [insert, [id]],
        ];
      },
    ],
    [
      'two variants raised',
      async () => {
        const id = await make.generation(alice, project, 'a.png');
        await make.variant(alice, id);
        await make.variant(alice, id, 'c.png');
        const [, second, third] = await variantsOf(id);
        const raise = 'update generation_variants set is_primary = true where id = $1';
        return [
          [raise, [second]],
          [raise, [third]],
        ];
      },
    ],
    [
      'both variants deleted',
      async () => {
        const id = await make.generation(alice, project, 'a.png');
        await make.variant(alice, id);
        return (await variantsOf(id)).map((variant) => [
          'delete from generation_variants where id = $1',
          [variant],
        ]);
      },
    ],
    [
      'one raised, the primary deleted',
      async () => {
        const id = await make.generation(alice, project, 'a.png');
        await make.variant(alice, id);
        await make.variant(alice, id, 'c.png');
        const [first, second] = await variantsOf(id);
        return [
          ['update generation_variants set is_primary = true where id = $1', [second]],
          ['delete from generation_variants where id = $1', [first]],
        ];
      },
    ],
  ];
  test.each(races)('%s', async (name, prepare) => {
    let retries = 0;
    await rounds(async (round) =>
      (await prepare(round)).map(([sql, values]) =>
        retried(does(database, service, sql, values), () => retries++),
      ),
    );
    if (RACE_ROUNDS > 20)
      console.log(`${name}, without claims: ${retries} deadlocks in ${RACE_ROUNDS} rounds`);
  });
});
