import { join, type Transaction } from './change';
import type { GivenCursor } from './cursor';
import { Delivery, type ResyncReason } from './delivery';
import { goesOn, type ChangeLog, type Question } from './log';
import type { Subscriber } from './subscriber';
import type { Place } from './tail';

/** Changes of a project that are told again one by one; of more, fetching anew is quicker. */
const MOST_CHANGES = 20_000;
const PAGE = 500;
/** Looked through at once: who comes back with an old cursor must not take the memory of all. */
const LOOK = 2_000;

/** A part of the log, from one snapshot to another. */
type Passage = Question & Required<Pick<Question, 'upto'>> & { since: Place['seen'] };

/** What happened between the two cannot be told: it is no longer kept, too much, or another's. */
export class UntellableError extends Error {
  constructor(readonly reason: ResyncReason) {
    super('what happened since the cursor cannot be told');
    this.name = 'UntellableError';
  }
}

/**
 * Tells a subscriber who comes back what happened to the project between his cursor and where he starts anew, in
 * the order and with the cursors of the first time.
 * @param read reads the log, again when the database was away
 * @throws UntellableError
 */
export async function* replay(
  read: ChangeLog['read'],
  subscriber: Subscriber,
  cursor: GivenCursor,
): AsyncGenerator<Delivery> {
  const { start, projectId } = subscriber;
  const { since, rest } = cursor;
  if (!cursor.isOf(start.epoch)) throw new UntellableError('other_epoch');
  // Looked through before anything is told: what was before the project changed hands is another's to know.
  await refuseUntellable(read, { since, upto: start.seen, projectId, most: LOOK }, start);
  const spans: Passage[] = rest
    ? [
        { since, upto: rest.upto, projectId, behind: rest, most: PAGE },
        { since: rest.upto, upto: start.seen, projectId, most: PAGE },
      ]
    : [{ since, upto: start.seen, projectId, most: PAGE }];
  for (const span of spans) yield* readSpan(read, span, start);
}

async function refuseUntellable(read: ChangeLog['read'], question: Passage, start: Place): Promise<void> {
  let changes = 0;
  for (let behind: Question['behind']; ;) {
    const page = await read({ ...question, ...(behind ? { behind } : {}) });
    if (!goesOn(start.epoch, question.since, page.standing)) throw new UntellableError('not_kept');
    if (page.transactions.some(changesHands)) throw new UntellableError('changed_hands');
    for (const transaction of page.transactions) changes += transaction.changes.length;
    if (changes > MOST_CHANGES) throw new UntellableError('too_many');
    behind = page.goesOnBehind;
    if (!behind) return;
  }
}

function changesHands({ newOwnerId, isProjectGone }: Transaction): boolean {
  return newOwnerId !== undefined || isProjectGone;
}

/** Page by page, as the subscriber takes them. */
async function* readSpan(read: ChangeLog['read'], question: Passage, start: Place): AsyncGenerator<Delivery> {
  const span = { epoch: start.epoch, since: question.since, upto: question.upto };
  let held: Transaction | undefined;
  for (let { behind } = question; ;) {
    const page = await read({ ...question, ...(behind ? { behind } : {}) });
    if (!goesOn(start.epoch, question.since, page.standing)) throw new UntellableError('not_kept');
    const transactions = join(held, page.transactions);
    const { goesOnBehind } = page;
    held = goesOnBehind && transactions.pop();
    const last = transactions.at(-1);
    for (const transaction of transactions) {
      yield new Delivery(span, transaction, !goesOnBehind && transaction === last);
    }
    if (!goesOnBehind) return;
    behind = goesOnBehind;
  }
}
