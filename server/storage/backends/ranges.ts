import type { ByteRange } from './backend';

/** @throws RangeError when it is none, whatever it is asked of */
export function requireRange({ start, end }: ByteRange): void {
  const sensible = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
  if (!sensible) throw new RangeError(`bytes ${start} to ${end} are no range`);
}

/** The range as far as there are bytes. @throws RangeError when there is not one */
export function wholeRange(range: ByteRange, size: number): ByteRange {
  requireRange(range);
  if (range.start >= size) throw new RangeError(`there are no bytes from ${range.start} of ${size}`);
  return { start: range.start, end: Math.min(range.end, size - 1) };
}
