import {
  ClaimNextTaskDocument,
  CompleteTaskDocument,
  FailTaskDocument,
  HeartbeatDocument,
  StartGenerationDocument,
  WorkerTaskContextDocument,
  type RunType,
  type WorkerStatus,
  type WorkerTaskContextQuery,
  type WorkerTaskFragment,
} from '../../web/src/graphql/generated';
import type { Send } from './client';

export type ClaimedTask = WorkerTaskFragment;

/** What a worker reports to be told of in a heartbeat. */
export interface Report {
  status: WorkerStatus;
  model: string | undefined;
  taskIds: string[];
}

/** The tasks of a report that it has to stop. */
export interface Told {
  /** Their owner cancelled them. */
  cancelled: string[];
  /** They are another's now, or nobody's. */
  lost: string[];
}

/** The gateway's queue as one worker sees it. Every method but `claim` may be called again with the same. */
export interface Queue {
  /** Null when there is nothing for this worker now. */
  claim(): Promise<ClaimedTask | null>;
  heartbeat(report: Report): Promise<Told>;
  start(task: ClaimedTask): Promise<void>;
  context(task: ClaimedTask): Promise<WorkerTaskContextQuery['workerTaskContext']>;
  complete(task: ClaimedTask, output?: { location: string; thumbnailUrl: string }): Promise<void>;
  /** @returns whether it waits for another attempt */
  fail(task: ClaimedTask, message: string, retryable: boolean): Promise<boolean>;
}

export function createQueue(send: Send, worker: { id: string; runType: RunType }): Queue {
  const attemptOf = (task: ClaimedTask) => ({ taskId: task.id, attempt: task.attempts });
  const ids = (list: readonly (string | null)[] | undefined) => (list ?? []).filter((id) => id !== null);
  return {
    claim: async () => {
      const { claimNextTask } = await send(ClaimNextTaskDocument, {
        workerId: worker.id,
        runType: worker.runType,
      });
      return claimNextTask?.task ?? null;
    },
    heartbeat: async ({ status, model, taskIds }) => {
      const { heartbeat } = await send(HeartbeatDocument, {
        workerId: worker.id,
        status,
        currentModel: model,
        metadata: { kind: 'reference', run_type: worker.runType },
        taskIds,
      });
      return { cancelled: ids(heartbeat?.heartbeat?.cancelled), lost: ids(heartbeat?.heartbeat?.lost) };
    },
    start: async (task) => {
      await send(StartGenerationDocument, attemptOf(task));
    },
    context: async (task) => (await send(WorkerTaskContextDocument, { taskId: task.id })).workerTaskContext,
    complete: async (task, output) => {
      await send(CompleteTaskDocument, {
        ...attemptOf(task),
        outputLocation: output?.location,
        thumbnailUrl: output?.thumbnailUrl,
      });
    },
    fail: async (task, message, retryable) => {
      const { failTask } = await send(FailTaskDocument, { ...attemptOf(task), message, retryable });
      return failTask?.task?.status === 'QUEUED';
    },
  };
}
