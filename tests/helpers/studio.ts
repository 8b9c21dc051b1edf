import { randomUUID } from 'node:crypto';
import { alice, service, type User } from './actors';
import { builders } from './builders';
import type { TestDatabase } from './database';

export interface TaskRow {
  id: string;
  status: string;
  attempts: number;
  worker_id: string | null;
  error_message: string | null;
  output_location: string | null;
  result_data: Record<string, unknown>;
}

export interface Order {
  id?: string;
  type?: string;
  params?: Record<string, unknown>;
  dependantOn?: string[];
}

/** A user with credits and a project, and the types of tasks that tests of workers order. */
export interface Studio {
  projectId: string;
  /** Puts tasks into the queue as the user; returns their ids. */
  enqueue(...orders: Order[]): Promise<string[]>;
  task(id: string): Promise<TaskRow>;
  /** Lets the lease run out, as if its two minutes were over. */
  expire(...ids: string[]): Promise<void>;
  /** What was billed for a task: amounts, in the order of the ledger. */
  bills(id: string): Promise<number[]>;
  /** Columns of the generations a task made. */
  outputs(id: string): Promise<{ type: string; location: string; thumbnail_url: string | null }[]>;
}

const TYPES: [name: string, category: string, content: string | null, maxAttempts: number][] = [
  ['test_image', 'generation', 'image', 3],
  ['test_video', 'generation', 'video', 3],
  ['test_plan', 'orchestration', null, 3],
  ['test_once', 'generation', 'image', 1],
];

export async function openStudio(database: TestDatabase, user: User = alice): Promise<Studio> {
  for (const type of TYPES) {
    await database.query(
      service,
      `insert into task_types (name, display_name, category, run_type, content_type, billing_type, unit_cost, max_attempts)
       values ($1, $1, $2, 'gpu', $3, 'per_unit', 0.05, $4) on conflict (name) do nothing`,
      type,
    );
  }
  const make = builders(database);
  await make.account(user);
  const projectId = await make.project(user);
  await database.query(service, 'select grant_credits($1, 100)', [user.id]);
  return {
    projectId,
    enqueue: async (...orders) => {
      const rows = await database.query<{ id: string }>(
        user,
        `select e.id from enqueue_tasks($1, array(
           select row(o.id, o.type, o.params, null, o.dependant_on, null)::task_request
           from jsonb_to_recordset($2) as o (id uuid, type text, params jsonb, dependant_on uuid[], place int) order by o.place
         )) e`,
        [
          projectId,
          JSON.stringify(
            orders.map(({ id, type, params, dependantOn }, place) => ({
              id: id ?? randomUUID(),
              type: type ?? 'test_image',
              params: params ?? {},
              dependant_on: dependantOn ?? [],
              place,
            })),
          ),
        ],
      );
      return rows.map((row) => row.id);
    },
    task: async (id) => {
      const [row] = await database.asOwner<TaskRow>(
        'select id, status, attempts, worker_id, error_message, output_location, result_data from tasks where id = $1',
        [id],
      );
      if (!row) throw new Error(`There is no task ${id}.`);
      return row;
    },
    expire: async (...ids) => {
      await database.asOwner(
        `update tasks set lease_expires_at = now() - interval '1 second' where id = any ($1)`,
        [ids],
      );
    },
    bills: async (id) =>
      (
        await database.asOwner<{ amount: string }>(
          'select amount from credits_ledger where task_id = $1 order by created_at',
          [id],
        )
      ).map((row) => Number(row.amount)),
    outputs: (id) =>
      database.asOwner('select type, location, thumbnail_url from generations where task_id = $1', [id]),
  };
}
