import type { Change, RealtimeTable, Span, Transaction } from './change';
import { writeCursor, type Cursor } from './cursor';

/** What a subscription wants of a project. */
export interface Selection {
  /** Undefined: all that can be followed. */
  tables: readonly RealtimeTable[];
  /** One item for each transaction, or for each changed row. */
  each: 'transaction' | 'row';
}

/** Why changes are not told one by one. */
export type ResyncReason =
  | 'too_large'
  | 'project_gone'
  | 'new_owner'
  | 'other_epoch'
  | 'not_kept'
  | 'too_many'
  | 'changed_hands'
  | 'unreadable';

/** What a subscriber is told at once. `cursor` is the place behind it. */
export interface Item {
  kind: 'READY' | 'CHANGE' | 'RESYNC';
  cursor: string;
  projectId: string;
  changes: Change[];
  /** Of a RESYNC. */
  reason?: ResyncReason;
  /** When the first of it was written, by the clock of the database. */
  loggedAt?: Date;
}

/** One transaction's changes of one project, for all who follow it. */
export class Delivery {
  /** By selection. Most deliveries are for one, or for some that select the same. */
  private readonly made: { selection: Selection; items: Item[] }[] = [];
  private place: Cursor | undefined;

  /** @param isLast whether nothing more of the span is about the project */
  constructor(
    private readonly span: Span,
    readonly transaction: Transaction,
    private readonly isLast: boolean,
  ) {}

  /** Rows, as they count for who lets them wait. */
  get size(): number {
    return Math.max(1, this.transaction.changes.length);
  }

  /** The same objects for all with the same selection: what is made of an item is made once. */
  itemsFor(selection: Selection): Item[] {
    const known = this.made.find((one) => isSame(one.selection, selection));
    if (known) return known.items;
    const items = this.makeItems(selection);
    this.made.push({ selection, items });
    return items;
  }

  /** The place behind all of it. */
  end(): Cursor {
    const { span, transaction } = this;
    return (this.place ??= this.isLast
      ? { epoch: span.epoch, since: span.upto }
      : this.behind({ lastId: transaction.lastId, logId: transaction.lastId }));
  }

  private makeItems({ each, tables }: Selection): Item[] {
    const { projectId, changes, loggedAt } = this.transaction;
    const reason = reasonNotToTell(this.transaction);
    if (reason)
      return [{ kind: 'RESYNC', cursor: writeCursor(this.end()), projectId, changes: [], reason, loggedAt }];
    const selected = changes.filter(({ table }) => tables.includes(table));
    if (selected.length === 0) return [];
    if (each === 'transaction') {
      return [{ kind: 'CHANGE', cursor: writeCursor(this.end()), projectId, changes: selected, loggedAt }];
    }
    return selected.map((change) => ({
      kind: 'CHANGE',
      cursor: this.cursorBehind(change),
      projectId,
      changes: [change],
      loggedAt,
    }));
  }

  private cursorBehind({ logId }: Change): string {
    const { lastId } = this.transaction;
    return writeCursor(logId === lastId ? this.end() : this.behind({ lastId, logId }));
  }

  private behind(place: { lastId: bigint; logId: bigint }): Cursor {
    const { epoch, since, upto } = this.span;
    return { epoch, since, rest: { upto, ...place } };
  }
}

/** Who stays when the project changes hands fetches anew, like one who comes back after it. */
function reasonNotToTell({ isTooLarge, isProjectGone, newOwnerId }: Transaction): ResyncReason | undefined {
  if (isProjectGone) return 'project_gone';
  if (newOwnerId !== undefined) return 'new_owner';
  return isTooLarge ? 'too_large' : undefined;
}

/** Tables stand in one order. */
function isSame(one: Selection, other: Selection): boolean {
  if (one === other) return true;
  return (
    one.each === other.each &&
    one.tables.length === other.tables.length &&
    one.tables.every((table, index) => table === other.tables[index])
  );
}
