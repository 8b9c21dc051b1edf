/** A transaction as its writer knows it, of one project. Times are ticks of one clock of the test. */
export interface Expected {
  /** Names it: the writer gave it as its client id. */
  origin: string;
  /** What it changed, in the order in which it did. */
  changes: string[];
  /** When the statement was sent that changed the project last. */
  lastWriteAt: number;
  /** When the writer knew that it was committed; Infinity when nobody told him. */
  committedAt: number;
}

/** A change as a client got it. */
export interface Received {
  origin: string;
  change: string;
}

export interface Faults {
  dropped: string[];
  doubled: string[];
  reordered: string[];
  invented: string[];
}

export const NO_FAULTS: Faults = { dropped: [], doubled: [], reordered: [], invented: [] };

/** A change in words: `UPDATE TASKS <id> {…}`. */
export const rowOf = (change: string): string => change.split(' ', 3)[2] ?? '';

/**
 * Holds what a client got against what the writers know: everything once, and in the order of the commits. A write
 * made after another's commit comes after it; of writes that no commit lies between, either may come first.
 */
export function compare(expected: readonly Expected[], received: readonly Received[]): Faults {
  const faults: Faults = { dropped: [], doubled: [], reordered: [], invented: [] };
  const known = new Map(expected.map((transaction) => [transaction.origin, transaction]));
  const got = new Map<string, string[]>();
  // Of what came so far: who was written last.
  let latest: Expected | undefined;
  for (const { origin, change } of received) {
    const transaction = known.get(origin);
    if (!transaction) {
      faults.invented.push(`${origin}: ${change}`);
      continue;
    }
    const changes = got.get(origin) ?? [];
    got.set(origin, [...changes, change]);
    if (latest && latest.lastWriteAt > transaction.committedAt)
      faults.reordered.push(`${origin}: ${change}, behind ${latest.origin}`);
    if (!latest || transaction.lastWriteAt > latest.lastWriteAt) latest = transaction;
  }
  for (const { origin, changes } of expected) compareOne(origin, changes, got.get(origin) ?? [], faults);
  return faults;
}

function compareOne(origin: string, expected: string[], received: string[], faults: Faults): void {
  const say = (changes: string[]) => changes.map((change) => `${origin}: ${change}`);
  const missing = without(expected, received);
  const surplus = without(received, expected);
  faults.dropped.push(...say(missing));
  faults.doubled.push(...say(surplus.filter((change) => expected.includes(change))));
  faults.invented.push(...say(surplus.filter((change) => !expected.includes(change))));
  if (missing.length > 0 || surplus.length > 0) return;
  // What one transaction did to one row comes in the order in which it did it.
  for (const row of new Set(expected.map(rowOf))) {
    const ofRow = (changes: string[]) => changes.filter((change) => rowOf(change) === row);
    if (ofRow(expected).join() !== ofRow(received).join())
      faults.reordered.push(...say(ofRow(received)).slice(0, 1));
  }
}

/** What is in the first list more often than in the second. */
function without(all: string[], taken: string[]): string[] {
  const left = new Map<string, number>();
  for (const one of taken) left.set(one, (left.get(one) ?? 0) + 1);
  return all.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}

const SMALL = ['isPrimary', 'location', 'position', 'starred', 'status', 'thumbnailUrl', 'timelineFrame'];

/** The small columns in words, of a row of the API or of the database. */
export function smallOf(row: Record<string, unknown> | null | undefined): string {
  const told = SMALL.map((name) => [name, row?.[name] ?? row?.[snake(name)] ?? null] as const)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, name === 'status' ? statusOf(value as string) : value] as const);
  return JSON.stringify(Object.fromEntries(told));
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const statusOf = (status: string) => status.toUpperCase().replace(' ', '_');
