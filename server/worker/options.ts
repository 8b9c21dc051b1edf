import { z } from 'zod';
import { Fault } from '../faults';

export interface WorkerOptions {
  /** Of the GraphQL endpoint. */
  url: string;
  id: string;
  runType: 'GPU' | 'API';
  /** The model that is loaded at the start. */
  model: string | undefined;
  concurrency: number;
  /** How long it pretends to work on a task. */
  renderMs: number;
  /** From 0 to 1: how many of its attempts fail. */
  failureRate: number;
  /** Until it asks again when there was nothing to do; it doubles from there. */
  pollMs: number;
  heartbeatMs: number;
  /** For running tasks, after SIGTERM. */
  graceMs: number;
}

const number = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .catch(() => NaN)
    .refine((value) => !Number.isNaN(value), { message: `must be a number from ${min} to ${max}` });

const words = z.object({
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }),
  runType: z.enum(['gpu', 'api'], { error: 'must be gpu or api' }),
  model: z.string().min(1, 'must not be empty').optional(),
  concurrency: number(1, 100).refine(Number.isInteger, { message: 'must be a whole number' }),
  seconds: number(0, 86_400),
  failureRate: number(0, 1),
  poll: number(10, 10_000),
  heartbeat: number(1, 55),
  grace: number(0, 3_600),
});

/**
 * The options of `npm run worker`, as they were typed.
 * @throws Fault that lists every fault at once
 */
export function readWorkerOptions(given: Record<string, unknown>, id: string): WorkerOptions {
  const parsed = words.safeParse(given);
  if (!parsed.success) {
    const nameOf = (key: PropertyKey) =>
      `--${String(key).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    const faults = parsed.error.issues.map((issue) => `  - ${nameOf(issue.path[0] ?? '')} ${issue.message}`);
    throw new Fault(`These options are wrong:\n${faults.join('\n')}`);
  }
  const { url, runType, model, concurrency, seconds, failureRate, poll, heartbeat, grace } = parsed.data;
  return {
    url,
    id,
    runType: runType === 'gpu' ? 'GPU' : 'API',
    model,
    concurrency,
    renderMs: seconds * 1000,
    failureRate,
    pollMs: poll,
    heartbeatMs: heartbeat * 1000,
    graceMs: grace * 1000,
  };
}
