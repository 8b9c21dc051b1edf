import { drawChart } from '../../bench/core/chart';
import { differenceOf, normalize } from '../../bench/core/equality';
import { atLeast, atMost, unmeasured, type Row } from '../../bench/core/scenario';
import { median, medianRatio, percentile } from '../../bench/core/statistics';
import { writeTable } from '../../bench/core/table';
import { STATEMENTS } from '../../bench/peers/floor/statements';
import { SCREENS } from '../../bench/scenarios/screens';

// What the bench reckons with; what it measures is no test.

test('medians are of the middle, ratios of neighbouring rounds', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2.5]);
  expect(percentile([...Array(100).keys()], 0.95)).toBe(95);
  // The machine was half as fast in the second round, for both.
  expect(medianRatio([100, 50, 100], [50, 25, 50])).toBe(2);
});

test('answers carry the same data however moments, keys and cursors are written', () => {
  const one = { a: '2026-11-30T08:00:00.5+00:00', b: [{ x: 1, endCursor: 'ours' }], c: null };
  const other = { c: null, b: [{ endCursor: 'theirs', x: 1 }], a: '2026-11-30T09:00:00.500000+01:00' };
  expect(normalize(one)).toEqual(normalize(other));
  expect(differenceOf(one, other)).toBeUndefined();
});

test.each([
  [{ a: [1, 2] }, { a: [1, 3] }, 'answer.a.1: 2 and 3'],
  [{ a: [1, 2] }, { a: [1] }, 'answer.a.1: 2 and nothing'],
  [{ a: null }, {}, 'answer.a: null and nothing'],
  [{ at: '2026-11-30T08:00:00Z' }, { at: '2026-11-30T08:00:00.000001Z' }, 'answer.at: '],
])('%j and %j differ', (one, other, words) => {
  expect(differenceOf(one, other)).toContain(words);
});

const ROWS: Row[] = [
  {
    name: 'Gallery | page',
    unit: 'requests/s',
    figures: [
      { peer: 'gateway', value: 80, text: '80/s' },
      { peer: 'stock 5', text: 'missing: no <network>' },
    ],
    targets: [atLeast(0.8, ' × floor', 0.5), atMost(2, ' s', 1), unmeasured('≥ 1.2 × stock 5', 'missing')],
    limit: 'processor',
    load: 3,
  },
];

test('the table names who is missing and what is not met', () => {
  const [, , line] = writeTable(ROWS).split('\n');
  expect(line).toBe(
    '| Gallery \\| page, requests/s | gateway: 80/s<br>stock 5: missing: no <network> | ' +
      '0.50 × floor (≥ 0.8 × floor): **not met**<br>1.00 s (≤ 2 s): met<br>missing (≥ 1.2 × stock 5): not measured | processor | 3 |',
  );
});

test('the picture has a bar for whoever has a figure', () => {
  const picture = drawChart(ROWS, 'A <title>');
  expect(picture.match(/<rect x=/g)).toHaveLength(1);
  expect(picture).toContain('A &#60;title&#62;');
});

test('each screen is known to all peers', () => {
  expect(SCREENS.map(({ statement }) => statement).sort()).toEqual(Object.keys(STATEMENTS).sort());
  for (const { document5 } of SCREENS) expect(document5).toMatch(/rowId/);
});
