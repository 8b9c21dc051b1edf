import type { Pool, PoolClient } from 'pg';
import { OutcomeUnknownError, withScope } from '../auth/scope';
import type { Change, RealtimeTable, Transaction } from './change';
import { formatSnapshot, oldestUnseen, parseSnapshot, upTo, type Snapshot } from './snapshot';

/** Where the log stands. */
export interface Standing {
  epoch: string;
  /** What a reader has seen who has read all there is. */
  seen: Snapshot;
  /** Changes of transactions up to this one have been cleared away. */
  prunedThrough: bigint;
}

export interface Reading {
  standing: Standing;
  /** In commit order; the last one may go on in the next page. */
  transactions: Transaction[];
  /** The place of the last change that was read, when there may be more. */
  goesOnBehind: { lastId: bigint; logId: bigint } | undefined;
}

/** What to read: what `since` did not see; of it what `upto` saw, of one project, behind a place. */
export interface Question {
  since: Snapshot | undefined;
  upto?: Snapshot;
  projectId?: string;
  behind?: { lastId: bigint; logId: bigint };
  most: number;
}

/** Is told of each read. */
export interface ReadWatch {
  ended(outcome: 'ok' | 'failed', ms: number): void;
  /** What the database said of the time, between two moments of ours; in milliseconds since 1970. */
  heardTime(sample: { sentAt: number; databaseAt: number; receivedAt: number }): void;
}

export interface ChangeLog {
  /** Makes sure that the log is of this database, before a reader begins. */
  open(): Promise<void>;
  read(question: Question): Promise<Reading>;
}

interface Row {
  now: Date;
  snapshot: string;
  highest: string;
  epoch: string;
  pruned_through: string;
  last_id: string | null;
  id: string;
  logged_at: Date;
  project_id: string;
  log_table: RealtimeTable | 'PROJECTS' | null;
  operation: Change['operation'] | 'RESYNC';
  row_id: string;
  shot_id: string | null;
  generation_id: string | null;
  parent_generation_id: string | null;
  changed_columns: string[] | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  origin_client_id: string | null;
}

// One statement, one snapshot: what it sees is what standing() says it sees.
const READ = `
  select (select clock_timestamp()) as now, s.snapshot, s.highest, s.epoch, s.pruned_through, c.last_id, c.id, c.logged_at, c.project_id, c.log_table,
    c.operation, c.row_id, c.shot_id, c.generation_id, c.parent_generation_id, c.changed_columns, c.before, c.after,
    c.origin_client_id
  from realtime.standing() s
  left join realtime.read($1, $2, $3, $4, $5, $6) c on true
  order by c.last_id, c.id`;

/** The log in the database, read as a service. */
export function openChangeLog(pool: Pool, statementTimeoutMs: number, watch?: ReadWatch): ChangeLog {
  const asService = <T>(readOnly: boolean, use: (client: PoolClient) => Promise<T>) =>
    withScope(
      pool,
      { claims: { role: 'service_role' }, requestId: 'realtime', readOnly, statementTimeoutMs },
      use,
    );
  return {
    open: () =>
      asService(false, async (client) => {
        await client.query('select realtime.open()');
      }).catch((error: unknown) => {
        // The same again does no harm: whoever waits for it may as well be told to try again.
        throw error instanceof OutcomeUnknownError ? error.cause : error;
      }),
    read: (question) =>
      watched(watch, () =>
        asService(true, async (client) => {
          const sentAt = Date.now();
          // Without a name: behind a pooler, the next transaction is on a connection that knows nothing of it.
          const { rows } = await client.query<Row>(READ, valuesOf(question));
          const [first] = rows;
          if (first) watch?.heardTime({ sentAt, databaseAt: first.now.getTime(), receivedAt: Date.now() });
          return readingOf(rows, question.most);
        }),
      ),
  };
}

async function watched<T>(watch: ReadWatch | undefined, read: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  let outcome: 'ok' | 'failed' = 'failed';
  try {
    const reading = await read();
    outcome = 'ok';
    return reading;
  } finally {
    watch?.ended(outcome, performance.now() - begun);
  }
}

function valuesOf({ since, upto, projectId, behind, most }: Question): unknown[] {
  return [
    since ? formatSnapshot(since) : null,
    upto ? formatSnapshot(upto) : null,
    projectId ?? null,
    String(behind?.lastId ?? -1),
    String(behind?.logId ?? -1),
    most,
  ];
}

function readingOf(rows: Row[], most: number): Reading {
  const [first] = rows;
  if (!first) throw new Error('the change log did not say where it stands');
  const snapshot = parseSnapshot(first.snapshot);
  const found = rows.filter((row) => row.last_id !== null);
  const last = found.length === most ? found.at(-1) : undefined;
  return {
    standing: {
      epoch: first.epoch,
      seen: upTo(BigInt(first.highest), snapshot),
      prunedThrough: BigInt(first.pruned_through),
    },
    transactions: transactionsOf(found),
    goesOnBehind: last && { lastId: BigInt(last.last_id!), logId: BigInt(last.id) },
  };
}

/** Rows of one transaction and project follow each other: their highest place is that of no other. */
function transactionsOf(rows: Row[]): Transaction[] {
  const transactions: Transaction[] = [];
  let current: Transaction | undefined;
  for (const row of rows) {
    const lastId = BigInt(row.last_id!);
    if (current?.lastId !== lastId) {
      current = {
        ...{ projectId: row.project_id, lastId, changes: [], isTooLarge: false, loggedAt: row.logged_at },
        ...{ newOwnerId: undefined, isProjectGone: false },
      };
      transactions.push(current);
    }
    add(row, current);
  }
  return transactions;
}

function add(row: Row, transaction: Transaction): void {
  if (row.log_table === 'PROJECTS') {
    if (row.operation === 'DELETE') transaction.isProjectGone = true;
    else transaction.newOwnerId = String(row.after?.userId);
  } else if (row.operation === 'RESYNC' || row.log_table === null) {
    transaction.isTooLarge = true;
  } else {
    transaction.changes.push({
      operation: row.operation,
      table: row.log_table,
      id: row.row_id,
      projectId: row.project_id,
      shotId: row.shot_id,
      generationId: row.generation_id,
      parentGenerationId: row.parent_generation_id,
      changedColumns: row.changed_columns ?? [],
      before: row.before,
      after: row.after,
      originClientId: row.origin_client_id,
      logId: BigInt(row.id),
    });
  }
}

/** Whether a reader of that epoch, who has seen so much, finds all that he lacks in the log. */
export function goesOn(epoch: string, since: Snapshot, { prunedThrough, seen, ...log }: Standing): boolean {
  return log.epoch === epoch && oldestUnseen(since) > prunedThrough && since.next <= seen.next;
}
