import { bookTasks } from '../build/bookings';
import type { World } from '../build/rows';
import { runOver, type Enactment } from './enactment';
import { insertRows } from './tables';

/** The queue names the task a generation came from; the API lets nobody do so. */
const NAME_TASKS = `
  update public.generations g set task_id = given.task_id
  from jsonb_to_recordset($1) as given (id uuid, task_id uuid) where g.id = given.id`;

/**
 * Tasks in every state, what they cost, and who paid: by the service, as no user can. Here and nowhere else
 * the load goes past the functions of the studio: tasks run for weeks before they are what they are here.
 */
export async function fillQueue(enactment: Enactment, world: World): Promise<void> {
  await bookTasks(enactment.client, world);
  await insertRows(enactment, 'tasks', world.tasks);
  await runOver(
    enactment,
    NAME_TASKS,
    world.generations.filter((row) => row.task_id).map(({ id, task_id }) => ({ id, task_id })),
  );
  await insertRows(enactment, 'credits_ledger', world.ledger);
}
