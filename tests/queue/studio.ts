import type { PoolClient } from 'pg';
import { service, type Actor, type User } from '../helpers/actors';
import { builders } from '../helpers/builders';
import type { TestDatabase } from '../helpers/database';

/** What a caller asks for, by the names of the columns. */
export interface Request {
  id?: string | null;
  task_type?: string | null;
  params?: unknown;
  parent_task_id?: string | null;
  dependant_on?: (string | null)[] | null;
  idempotency_key?: string | null;
}

export interface Task {
  id: string;
  project_id: string;
  task_type: string;
  status: string;
  params: Record<string, unknown>;
  parent_task_id: string | null;
  dependant_on: string[];
  error_message: string | null;
  output_location: string | null;
  result_data: { output?: { generation_id: string; variant_id: string | null }; notes?: string[] };
  worker_id: string | null;
  attempts: number;
  lease_expires_at: Date | null;
  generation_started_at: Date | null;
  generation_processed_at: Date | null;
  cost: string | null;
  created_at: Date;
}

export interface Refusal {
  code: string;
  message: string;
  constraint?: string;
}

/** The error of a statement; fails when there is none. */
export const refusalOf = (statement: Promise<unknown>): Promise<Refusal> =>
  statement.then(
    () => Promise.reject(new Error('Nothing was refused.')),
    (error: Refusal) => ({ code: error.code, message: error.message, constraint: error.constraint }),
  );

/** `enqueue_tasks` with the list as JSON text, so that numbers JavaScript cannot hold reach the database. */
export const ENQUEUE = `select * from enqueue_tasks($1, array(
  select r from jsonb_populate_recordset(null::task_request, $2::jsonb) with ordinality as x (id, task_type, params,
    parent_task_id, dependant_on, idempotency_key, place), lateral (
    select row(x.id, x.task_type, x.params, x.parent_task_id, x.dependant_on, x.idempotency_key)::task_request
  ) y (r) order by x.place))`;

/** The queue's functions, each as the actor that calls it. */
export function queueOf(database: TestDatabase) {
  const one = async (actor: Actor, sql: string, values: unknown[]) =>
    (await database.query<Task & Record<string, unknown>>(actor, sql, values))[0] as Task;
  return {
    enqueue: (actor: Actor, projectId: string, requests: Request[] | string) =>
      database.query<Task & Record<string, unknown>>(actor, ENQUEUE, [
        projectId,
        typeof requests === 'string' ? requests : JSON.stringify(requests),
      ]) as Promise<Task[]>,
    /** The task, or undefined when there is none to have. */
    claim: async (worker: Extract<Actor, { kind: 'worker' }>, runType = 'gpu') => {
      const task = await one(worker, 'select * from claim_next_task($1, $2)', [worker.id, runType]);
      return task.id === null ? undefined : task;
    },
    start: (actor: Actor, id: string, attempt: number | null) =>
      one(actor, 'select * from start_generation($1, $2)', [id, attempt]),
    complete: (actor: Actor, id: string, attempt: number | null, location: string | null = 'out/a.png') =>
      one(actor, `select * from complete_task($1, $2, $3, 'out/thumb.png')`, [id, attempt, location]),
    fail: (actor: Actor, id: string, attempt: number | null, retryable = false, message = 'It broke.') =>
      one(actor, 'select * from fail_task($1, $2, $3, $4)', [id, attempt, message, retryable]),
    cancel: (actor: Actor, ids: (string | null)[] | null) =>
      database.query<Task & Record<string, unknown>>(actor, 'select * from cancel_tasks($1)', [
        ids,
      ]) as Promise<Task[]>,
    grant: (user: User, amount: number | string) =>
      database.query(service, 'select * from grant_credits($1, $2)', [user.id, amount]),
    refund: (taskId: string) => database.query(service, `select * from refund_task($1, 'A test.')`, [taskId]),
    /** As it stands now, past row-level security. */
    task: async (id: string) =>
      (
        await database.asOwner<Task & Record<string, unknown>>('select * from tasks where id = $1', [id])
      )[0] as Task,
    /** A type of task; columns that are left out are those of a plain image at 0.05. */
    type: async (name: string, columns: Record<string, unknown> = {}) => {
      const values: Record<string, unknown> = {
        ...{ name, display_name: name, category: 'generation', run_type: 'gpu', content_type: 'image' },
        ...{ billing_type: 'per_unit', unit_cost: '0.05', ...columns },
      };
      const names = Object.keys(values);
      await database.asOwner(
        `insert into task_types (${names.join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
        Object.values(values),
      );
      return name;
    },
  };
}

export type Queue = ReturnType<typeof queueOf>;

/** An account with credits and a project of it. */
export async function makeStudio(database: TestDatabase, user: User, credits = 1000): Promise<string> {
  const make = builders(database);
  await make.account(user);
  if (credits > 0) await queueOf(database).grant(user, credits);
  return make.project(user);
}

/** Runs as the actor and undoes it. */
export async function undone<T>(
  database: TestDatabase,
  actor: Actor,
  use: (client: PoolClient) => Promise<T>,
): Promise<T> {
  let result: { value: T } | undefined;
  const undo = new Error('undo');
  await database
    .as(actor, async (client) => {
      result = { value: await use(client) };
      throw undo;
    })
    .catch((error: unknown) => {
      if (error !== undo) throw error;
    });
  return result!.value;
}
