import { alice, bob, service } from '../helpers/actors';
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
  await make.taskType('image_generation');
  await make.ledgerEntry(alice);
});
afterEach(async () => {
  expect(await brokenInvariants(database)).toEqual({});
  await database.query(alice, 'delete from shots');
  await database.query(alice, 'delete from generations');
});
afterAll(() => database?.drop());

const as = (sql: string, values: unknown[] = []): Racer => does(database, alice, sql, values);
const ids = async (sql: string, values: unknown[] = []) =>
  (await database.asOwner<{ id: string }>(sql, values)).map((row) => row.id);
const linksOf = (shot: string) =>
  ids('select id from shot_generations where shot_id = $1 order by position, created_at, id', [shot]);
const add = 'select add_generation_to_shot($1, $2)';

/** A shot with so many generations in it. */
async function filledShot(count: number): Promise<string> {
  const shot = await make.shot(alice, project);
  await database.query(
    alice,
    `with made as (
       insert into generations (project_id, location) select $2::uuid, i || '.png' from generate_series(1, $3::int) i returning id
     )
     select count(add_generation_to_shot($1, id)) from made`,
    [shot, project, count],
  );
  return shot;
}

async function rounds(prepare: (round: number) => Promise<Racer[]>, allowed: string[] = []): Promise<void> {
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const { codes } = await race(...(await prepare(round)));
    expect({ round, codes: codes.filter((code) => !allowed.includes(code)) }).toEqual({ round, codes: [] });
  }
}

test('a generation unlinked and deleted at once', () =>
  rounds(async () => {
    const shot = await filledShot(2);
    const [link] = await linksOf(shot);
    return [
      as('delete from shot_generations where id = $1', [link]),
      as('delete from generations where id = (select generation_id from shot_generations where id = $1)', [
        link,
      ]),
    ];
  }));

test('one generation linked to two shots at once: neither is lost', async () => {
  await rounds(async (round) => {
    const generation = await make.generation(alice, project);
    const shots = [await make.shot(alice, project), await make.shot(alice, project)];
    const link =
      round % 2
        ? add
        : 'insert into shot_generations (shot_id, generation_id, timeline_frame) values ($1, $2, 7)';
    return shots.map((shot) => as(link, [shot, generation]));
  });
  const held = await database.asOwner(
    'select from generations where (select count(*) from jsonb_object_keys(shot_data)) = 2',
  );
  expect(held).toHaveLength(RACE_ROUNDS);
});

test('eight generations added at once: eight positions, eight frames', () =>
  rounds(async () => {
    const shot = await make.shot(alice, project);
    const generation = await make.generation(alice, project);
    return Array.from({ length: 8 }, () => as(add, [shot, generation]));
  }).then(async () => {
    const shots = await database.asOwner<{ positions: number[]; frames: number[] }>(
      `select array_agg(position order by position) as positions, array_agg(timeline_frame order by position) as frames
       from shot_generations group by shot_id`,
    );
    expect(shots).toHaveLength(RACE_ROUNDS);
    for (const shot of shots) {
      expect(shot).toEqual({
        positions: [0, 1, 2, 3, 4, 5, 6, 7],
        frames: [0, 50, 100, 150, 200, 250, 300, 350],
      });
    }
  }));

test('the shots of a project reordered by two sessions', () =>
  rounds(async () => {
    await database.query(alice, 'delete from shots');
    for (const name of ['A', 'B', 'C', 'D']) await make.shot(alice, project, name);
    const shots = await ids('select id from shots order by "order"');
    return [
      as('select reorder_shots($1, $2)', [project, [...shots].reverse()]),
      as('select reorder_shots($1, $2)', [project, [...shots.slice(2), ...shots.slice(0, 2)]]),
    ];
  }));

test('shots made, copied and deleted at once', () =>
  rounds(async () => {
    await database.query(alice, 'delete from shots');
    const [first, second] = [await filledShot(2), await filledShot(2)];
    return [
      as('insert into shots (project_id, name) values ($1, $2)', [project, 'New']),
      as('select duplicate_shot($1)', [second]),
      as('delete from shots where id = $1', [first]),
    ];
  }));

test('the generations of a shot reordered by two sessions', () =>
  rounds(async () => {
    const shot = await filledShot(5);
    const links = await linksOf(shot);
    return [
      as('select reorder_shot_generations($1, $2)', [shot, [...links].reverse()]),
      as('select reorder_shot_generations($1, $2)', [shot, [...links.slice(2), ...links.slice(0, 2)]]),
    ];
  }));

test('places moved, taken out, added, deleted and spaced at once', () =>
  rounds(async () => {
    const shot = await filledShot(6);
    const links = await linksOf(shot);
    const generation = await make.generation(alice, project);
    const move = 'select position_shot_generation($1, $2)';
    return [
      as(move, [links[0], 4]),
      as(move, [links[5], 0]),
      as(move, [links[2], null]),
      as(add, [shot, generation]),
      as('delete from shot_generations where id = $1', [links[3]]),
      as('select fix_timeline_spacing($1)', [shot]),
    ];
  }));

test('a shot deleted while generations are added to it', () =>
  rounds(async () => {
    const shot = await filledShot(2);
    const generation = await make.generation(alice, project);
    return [
      as('delete from shots where id = $1', [shot]),
      as(add, [shot, generation]),
      as('insert into shot_generations (shot_id, generation_id) values ($1, $2)', [shot, generation]),
    ];
  }, ['RG404']));

test('a shot copied while one of its generations is deleted', () =>
  rounds(async () => {
    const shot = await filledShot(4);
    const [, link] = await linksOf(shot);
    return [
      as('select duplicate_shot($1)', [shot]),
      as('delete from generations where id = (select generation_id from shot_generations where id = $1)', [
        link,
      ]),
    ];
  }));

test('a drag of 50 places while tasks complete on the same generations', async () => {
  const shot = await filledShot(50);
  const links = await database.asOwner<{ id: string; generation_id: string }>(
    'select id, generation_id from shot_generations where shot_id = $1 order by position',
    [shot],
  );
  await rounds(async (round) => {
    const changes = links.map(({ id }, i) => ({ id, timeline_frame: 10 * i + round, metadata: { round } }));
    const completes = async (of: typeof links): Promise<Racer> => {
      const held = await ids(
        `insert into tasks (project_id, task_type, status, params)
         select $1, 'image_generation', 'In Progress',
           jsonb_build_object('generation_id', g.id, 'make_primary', (g.place + $3) % 2 = 0, 'shot_id', $4::uuid)
         from unnest($2::uuid[]) with ordinality as g (id, place) returning id`,
        [project, of.map(({ generation_id }) => generation_id), round, shot],
      );
      return doesInTurn(
        database,
        service,
        ...held.map((id): [string, unknown[]] => [`select complete_task($1, 1, 'done.png')`, [id]]),
      );
    };
    return [
      as('select batch_update_timeline_frames($1, $2)', [shot, JSON.stringify(changes)]),
      await completes(links.slice(0, 4)),
      await completes([...links.slice(2, 6)].reverse()),
    ];
  });
});

test('a service that takes no lock drags and completes the same: what deadlocks is run again', async () => {
  const shot = await filledShot(50);
  const links = await database.asOwner<{ id: string; generation_id: string }>(
    'select id, generation_id from shot_generations where shot_id = $1 order by position',
    [shot],
  );
  let retries = 0;
  await rounds(async (round) => [
    retried(
      as('select batch_update_timeline_frames($1, $2)', [
        shot,
        JSON.stringify(links.map(({ id }, i) => ({ id, timeline_frame: 10 * i + round }))),
      ]),
      () => retries++,
    ),
    ...[links.slice(0, 4), [...links.slice(2, 6)].reverse()].map((of) =>
      retried(
        doesInTurn(
          database,
          service,
          ...of.flatMap(({ generation_id }, i): [string, unknown[]][] => [
            ['update generations set name = $2 where id = $1', [generation_id, `${round} ${i}`]],
            [
              'insert into generation_variants (generation_id, location, is_primary) values ($1, $2, true)',
              [generation_id, `${round}.png`],
            ],
          ]),
        ),
        () => retries++,
      ),
    ),
  ]);
  if (RACE_ROUNDS > 20)
    console.log(`drag against a service without claims: ${retries} deadlocks in ${RACE_ROUNDS} rounds`);
});

test('unlink against delete by services without claims: what deadlocks is run again', async () => {
  let retries = 0;
  await rounds(async () => {
    const shot = await filledShot(2);
    const [link] = await linksOf(shot);
    const [generation] = await ids('select generation_id as id from shot_generations where id = $1', [link]);
    return [
      retried(does(database, service, 'delete from shot_generations where id = $1', [link]), () => retries++),
      retried(
        does(database, service, 'delete from generations where id = $1', [generation]),
        () => retries++,
      ),
    ];
  });
  if (RACE_ROUNDS > 20)
    console.log(`unlink against delete without claims: ${retries} deadlocks in ${RACE_ROUNDS} rounds`);
});

describe('who waits for whom', () => {
  const waitsFor = async (blocked: number) =>
    (await database.asOwner<{ pids: number[] }>('select pg_blocking_pids($1) as pids', [blocked]))[0]?.pids;
  async function until<T>(look: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
    for (;;) {
      const value = await look();
      if (holds(value)) return value;
    }
  }
  const pidOf = async (client: { query(sql: string): Promise<{ rows: { pid: number }[] }> }) =>
    (await client.query('select pg_backend_pid() as pid')).rows[0]!.pid;

  test('a user’s other session waits for the commit and for nothing more', async () => {
    const shot = await filledShot(3);
    const [link] = await linksOf(shot);
    const order: string[] = [];
    let second: Promise<unknown> = Promise.resolve();
    await database.as(alice, async (first) => {
      await first.query('update shot_generations set timeline_frame = 5 where id = $1', [link]);
      let pid = 0;
      second = database
        .as(alice, async (client) => {
          pid = await pidOf(client);
          await client.query('delete from generations where project_id = $1', [project]);
        })
        .then(() => order.push('second'));
      const blockers = await until(
        () => waitsFor(pid),
        (pids) => (pids ?? []).length > 0,
      );
      expect(blockers).toEqual([await pidOf(first as never)]);
      order.push('first');
    });
    await second;
    expect(order).toEqual(['first', 'second']);
  });

  test('a stranger waits for nobody, and reading waits for nobody', async () => {
    await make.account(bob);
    const foreign = await make.project(bob);
    const shot = await filledShot(3);
    await database.as(alice, async (client) => {
      await client.query('select duplicate_shot($1)', [shot]);
      // Would time out if it waited: the transaction before is still open.
      const added = await make.generation(bob, foreign);
      const other = await make.shot(bob, foreign);
      await database.query(bob, add, [other, added]);
      expect(
        await database.query(alice, 'select from shot_generations where shot_id = $1', [shot]),
      ).toHaveLength(3);
    });
    await database.query(bob, 'delete from projects where id = $1', [foreign]);
  });
});
