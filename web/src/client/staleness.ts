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

/**
 * Waits while a change of this window is under way: what is fetched meanwhile may be what was before it, and would
 * show for a moment over what the person just did.
 */
export function createStaleness(queries: QueryClient): Staleness {
  let types = new Set<string>();
  let isAll = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastAt = -Infinity;

  const isStale = ({ meta }: Query) => isAll || (meta?.reads?.some((type) => types.has(type)) ?? false);
  const flush = () => {
    timer = undefined;
    if (queries.isMutating() > 0 || (types.size === 0 && !isAll)) return;
    const stale = queries.getQueryCache().findAll({ predicate: isStale });
    types = new Set();
    isAll = false;
    lastAt = performance.now();
    for (const { queryKey } of stale) void queries.invalidateQueries({ queryKey, exact: true });
  };
  const schedule = () => {
    timer ??= setTimeout(flush, Math.max(TOGETHER_MS, lastAt + APART_MS - performance.now()));
  };
  // The change that was waited for is done.
  queries.getMutationCache().subscribe(() => {
    if (queries.isMutating() === 0 && (types.size > 0 || isAll)) schedule();
  });
  return {
    mark: (changed) => {
      for (const type of changed) types.add(type);
      schedule();
    },
    markAll: () => {
      isAll = true;
      schedule();
    },
  };
}
