import type { Client } from 'pg';
import type { DatabaseUrls } from '../postgres/setup';
import { requireUrl } from '../postgres/open';
import { withClient } from '../postgres/setup';
import { bookTasks } from './build/bookings';
import type { World } from './build/rows';
import { makeWorld } from './build/world';
import { fillCaches } from './caches';
import { TASK_TYPES } from './catalog/task-types';
import { WORKERS } from './catalog/workers';
import { PEOPLE } from './people';
import { insertRows } from './tables';

/** Two loads at once would meet in each other's unique keys; the second waits and finds everything there. */
const LOCK = `select pg_advisory_xact_lock(hashtextextended('reigh sample data', 0))`;

/** Primary variants come first: the first variant of a generation is its primary whatever it says of itself. */
function primaryFirst(world: World) {
  return [...world.variants].sort((a, b) => Number(b.is_primary) - Number(a.is_primary));
}

async function insertWorld(client: Client, world: World): Promise<void> {
  await insertRows(client, 'projects', world.projects);
  await insertRows(client, 'shots', world.shots);
  await insertRows(client, 'tasks', world.tasks);
  await insertRows(client, 'generations', world.generations);
  await insertRows(client, 'generation_variants', primaryFirst(world));
  await insertRows(client, 'shot_generations', world.links);
  await insertRows(client, 'credits_ledger', world.ledger);
  await insertRows(client, 'resources', world.resources);
  await insertRows(client, 'training_data_batches', world.batches);
  await insertRows(client, 'training_data', world.videos);
  await insertRows(client, 'training_data_segments', world.segments);
}

async function insertMissing(client: Client): Promise<void> {
  await client.query(LOCK);
  await insertRows(client, 'task_types', TASK_TYPES);
  await insertRows(client, 'workers', WORKERS);
  const added: string[] = [];
  for (const person of PEOPLE) {
    const known = await client.query('select from public.users where id = $1', [person.user.id]);
    if (known.rowCount) continue;
    const world = makeWorld(person);
    // Not inserted: somebody else took the username. Then there is nobody to own the rest.
    const [id] = await insertRows(client, 'users', world.users);
    if (!id) continue;
    await bookTasks(client, world);
    await insertWorld(client, world);
    added.push(id);
  }
  await fillCaches(client, added);
}

/**
 * Loads the sample data: the task types and workers that are missing, and each sample user who is not there yet
 * with everything he owns. A user who is there is left alone, whatever became of his things: nothing that was
 * edited is overwritten and nothing that was deleted comes back. All of it or, after an error, nothing.
 */
export async function loadSampleData(urls: DatabaseUrls): Promise<void> {
  await withClient(requireUrl(urls.owner, 'DATABASE_URL'), async (client) => {
    await client.query('begin');
    try {
      await insertMissing(client);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}
