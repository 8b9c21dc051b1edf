import type { User } from './actors';
import { builders } from './builders';
import type { TestDatabase } from './database';

/** One row of everything a user can own, by table. */
export type World = Record<
  | 'users'
  | 'projects'
  | 'shots'
  | 'generations'
  | 'generation_variants'
  | 'shot_generations'
  | 'tasks'
  | 'credits_ledger'
  | 'resources'
  | 'training_data_batches'
  | 'training_data'
  | 'training_data_segments'
  | 'storage_objects',
  string
>;

/** Builds a user's world through row-level security, and what only services write for him. */
export async function buildWorld(database: TestDatabase, user: User): Promise<World> {
  const make = builders(database);
  await make.taskType('image_generation');
  const users = await make.account(user);
  const projects = await make.project(user, `The project of ${user.email}`);
  const shots = await make.shot(user, projects);
  const generations = await make.generation(user, projects, null);
  const generation_variants = await make.variant(user, generations);
  const shot_generations = await make.link(user, shots, generations);
  const tasks = await make.task(projects);
  const credits_ledger = await make.ledgerEntry(user);
  const resources = await make.resource(user, false);
  const training_data_batches = await make.batch(user);
  const training_data = await make.video(user, training_data_batches);
  const training_data_segments = await make.segment(user, training_data);
  const storage_objects = await make.object(user, `${user.id}/a.png`);
  return {
    ...{ users, projects, shots, generations, generation_variants, shot_generations, tasks, credits_ledger },
    ...{ resources, training_data_batches, training_data, training_data_segments, storage_objects },
  };
}
