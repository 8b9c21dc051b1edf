import { bookTasks } from '../build/bookings';
import type { World } from '../build/rows';
import type { Enactment } from './enactment';
import { insertRows } from './tables';

/**
 * Tasks in every state, what they cost, and who paid: by the service, as no user can. Here and nowhere else
 * the load goes past the functions of the studio: tasks run for weeks before they are what they are here.
 */
export async function fillQueue(enactment: Enactment, world: World): Promise<void> {
  await bookTasks(enactment.client, world);
  await insertRows(enactment, 'tasks', world.tasks);
  await insertRows(enactment, 'credits_ledger', world.ledger);
}
