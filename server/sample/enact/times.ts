import type { World } from '../build/rows';
import { runOver, type Enactment } from './enactment';

const CREATED = `created_at = now() - given.created_at * interval '1 second'`;

const moveBack = (table: string, changes: string) => `
  update public.${table} t set ${changes}
  from jsonb_to_recordset($1) as given (id uuid, created_at float8, viewed_at float8, task_id uuid) where t.id = given.id`;

/**
 * Spreads what was made in one moment over the weeks it would have taken: galleries are in the order of
 * created_at. A user writes no times, so the service does. updated_at stays the moment of the load: it says
 * when a row was last written, and that was now. Generations are told in the same go which task they came from, as only
 * the queue can.
 */
export async function moveBackInTime(enactment: Enactment, world: World): Promise<void> {
  const tables = {
    users: [world.user],
    projects: world.projects,
    shots: world.shots,
    shot_generations: world.links,
    resources: world.resources,
    training_data_batches: world.batches,
    training_data: world.videos,
    training_data_segments: world.segments,
  };
  for (const [table, rows] of Object.entries(tables)) {
    const times = rows.map(({ id, created_at }) => ({ id, created_at }));
    await runOver(enactment, moveBack(table, CREATED), times);
  }
  await runOver(
    enactment,
    moveBack('generations', `${CREATED}, task_id = given.task_id`),
    world.generations.map(({ id, created_at, task_id }) => ({ id, created_at, task_id })),
  );
  await runOver(
    enactment,
    moveBack('generation_variants', `${CREATED}, viewed_at = now() - given.viewed_at * interval '1 second'`),
    world.variants.map(({ id, created_at, viewed_at }) => ({ id, created_at, viewed_at })),
  );
}
