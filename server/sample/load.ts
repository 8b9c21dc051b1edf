import type { Pool, PoolClient } from 'pg';
import { withScope } from '../auth/scope';
import { requireUrl } from '../postgres/open';
import { withPool, type DatabaseUrls } from '../postgres/setup';
import type { World } from './build/rows';
import { makeWorld } from './build/world';
import { TASK_TYPES } from './catalog/task-types';
import { WORKERS } from './catalog/workers';
import { bringMaterial, openAccount, openProjects } from './enact/account';
import { actAsPerson, actAsService, scopeOf, SERVICE, type Enactment } from './enact/enactment';
import { fillGallery } from './enact/gallery';
import { fillQueue } from './enact/queue';
import { arrangeShots } from './enact/shots';
import { insertRows } from './enact/tables';
import { moveBackInTime } from './enact/times';
import { PEOPLE, type Person } from './people';

/** Two loads at once would meet in each other's unique keys; the second waits and finds him there. */
const LOCK = `select pg_advisory_xact_lock(hashtextextended('reigh sample data of ' || $1, 0))`;

/**
 * A function is called some hundred times in a row, and the triggers behind it plan most of their statements
 * anew for each call: planned once, the load takes three quarters of the time.
 */
const PLAN_ONCE = 'set local plan_cache_mode = force_generic_plan';

/** He is there, or somebody else took the username: then there is nobody to own the rest. */
const TAKEN = 'select from public.users where id = $1 or lower(username) = lower($2)';

const SCOPE = scopeOf(SERVICE);

/** A sample user with all that he will own. */
export interface Plan {
  person: Person;
  world: World;
}

/** What a load makes, each time anew: it goes with the load. Needs no database, and a third of a second. */
export function planSampleData(): Plan[] {
  return PEOPLE.map((person) => ({ person, world: makeWorld(person) }));
}

/** Everything a person owns: first what he did himself in the studio, then what he cannot do. */
async function enactPerson(enactment: Enactment, { person, world }: Plan): Promise<void> {
  await actAsPerson(enactment, person);
  await openAccount(enactment, world);
  await bringMaterial(enactment, world);
  await openProjects(enactment, world);
  await fillGallery(enactment, world);
  await arrangeShots(enactment, world);
  await actAsService(enactment);
  await fillQueue(enactment, world);
  await moveBackInTime(enactment, world);
}

/** What everybody's tasks name. */
async function fillCatalog(client: PoolClient): Promise<void> {
  const enactment = { client, ids: new Map<string, string>() };
  await insertRows(enactment, 'task_types', TASK_TYPES);
  await insertRows(enactment, 'workers', WORKERS);
}

async function enactMissing(client: PoolClient, plan: Plan): Promise<void> {
  const { id, username } = plan.person.user;
  await client.query(LOCK, [username]);
  const taken = await client.query(TAKEN, [id, username]);
  if (taken.rowCount) return;
  await client.query(PLAN_ONCE);
  await enactPerson({ client, ids: new Map() }, plan);
}

/**
 * Loads the sample data: the task types and workers that are missing, and each sample user who is not there yet
 * with everything he owns. He makes it himself, by the functions of the studio and under his own rights, so
 * that nothing is shown which a user could not have made; but for times and tasks. A user who is there is left
 * alone, whatever became of his things: nothing that was edited is overwritten and nothing that was deleted
 * comes back. All of it or, after an error, nothing.
 */
export async function loadSampleData(urls: DatabaseUrls): Promise<void> {
  const plans = planSampleData();
  await withPool(requireUrl(urls.auth, 'AUTH_DATABASE_URL'), (pool) =>
    withScope(pool, SCOPE, async (client) => {
      await fillCatalog(client);
      for (const plan of plans) await enactMissing(client, plan);
    }),
  );
}

/**
 * The same in less time, with a connection for each user: where the server is our own. Each is there as a whole or, after
 * an error, not at all; whoever is missing then is made by the next load.
 */
export async function loadSideBySide(urls: DatabaseUrls, plans: readonly Plan[]): Promise<void> {
  const load = async (pool: Pool) => {
    await withScope(pool, SCOPE, fillCatalog);
    const ended = await Promise.allSettled(
      plans.map((plan) => withScope(pool, SCOPE, (client) => enactMissing(client, plan))),
    );
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
  };
  await withPool(requireUrl(urls.auth, 'AUTH_DATABASE_URL'), load, plans.length);
}
