import { inTime } from '../inTime';

/** What a gateway needs, by the name that `/readyz` calls it. docs/faults.md says what each means. */
export type Part =
  'starting' | 'shutdown' | 'database' | 'pool' | 'migrations' | 'keys' | 'listener' | 'disk' | 'storage';

export interface Readiness {
  /** Without these it can answer nobody: others should be asked instead. */
  failing: Part[];
  /** Without these it serves, but not all, or not as fast. Where one gateway has that, the others have it too. */
  degraded: Part[];
}

export interface Finding {
  part: Part;
  /** Whether the gateway still serves. */
  serves?: boolean;
}

/** Looks after one thing, and says what it found wrong. One that throws, or takes too long, counts as `late`. */
export interface PartCheck {
  late: Finding;
  look(): Promise<Finding | undefined>;
}

export interface ReadinessOptions {
  isStarting(): boolean;
  isDraining(): boolean;
  checks: () => PartCheck[];
  /** For how long an answer is given again. */
  keepMs?: number;
  timeoutMs?: number;
}

/**
 * Makes the function that says whether this gateway can serve, within two seconds. However many ask, the parts are
 * looked at once at a time, and four times a second at most.
 */
export function createReadiness({
  keepMs = 250,
  timeoutMs = 2_000,
  ...options
}: ReadinessOptions): () => Promise<Readiness> {
  let last: { until: number; found: Promise<Finding[]> } | undefined;
  const look = async (): Promise<Finding[]> => {
    const found = await Promise.all(
      options.checks().map(({ look, late }) => inTime(timeoutMs, look()).catch(() => late)),
    );
    last = last && { ...last, until: performance.now() + keepMs };
    return found.filter((finding) => finding !== undefined);
  };

  return async () => {
    if (options.isDraining()) return { failing: ['shutdown'], degraded: [] };
    if (options.isStarting()) return { failing: ['starting'], degraded: [] };
    if (!last || performance.now() > last.until) last = { until: Infinity, found: look() };
    const found = await last.found;
    const named = (serves: boolean) =>
      found.filter((finding) => (finding.serves ?? false) === serves).map(({ part }) => part);
    return { failing: named(false), degraded: named(true) };
  };
}
