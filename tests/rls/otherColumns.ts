import { alice } from '../helpers/actors';
import { identity, object, type Granted } from './granted';
import { from, type Values } from './world';

const reserved = from((world, actor) => world.reserved[actor]);
const file = {
  insert: [
    { metadata: object },
    { user_metadata: object },
    { version: reserved },
    { bucket_id: 'training-data' },
  ] as Values[],
  update: [
    { metadata: object },
    { user_metadata: object },
    { version: reserved },
    { bucket_id: 'training-data' },
  ] as Values[],
  never: [...identity, 'owner', 'owner_id', 'path_tokens', 'folder', 'last_accessed_at'],
};

/** What the machinery writes, and what users bring along. */
export const OTHER_COLUMNS: Granted[] = [
  {
    actor: 'owner',
    table: 'public.tasks',
    insert: [],
    update: [],
    never: [
      ...identity,
      ...['project_id', 'task_type', 'status', 'params', 'parent_task_id', 'dependant_on', 'target_shot_id'],
      ...['target_generation_id', 'output_location', 'error_message', 'result_data', 'worker_id', 'attempts'],
      ...['lease_expires_at', 'idempotency_key', 'generation_started_at', 'generation_processed_at', 'cost'],
      ...['pane_group', 'pane_position'],
    ],
  },
  {
    actor: 'owner',
    table: 'public.task_types',
    insert: [],
    update: [],
    never: [
      ...identity,
      ...['name', 'display_name', 'category', 'run_type', 'content_type', 'variant_type', 'billing_type'],
      ...['base_cost_per_second', 'unit_cost', 'cost_factors', 'max_attempts', 'is_active'],
    ],
  },
  {
    actor: 'owner',
    table: 'public.credits_ledger',
    insert: [],
    update: [],
    never: ['id', 'created_at', 'user_id', 'amount', 'type', 'task_id', 'idempotency_key', 'metadata'],
  },
  {
    actor: 'owner',
    table: 'public.resources',
    insert: [{ type: 'lora' }, { url: 'https://example.com/n' }, { metadata: object }, { is_public: true }],
    update: [{ type: 'style' }, { url: 'https://example.com/c' }, { metadata: object }, { is_public: true }],
    never: [...identity, 'user_id', 'name'],
  },
  {
    actor: 'owner',
    table: 'public.training_data_batches',
    insert: [{ name: 'New' }, { metadata: object }],
    update: [{ name: 'Changed' }, { metadata: object }],
    never: [...identity, 'user_id'],
  },
  {
    actor: 'owner',
    table: 'public.training_data',
    insert: [
      { batch_id: from((world) => world.owner.batch) },
      { filename: 'new.mp4' },
      { url: 'https://example.com/new.mp4' },
      { duration: 1.5 },
      { metadata: object },
    ],
    update: [
      { filename: 'changed.mp4' },
      { url: 'https://example.com/changed.mp4' },
      { duration: 2 },
      { metadata: object },
    ],
    never: [...identity, 'user_id'],
  },
  {
    actor: 'owner',
    table: 'public.training_data_segments',
    insert: [
      { video_id: from((world) => world.owner.video) },
      { start_time: 0, end_time: 5 },
      { description: 'New' },
      { metadata: object },
    ],
    update: [{ start_time: 1, end_time: 6 }, { description: 'Changed' }, { metadata: object }],
    never: identity,
  },
  {
    actor: 'holder',
    table: 'public.workers',
    insert: [],
    update: [],
    never: [...identity, 'last_heartbeat', 'status', 'current_model', 'metadata'],
  },
  {
    actor: 'owner',
    table: 'storage.objects',
    ...file,
    insert: [...file.insert, { name: `${alice.id}/a/new.png` }],
    update: [...file.update, { name: `${alice.id}/a/moved.png` }],
  },
  {
    actor: 'holder',
    table: 'storage.objects',
    ...file,
    insert: [...file.insert, { name: from((world) => `${alice.id}/tasks/${world.held}/new.png`) }],
    update: [...file.update, { name: from((world) => `${alice.id}/tasks/${world.held}/moved.png`) }],
  },
  {
    actor: 'owner',
    table: 'public.storage_objects',
    insert: [],
    update: [],
    never: [...identity, 'bucket_id', 'name', 'size', 'content_type', 'user_metadata'],
    computed: ['size', 'content_type'],
  },
  {
    actor: 'owner',
    table: 'storage.buckets',
    insert: [],
    update: [],
    never: [
      ...identity,
      ...[
        'name',
        'owner',
        'owner_id',
        'public',
        'avif_autodetection',
        'file_size_limit',
        'allowed_mime_types',
      ],
    ],
  },
];
