/** A moment as JSON has it, whoever wrote it: `2026-11-30T08:00:00.5+00:00`, `…Z`, with or without the last zeros. */
const MOMENT = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d(?::?\d\d)?)$/;

/** Opaque by the specification of connections: each server writes its own. */
const OPAQUE = new Set(['endCursor', 'startCursor', 'cursor']);

/** The same data written in one way: keys sorted, moments in UTC to the microsecond, no cursors. */
export function normalize(value: unknown): unknown {
  if (typeof value === 'string') return normalizeText(value);
  if (Array.isArray(value)) return value.map(normalize);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !OPAQUE.has(name));
  entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, part]) => [name, normalize(part)]));
}

function normalizeText(text: string): string {
  const [, day, time, fraction = '', zone] = MOMENT.exec(text) ?? [];
  if (!day || !time || !zone) return text;
  const seconds = new Date(`${day}T${time}${/^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone}`);
  return `${seconds.toISOString().slice(0, 19)}.${fraction.padEnd(6, '0')}Z`;
}

/** Where two answers differ first, in words; undefined when they carry the same. */
export function differenceOf(one: unknown, other: unknown): string | undefined {
  return findDifference(normalize(one), normalize(other), 'answer');
}

function findDifference(one: unknown, other: unknown, at: string): string | undefined {
  if (isRecord(one) && isRecord(other)) {
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const difference = findDifference(one[name], other[name], `${at}.${name}`);
      if (difference) return difference;
    }
    return undefined;
  }
  return Object.is(one, other) ? undefined : `${at}: ${shorten(one)} and ${shorten(other)}`;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const shorten = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 120);
