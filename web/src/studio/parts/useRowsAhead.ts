import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useTell } from './Toasts';

type Row = Readonly<Record<string, unknown>>;

/** What becomes of a row: other values, `null` when it is gone, nothing when it stays as it is. */
export type RowChange = (row: Row) => Row | null | undefined;

/** Large, and never rows. */
const NO_ROWS = new Set(['params', 'metadata', 'settings']);

type PutBack = () => void;

/**
 * For a mutation: what it does to the rows is shown before the gateway has done it, in every answer that has them: the
 * card, the lightbox, a shot. When it is refused everything is put back, and the reason told.
 */
export function useRowsAhead<Variables>(changeBy: (variables: Variables) => RowChange) {
  const queries = useQueryClient();
  const tell = useTell();
  return {
    onMutate: (variables: Variables) => showAhead(queries, changeBy(variables)),
    onError: (reason: Error, _variables: Variables, putBack: PutBack | undefined) => {
      putBack?.();
      tell.bad(reason);
    },
  };
}

async function showAhead(queries: QueryClient, change: RowChange): Promise<PutBack> {
  const touched = queries
    .getQueryCache()
    .findAll({ predicate: ({ state: { data } }) => changed(data, change) !== data })
    .map(({ queryKey }) => queryKey);
  // What was asked before the change would show what was before it.
  await Promise.all(touched.map((queryKey) => queries.cancelQueries({ queryKey, exact: true })));
  const before = touched.map((key) => [key, queries.getQueryData(key)] as const);
  for (const [key, data] of before) queries.setQueryData(key, changed(data, change));
  return () => before.forEach(([key, data]) => queries.setQueryData(key, data));
}

/** The same object where nothing in it is another, so that nothing is drawn for it. */
function changed(value: unknown, change: RowChange): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map((item) => changed(item, change));
    if (items.every((item, index) => item === value[index])) return value;
    return items.filter((item, index) => item !== null || value[index] === null);
  }
  const row = value as Row;
  const patch = typeof row.id === 'string' ? change(row) : undefined;
  if (patch === null) return null;
  const entries = Object.entries(row).map(([name, item]): [string, unknown] => [
    name,
    NO_ROWS.has(name) ? item : changed(item, change),
  ]);
  if (!patch && entries.every(([name, item]) => item === row[name])) return value;
  const next = { ...Object.fromEntries(entries), ...patch };
  return 'totalCount' in next ? withTotal(row, next) : next;
}

/** A page that lost rows counts them no more. */
function withTotal(before: Row, after: Record<string, unknown>): Row {
  const { nodes: had, totalCount } = before;
  const { nodes: has } = after;
  if (!Array.isArray(had) || !Array.isArray(has) || typeof totalCount !== 'number') return after;
  return { ...after, totalCount: totalCount - (had.length - has.length) };
}
