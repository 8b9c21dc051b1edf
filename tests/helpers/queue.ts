import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { withScope } from '../../server/auth/scope';
import { surviveDeath } from '../../server/postgres/pool';
import { alice, claimsFor, service, type Actor, type User } from './actors';
import { builders } from './builders';
import { createTestDatabase, type TestDatabase } from './database';

/** A task as the queue's functions return it. */
export interface Task {
  id: string;
  project_id: string;
  task_type: string;
  status: 'Queued' | 'In Progress' | 'Complete' | 'Failed' | 'Cancelled';
  params: Record<string, unknown>;
  dependant_on: string[];
  worker_id: string | null;
  attempts: number;
  error_message: string | null;
  result_data: { output?: { generation_id: string; variant_id: string }; notes?: string[] };
  output_location: string | null;
  cost: string | null;
  lease_expires_at: Date | null;
  created_at: Date;
}

/** A request for a task, in the names of the database; `image` unless said. */
export interface TaskRequest {
  id?: string;
  task_type?: string;
  params?: Record<string, unknown>;
  parent_task_id?: string;
  dependant_on?: string[];
  idempotency_key?: string;
}

export interface Beat {
  extended: string[];
  cancelled: string[];
  lost: string[];
}

export type RunType = 'gpu' | 'api';

/** One type for each thing that claims tell apart; each may be tried twice. */
export const TASK_TYPES = { image: 'gpu', remote: 'api', conduct: 'gpu' } as const;

export const worker = (id: string): Actor => ({ kind: 'worker', id });

/** What speaks to the queue, as whom it is told. */
export type Asks = Pick<TestDatabase, 'query'>;

/** More connections than a test database has, for many sessions at once. */
export function openSessions(database: TestDatabase, count: number) {
  const pool = new Pool({ connectionString: database.authUrl, max: count });
  pool.on('error', () => undefined);
  surviveDeath(pool);
  const as: TestDatabase['as'] = (actor, use) =>
    withScope(
      pool,
      { claims: claimsFor(actor), requestId: 'test', readOnly: false, statementTimeoutMs: 60_000 },
      use,
    );
  const query: TestDatabase['query'] = (actor, sql, values) =>
    as(actor, async (client) => (await client.query(sql, values)).rows as never);
  return { as, query, end: () => pool.end() };
}

/** The functions of the queue, each as one transaction of whoever calls it. */
export function queueOf(database: Asks) {
  const tasks = (actor: Actor, sql: string, values: unknown[]) => database.query<Task>(actor, sql, values);
  const task = async (actor: Actor, sql: string, values: unknown[]) =>
    (await tasks(actor, sql, values))[0] as Task;
  const holder = (held: Task) => worker(held.worker_id ?? '');
  return {
    types: async () => {
      for (const [name, runType] of Object.entries(TASK_TYPES))
        await database.query(
          service,
          `insert into task_types (name, display_name, category, run_type, content_type, billing_type, unit_cost, max_attempts)
           values ($1, $1, $2, $3, 'image', 'per_unit', 0.05, 2)`,
          [name, name === 'conduct' ? 'orchestration' : 'generation', runType],
        );
    },
    grant: (user: User, amount: number) =>
      database.query(service, 'select grant_credits($1, $2)', [user.id, amount]),
    enqueue: (actor: Actor, project: string, requests: TaskRequest[]) =>
      tasks(
        actor,
        'select * from enqueue_tasks($1, array(select r from jsonb_populate_recordset(null::task_request, $2) r))',
        [project, JSON.stringify(requests.map((request) => ({ task_type: 'image', ...request })))],
      ),
    claim: async (
      workerId: string,
      runType: RunType = 'gpu',
      sameModelOnly = false,
      actor = worker(workerId),
    ) => {
      const [claimed] = await tasks(actor, 'select * from claim_next_task($1, $2, $3)', [
        workerId,
        runType,
        sameModelOnly,
      ]);
      return claimed?.id ? claimed : undefined;
    },
    heartbeat: async (workerId: string, ids: string[] = [], model: string | null = null) =>
      (
        await database.query<Beat & Record<string, unknown>>(
          worker(workerId),
          'select * from heartbeat($1, current_model => $2, task_ids => $3)',
          [workerId, model, ids],
        )
      )[0] as Beat,
    start: (held: Task, actor = holder(held)) =>
      task(actor, 'select * from start_generation($1, $2)', [held.id, held.attempts]),
    complete: (held: Task, location = `public/${held.id}.png`, actor = holder(held)) =>
      task(actor, 'select * from complete_task($1, $2, $3)', [held.id, held.attempts, location]),
    fail: (held: Task, retryable = false, actor = holder(held)) =>
      task(actor, `select * from fail_task($1, $2, 'out of memory', $3)`, [
        held.id,
        held.attempts,
        retryable,
      ]),
    cancel: (actor: Actor, ids: string[]) => tasks(actor, 'select * from cancel_tasks($1)', [ids]),
    requeueStale: () => tasks(service, 'select * from requeue_stale_tasks()', []),
    /** The tasks as they are now, in the order of these ids. */
    look: (ids: string[]) =>
      tasks(
        service,
        'select t.* from unnest($1::uuid[]) with ordinality w (id, place) join tasks t using (id) order by w.place',
        [ids],
      ),
  };
}

export type Queue = ReturnType<typeof queueOf>;

/**
 * A database with the types of tasks, and these users with credits, for many sessions at once.
 * @param prepare is done to the database before anybody connects for the queue.
 */
export async function openQueue(
  users: User[],
  connections: number,
  prepare?: (database: TestDatabase) => Promise<void>,
) {
  const database = await createTestDatabase();
  await prepare?.(database);
  const sessions = openSessions(database, connections);
  const queue = queueOf(sessions);
  await queue.types();
  for (const user of users) {
    await builders(database).account(user);
    await queue.grant(user, 1000);
  }
  const close = async () => {
    await sessions.end();
    await database.drop();
  };
  return { database, sessions, queue, close };
}

export type OpenQueue = Awaited<ReturnType<typeof openQueue>>;

/** Lets the leases of these tasks run out, without waiting for it. */
export const expire = (database: Pick<TestDatabase, 'asOwner'>, ids: string[]) =>
  database.asOwner(`update tasks set lease_expires_at = now() - interval '1 second' where id = any ($1)`, [
    ids,
  ]);

/** A user nobody else is. */
export const someone = (name: string): User => ({
  kind: 'user',
  id: randomUUID(),
  email: `${name}@test.example`,
});

/** The code an error of the database carries; anything else is thrown on. */
export async function codeOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return 'done';
  } catch (error) {
    const { code } = error as { code?: string };
    if (!code) throw error;
    return code;
  }
}

/** A database with task types and Alice, who has credits. */
export async function queueOfAlice(): Promise<{ database: TestDatabase; queue: Queue }> {
  const database = await createTestDatabase();
  const queue = queueOf(database);
  await queue.types();
  await builders(database).account(alice);
  await queue.grant(alice, 100);
  return { database, queue };
}
