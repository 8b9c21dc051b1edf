import fc from 'fast-check';
import { createTurns } from '../../server/realtime/inTurn';

// Who come back together read in turn: however many reads one of them has in store, nobody waits for all of them.

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('who wants one read waits for one of each that came before him, not for all of theirs', async () => {
  const takeTurn = createTurns(1);
  const order: string[] = [];
  const read = (owner: string, n: number) => takeTurn(owner, async () => void order.push(`${owner}${n}`));
  const greedy = Array.from({ length: 100 }, (_, n) => read('a', n));
  await Promise.all([...greedy, read('b', 0), read('c', 0), read('b', 1)]);
  expect(order.slice(0, 6)).toEqual(['a0', 'a1', 'b0', 'c0', 'a2', 'b1']);
  expect(order).toHaveLength(103);
});

test('any work, failing or not, is done once, so many at once at most, each owner in his order', async () => {
  const works = fc.array(
    fc.record({ owner: fc.constantFrom('a', 'b', 'c'), fails: fc.boolean(), ticks: fc.nat(3) }),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(works, fc.integer({ min: 1, max: 4 }), async (given, most) => {
      const takeTurn = createTurns(most);
      let running = 0;
      let highest = 0;
      const begun: number[] = [];
      const outcomes = await Promise.allSettled(
        given.map(({ owner, fails, ticks }, n) =>
          takeTurn(owner, async () => {
            begun.push(n);
            highest = Math.max(highest, ++running);
            for (let tick = 0; tick <= ticks; tick++) await settled();
            running--;
            if (fails) throw new Error('fails');
            return n;
          }),
        ),
      );
      expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(given.map(({ fails }) => fails));
      expect(begun.toSorted((a, b) => a - b)).toEqual(given.map((_, n) => n));
      expect(highest).toBe(Math.min(most, given.length));
      for (const owner of ['a', 'b', 'c']) {
        const his = begun.filter((n) => given[n]?.owner === owner);
        expect(his).toEqual(his.toSorted((a, b) => a - b));
      }
    }),
    { numRuns: 100 },
  );
});
