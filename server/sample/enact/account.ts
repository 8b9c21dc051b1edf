import type { World } from '../build/rows';
import { runOver, type Enactment } from './enactment';
import { insertOwn } from './insert';
import { patchSettings } from './settings';

/** Makes the account as a first sign-in does, and fills in the profile. */
export async function openAccount(enactment: Enactment, { user }: World): Promise<void> {
  await enactment.client.query('select from public.ensure_user()');
  await runOver(
    enactment,
    `update public.users u
     set username = given.username, avatar_url = given.avatar_url, onboarding = given.onboarding
     from jsonb_to_recordset($1) as given (id uuid, username text, avatar_url text, onboarding jsonb)
     where u.id = given.id`,
    [user],
  );
  await patchSettings(enactment, 'user', [user]);
}

/** What a person brings along: LoRAs, and videos to train more of them. */
export async function bringMaterial(enactment: Enactment, world: World): Promise<void> {
  const metadata = 'jsonb';
  await insertOwn(
    enactment,
    'resources',
    { type: 'text', url: 'text', metadata, is_public: 'boolean' },
    ['url'],
    world.resources,
  );
  await insertOwn(enactment, 'training_data_batches', { name: 'text', metadata }, ['name'], world.batches);
  await insertOwn(
    enactment,
    'training_data',
    { batch_id: 'uuid', filename: 'text', url: 'text', duration: 'numeric', metadata },
    ['batch_id', 'filename'],
    world.videos,
  );
  await insertOwn(
    enactment,
    'training_data_segments',
    { video_id: 'uuid', start_time: 'int', end_time: 'int', description: 'text', metadata },
    ['video_id', 'start_time'],
    world.segments,
  );
}

/** Projects, with the tools left as they were set. */
export async function openProjects(enactment: Enactment, { projects }: World): Promise<void> {
  await insertOwn(enactment, 'projects', { name: 'text', aspect_ratio: 'text' }, ['name'], projects);
  await patchSettings(enactment, 'project', projects);
}
