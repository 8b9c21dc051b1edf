import type { Picture } from '../draw/picture';

type Json = Record<string, unknown>;
/** Seconds before the load; becomes a timestamp when it is written. */
export type Ago = number;

export type TaskStatus = 'Queued' | 'In Progress' | 'Complete' | 'Failed' | 'Cancelled';

export interface TaskRow {
  id: string;
  project_id: string;
  task_type: string;
  status: TaskStatus;
  params: Json;
  parent_task_id: string | null;
  dependant_on: string[];
  output_location: string | null;
  error_message: string | null;
  result_data: Json;
  worker_id: string | null;
  attempts: number;
  lease_expires_at: Ago | null;
  idempotency_key: string | null;
  generation_started_at: Ago | null;
  generation_processed_at: Ago | null;
  /** Filled in by the price list before it is written. */
  cost: string | null;
  created_at: Ago;
  updated_at: Ago;
}

// Rows as they are planned. An id is how the plan calls a thing: which one the database draws, is known when it
// is made. Users, tasks and entries of the ledger keep theirs.

export interface UserRow {
  id: string;
  username: string;
  avatar_url: string;
  settings: Json;
  onboarding: Json;
  created_at: Ago;
}

export interface ProjectRow {
  id: string;
  name: string;
  aspect_ratio: string;
  settings: Json;
  created_at: Ago;
}

export interface ShotRow {
  id: string;
  project_id: string;
  name: string;
  aspect_ratio: string | null;
  settings: Json;
  created_at: Ago;
}

/** Without what its variants say. Name and params are those of one that has none yet. */
export interface GenerationRow {
  id: string;
  project_id: string;
  task_id: string | null;
  type: 'image' | 'video';
  name: string | null;
  params: Json;
  starred: boolean;
  based_on: string | null;
  parent_generation_id: string | null;
  is_child: boolean;
  child_order: number | null;
  created_at: Ago;
}

export interface VariantRow {
  id: string;
  generation_id: string;
  location: string;
  thumbnail_url: string;
  name: string | null;
  params: Json;
  variant_type: string;
  is_primary: boolean;
  starred: boolean;
  viewed_at: Ago | null;
  created_at: Ago;
}

export interface LinkRow {
  id: string;
  shot_id: string;
  generation_id: string;
  position: number | null;
  timeline_frame: number | null;
  metadata: Json;
  created_at: Ago;
}

export interface LedgerRow {
  id: string;
  user_id: string;
  amount: string;
  type: 'stripe' | 'manual' | 'spend' | 'refund' | 'auto_topup';
  task_id: string | null;
  idempotency_key: string | null;
  metadata: Json;
  created_at: Ago;
}

/** Rows with nothing to compute with: they go to the table as they are. */
type PlainRow = { id: string; created_at: Ago } & Json;

/** What was paid for a task and given back. */
export interface Refund {
  task: TaskRow;
  reason: string;
  created_at: Ago;
}

/** Everything one person owns. */
export interface World {
  user: UserRow;
  projects: ProjectRow[];
  shots: ShotRow[];
  tasks: TaskRow[];
  generations: GenerationRow[];
  variants: VariantRow[];
  links: LinkRow[];
  ledger: LedgerRow[];
  refunds: Refund[];
  resources: PlainRow[];
  batches: PlainRow[];
  videos: PlainRow[];
  segments: PlainRow[];
}

export function emptyWorld(user: UserRow): World {
  return {
    user,
    projects: [],
    shots: [],
    tasks: [],
    generations: [],
    variants: [],
    links: [],
    ledger: [],
    refunds: [],
    resources: [],
    batches: [],
    videos: [],
    segments: [],
  };
}

/** A generation that is there, with what later steps of the story need of it. */
export interface Made {
  row: GenerationRow;
  title: string;
  prompt: string;
  picture: Picture;
}
