export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle) - 1] ?? NaN)) / 2;
}

/** The value below which a share of them lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/**
 * The median of one / other, each pair from neighbouring rounds: whatever else the machine does for a while slows both,
 * and is not in it.
 */
export function medianRatio(one: readonly number[], other: readonly number[]): number {
  return median(one.slice(0, other.length).map((value, n) => value / (other[n] ?? NaN)));
}

/** As many digits as say something. */
export function round(value: number, digits = 3): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : value;
}
