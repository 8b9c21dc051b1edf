import type { User } from './actors';
import { service } from './actors';
import type { TestDatabase } from './database';

interface Row {
  id: string;
}

async function one(rows: Promise<Row[]>): Promise<string> {
  const [row] = await rows;
  if (!row) throw new Error('The builder made no row.');
  return row.id;
}

/** Makes rows the way a user makes them: as himself, through row-level security. Each returns an id. */
export function builders(database: TestDatabase) {
  const insert = (user: User, sql: string, values: unknown[]) => one(database.query<Row>(user, sql, values));
  return {
    account: (user: User) => insert(user, 'select id from ensure_user()', []),
    project: (user: User, name = 'A project') =>
      insert(user, 'insert into projects (name) values ($1) returning id', [name]),
    shot: (user: User, projectId: string, name = 'A shot') =>
      insert(user, 'insert into shots (project_id, name) values ($1, $2) returning id', [projectId, name]),
    generation: (user: User, projectId: string, location: string | null = 'public/a.png') =>
      insert(user, 'insert into generations (project_id, location) values ($1, $2) returning id', [
        projectId,
        location,
      ]),
    variant: (user: User, generationId: string, location = 'public/b.png') =>
      insert(user, 'insert into generation_variants (generation_id, location) values ($1, $2) returning id', [
        generationId,
        location,
      ]),
    link: (user: User, shotId: string, generationId: string) =>
      insert(user, 'insert into shot_generations (shot_id, generation_id) values ($1, $2) returning id', [
        shotId,
        generationId,
      ]),
    resource: (user: User, isPublic: boolean) =>
      insert(
        user,
        `insert into resources (type, url, is_public, metadata) values ('lora', 'https://example.com/a', $1, '{"name": "Ink"}') returning id`,
        [isPublic],
      ),
    batch: (user: User) =>
      insert(user, `insert into training_data_batches (name) values ('A batch') returning id`, []),
    video: (user: User, batchId: string) =>
      insert(
        user,
        `insert into training_data (batch_id, filename, url) values ($1, 'a.mp4', 'https://example.com/a.mp4') returning id`,
        [batchId],
      ),
    segment: (user: User, videoId: string) =>
      insert(
        user,
        'insert into training_data_segments (video_id, start_time, end_time) values ($1, 0, 10) returning id',
        [videoId],
      ),
    object: (user: User, name: string, bucket = 'public') =>
      insert(
        user,
        `select storage.put_row($1, $2, storage.reserve_version($1, '1 day'), false, null, null) as id`,
        [bucket, name],
      ),
    /** Users cannot write these tables: a service makes the rows. */
    taskType: (name: string) =>
      one(
        database.query<Row>(
          service,
          `insert into task_types (name, display_name, category, run_type, content_type, billing_type, unit_cost)
           values ($1, $1, 'generation', 'gpu', 'image', 'per_unit', 0.05)
           on conflict (name) do update set name = excluded.name returning id`,
          [name],
        ),
      ),
    worker: (id: string) =>
      one(
        database.query<Row>(
          service,
          'insert into workers (id) values ($1) on conflict (id) do update set status = excluded.status returning id',
          [id],
        ),
      ),
    task: (projectId: string, values: { status?: string; workerId?: string; taskType?: string } = {}) =>
      one(
        database.query<Row>(
          service,
          'insert into tasks (project_id, task_type, status, worker_id) values ($1, $2, $3, $4) returning id',
          [
            projectId,
            values.taskType ?? 'image_generation',
            values.status ?? 'Queued',
            values.workerId ?? null,
          ],
        ),
      ),
    ledgerEntry: (user: User, amount = '10') =>
      one(
        database.query<Row>(
          service,
          `insert into credits_ledger (user_id, amount, type) values ($1, $2, 'manual') returning id`,
          [user.id, amount],
        ),
      ),
  };
}
