import type { PoolClient } from 'pg';
import { alice, service } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase, type TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';

/** `BULK=full` or `BULK=half` by hand, with times and plans on the console; a tenth otherwise. */
const SHARE = { full: 1, half: 0.5 }[process.env.BULK ?? ''] ?? 0.1;
const share = (count: number) => Math.round(count * SHARE);

jest.setTimeout(300_000);

let database: TestDatabase;
let make: ReturnType<typeof builders>;
let project = '';

beforeAll(async () => {
  database = await createTestDatabase();
  make = builders(database);
  await make.account(alice);
  await make.taskType('image_generation');
});
beforeEach(async () => {
  project = await make.project(alice);
});
afterEach(async () => {
  expect(await brokenInvariants(database)).toEqual({});
  await database.query(alice, 'delete from projects');
});
afterAll(() => database?.drop());

/**
 * What any session did before it does something in bulk. A session keeps the plans of its triggers: made
 * for one row, some of them were quadratic for ten thousand.
 */
async function warmUp(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `insert into projects (name) values ('Small') returning id`,
  );
  const small = rows[0]?.id;
  await client.query(`insert into shots (project_id, name) values ($1, 'Small')`, [small]);
  for (let i = 0; i < 7; i++) {
    await client.query(`insert into generations (project_id, location) values ($1, 'a.png')`, [small]);
    await client.query(`update generations set name = $2 where project_id = $1`, [small, `g${i}`]);
    await client.query(
      `insert into generation_variants (generation_id, location, is_primary) select id, 'b.png', true from generations where project_id = $1 limit 1`,
      [small],
    );
    await client.query(`update generation_variants set name = $2 where project_id = $1`, [small, `v${i}`]);
    await client.query(
      `update generation_variants set is_primary = false where project_id = $1 and is_primary and location = 'b.png'`,
      [small],
    );
    await client.query(
      'select add_generation_to_shot(s.id, g.id) from shots s join generations g using (project_id) where s.project_id = $1 limit 1',
      [small],
    );
    await client.query(
      'update shot_generations set timeline_frame = timeline_frame + 1 where project_id = $1',
      [small],
    );
    await client.query(`delete from generation_variants where project_id = $1 and location = 'b.png'`, [
      small,
    ]);
    await client.query('select duplicate_shot(id) from shots where project_id = $1 limit 1', [small]);
    await client.query(
      'delete from shots where id = (select id from shots where project_id = $1 order by "order" desc limit 1)',
      [small],
    );
  }
  await client.query('delete from projects where id = $1', [small]);
}

async function timed(what: string, client: PoolClient, sql: string, values: unknown[] = []): Promise<number> {
  const began = performance.now();
  const { rows } = await client.query<Record<string, string>>(
    process.env.BULK ? `explain (analyze, buffers) ${sql}` : sql,
    values,
  );
  const milliseconds = performance.now() - began;
  if (process.env.BULK) {
    const plan = rows.map((row) => row['QUERY PLAN']).filter((line) => /Trigger|Execution/.test(line ?? ''));
    console.log(`${what}, ${process.env.BULK}: ${Math.round(milliseconds)} ms\n${plan.join('\n')}`);
  }
  return milliseconds;
}

/** As alice, in one transaction, in a session that has done all of it before on a small scale. */
const bulk = (what: string, sql: string, values: unknown[] = []) =>
  database.as(alice, async (client) => {
    await client.query(`set local statement_timeout = '120s'`);
    await warmUp(client);
    return timed(what, client, sql, values);
  });

const insertGenerations = `
  insert into generations (project_id, location, type, params)
  select $1, 'public/' || i || '.png', case when i % 5 = 0 then 'video' else 'image' end, jsonb_build_object('seed', i, 'prompt', 'A prompt')
  from generate_series(1, $2::int) i`;

async function fill(generations: number, shots: number, linksPerShot: number): Promise<void> {
  // In portions: it is not what is measured, and has the statement timeout of a user.
  for (let left = generations; left > 0; left -= 5_000) {
    await database.query(alice, insertGenerations, [project, Math.min(left, 5_000)]);
  }
  await database.query(
    alice,
    `insert into shots (project_id, name) select $1, 'Shot ' || i from generate_series(1, $2::int) i`,
    [project, shots],
  );
  // In bulk and past the functions, as an import is: positions and frames given.
  await database.asOwner(
    `insert into shot_generations (shot_id, generation_id, position, timeline_frame)
     select s.id, g.id, p, p * 50
     from (select id, "order" from shots where project_id = $1) s
     cross join generate_series(0, $2::int - 1) p
     join (select id, row_number() over (order by id) - 1 as n from generations where project_id = $1) g
       on g.n = (s."order" * $2::int + p) % $3::int`,
    [project, linksPerShot, generations],
  );
}
const count = async (table: string) =>
  Number(
    (
      await database.asOwner<{ count: string }>(`select count(*) from ${table} where project_id = $1`, [
        project,
      ])
    )[0]?.count,
  );

test('10,000 generations in one statement', async () => {
  await bulk('10,000 generations inserted', insertGenerations, [project, share(10_000)]);
  expect(await count('generation_variants')).toBe(share(10_000));
});

test('12,000 variants updated in one statement', async () => {
  await fill(share(6_000), 0, 0);
  await database.query(
    alice,
    `insert into generation_variants (generation_id, location) select id, 'second.png' from generations where project_id = $1`,
    [project],
  );
  await bulk(
    '12,000 variants updated',
    `update generation_variants set params = params || '{"steps": 8}', name = 'Renamed' where project_id = $1`,
    [project],
  );
  expect(
    await database.asOwner(
      `select from generations where project_id = $1 and params ->> 'steps' = '8' and name = 'Renamed'`,
      [project],
    ),
  ).toHaveLength(share(6_000));
  await bulk(
    '12,000 variants starred',
    `update generation_variants set starred = true where project_id = $1`,
    [project],
  );
  await bulk(
    '6,000 primaries switched',
    `update generation_variants set is_primary = (location = 'second.png') where project_id = $1`,
    [project],
  );
  await bulk(
    '6,000 primaries taken',
    `update generation_variants set is_primary = false where project_id = $1 and is_primary`,
    [project],
  );
  await bulk(
    '6,000 primaries deleted',
    `delete from generation_variants where project_id = $1 and is_primary`,
    [project],
  );
  await bulk('6,000 last variants deleted', `delete from generation_variants where project_id = $1`, [
    project,
  ]);
  expect(
    await database.asOwner(`select from generations where project_id = $1 and location is null`, [project]),
  ).toHaveLength(share(6_000));
});

test('params of 5,000 generations in one statement', async () => {
  await fill(share(5_000), 0, 0);
  await bulk(
    'params of 5,000 generations',
    `update generations set params = params || '{"steps": 8}' where project_id = $1`,
    [project],
  );
  expect(
    await database.asOwner(
      `select from generation_variants where project_id = $1 and params ->> 'steps' = '8'`,
      [project],
    ),
  ).toHaveLength(share(5_000));
  await bulk(
    '5,000 parts',
    `update generations set parent_generation_id = p.id, is_child = true
    from (select id from generations where project_id = $1 order by id limit 1) p where project_id = $1 and generations.id <> p.id`,
    [project],
  );
});

test('a generation with 300 variants is deleted', async () => {
  const id = await make.generation(alice, project);
  await database.query(
    alice,
    `insert into generation_variants (generation_id, location) select $1, i || '.png' from generate_series(1, $2::int) i`,
    [id, share(300) - 1],
  );
  await bulk('a generation of 300 variants deleted', 'delete from generations where id = $1', [id]);
  expect(await count('generation_variants')).toBe(0);
});

test('a drag of 1,500 places, their spacing, and a copy of the shot', async () => {
  await fill(share(1_500), 1, share(1_500));
  const [shot] = await database.asOwner<{ id: string }>('select id from shots where project_id = $1', [
    project,
  ]);
  const links = await database.asOwner<{ id: string }>(
    'select id from shot_generations where shot_id = $1 order by position',
    [shot?.id],
  );
  const changes = links.map(({ id }, i) => ({ id, timeline_frame: 7 * i + 3, metadata: { dragged: true } }));
  await bulk('a drag of 1,500', 'select count(*) from batch_update_timeline_frames($1, $2)', [
    shot?.id,
    JSON.stringify(changes),
  ]);
  await bulk('1,500 spaced', 'select count(*) from fix_timeline_spacing($1)', [shot?.id]);
  await bulk('1,500 reordered', 'select count(*) from reorder_shot_generations($1, $2)', [
    shot?.id,
    links.map(({ id }) => id).reverse(),
  ]);
  await bulk('one of 1,500 moved', 'select position_shot_generation($1, 3)', [links[0]?.id]);
  await bulk('a shot of 1,500 copied', 'select id from duplicate_shot($1)', [shot?.id]);
  expect(await count('shot_generations')).toBe(2 * share(1_500));
  await bulk(
    'every second place deleted',
    'delete from shot_generations where shot_id = $1 and position % 2 = 0',
    [shot?.id],
  );
  await bulk('a shot deleted', 'delete from shots where id = $1', [shot?.id]);
});

test('a project of 50,000 generations is deleted', async () => {
  await fill(share(50_000), share(60), 40);
  await database.asOwner(
    `with made as (insert into tasks (project_id, task_type) select $1, 'image_generation' from generate_series(1, $2::int) returning id)
     update generations g set task_id = t.id from (select id, row_number() over () as n from made) t,
       (select id, row_number() over (order by id) as n from generations where project_id = $1) n
     where n.n = t.n and g.id = n.id`,
    [project, share(4_000)],
  );
  await bulk('a project of 50,000 generations deleted', 'delete from projects where id = $1', [project]);
  expect(await database.asOwner('select from generations limit 1')).toEqual([]);
});

test('a user is deleted with everything, but for the ledger, which keeps him', async () => {
  await fill(share(10_000), share(60), 40);
  await make.batch(alice);
  await make.resource(alice, false);
  await database.as(service, async (client) => {
    await client.query(`set local statement_timeout = '120s'`);
    await timed('a user of 10,000 generations deleted', client, 'delete from users where id = $1', [
      alice.id,
    ]);
  });
  expect(await database.asOwner('select from projects')).toEqual([]);
  await make.account(alice);
  await make.ledgerEntry(alice);
  await expect(database.query(service, 'delete from users where id = $1', [alice.id])).rejects.toMatchObject({
    code: '23503',
  });
  project = await make.project(alice);
});

// By hand only, with the full sizes: the suite asserts no time.
if (process.env.BULK === 'full') {
  test('eight times the rows take nowhere near 64 times the time', async () => {
    const time = async (rows: number) => {
      project = await make.project(alice);
      return (
        (await bulk(`${rows} inserted`, insertGenerations, [project, rows])) +
        (await bulk(`${rows} renamed`, `update generations set name = 'x' where project_id = $1`, [
          project,
        ])) +
        (await bulk(
          `${rows} variants renamed`,
          `update generation_variants set name = 'y' where project_id = $1`,
          [project],
        )) +
        (await bulk(`project of ${rows} deleted`, 'delete from projects where id = $1', [project]))
      );
    };
    const few = Math.max(await time(400), await time(400));
    expect((await time(3_200)) / few).toBeLessThan(30);
  });
}
