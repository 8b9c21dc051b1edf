import { parseLsn, type Position } from './primary';

/** What a replica says of itself. */
export interface Standing {
  in_recovery: boolean;
  system: string;
  timeline: number;
  /** How far it has replayed the log of its primary; null when it never did. */
  replayed: string | null;
}

/** Expressions that a replica answers with its standing. */
export const STANDING = `pg_is_in_recovery() as in_recovery, pg_last_wal_replay_lsn()::text as replayed,
  (select system_identifier::text from pg_control_system()) as system,
  (select timeline_id from pg_control_checkpoint()) as timeline`;

/** Why this server is no replica of that primary, in words; undefined when it is one. */
export function misfitOf(standing: Standing, primary: Position): string | undefined {
  if (standing.system !== primary.systemId) return 'it is a copy of another server';
  if (!standing.in_recovery) return 'it follows nobody: it was promoted, or is the primary itself';
  // What it replayed of another timeline may never have happened on this one. One that changed over with its primary
  // says so from its next restartpoint on.
  if (standing.timeline !== primary.timeline)
    return `it is on timeline ${standing.timeline}, the primary on ${primary.timeline}`;
  return undefined;
}

/** Bytes of the log that a replica lacks to be at a place. */
export function lagOf({ replayed }: Standing, { lsn }: Position): number {
  const missing = lsn - (replayed === null ? 0n : parseLsn(replayed));
  return missing > 0n ? Number(missing) : 0;
}
