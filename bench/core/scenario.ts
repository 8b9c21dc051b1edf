import type { Cluster } from '../machine/cluster';
import type { TierM } from '../tier/medium';

/** What one program did, in words and as a number for the chart. */
export interface Figure {
  peer: string;
  /** For people: `512/s, p95 38 ms`, or `missing: why`. */
  text: string;
  /** For the chart: how it compares with the others of its row. */
  value?: number;
}

/** What is promised, and what came of it. */
export interface Target {
  /** `≥ 0.8 × floor`. */
  wanted: string;
  /** `0.74 ×`. */
  measured: string;
  /** Undefined where it could not be measured. */
  isMet: boolean | undefined;
}

/** A line of the table. */
export interface Row {
  name: string;
  /** What the values of its figures are: `requests/s`. */
  unit: string;
  figures: Figure[];
  targets: Target[];
  /** What holds it back, as the profile of this run says. */
  limit: string;
  /** What else was measured, for those who look closer. */
  details?: unknown;
  /** How many programs wanted a processor while it was measured, on average: set by the runner. */
  load?: number;
}

/** What scenarios share within a run. Each part is made when it is asked for first. */
export interface Bench {
  quick: boolean;
  /** Pairs of rounds, and how long each takes. */
  rounds: number;
  seconds: number;
  cluster(): Promise<Cluster>;
  tierM(): Promise<TierM>;
  say(text: string): void;
}

export interface Scenario {
  name: string;
  /** The row of the targets that it measures. */
  about: string;
  run(bench: Bench): Promise<Row[]>;
}

/** A target that is a least number of something. */
export function atLeast(least: number, unit: string, measured: number): Target {
  return {
    wanted: `≥ ${least}${unit}`,
    measured: `${measured.toFixed(2)}${unit}`,
    isMet: Number.isNaN(measured) ? undefined : measured >= least,
  };
}

/** A target that is a most of something. */
export function atMost(most: number, unit: string, measured: number, digits = 2): Target {
  return {
    wanted: `≤ ${most}${unit}`,
    measured: `${measured.toFixed(digits)}${unit}`,
    isMet: Number.isNaN(measured) ? undefined : measured <= most,
  };
}

/** A target that could not be measured, and why. */
export const unmeasured = (wanted: string, why: string): Target => ({
  wanted,
  measured: why,
  isMet: undefined,
});
