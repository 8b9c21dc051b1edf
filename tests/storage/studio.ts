import { alice, bob, gpu1, service, type Actor } from '../helpers/actors';
import { builders } from '../helpers/builders';
import { createTestDatabase } from '../helpers/database';

/** Two users with a project each, and ways to store for them, to show what was stored, and to look what is left. */
export async function makeStorageStudio() {
  const database = await createTestDatabase();
  const make = builders(database);
  for (const user of [alice, bob]) await make.account(user);
  const project = await make.project(alice);
  const one = async <T>(actor: Actor, sql: string, ...values: unknown[]) =>
    (await database.query<{ value: T }>(actor, sql, values))[0]?.value as T;

  return {
    ...{ database, make, project, one, projectOfBob: await make.project(bob) },
    /** Stores an object below the user's folder. @returns its path, as a location names it */
    store: async (
      name: string,
      { user = alice, bucket = 'public', type = 'image/png', size = 1000 } = {},
    ) => {
      await database.query(
        user,
        `select storage.put_row($1, $2, storage.reserve_version($1, '1 day'), false, $3, $4)`,
        [bucket, `${user.id}/${name}`, { size, mimetype: type }, { from: 'a test' }],
      );
      return `${bucket}/${user.id}/${name}`;
    },
    addGeneration: (location: string, thumbnail: string | null = null, user: Actor = alice, to = project) =>
      one<string>(
        user,
        'select id as value from add_generation($1, $2, thumbnail_url => $3)',
        ...[to, location, thumbnail],
      ),
    /** One round of the gateway's own work. */
    release: (most = 1000) => one<number>(service, 'select storage.release_unreferenced($1) as value', most),
    /** Paths of all objects that are there. */
    objects: async () =>
      (
        await database.asOwner<{ path: string }>(
          `select bucket_id || '/' || name as path from storage.objects order by 1`,
        )
      ).map(({ path }) => path),
    candidates: () =>
      database.asOwner<{ path: string; later: boolean }>(
        `select distinct bucket_id || '/' || name as path, due_at > now() as later
         from app_private.storage_candidates order by 1`,
      ),
    /** A task of Alice that a worker holds. */
    heldTask: async (type = 'image_generation') => {
      await make.taskType(type);
      await make.worker('gpu-1');
      await database.query(service, `select grant_credits($1, 1, 'manual', gen_random_uuid()::text)`, [
        alice.id,
      ]);
      await database.query(
        alice,
        'select from enqueue_tasks($1, array[(null, $2, null, null, null, null)::task_request])',
        [project, type],
      );
      return one<string>(gpu1, `select id as value from claim_next_task('gpu-1', 'gpu')`);
    },
  };
}

export type StorageStudio = Awaited<ReturnType<typeof makeStorageStudio>>;
