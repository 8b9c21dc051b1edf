import type { Snapshot } from './snapshot';

/** The tables that can be followed, as the API names them. */
export const REALTIME_TABLES = [
  'GENERATIONS',
  'GENERATION_VARIANTS',
  'SHOT_GENERATIONS',
  'SHOTS',
  'TASKS',
] as const;
export type RealtimeTable = (typeof REALTIME_TABLES)[number];

/** Those that are followed by who does not say which: clients that know these four should not be told of others. */
export const USUAL_TABLES: readonly RealtimeTable[] = [
  'GENERATIONS',
  'GENERATION_VARIANTS',
  'SHOT_GENERATIONS',
  'TASKS',
];

/** A changed row. */
export interface Change {
  operation: 'INSERT' | 'UPDATE' | 'DELETE';
  table: RealtimeTable;
  id: string;
  projectId: string;
  shotId: string | null;
  generationId: string | null;
  parentGenerationId: string | null;
  changedColumns: string[];
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  originClientId: string | null;
  /** Its place in the log. */
  logId: bigint;
}

/** What one transaction did to one project. */
export interface Transaction {
  projectId: string;
  /** Orders transactions: the highest place of what it changed in the project. */
  lastId: bigint;
  changes: Change[];
  /** More than can be told one by one. */
  isTooLarge: boolean;
  /** The project's new owner, when it got one, and its end. */
  newOwnerId: string | undefined;
  isProjectGone: boolean;
  /** When the first of it was written. */
  loggedAt: Date;
}

/** Which transactions were read together: those seen by `upto` and not by `since`. */
export interface Span {
  epoch: string;
  since: Snapshot;
  upto: Snapshot;
}

/** Puts the two halves of a transaction together that a page's end had cut through. */
export function join(held: Transaction | undefined, transactions: Transaction[]): Transaction[] {
  const [first, ...others] = transactions;
  if (!held) return transactions;
  if (first?.lastId !== held.lastId) return [held, ...transactions];
  return [
    {
      ...held,
      changes: [...held.changes, ...first.changes],
      isTooLarge: held.isTooLarge || first.isTooLarge,
      newOwnerId: first.newOwnerId ?? held.newOwnerId,
      isProjectGone: held.isProjectGone || first.isProjectGone,
    },
    ...others,
  ];
}
