import type { Query, QueryClient } from '@tanstack/react-query';

declare module '@tanstack/react-query' {
  interface Register {
    /** `reads`: the types of rows that stand in the answer. */
    queryMeta: { reads?: readonly string[] };
  }
}

/** Fetches anew what shows rows that changed. */
export interface Staleness {
  /** Rows of these types changed. Fetched are the answers with such rows that somebody looks at; others when they are. */
  mark(types: Iterable<string>): void;
  /** Anything may have changed. */
  markAll(): void;
}

/** One request for what one change makes stale in several places, and for its own answer and its event. */
const TOGETHER_MS = 40;
/** Many changes, as of a running worker: so often and no oftener. */
const APART_MS = 400;

/** A change that is not answered for so long is not waited for: nothing else would be told any more. */
const PATIENCE_MS = 5_000;

/**
 * Waits while a change of this window is under way: what is fetched meanwhile may be what was before it, and would
 * show for a moment over what the person just did. An answer that is being fetched is fetched again when it is there, and
 * not begun anew with each change: one that takes longer than changes are apart would never come.
 */
export function createStaleness(queries: QueryClient): Staleness {
  let types = new Set<string>();
  let isAll = false;
  /** What was being fetched when it became stale, by hash. */
  const late = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastAt = -Infinity;
  let waitsSince: number | undefined;

  const cache = queries.getQueryCache();
  const isFetching = ({ state }: Pick<Query, 'state'>) => state.fetchStatus === 'fetching';
  const isStale = ({ meta, queryHash }: Query) =>
    isAll || late.has(queryHash) || (meta?.reads?.some((type) => types.has(type)) ?? false);
  const isWaiting = () => {
    if (queries.isMutating() === 0) waitsSince = undefined;
    else waitsSince ??= performance.now();
    return waitsSince !== undefined && performance.now() - waitsSince < PATIENCE_MS;
  };
  const flush = () => {
    timer = undefined;
    if (isWaiting()) {
      timer = setTimeout(flush, PATIENCE_MS);
      return;
    }
    const stale = cache.findAll({ predicate: isStale });
    types = new Set();
    isAll = false;
    late.clear();
    lastAt = performance.now();
    for (const query of stale) {
      if (isFetching(query)) late.add(query.queryHash);
      else void queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
    }
  };
  const schedule = () => {
    timer ??= setTimeout(flush, Math.max(TOGETHER_MS, lastAt + APART_MS - performance.now()));
  };
  // The change that was waited for is done.
  queries.getMutationCache().subscribe(() => {
    if (queries.isMutating() > 0) return;
    waitsSince = undefined;
    if (types.size === 0 && !isAll && late.size === 0) return;
    clearTimeout(timer);
    timer = undefined;
    schedule();
  });
  // And so is the answer.
  cache.subscribe(({ type, query }) => {
    if (late.size === 0 || !late.has(query.queryHash) || isFetching(query)) return;
    if (type === 'removed') late.delete(query.queryHash);
    else schedule();
  });
  return {
    mark: (changed) => {
      for (const type of changed) types.add(type);
      if (types.size > 0) schedule();
    },
    markAll: () => {
      isAll = true;
      schedule();
    },
  };
}
