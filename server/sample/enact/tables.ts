import { escapeIdentifier } from 'pg';
import { runOver, type Enactment } from './enactment';

/** How a column is written: a PostgreSQL type, or `ago` for seconds before the load. */
type Columns = Record<string, string>;

const TIMES: Columns = { created_at: 'ago', updated_at: 'ago' };

/** What the service writes itself, with ids of its own choice. */
const TABLES = {
  task_types: {
    id: 'uuid',
    name: 'text',
    display_name: 'text',
    category: 'task_category',
    run_type: 'run_type',
    content_type: 'content_type',
    variant_type: 'text',
    billing_type: 'billing_type',
    base_cost_per_second: 'numeric',
    unit_cost: 'numeric',
    cost_factors: 'jsonb',
    max_attempts: 'int',
    is_active: 'boolean',
  },
  workers: {
    id: 'text',
    status: 'worker_status',
    current_model: 'text',
    metadata: 'jsonb',
    last_heartbeat: 'ago',
    ...TIMES,
  },
  tasks: {
    id: 'uuid',
    project_id: 'uuid',
    task_type: 'text',
    status: 'task_status',
    params: 'jsonb',
    parent_task_id: 'uuid',
    dependant_on: 'uuid[]',
    output_location: 'text',
    error_message: 'text',
    result_data: 'jsonb',
    worker_id: 'text',
    attempts: 'int',
    lease_expires_at: 'ago',
    idempotency_key: 'text',
    generation_started_at: 'ago',
    generation_processed_at: 'ago',
    cost: 'numeric',
    ...TIMES,
  },
  credits_ledger: {
    id: 'uuid',
    user_id: 'uuid',
    amount: 'numeric',
    type: 'credit_type',
    task_id: 'uuid',
    idempotency_key: 'text',
    metadata: 'jsonb',
    created_at: 'ago',
  },
} satisfies Record<string, Columns>;

export type Table = keyof typeof TABLES;

/** Inserts rows in one statement, in the order given; what is there already is left alone. */
export async function insertRows(enactment: Enactment, table: Table, rows: readonly object[]): Promise<void> {
  const columns: Columns = TABLES[table];
  const names = Object.keys(columns);
  const defined = names.map(
    (name) => `${escapeIdentifier(name)} ${columns[name] === 'ago' ? 'numeric' : columns[name]}`,
  );
  const selected = names.map((name) => {
    const column = `given.${escapeIdentifier(name)}`;
    return columns[name] === 'ago' ? `now() - ${column}::float8 * interval '1 second'` : column;
  });
  await runOver(
    enactment,
    `insert into public.${escapeIdentifier(table)} (${names.map(escapeIdentifier).join(', ')})
     select ${selected.join(', ')}
     from jsonb_to_recordset($1) as given (${defined.join(', ')}, row_number int)
     order by given.row_number
     on conflict (id) do nothing`,
    rows.map((row, at) => ({ ...row, row_number: at })),
  );
}
