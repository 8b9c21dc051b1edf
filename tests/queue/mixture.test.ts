import { alice, bob, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';
import { brokenInvariants } from '../helpers/invariants';
import { expire, openQueue, type OpenQueue, type Queue, type Task } from '../helpers/queue';
import { brokenQueue } from '../helpers/queueInvariants';
import { noticeDeadlocksSoon, race, RACE_ROUNDS, type Racer } from '../helpers/race';

/** Everything at once: tasks end on generations that their owner drags, stars and deletes at that moment. */
let database: TestDatabase;
let sessions: OpenQueue['sessions'];
let close: OpenQueue['close'] | undefined;
let make: ReturnType<typeof builders>;
let queue: Queue;

beforeAll(async () => {
  ({ database, sessions, queue, close } = await openQueue([alice, bob], 40, noticeDeadlocksSoon));
  make = builders(database);
});
afterEach(async () => {
  expect(await brokenQueue(database)).toEqual({});
  expect(await brokenInvariants(database)).toEqual({});
  for (const user of [alice, bob]) await database.query(user, 'delete from projects');
});
afterAll(() => close?.());

const does =
  (actor: Actor, sql: string, values: unknown[] = []): Racer =>
  () =>
    sessions.query(actor, sql, values);
const ids = async (sql: string, values: unknown[]) =>
  (await database.asOwner<{ id: string }>(sql, values)).map(({ id }) => id);

/** A timeline of fifty, and five tasks of Alice for its first ones, five of Bob, all held by one worker. */
async function studio() {
  await database.asOwner(`update users set settings = '{}'`);
  const project = await make.project(alice);
  const foreign = await make.project(bob);
  const shot = await make.shot(alice, project);
  await database.query(
    alice,
    `with made as (insert into generations (project_id, location) select $2::uuid, i || '.png' from generate_series(1, 50) i returning id)
     select count(add_generation_to_shot($1, id)) from made`,
    [shot, project],
  );
  const generations = await ids(
    'select generation_id as id from shot_generations where shot_id = $1 order by position',
    [shot],
  );
  const aims = [
    { generation_id: generations[0], make_primary: true, shot_id: shot, add_in_position: true },
    { generation_id: generations[1] },
    { parent_generation_id: generations[2], child_order: 1 },
    { based_on: generations[3], shot_id: shot, add_in_position: true },
    { shot_id: shot },
  ];
  const tasks = await queue.enqueue(
    alice,
    project,
    aims.map((params) => ({ params })),
  );
  await queue.enqueue(alice, project, [
    { dependant_on: tasks.map(({ id }) => id) },
    {},
    {},
    { task_type: 'remote' },
  ]);
  await queue.enqueue(
    bob,
    foreign,
    Array.from({ length: 7 }, () => ({})),
  );
  const held: Task[] = [];
  for (let claimed; (claimed = await queue.claim('gpu-1'));) held.push(claimed);
  expect(held).toHaveLength(10);
  return { project, foreign, shot, generations, held };
}

/** What a rule may say to whoever comes second: it is gone, it has ended, it is somebody else's, or was paid back. */
const LOST = ['RG404', 'RG410', 'RG411', 'RG400'];

test('workers, services and owners on the same tasks, generations and accounts: no deadlock', async () => {
  const seen = new Set<string>();
  for (let round = 0; round < RACE_ROUNDS; round++) {
    const { project, foreign, shot, generations, held } = await studio();
    const all = held.map(({ id }) => id);
    const [first, second, third] = generations;
    const variants = await ids('select id from generation_variants where generation_id = $1', [second]);
    await expire(database, all.slice(8));
    const settings = `select patch_settings('user', $1, 'ui', $2)`;
    const racers: Racer[] = [
      ...held.slice(0, 7).map((task) => () => queue.complete(task)),
      () => queue.fail(held[7]!, true),
      () => queue.start(held[0]!),
      () => queue.heartbeat('gpu-1', all, 'flux'),
      () => queue.heartbeat('gpu-1', [...all].reverse()),
      () => queue.requeueStale(),
      () => queue.claim('gpu-2'),
      () => queue.claim('gpu-3'),
      () => queue.claim('api-1', 'api'),
      () => queue.cancel(alice, [held[1]!.id, held[4]!.id]),
      () => queue.cancel(service, all.slice(5, 7)),
      () => queue.enqueue(alice, project, [{ params: { shot_id: shot } }, {}]),
      () => queue.enqueue(service, foreign, [{}]),
      () => queue.grant(alice, 1),
      does(service, `select refund_task($1, 'late')`, [held[0]!.id]),
      does(alice, 'update shot_generations set timeline_frame = timeline_frame + 7 where shot_id = $1', [
        shot,
      ]),
      does(alice, 'select fix_timeline_spacing($1)', [shot]),
      does(alice, 'select set_primary_variant($1)', [variants[0]]),
      does(alice, 'update generations set starred = not starred where id = any ($1)', [generations]),
      does(alice, 'delete from generations where id = $1', [first]),
      does(service, 'select delete_generations($1)', [[third]]),
      does(alice, settings, [alice.id, { generationMethods: { inCloud: round % 2 === 0 } }]),
      does(service, settings, [bob.id, { theme: round }]),
      does(alice, `update users set name = 'Alice ' || $1::int`, [round]),
      does(bob, 'delete from projects where id = $1 and $2', [foreign, round % 4 === 0]),
    ];
    const { codes } = await race(...racers);
    for (const code of codes) seen.add(code);
    expect({ round, codes: codes.filter((code) => !LOST.includes(code)) }).toEqual({ round, codes: [] });
    expect({ round, ...(await brokenQueue(database)) }).toEqual({ round });
    for (const user of [alice, bob]) await database.query(user, 'delete from projects');
  }
  // Somebody came second: what was run did meet.
  expect([...seen]).toContain('RG410');
}, 300_000);
