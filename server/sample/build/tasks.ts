import { API_WORKER, GPU_WORKERS } from '../catalog/workers';
import { findTaskType } from '../catalog/task-types';
import { idIn, letPass, letPassExactly, type Draft } from './draft';
import type { TaskRow } from './rows';

type Json = Record<string, unknown>;

export interface Order {
  key: string;
  type: string;
  params: Json;
  parent?: TaskRow | undefined;
  after?: TaskRow[] | undefined;
}

/** How long a task runs, in seconds. The tenths keep a running time from being a whole number by chance. */
const RUNS: Record<string, [number, number]> = {
  travel_segment: [88, 236],
  join_clips_segment: [80, 170],
  animate_character: [120, 260],
  travel_stitch: [7, 16],
  wan_2_2_t2i: [24, 58],
  video_upscale: [60, 130],
  video_enhance: [30, 70],
  single_image: [18, 40],
};

/** Puts a task into the queue; it waits there. */
export function queueTask(draft: Draft, order: Order): TaskRow {
  const task: TaskRow = {
    id: idIn(draft, 'task', order.key),
    project_id: draft.projectId,
    task_type: findTaskType(order.type).name,
    status: 'Queued',
    params: order.params,
    parent_task_id: order.parent?.id ?? null,
    dependant_on: (order.after ?? []).map((task) => task.id),
    output_location: null,
    error_message: null,
    result_data: {},
    worker_id: null,
    attempts: 0,
    lease_expires_at: null,
    idempotency_key: order.parent ? null : `studio:${idIn(draft, 'request', order.key).slice(0, 18)}`,
    generation_started_at: null,
    generation_processed_at: null,
    cost: null,
    created_at: draft.ago,
    updated_at: draft.ago,
  };
  draft.world.tasks.push(task);
  return task;
}

/** A worker takes it. */
export function startTask(draft: Draft, task: TaskRow): TaskRow {
  task.generation_started_at = letPass(draft, 2, 14);
  task.updated_at = draft.ago;
  task.status = 'In Progress';
  task.attempts = 1;
  const gpu = findTaskType(task.task_type).run_type === 'gpu';
  task.worker_id = gpu ? draft.random.pick(GPU_WORKERS) : API_WORKER;
  // A day and not two minutes: no worker of the sample data sends heartbeats, and with a real lease the
  // tasks that run would be queued again before anybody has looked at them.
  task.lease_expires_at = -86_400;
  return task;
}

function finishTask(draft: Draft, task: TaskRow, status: TaskRow['status']): TaskRow {
  task.generation_processed_at = draft.ago;
  task.updated_at = draft.ago;
  task.status = status;
  task.lease_expires_at = null;
  return task;
}

/** Lets it run for as long as its kind does. */
export function completeTask(draft: Draft, task: TaskRow, output: string | null, result: Json): TaskRow {
  const [min, max] = RUNS[task.task_type] ?? [6, 28];
  letPassExactly(draft, draft.random.between(min, max) + 0.4);
  finishTask(draft, task, 'Complete');
  task.output_location = output;
  task.result_data = result;
  return task;
}

/** It fails, after as many attempts as it had. */
export function failTask(draft: Draft, task: TaskRow, message: string, attempts: number): TaskRow {
  letPassExactly(draft, draft.random.between(5, 60) + 0.4);
  finishTask(draft, task, 'Failed');
  task.attempts = attempts;
  task.error_message = message;
  return task;
}

/** Tasks that wait for a failed one fail with it, and say so. */
export function failWith(draft: Draft, task: TaskRow, cause: TaskRow): TaskRow {
  finishTask(draft, task, 'Failed');
  task.error_message = `Task ${cause.id} (${cause.task_type}), which this one depends on, failed.`;
  return task;
}

export function cancelTask(draft: Draft, task: TaskRow): TaskRow {
  return finishTask(draft, task, 'Cancelled');
}

/** Queue, start and completion in one, for what simply worked. */
export function runTask(draft: Draft, order: Order, output: string, result: Json): TaskRow {
  return completeTask(draft, startTask(draft, queueTask(draft, order)), output, result);
}
