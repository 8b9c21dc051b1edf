/** A type of task, what is asked of it, how long it runs, and the bill as reckoned by hand. */
export interface CostCase {
  what: string;
  /** Credits per second, or per task. */
  rate: { per_second: string } | { per_unit: string } | 'orchestration';
  /** JSON text: some numbers here are longer than JavaScript can hold. */
  factors?: string;
  params?: string;
  seconds?: number;
  cost: string;
  /** What was left out; nothing unless said. */
  notes?: RegExp[];
}

/** Longer than any type of a number but PostgreSQL's own. */
export const LONG = '9'.repeat(100_000);
export const unit = { per_unit: '0.05' };
export const second = { per_second: '0.0278' };
export const factors =
  '{"resolution": {"720p": 2, "1080p": 3.5}, "frameCount": 0.001, "modelType": {"pro": 3}}';
