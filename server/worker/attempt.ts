import { messageOf } from '../faults';
import type { Logger } from '../log';
import { CallError } from './client';
import type { Files } from './files';
import type { ClaimedTask, Queue } from './queue';
import { render } from './render';
import { pause, persistently } from './retry';

/** Why work on a task is broken off. */
export type Interruption = 'cancelled' | 'lost' | 'stopped';

export interface AttemptOptions {
  queue: Queue;
  files: Files;
  renderMs: number;
  failureRate: number;
  /** Breaks the work off; its reason is an Interruption. */
  interrupted: AbortSignal;
  /** Nobody waits any longer: what cannot be reported now is not. */
  over: AbortSignal;
  log: Logger;
}

/** It is another's now, or nobody's: nothing is left to report. The lease and the attempt decided that. */
const DROPPED: readonly string[] = ['STALE_ATTEMPT', 'TASK_STATE', 'NOT_FOUND'];

/**
 * One attempt at a task, to its end: completed, failed, or dropped. Reports are repeated while the gateway is
 * away, with the same attempt, which makes them the same report.
 * @throws Fault; everything else ends in the log
 */
export async function runAttempt(task: ClaimedTask, options: AttemptOptions): Promise<void> {
  const { queue, over, log } = options;
  try {
    const outcome = await work(task, options);
    if (outcome === 'cancelled' || outcome === 'lost') {
      log.info(`dropped: ${outcome}`);
    } else if ('message' in outcome) {
      const waits = await persistently(() => queue.fail(task, outcome.message, true), over);
      log.info({ reason: outcome.message }, waits ? 'failed, to be tried again' : 'failed');
    } else {
      await complete(task, outcome.output, options);
    }
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    // Retryable only when nobody waits any longer. The lease gives the task to another.
    const reason = { code: error.code, reason: error.message };
    if (DROPPED.includes(error.code)) log.info(reason, 'dropped: the task is not ours any more');
    else log.warn(reason, 'dropped: it could not be reported');
  }
}

type Outcome = 'cancelled' | 'lost' | { message: string } | { output: ReturnType<typeof render> | undefined };

async function work(task: ClaimedTask, options: AttemptOptions): Promise<Outcome> {
  const { interrupted } = options;
  // It directs other tasks, and this worker directs nothing.
  if (task.type?.category === 'ORCHESTRATION') return { output: undefined };
  try {
    await prepare(task, options);
  } catch (error) {
    // Broken off while it was tried again: the interruption says what to do, not the last failure.
    if (!interrupted.aborted) throw error;
  }
  await pause(options.renderMs, interrupted);
  if (interrupted.aborted) {
    const why = interrupted.reason as Interruption;
    return why === 'stopped' ? { message: 'The worker was stopped before the task was done.' } : why;
  }
  if (Math.random() < options.failureRate) {
    return { message: 'The reference worker failed on purpose (--failure-rate).' };
  }
  try {
    return { output: render(task) };
  } catch (error) {
    // Whatever params say, they end this attempt and not the worker.
    return { message: `Rendering failed: ${messageOf(error)}` };
  }
}

async function prepare(task: ClaimedTask, { queue, interrupted, log }: AttemptOptions): Promise<void> {
  await persistently(() => queue.start(task), interrupted);
  if (task.dependantOn.length === 0) return;
  const context = await persistently(() => queue.context(task), interrupted);
  const inputs = context?.dependencies.filter((dependency) => dependency?.outputLocation);
  log.info({ inputs: inputs?.length ?? 0 }, 'got the outputs of the tasks before it');
}

async function complete(
  task: ClaimedTask,
  output: ReturnType<typeof render> | undefined,
  { queue, files, over, log }: AttemptOptions,
): Promise<void> {
  try {
    // Under names of this attempt: what a repeated one replaces are its own bytes.
    const stored = output && (await persistently(() => files.store(task, output), over));
    await persistently(() => queue.complete(task, stored), over);
    log.info('completed');
  } catch (error) {
    if (!(error instanceof CallError) || error.isRetryable || DROPPED.includes(error.code)) throw error;
    // The gateway will not have this output, or cannot take it. What the rules forbid, they forbid again.
    const message = `The output was refused (${error.code}): ${messageOf(error)}`;
    const waits = await persistently(() => queue.fail(task, message, error.code !== 'INVALID_INPUT'), over);
    log.warn({ reason: message }, waits ? 'failed, to be tried again' : 'failed');
  }
}
