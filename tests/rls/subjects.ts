import { alice } from '../helpers/actors';
import { ACTIVE_TYPE, carol, from, type Values, type World } from './world';

/** A row of the owner, and how somebody would try to get at it or make one beside it. */
export interface Subject {
  table: string;
  /** The owner's row. */
  row(world: World): string;
  /** A row that nothing keeps, where the owner's own is kept by references: what a service deletes. */
  spare?(world: World): string;
  /** A valid insert below the owner's parents: the owner's if it has one. */
  insert: Values;
  /** What a service has to say besides, where a user is meant by default. */
  insertByService?: Values;
  /** A valid change, in a column that is granted if any is. */
  change: Values;
}

const bytes: Values = { version: from((world, actor) => world.reserved[actor]) };
const bytesOfService: Values = { version: from((world) => world.reserved.service) };
const ownedByAlice: Values = { user_id: alice.id };
const unique = () => `n${Math.random().toString(36).slice(2)}`;

export const SUBJECTS = {
  users: {
    table: 'public.users',
    row: () => alice.id,
    spare: () => carol.id,
    insert: { id: 'd0000000-0000-4000-8000-0000000000dd' },
    change: { name: 'Changed' },
  },
  projects: {
    table: 'public.projects',
    row: (world) => world.owner.project,
    insert: { name: 'New' },
    insertByService: ownedByAlice,
    change: { name: 'Changed' },
  },
  shots: {
    table: 'public.shots',
    row: (world) => world.owner.shot,
    insert: { project_id: from((world) => world.owner.project), name: 'New' },
    change: { name: 'Changed' },
  },
  generations: {
    table: 'public.generations',
    row: (world) => world.owner.generation,
    insert: { project_id: from((world) => world.owner.project), location: 'public/new.png' },
    change: { starred: true },
  },
  'variants of a generation': {
    table: 'public.generation_variants',
    row: (world) => world.owner.variant,
    insert: { generation_id: from((world) => world.owner.generation), location: 'public/new.png' },
    change: { starred: true },
  },
  'generations in a shot': {
    table: 'public.shot_generations',
    row: (world) => world.owner.link,
    insert: {
      shot_id: from((world) => world.owner.shot),
      generation_id: from((world) => world.owner.generation),
    },
    change: { timeline_frame: 7 },
  },
  'a task in progress': {
    table: 'public.tasks',
    row: (world) => world.held,
    insert: { project_id: from((world) => world.owner.project), task_type: ACTIVE_TYPE },
    change: { result_data: { changed: true } },
  },
  'a task that waits': {
    table: 'public.tasks',
    row: (world) => world.queued,
    insert: { project_id: from((world) => world.owner.project), task_type: ACTIVE_TYPE },
    change: { result_data: { changed: true } },
  },
  'a task that ended': {
    table: 'public.tasks',
    row: (world) => world.finished,
    insert: { project_id: from((world) => world.owner.project), task_type: ACTIVE_TYPE },
    change: { result_data: { changed: true } },
  },
  'an active task type': {
    table: 'public.task_types',
    row: (world) => world.activeType,
    spare: (world) => world.unusedType,
    insert: {
      name: from(unique),
      display_name: 'New',
      category: 'generation',
      run_type: 'gpu',
      billing_type: 'per_unit',
      unit_cost: 1,
    },
    change: { display_name: 'Changed' },
  },
  'a retired task type': {
    table: 'public.task_types',
    row: (world) => world.retiredType,
    insert: {
      name: from(unique),
      display_name: 'New',
      category: 'orchestration',
      run_type: 'api',
      billing_type: 'per_unit',
      is_active: false,
    },
    change: { is_active: false },
  },
  'the ledger': {
    table: 'public.credits_ledger',
    row: (world) => world.owner.ledgerEntry,
    insert: { user_id: alice.id, amount: 100, type: 'manual' },
    change: { amount: 1000 },
  },
  'a private resource': {
    table: 'public.resources',
    row: (world) => world.owner.privateResource,
    insert: { type: 'lora', url: 'https://example.com/new', is_public: false },
    insertByService: ownedByAlice,
    change: { url: 'https://example.com/changed' },
  },
  'a public resource': {
    table: 'public.resources',
    row: (world) => world.owner.publicResource,
    insert: { type: 'lora', url: 'https://example.com/new', is_public: true },
    insertByService: ownedByAlice,
    change: { url: 'https://example.com/changed' },
  },
  'training batches': {
    table: 'public.training_data_batches',
    row: (world) => world.owner.batch,
    insert: { name: 'New' },
    insertByService: ownedByAlice,
    change: { name: 'Changed' },
  },
  'training videos': {
    table: 'public.training_data',
    row: (world) => world.owner.video,
    insert: {
      batch_id: from((world) => world.owner.batch),
      filename: 'new.mp4',
      url: 'https://example.com/new.mp4',
    },
    insertByService: ownedByAlice,
    change: { filename: 'changed.mp4' },
  },
  'training segments': {
    table: 'public.training_data_segments',
    row: (world) => world.owner.segment,
    insert: { video_id: from((world) => world.owner.video), start_time: 0, end_time: 1 },
    change: { description: 'Changed' },
  },
  'the worker that holds the task': {
    table: 'public.workers',
    row: () => 'gpu-1',
    insert: { id: from(unique) },
    change: { current_model: 'changed' },
  },
  'a file in the folder of the held task': {
    table: 'storage.objects',
    row: (world) => world.output,
    insert: {
      bucket_id: 'public',
      name: from((world) => `${alice.id}/tasks/${world.held}/${unique()}.png`),
      ...bytes,
    },
    insertByService: bytesOfService,
    change: { metadata: { changed: true } },
  },
  'a file elsewhere in the folder of the owner': {
    table: 'storage.objects',
    row: (world) => world.owner.file,
    insert: { bucket_id: 'public', name: from(() => `${alice.id}/${unique()}.png`), ...bytes },
    insertByService: bytesOfService,
    change: { metadata: { changed: true } },
  },
  'a file in the folder of the held task, as the API lists it': {
    table: 'public.storage_objects',
    row: (world) => world.output,
    insert: { name: 'new.png' },
    change: { name: 'changed.png' },
  },
  buckets: {
    table: 'storage.buckets',
    row: () => 'public',
    spare: () => 'unused',
    insert: { id: from(unique), name: from(unique) },
    change: { public: true },
  },
} as const satisfies Record<string, Subject>;

export type SubjectName = keyof typeof SUBJECTS;
export const SUBJECT_NAMES = Object.keys(SUBJECTS) as SubjectName[];

export function subject(name: SubjectName): Subject {
  return SUBJECTS[name];
}
