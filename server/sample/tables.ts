import { escapeIdentifier, type Client } from 'pg';

/** How a column is written: a PostgreSQL type, or `ago` for seconds before the load. */
type Columns = Record<string, string>;

const TIMES: Columns = { created_at: 'ago', updated_at: 'ago' };

/** Tables and columns of the sample data, in the order in which references allow to fill them. */
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
  users: {
    id: 'uuid',
    email: 'text',
    username: 'text',
    name: 'text',
    avatar_url: 'text',
    settings: 'jsonb',
    onboarding: 'jsonb',
    credits: 'numeric',
    ...TIMES,
  },
  projects: {
    id: 'uuid',
    user_id: 'uuid',
    name: 'text',
    aspect_ratio: 'text',
    settings: 'jsonb',
    ...TIMES,
  },
  shots: {
    id: 'uuid',
    project_id: 'uuid',
    name: 'text',
    order: 'int',
    aspect_ratio: 'text',
    settings: 'jsonb',
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
  generations: {
    id: 'uuid',
    project_id: 'uuid',
    task_id: 'uuid',
    type: 'text',
    name: 'text',
    params: 'jsonb',
    starred: 'boolean',
    based_on: 'uuid',
    parent_generation_id: 'uuid',
    is_child: 'boolean',
    child_order: 'int',
    ...TIMES,
  },
  generation_variants: {
    id: 'uuid',
    generation_id: 'uuid',
    project_id: 'uuid',
    location: 'text',
    thumbnail_url: 'text',
    name: 'text',
    params: 'jsonb',
    variant_type: 'text',
    is_primary: 'boolean',
    starred: 'boolean',
    viewed_at: 'ago',
    ...TIMES,
  },
  shot_generations: {
    id: 'uuid',
    shot_id: 'uuid',
    generation_id: 'uuid',
    project_id: 'uuid',
    position: 'int',
    timeline_frame: 'int',
    metadata: 'jsonb',
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
  resources: {
    id: 'uuid',
    user_id: 'uuid',
    type: 'text',
    url: 'text',
    metadata: 'jsonb',
    is_public: 'boolean',
    ...TIMES,
  },
  training_data_batches: { id: 'uuid', user_id: 'uuid', name: 'text', metadata: 'jsonb', ...TIMES },
  training_data: {
    id: 'uuid',
    user_id: 'uuid',
    batch_id: 'uuid',
    filename: 'text',
    url: 'text',
    duration: 'numeric',
    metadata: 'jsonb',
    ...TIMES,
  },
  training_data_segments: {
    id: 'uuid',
    video_id: 'uuid',
    start_time: 'int',
    end_time: 'int',
    description: 'text',
    metadata: 'jsonb',
    ...TIMES,
  },
} satisfies Record<string, Columns>;

export type Table = keyof typeof TABLES;

/**
 * Inserts rows in one statement, in the order given; what is there already is left alone.
 * @returns the ids of the rows that were missing.
 */
export async function insertRows(client: Client, table: Table, rows: readonly object[]): Promise<string[]> {
  const columns: Columns = TABLES[table];
  const names = Object.keys(columns);
  const defined = names.map(
    (name) => `${escapeIdentifier(name)} ${columns[name] === 'ago' ? 'numeric' : columns[name]}`,
  );
  const selected = names.map((name) => {
    const column = `given.${escapeIdentifier(name)}`;
    return columns[name] === 'ago' ? `now() - ${column}::float8 * interval '1 second'` : column;
  });
  const numbered = rows.map((row, at) => ({ ...row, row_number: at }));
  const result = await client.query<{ id: string }>(
    `insert into public.${escapeIdentifier(table)} (${names.map(escapeIdentifier).join(', ')})
     select ${selected.join(', ')}
     from jsonb_to_recordset($1) as given (${defined.join(', ')}, row_number int)
     order by given.row_number
     on conflict (id) do nothing returning id::text`,
    [JSON.stringify(numbered)],
  );
  return result.rows.map((row) => row.id);
}
