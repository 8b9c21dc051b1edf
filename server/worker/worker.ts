import type { Logger } from '../log';
import type { Shutdown } from '../shutdown';
import { runAttempt, type Interruption } from './attempt';
import { CallError, refusal } from './client';
import { createHeartbeat } from './heartbeat';
import type { WorkerOptions } from './options';
import type { Files } from './files';
import type { ClaimedTask, Queue, Report, Told } from './queue';
import { backoff, pause, persistently } from './retry';

export interface Worker extends Shutdown {
  /** Resolves when it has drained. @throws Fault when it cannot go on: its token, its address */
  run(): Promise<void>;
}

interface Running {
  taskId: string;
  interrupt(why: Interruption): void;
  ended: Promise<void>;
}

const LONGEST_POLL_MS = 10_000;
/** For the last reports, after the time for running tasks. */
const FAREWELL_MS = 3_000;

/**
 * Claims tasks while it has room, works on each, and reports that it lives.
 * @param quit ends calls that are under way, when nobody waits for them any more
 */
export function createWorker(
  options: WorkerOptions,
  { queue, files }: { queue: Queue; files: Files },
  log: Logger,
  quit: AbortController,
): Worker {
  const running = new Set<Running>();
  const stopClaiming = new AbortController();
  const stopBeating = new AbortController();
  let { model } = options;
  let draining: Promise<void> | undefined;
  /** The time for running tasks is over: one that a claim still brings goes straight back. */
  let isTimeUp = false;
  let freed = new AbortController();

  const interrupt = (ids: readonly string[], why: Interruption) => {
    for (const attempt of running) if (ids.includes(attempt.taskId)) attempt.interrupt(why);
  };
  const report = (): Report => ({ status: 'ACTIVE', model, taskIds: idsOf(running) });
  const heed = ({ cancelled, lost }: Told) => {
    interrupt(cancelled, 'cancelled');
    interrupt(lost, 'lost');
  };
  const heartbeat = createHeartbeat({
    intervalMs: options.heartbeatMs,
    report,
    beat: queue.heartbeat,
    heed,
    log,
  });
  const fatal: { error?: Error } = {};
  const giveUp = (error: Error) => {
    fatal.error ??= error;
    for (const controller of [stopClaiming, stopBeating, quit]) controller.abort();
    interrupt(idsOf(running), 'lost');
  };

  const begin = (task: ClaimedTask) => {
    // Out of reach for longer than a lease, it can be handed the same task again: the first attempt is over.
    interrupt([task.id], 'lost');
    const work = new AbortController();
    const child = log.child({ task: task.id, attempt: task.attempts });
    child.info({ type: task.taskType }, 'claimed');
    const ended = runAttempt(task, {
      queue,
      files,
      renderMs: options.renderMs,
      failureRate: options.failureRate,
      interrupted: work.signal,
      over: quit.signal,
      log: child,
    })
      .catch(giveUp)
      .finally(() => {
        running.delete(attempt);
        freed.abort();
      });
    const attempt: Running = { taskId: task.id, interrupt: (why) => work.abort(why), ended };
    running.add(attempt);
    if (isTimeUp) attempt.interrupt('stopped');
    // By the server's clock, both of them.
    heartbeat.fit(Date.parse(task.leaseExpiresAt ?? '') - Date.parse(task.generationStartedAt ?? ''));
    const named = (task.params as { model?: unknown } | null)?.model;
    // As much as the database keeps: params are what anybody writes, and a heartbeat of a megabyte is refused.
    const wanted = typeof named === 'string' ? [...named.slice(0, 400)].slice(0, 200).join('') : undefined;
    if (wanted !== undefined && wanted !== model) {
      // It would load that one now. The next claim prefers tasks for it, if the gateway knows.
      model = wanted;
      heartbeat.soon();
    }
  };

  const claim = async (): Promise<ClaimedTask | null> => {
    try {
      return await queue.claim();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (!error.isRetryable) log.warn({ code: error.code, reason: error.message }, 'no task: refused');
      return null;
    }
  };
  const claimWhileThereIsRoom = async () => {
    let pauses = backoff(options.pollMs, LONGEST_POLL_MS);
    while (!stopClaiming.signal.aborted) {
      freed = new AbortController();
      const hasRoom = running.size < options.concurrency;
      const task = hasRoom ? await claim() : null;
      if (task) {
        begin(task);
        pauses = backoff(options.pollMs, LONGEST_POLL_MS);
        continue;
      }
      // A task that ended leaves room, and others may have waited for it.
      await pause(hasRoom ? pauses.next().value : LONGEST_POLL_MS, stopClaiming.signal, freed.signal);
      if (freed.signal.aborted) pauses = backoff(options.pollMs, LONGEST_POLL_MS);
    }
  };
  const allEnded = async () => {
    while (running.size > 0) await Promise.all([...running].map(({ ended }) => ended));
  };

  let claiming = Promise.resolve();
  let beating = Promise.resolve();
  const drain = async (reason: string) => {
    log.info({ reason, running: running.size }, 'draining: no more tasks are claimed');
    stopClaiming.abort();
    // A claim under way may still bring a task: it is worked on like the others.
    const drained = claiming.then(allEnded);
    await within(options.graceMs, drained);
    isTimeUp = true;
    interrupt(idsOf(running), 'stopped');
    await within(FAREWELL_MS, drained);
    stopBeating.abort();
    // A report under way says that it is active: it must not come last.
    await within(FAREWELL_MS, beating);
    await within(
      FAREWELL_MS,
      persistently(
        () => queue.heartbeat({ status: 'INACTIVE', model: undefined, taskIds: [] }),
        quit.signal,
      ).catch(() => undefined),
    );
    quit.abort();
    log.info('stopped');
  };

  /** Before the first claim, which goes by the model in the last report. */
  const register = async () => {
    try {
      await persistently(() => queue.heartbeat(report()), stopClaiming.signal);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (!stopClaiming.signal.aborted) throw refusal(error.code, error.message);
    }
  };

  return {
    isDraining: () => draining !== undefined,
    begin: (reason) => (draining ??= drain(reason)),
    run: async () => {
      const { url, id, runType, concurrency } = options;
      log.info({ url, worker: id, runType, concurrency, model }, 'started');
      beating = register()
        .then(() => {
          claiming = claimWhileThereIsRoom().catch(giveUp);
          return heartbeat.run(stopBeating.signal);
        })
        .catch(giveUp);
      await beating;
      await claiming;
      await draining;
      await allEnded();
      if (fatal.error) throw fatal.error;
    },
  };
}

const idsOf = (running: Set<Running>) => [...new Set([...running].map(({ taskId }) => taskId))];

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([work, pause(ms, over.signal)]);
  over.abort();
}
