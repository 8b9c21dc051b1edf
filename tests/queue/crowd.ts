import { alice, bob, gpu1, service, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';

/** `QUEUE=full` by hand: the rows a call may read stay the same. */
const isFull = process.env.QUEUE === 'full';
export const FINISHED = isFull ? 1_000_000 : 10_000;
export const WAITING = isFull ? 100_000 : 500;

/** Why the waiting tasks of the other user cannot run, the oldest of all. */
export type Obstacle = 'credits' | 'cap' | 'dependency' | 'the cap, each for a model of its own';

export interface Crowd {
  alice: string;
  bob: string;
}

/** Alice and Bob, with a project each, and two types of task. Nothing is in the queue. */
export async function inviteCrowd(database: TestDatabase, obstacle: Obstacle): Promise<Crowd> {
  const make = builders(database);
  await make.account(alice);
  await make.account(bob);
  await make.taskType('image_generation');
  await database.query(
    service,
    `insert into task_types (name, display_name, category, run_type, billing_type)
     values ('orchestrator', 'Orchestrator', 'orchestration', 'gpu', 'per_unit')`,
  );
  await make.ledgerEntry(alice, '1000');
  if (obstacle !== 'credits') await make.ledgerEntry(bob, '1000');
  return { alice: await make.project(alice), bob: await make.project(bob) };
}

/** Fills the tables: finished tasks of both, those of Bob that are in the way, and as many of Alice that may run. */
export async function fillQueue(database: TestDatabase, crowd: Crowd, obstacle: Obstacle): Promise<void> {
  // As large as real ones: on smaller tables reading all of it would be right.
  await database.asOwner(
    `insert into tasks (project_id, task_type, status, params, attempts, generation_processed_at, created_at)
     select case when n % 2 = 0 then $1 else $2 end::uuid, 'image_generation', 'Complete',
       jsonb_build_object('prompt', (select string_agg(md5(n::text || i), '') from generate_series(1, 40) i)),
       1, now() - n * interval '1 minute', now() - n * interval '1 minute'
     from generate_series(1, $3::int) n`,
    [crowd.alice, crowd.bob, FINISHED],
  );
  const wait = (project: string, type: string, params: string, first: string, dependsOn: string[] = []) =>
    database.asOwner(
      `insert into tasks (project_id, task_type, params, dependant_on, created_at)
       select $1, $2, ${params}, $4::uuid[], now() - $3::interval + n * interval '1 ms' from generate_series(1, ${WAITING}) n`,
      [project, type, first, dependsOn],
    );
  const running = (type: string, count: number) =>
    database.asOwner<{ id: string }>(
      `insert into tasks (project_id, task_type, status) select $1, $2, 'In Progress' from generate_series(1, $3::int) returning id`,
      [crowd.bob, type, count],
    );
  const params = obstacle.includes('model') ? `jsonb_build_object('model', 'model ' || n)` : `'{}'`;
  if (obstacle.includes('cap')) await running('image_generation', 5);
  const blocker = obstacle === 'dependency' ? await running('orchestrator', 1) : [];
  await wait(
    crowd.bob,
    'image_generation',
    params,
    '2 hours',
    blocker.map(({ id }) => id),
  );
  await wait(crowd.alice, 'orchestrator', `'{}'`, '1 hour');
}

export const CLAIM = `select id, attempts, project_id from claim_next_task('gpu-1', 'gpu')`;
export const COMPLETE = `select status from complete_task($1, $2, 'public/a.png')`;
export const HEARTBEAT = `select extended from heartbeat('gpu-1', 'active', null, null, array[$1]::uuid[])`;
export const CANCEL = 'select id from cancel_tasks($1)';
export const REQUEUE = 'select id from requeue_stale_tasks()';
export const ENQUEUE = `select id from enqueue_tasks($1, array(
  select row(null, $3, '{"model": "flux"}', null, null, 'key ' || n || now())::task_request from generate_series(1, $2::int) n
))`;

/** Everything once, several times over: by then the session has planned all of it, on tables that are empty. */
export async function rehearse(database: TestDatabase, project: string, user: User): Promise<void> {
  for (let round = 0; round < 7; round++) {
    const ids = (await database.query<{ id: string }>(user, ENQUEUE, [project, 3, 'orchestrator'])).map(
      ({ id }) => id,
    );
    const [task] = await database.query<{ id: string; attempts: number }>(gpu1, CLAIM);
    await database.query(gpu1, HEARTBEAT, [task?.id]);
    await database.query(gpu1, COMPLETE, [task?.id, task?.attempts]);
    await database.query(user, CANCEL, [ids]);
    await database.query(service, REQUEUE);
  }
}
