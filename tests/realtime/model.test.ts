import { compare, NO_FAULTS, type Expected, type Received } from '../helpers/streamModel';

/** Ten transactions of three changes, one after the other; every second pair runs side by side. */
const expected: Expected[] = Array.from({ length: 10 }, (_, n) => ({
  origin: `t${n}`,
  changes: [`INSERT TASKS ${n}a {}`, `INSERT TASKS ${n}b {}`, `UPDATE TASKS ${n}a {}`],
  lastWriteAt: n * 10,
  committedAt: n * 10 + (n % 4 === 2 ? 15 : 5),
}));
const stream = (): Received[] =>
  expected.flatMap(({ origin, changes }) => changes.map((change) => ({ origin, change })));

const swap = (received: Received[], a: number, b: number) => {
  [received[a], received[b]] = [received[b]!, received[a]!];
  return received;
};

test('what was written, in its order, has no fault', () => {
  expect(compare(expected, stream())).toEqual(NO_FAULTS);
});

test('transactions that ran side by side may come in either order', () => {
  const received = stream();
  // t2 was committed after t3 had been written.
  expect(
    compare(expected, [
      ...received.slice(0, 6),
      ...received.slice(9, 12),
      ...received.slice(6, 9),
      ...received.slice(12),
    ]),
  ).toEqual(NO_FAULTS);
});

test.each(stream().map((_, place) => place))('change %i dropped is found', (place) => {
  const { origin, change } = stream()[place]!;
  expect(compare(expected, stream().toSpliced(place, 1))).toEqual({
    ...NO_FAULTS,
    dropped: [`${origin}: ${change}`],
  });
});

test.each(stream().map((_, place) => place))('change %i doubled is found', (place) => {
  const again = stream()[place]!;
  const received = stream().toSpliced(place, 0, again);
  expect(compare(expected, received)).toEqual({
    ...NO_FAULTS,
    doubled: [`${again.origin}: ${again.change}`],
  });
});

test('changes of two transactions swapped are found, and of one row within a transaction', () => {
  // Between t0 and t1, t1 and t2, …: but not between t2 and t3.
  for (const place of [2, 5, 11, 14, 17])
    expect(compare(expected, swap(stream(), place, place + 1)).reordered).not.toEqual([]);
  expect(compare(expected, swap(stream(), 0, 2)).reordered).toEqual([expect.stringMatching('t0')]);
});

test('a transaction that came last and was the first is found', () => {
  const received = stream();
  expect(compare(expected, [...received.slice(3), ...received.slice(0, 3)]).reordered).toHaveLength(3);
});

test('what nobody committed is found, and what a transaction did not do', () => {
  const rolledBack = { origin: 'rolled back', change: 'INSERT TASKS x {}' };
  expect(compare(expected, [...stream(), rolledBack]).invented).toEqual(['rolled back: INSERT TASKS x {}']);
  const other = { origin: 't9', change: 'DELETE TASKS 9a {}' };
  expect(compare(expected, [...stream(), other]).invented).toEqual(['t9: DELETE TASKS 9a {}']);
});

test('a whole transaction lost, at either end, is found', () => {
  expect(compare(expected, stream().slice(3)).dropped).toHaveLength(3);
  expect(compare(expected, stream().slice(0, -3)).dropped).toHaveLength(3);
  expect(compare(expected, []).dropped).toHaveLength(30);
});
