import { claimsFor, alice } from '../helpers/actors';
import type { Change, Transaction } from '../../server/realtime/change';
import { readCursor, writeCursor } from '../../server/realtime/cursor';
import type { ChangeLog, Question } from '../../server/realtime/log';
import { replay, UntellableError } from '../../server/realtime/replay';
import { Subscriber } from '../../server/realtime/subscriber';

const epoch = 'an epoch';
const start = { epoch, seen: { next: 100_000n, running: [] } };
const project = '00000000-0000-4000-8000-000000000001';
const cursor = () => readCursor(writeCursor({ epoch, since: { next: 1n, running: [] } }));

/** A log of so many transactions with one change each, that notes what it is asked. */
function logOf(size: number, special: Partial<Transaction> = {}) {
  const asked: Question[] = [];
  const read: ChangeLog['read'] = (question) => {
    asked.push(question);
    const from = Number(question.behind?.lastId ?? 0n);
    const to = Math.min(size, from + question.most);
    const transactions = Array.from({ length: to - from }, (_, n): Transaction => {
      const lastId = BigInt(from + n + 1);
      const change = { id: String(lastId), logId: lastId } as Change;
      return {
        ...{ projectId: project, lastId, changes: [change], isTooLarge: false, newOwnerId: undefined },
        ...{ isProjectGone: false, loggedAt: new Date(), ...(lastId === BigInt(size) ? special : {}) },
      };
    });
    const standing = { ...start, isBusy: false, prunedThrough: 0n };
    const goesOnBehind = to - from === question.most ? { lastId: BigInt(to), logId: BigInt(to) } : undefined;
    return Promise.resolve({ standing, transactions, goesOnBehind });
  };
  return { read, asked };
}

async function told(read: ChangeLog['read'], given = cursor()): Promise<bigint[]> {
  const subscriber = new Subscriber(project, claimsFor(alice), start, () => undefined);
  const places: bigint[] = [];
  for await (const { transaction } of replay(read, subscriber, given)) places.push(transaction.lastId);
  return places;
}

test('as much as can be told is told whole, in order, and never read at once', async () => {
  const { read, asked } = logOf(20_000);
  expect(await told(read)).toEqual(Array.from({ length: 20_000 }, (_, n) => BigInt(n + 1)));
  expect(Math.max(...asked.map(({ most }) => most))).toBe(2_000);
});

test('more cannot be told, and is not read to its end', async () => {
  const { read, asked } = logOf(1_000_000);
  await expect(told(read)).rejects.toThrow(UntellableError);
  expect(asked.length).toBeLessThan(15);
});

test.each([{ newOwnerId: alice.id }, { isProjectGone: true }])(
  'nothing is told when the last of thousands is %j',
  async (special) => {
    await expect(told(logOf(5_000, special).read)).rejects.toThrow(UntellableError);
    expect(await told(logOf(5_000).read)).toHaveLength(5_000);
  },
);

test('nothing is told by a cursor of another epoch', async () => {
  const other = readCursor(writeCursor({ epoch: 'another', since: { next: 1n, running: [] } }));
  const { read, asked } = logOf(1);
  await expect(told(read, other)).rejects.toThrow(UntellableError);
  expect(asked).toEqual([]);
  expect(await told(read)).toEqual([1n]);
});
