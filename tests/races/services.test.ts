import { randomUUID } from 'node:crypto';
import { alice, anonymous, bob, gpu1, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';
import { does, doesInTurn, noticeDeadlocksSoon, race, RACE_ROUNDS, type Racer } from '../helpers/race';

/** A service calls the same functions as the owner of a project, at the same time as he writes. */
let database: TestDatabase;
let make: ReturnType<typeof builders>;
let project = '';
let foreign = '';

beforeAll(async () => {
  database = await createTestDatabase();
  await noticeDeadlocksSoon(database);
  make = builders(database);
  await make.account(alice);
  await make.account(bob);
  project = await make.project(alice);
  foreign = await make.project(bob);
});
afterEach(async () => {
  expect(await brokenInvariants(database)).toEqual({});
  for (const user of [alice, bob]) {
    await database.query(user, 'delete from shots');
    await database.query(user, 'delete from generations');
  }
});
afterAll(() => database?.drop());

const serves = (sql: string, values: unknown[]): Racer => does(database, service, sql, values);
const variantOf = async (generation: string) =>
  (
    await database.asOwner<{ id: string }>(
      'select id from generation_variants where generation_id = $1 order by is_primary, id',
      [generation],
    )
  )[0]!.id;

async function rounds(prepare: (round: number) => Promise<Racer[]>, allowed: string[] = []): Promise<void> {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const { codes } = await race(...(await prepare(round)));
    expect({ round, codes: codes.filter((code) => !allowed.includes(code)) }).toEqual({ round, codes: [] });
  }
}

/** What the owner does meanwhile: the generation, then its variants; and the same crosswise. */
const writes = (generation: string, round: number): Racer[] => {
  const ofGeneration: [string, unknown[]] = [
    'update generations set name = $2 where id = $1',
    [generation, `g${round}`],
  ];
  const ofVariants: [string, unknown[]] = [
    'update generation_variants set name = $2 where generation_id = $1',
    [generation, `v${round}`],
  ];
  return [
    doesInTurn(database, alice, ofGeneration, ofVariants),
    doesInTurn(database, alice, ofVariants, ofGeneration),
  ];
};

test('set_primary_variant', () =>
  rounds(async (round) => {
    const generation = await make.generation(alice, project);
    await make.variant(alice, generation);
    return [
      serves('select set_primary_variant($1)', [await variantOf(generation)]),
      ...writes(generation, round),
    ];
  }));

test('delete_generations', () =>
  rounds(async (round) => {
    const generations = [await make.generation(alice, project), await make.generation(alice, project)];
    const shot = await make.shot(alice, project);
    for (const generation of generations) await make.link(alice, shot, generation);
    return [
      serves('select delete_generations($1)', [generations]),
      ...writes(generations[0]!, round),
      does(database, alice, 'update shot_generations set timeline_frame = 5 where shot_id = $1', [shot]),
    ];
  }));

test('add_generation, as a part and into a shot', () =>
  rounds(async (round) => {
    const parent = await make.generation(alice, project);
    const shot = await make.shot(alice, project);
    const link = await make.link(alice, shot, parent);
    return [
      serves(`select add_generation($1, 'part.png', parent_generation_id => $2, shot_id => $3)`, [
        project,
        parent,
        shot,
      ]),
      ...writes(parent, round),
      doesInTurn(
        database,
        alice,
        ['update shots set name = $2 where id = $1', [shot, `s${round}`]],
        ['delete from shot_generations where id = $1', [link]],
      ),
    ];
  }));

test('patch_settings', () =>
  rounds(async (round) => {
    const shot = await make.shot(alice, project);
    const patch = (scope: string, id: string): [string, unknown[]] => [
      'select patch_settings($1::settings_scope, $2, $3, $4)',
      [scope, id, 'tool', JSON.stringify({ round })],
    ];
    const name = (table: string, id: string): [string, unknown[]] => [
      `update ${table} set name = $2 where id = $1`,
      [id, `n${round}`],
    ];
    return [
      serves(...patch('shot', shot)),
      doesInTurn(database, service, patch('project', project), patch('user', alice.id)),
      doesInTurn(database, alice, patch('user', alice.id), name('projects', project)),
      doesInTurn(database, alice, name('shots', shot), patch('project', project)),
    ];
  }));

test('generations of two users deleted by two services', () =>
  rounds(
    async (round) => {
      const [hers, his] = [await make.generation(alice, project), await make.generation(bob, foreign)];
      return [
        serves('select delete_generations($1)', [[hers, his]]),
        serves('select delete_generations($1)', [[his, hers]]),
        ...writes(hers, round),
        does(database, bob, `update generations set name = 'his' where id = $1`, [his]),
      ];
      // Whoever comes second finds nothing.
    },
    ['RG404'],
  ));

describe('whose lock is taken', () => {
  /** Whose worlds a transaction has locked after a statement; by its number what is no world we know. */
  async function locks(actor: Actor, sql: string, values: unknown[]): Promise<string[]> {
    const keys = await database.as(actor, async (client) => {
      await client.query(sql, values);
      const { rows } = await client.query<{ key: string }>(
        `select (classid::bigint << 32 | objid::bigint)::text as key from pg_locks
         where locktype = 'advisory' and pid = pg_backend_pid()`,
      );
      return rows.map(({ key }) => key);
    });
    const people = { alice, bob };
    const named = await Promise.all(
      Object.entries(people).map(async ([name, { id }]) => {
        const [row] = await database.asOwner<{ key: string }>(
          `select hashtextextended('tenant ' || $1::uuid, 0)::text as key`,
          [id],
        );
        return [row!.key, name] as const;
      }),
    );
    const names = new Map(named);
    return keys.map((key) => names.get(key) ?? key).sort();
  }

  const world = async () => {
    const shot = await make.shot(alice, project);
    const generation = await make.generation(alice, project);
    const link = await make.link(alice, shot, generation);
    return { shot, generation, link, variant: await variantOf(generation) };
  };
  type World = Awaited<ReturnType<typeof world>>;

  const functions: [string, (ids: World) => [string, unknown[]]][] = [
    ['add_generation', () => [`select add_generation($1, 'a.png')`, [project]]],
    ['set_primary_variant', ({ variant }) => ['select set_primary_variant($1)', [variant]]],
    ['mark_variants_viewed', ({ generation }) => ['select mark_variants_viewed($1)', [generation]]],
    ['delete_generations', ({ generation }) => ['select delete_generations($1)', [[generation]]]],
    ['patch_settings of a user', () => [`select patch_settings('user', $1, 'tool', '{}')`, [alice.id]]],
    ['patch_settings of a project', () => [`select patch_settings('project', $1, 'tool', '{}')`, [project]]],
    ['patch_settings of a shot', ({ shot }) => [`select patch_settings('shot', $1, 'tool', '{}')`, [shot]]],
    [
      'add_generation_to_shot',
      ({ shot, generation }) => ['select add_generation_to_shot($1, $2)', [shot, generation]],
    ],
    ['duplicate_shot', ({ shot }) => ['select duplicate_shot($1)', [shot]]],
    [
      'create_shot_with_image',
      ({ generation }) => [`select create_shot_with_image($1, 'New', $2)`, [project, generation]],
    ],
    ['reorder_shots', ({ shot }) => ['select reorder_shots($1, $2)', [project, [shot]]]],
    ['reorder_shot_generations', ({ shot }) => [`select reorder_shot_generations($1, '{}')`, [shot]]],
    ['position_shot_generation', ({ link }) => ['select position_shot_generation($1, 0)', [link]]],
    ['fix_timeline_spacing', ({ shot }) => ['select fix_timeline_spacing($1)', [shot]]],
    ['batch_update_timeline_frames', ({ shot }) => [`select batch_update_timeline_frames($1, '[]')`, [shot]]],
  ];
  test.each(functions)('%s by a service, and by the owner: the owner’s', async (_, call) => {
    for (const actor of [service, alice]) {
      const held = await locks(actor, ...call(await world()));
      // A new shot takes its project's lock besides.
      expect(held.filter((key) => /^[a-z]/.test(key))).toEqual(['alice']);
      await database.query(alice, 'delete from shots');
    }
  });

  const take = 'select lock_tenants_of($1, $2)';
  test('a service locks each owner once, and nobody for an unknown id', async () => {
    const [hers, his] = [await make.generation(alice, project), await make.generation(bob, foreign)];
    const ids = [his, hers, randomUUID(), hers, null];
    expect(await locks(service, take, ['generation', ids])).toEqual(['alice', 'bob']);
    for (const kind of ['user', 'project', 'shot', 'generation', 'variant']) {
      expect(await locks(service, take, [kind, [randomUUID(), null]])).toEqual([]);
      expect(await locks(service, take, [kind, null])).toEqual([]);
    }
  });

  test('a user locks himself, whatever he names: nobody waits for him, and he learns nothing', async () => {
    const generation = await make.generation(alice, project);
    expect(await locks(bob, take, ['project', [project]])).toEqual(['bob']);
    expect(await locks(bob, take, ['generation', [generation, randomUUID()]])).toEqual(['bob']);
    expect(await locks(bob, take, ['user', [alice.id]])).toEqual(['bob']);
    for (const actor of [anonymous, gpu1])
      await expect(locks(actor, take, ['user', [alice.id]])).rejects.toMatchObject({ code: '42501' });
  });
});
