import type { Tenant } from './world';

/** A reference that a user can write: a statement whose first parameter is the id he names. */
export interface Reference {
  name: string;
  sql: string;
  /** Further parameters: rows of the caller's own, so that the named id alone is in question. */
  own(caller: Tenant): unknown[];
  /** The row somebody has that could be named. */
  target(tenant: Tenant): string;
  /** A row of the same owner in another project, where the reference must stay within one. */
  acrossProjects?(caller: Tenant): string;
}

export const REFERENCES: Reference[] = [
  {
    name: 'shots.project_id',
    sql: `insert into shots (project_id, name) values ($1, 'New')`,
    own: () => [],
    target: (tenant) => tenant.project,
  },
  {
    name: 'generations.project_id',
    sql: 'insert into generations (project_id) values ($1)',
    own: () => [],
    target: (tenant) => tenant.project,
  },
  {
    name: 'generations.based_on, of a new one',
    sql: 'insert into generations (based_on, project_id) values ($1, $2)',
    own: (caller) => [caller.project],
    target: (tenant) => tenant.generation,
    acrossProjects: (caller) => caller.otherGeneration,
  },
  {
    name: 'generations.based_on, changed',
    sql: 'update generations set based_on = $1 where id = $2',
    own: (caller) => [caller.secondGeneration],
    target: (tenant) => tenant.generation,
    acrossProjects: (caller) => caller.otherGeneration,
  },
  {
    name: 'generations.parent_generation_id, of a new one',
    sql: 'insert into generations (parent_generation_id, project_id, is_child) values ($1, $2, true)',
    own: (caller) => [caller.project],
    target: (tenant) => tenant.generation,
    acrossProjects: (caller) => caller.otherGeneration,
  },
  {
    name: 'generations.parent_generation_id, changed',
    sql: 'update generations set parent_generation_id = $1 where id = $2',
    own: (caller) => [caller.secondGeneration],
    target: (tenant) => tenant.generation,
    acrossProjects: (caller) => caller.otherGeneration,
  },
  {
    name: 'generations.primary_variant_id, changed',
    sql: 'update generations set primary_variant_id = $1 where id = $2',
    own: (caller) => [caller.generation],
    target: (tenant) => tenant.variant,
  },
  {
    name: 'generation_variants.generation_id',
    sql: `insert into generation_variants (generation_id, location) values ($1, 'public/new.png')`,
    own: () => [],
    target: (tenant) => tenant.generation,
  },
  {
    name: 'shot_generations.shot_id',
    sql: 'insert into shot_generations (shot_id, generation_id) values ($1, $2)',
    own: (caller) => [caller.generation],
    target: (tenant) => tenant.shot,
    acrossProjects: (caller) => caller.otherShot,
  },
  {
    name: 'shot_generations.generation_id',
    sql: 'insert into shot_generations (generation_id, shot_id) values ($1, $2)',
    own: (caller) => [caller.shot],
    target: (tenant) => tenant.generation,
    acrossProjects: (caller) => caller.otherGeneration,
  },
  {
    name: 'training_data.batch_id',
    sql: `insert into training_data (batch_id, filename, url) values ($1, 'new.mp4', 'https://example.com/new')`,
    own: () => [],
    target: (tenant) => tenant.batch,
  },
  {
    name: 'training_data_segments.video_id',
    sql: 'insert into training_data_segments (video_id, start_time, end_time) values ($1, 0, 1)',
    own: () => [],
    target: (tenant) => tenant.video,
  },
];
