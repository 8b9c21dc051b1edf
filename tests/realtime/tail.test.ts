import type { Transaction } from '../../server/realtime/change';
import type { ChangeLog, Question, Reading } from '../../server/realtime/log';
import { Tail, type Audience } from '../../server/realtime/tail';
import { createLogger } from '../../server/log';
import { parseSettings } from '../../server/config';
import { eventually } from '../helpers/process';

// The tail alone, over a log that fails and fills up at the worst moment.

const logger = createLogger(parseSettings({ LOG_LEVEL: 'silent' }));
const transaction = (lastId: number): Transaction => ({
  ...{ projectId: 'p', lastId: BigInt(lastId), changes: [], isTooLarge: false },
  ...{ newOwnerId: undefined, isProjectGone: false, loggedAt: new Date(0) },
});

/** A log whose transactions are numbered; each read is answered by what the test says. */
function scripted(answer: (question: Question, reads: number) => Reading): ChangeLog & { reads: number } {
  const log = {
    reads: 0,
    open: async () => undefined,
    read: async (question: Question) => answer(question, ++log.reads),
  };
  return log;
}

function hearer() {
  const heard: number[] = [];
  let isThere = false;
  const audience: Audience = {
    isEmpty: () => !isThere,
    deliver: (_span, transactions) => void heard.push(...transactions.map(({ lastId }) => Number(lastId))),
    lose: () => void heard.push(-1),
  };
  return { heard, audience, enter: () => (isThere = true), leave: () => (isThere = false) };
}

const standing = (next: number) => ({
  ...{ epoch: 'e', seen: { next: BigInt(next), running: [] } },
  prunedThrough: 0n,
});
const place = (at: number) => ({ lastId: BigInt(at), logId: BigInt(at) });

test('the database goes away between two pages of one look: no page is handed out twice', async () => {
  const { heard, audience, enter, leave } = hearer();
  const log = scripted(({ since, behind }, reads) => {
    if (!since) return { standing: standing(1), transactions: [], goesOnBehind: undefined };
    // Transactions 1 to 6, two in each page; the third read is of the second page.
    if (reads === 3) throw new Error('the connection was lost');
    const from = behind ? Number(behind.lastId) : Number(since.next) - 1;
    const left = [1, 2, 3, 4, 5, 6].filter((id) => id > from);
    return {
      standing: standing(7),
      transactions: left.slice(0, 2).map(transaction),
      goesOnBehind: left.length > 2 ? place(left[1]!) : undefined,
    };
  });
  const tail = new Tail({ log, audience, isListening: () => true, pollMs: 20, logger });
  await tail.join(enter);
  await eventually(() => expect(heard).toContain(6));
  leave();
  tail.stop();
  expect(heard).toEqual([1, 2, 3, 4, 5, 6]);
});

test('after it was called it looks again though nobody seems to be at work', async () => {
  const { heard, audience, enter, leave } = hearer();
  const log = scripted(({ since }, reads) => {
    // The first look at what it was called for sees nothing: who is above the snapshot's end is not told as running.
    const found = since && reads >= 3;
    return {
      standing: standing(found ? 2 : 1),
      transactions: found && since.next === 1n ? [transaction(1)] : [],
      goesOnBehind: undefined,
    };
  });
  const tail = new Tail({ log, audience, isListening: () => true, pollMs: 60_000, logger });
  await tail.join(enter);
  tail.call();
  await eventually(() => expect(heard).toEqual([1]), 5_000);
  leave();
  tail.stop();
});
