import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '../helpers/database';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

const NODES = 7;
const idOf = (node: number) => `00000000-0000-4000-8000-00000000000${node}`;
type Edge = [source: number, target: number];

const hasCircle = async (nodes: number, edges: Edge[]) => {
  const [row] = await database.asOwner<{ found: boolean }>(
    'select app_private.has_circle($1, $2, $3) as found',
    [
      Array.from({ length: nodes }, (_, node) => idOf(node)),
      edges.map(([source]) => idOf(source)),
      edges.map(([, target]) => idOf(target)),
    ],
  );
  return row?.found;
};

/** The same by another way: a node that can reach itself, among those that are asked about. */
function reachesItself(nodes: number, edges: Edge[]): boolean {
  const inside = edges.filter((edge) => edge.every((node) => node < nodes));
  const reachable = (from: number, seen = new Set<number>()): Set<number> => {
    for (const [source, target] of inside) {
      if (source !== from || seen.has(target)) continue;
      seen.add(target);
      reachable(target, seen);
    }
    return seen;
  };
  return Array.from({ length: nodes }, (_, node) => node).some((node) => reachable(node).has(node));
}

test('a circle is found where there is one, and only there', async () => {
  const node = fc.nat(NODES - 1);
  const seen = { circle: 0, none: 0 };
  await fc.assert(
    // Edges may name nodes that are not asked about, and stand there twice.
    fc.asyncProperty(
      fc.integer({ min: 0, max: NODES }),
      fc.array(fc.tuple(node, node), { maxLength: 9 }),
      async (nodes, edges) => {
        const expected = reachesItself(nodes, edges);
        seen[expected ? 'circle' : 'none'] += 1;
        expect(await hasCircle(nodes, edges)).toBe(expected);
      },
    ),
    { numRuns: 400 },
  );
  expect(Math.min(seen.circle, seen.none)).toBeGreaterThan(40);
});
