import { alice, anonymous, bob, gpu1, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { buildWorld, type World } from '../helpers/world';
import { CALLS, NOT_OF_USERS } from './strangerCalls';

let database: TestDatabase;
let alices: World;
let bobs: World;
const NOBODY = '00000000-0000-4000-8000-00000000dead';

beforeAll(async () => {
  database = await createTestDatabase();
  alices = await buildWorld(database, alice);
  bobs = await buildWorld(database, bob);
});
afterAll(() => database?.drop());

interface Told {
  code: string;
  message: string;
  detail?: string;
}
/** The error of a statement; fails when there is none. */
const errorOf = (actor: Actor, sql: string): Promise<Told> =>
  database.query(actor, sql).then(
    () => Promise.reject(new Error(`Nothing refused: ${sql}`)),
    (error: Told) => error,
  );
/** All of Alice's and Bob's rows. */
const everything = () =>
  database.asOwner(
    ['users', 'projects', 'shots', 'generations', 'generation_variants', 'shot_generations', 'tasks']
      .map((table) => `select '${table}' as t, to_jsonb(t) as row from ${table} t`)
      .join(' union all ') + ' order by 1, 2',
  );

/** Called by functions only, and refuses nobody's id: tests/races/services.test.ts shows that it tells nothing. */
const NOT_IN_THE_API = ['lock_tenants_of'];

/** Functions that take an id: of the API, or behind fields of a row. */
const functions = async (isBehindFields: boolean) =>
  (
    await database.asOwner<{ name: string }>(
      `select p.proname::text as name from pg_proc p
       where p.pronamespace = 'public'::regnamespace and p.proargtypes::oid[] && '{uuid,uuid[]}'::regtype[]::oid[]
         and (coalesce(obj_description(p.oid), '') ~ '@fieldsOf') = $1
         and ($1 or coalesce(obj_description(p.oid), '') !~ '@omit')
       order by 1`,
      [isBehindFields],
    )
  )
    .map(({ name }) => name)
    .filter((name) => !NOT_IN_THE_API.includes(name));

test('every function of the API that takes an id stands in the table above', async () => {
  expect(await functions(false)).toEqual([...new Set(CALLS.map(([what]) => what)), ...NOT_OF_USERS].sort());
});

test.each(NOT_OF_USERS)('%s is for no user', async (name) => {
  const rows = await database.asOwner<{ granted: boolean }>(
    `select has_function_privilege(r, p.oid, 'execute') as granted
     from pg_proc p, unnest('{anon,authenticated}'::text[]) r
     where p.pronamespace = 'public'::regnamespace and p.proname = $1`,
    [name],
  );
  expect(rows).toEqual([{ granted: false }, { granted: false }]);
});

test('a function behind fields says of another’s row what it says of none, and to its owner more', async () => {
  const names = await functions(true);
  const answers = (actor: Actor, ids: string[]) =>
    Promise.all(
      names.flatMap((name) => ids.map((id) => database.query(actor, `select * from ${name}($1)`, [id]))),
    );
  const given = Object.values<string>({ ...alices }).filter((id) => id.length === NOBODY.length);
  const told = await answers(alice, given);
  expect(told).not.toEqual(
    await answers(
      alice,
      given.map(() => NOBODY),
    ),
  );
  expect(await answers(bob, given)).toEqual(
    await answers(
      bob,
      given.map(() => NOBODY),
    ),
  );
});

describe.each(CALLS)('%s with another’s row of %s', (_what, foreign, sql) => {
  const call = (id: string, own: World) => `select * from ${sql(id, own)}`;

  test('is refused as if there were no such row, and changes nothing', async () => {
    const before = await everything();
    const told = await errorOf(bob, call(alices[foreign], bobs));
    const ofNothing = await errorOf(bob, call(NOBODY, bobs));
    expect(told.code).toMatch(/^(RG404|RG400|23503)$/);
    // What a gateway shows; details and hints it never does.
    expect([told.code, told.message.replaceAll(alices[foreign], 'ID')]).toEqual([
      ofNothing.code,
      ofNothing.message.replaceAll(NOBODY, 'ID'),
    ]);
    expect(await everything()).toEqual(before);
  });

  test('is not for the anonymous nor for workers, whosever the row', async () => {
    for (const actor of [anonymous, gpu1])
      expect(await errorOf(actor, call(alices[foreign], alices))).toMatchObject({ code: '42501' });
  });

  test('tells a service that a row does not exist', async () => {
    expect((await errorOf(service, call(NOBODY, alices))).code).toMatch(/^(RG404|RG400|23503)$/);
  });
});

test('lineage shows no ancestor of another', async () => {
  const rows = await database.query(bob, 'select l.id from generations g, lateral generations_lineage(g) l');
  expect(rows).toEqual([]);
  for (const actor of [anonymous, gpu1])
    expect(
      await errorOf(actor, 'select l.id from generations g, lateral generations_lineage(g) l'),
    ).toMatchObject({ code: '42501' });
});

describe('a foreign generation cannot become, by a statement on the table', () => {
  const paths: [string, string, (id: string) => string][] = [
    [
      'a source',
      'generations',
      (id) => `update generations set based_on = '${id}' where id = '${alices.generations}'`,
    ],
    [
      'the source of a new one',
      'generations',
      (id) => `insert into generations (project_id, based_on) values ('${alices.projects}', '${id}')`,
    ],
    [
      'a parent',
      'generations',
      (id) =>
        `update generations set parent_generation_id = '${id}', is_child = true where id = '${alices.generations}'`,
    ],
    [
      'the parent of a new one',
      'generations',
      (id) =>
        `insert into generations (project_id, parent_generation_id, is_child) values ('${alices.projects}', '${id}', true)`,
    ],
    [
      'the primary variant',
      'generation_variants',
      (id) => `update generations set primary_variant_id = '${id}' where id = '${alices.generations}'`,
    ],
    [
      'the generation of a variant',
      'generations',
      (id) => `insert into generation_variants (generation_id, location) values ('${id}', 'x.png')`,
    ],
    [
      'linked to a shot',
      'generations',
      (id) => `insert into shot_generations (shot_id, generation_id) values ('${alices.shots}', '${id}')`,
    ],
    [
      'linked from a foreign shot',
      'shots',
      (id) =>
        `insert into shot_generations (shot_id, generation_id) values ('${id}', '${alices.generations}')`,
    ],
  ];
  test.each(paths)('%s', async (_what, foreign, sql) => {
    const before = await everything();
    const told = await errorOf(alice, sql(bobs[foreign as keyof World]));
    const ofNothing = await errorOf(alice, sql(NOBODY));
    expect(told.code).toMatch(/^(RG404|23503)$/);
    expect([told.code, told.message.replaceAll(bobs[foreign as keyof World], 'ID')]).toEqual([
      ofNothing.code,
      ofNothing.message.replaceAll(NOBODY, 'ID'),
    ]);
    expect(await everything()).toEqual(before);
  });

  test('nor one of the caller’s other project', async () => {
    const make = builders(database);
    const elsewhere = await make.generation(alice, await make.project(alice));
    for (const column of ['based_on', 'parent_generation_id'])
      expect(
        await errorOf(
          alice,
          `update generations set ${column} = '${elsewhere}' where id = '${alices.generations}'`,
        ),
      ).toMatchObject({ code: '23503' });
  });
});
