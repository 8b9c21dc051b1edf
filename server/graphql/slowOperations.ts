import { createHash } from 'node:crypto';
import { print, type ExecutionArgs } from 'graphql';
import type { RequestContext } from './execute';

/**
 * Tells an operation that took long, by the hash of its document: the text may hold what is nobody's to read. Whoever
 * has the document finds it by `sha256sum`.
 */
export function warnWhenSlow(
  { document, contextValue }: ExecutionArgs,
  ms: number,
  slowMs: number | undefined,
): void {
  if (!slowMs || ms < slowMs) return;
  const { log, facts, claims } = contextValue as RequestContext;
  const text = document.loc?.source.body ?? print(document);
  const documentHash = createHash('sha256').update(text).digest('hex');
  const { kind, code, clientId } = facts ?? {};
  log.warn({ role: claims.role, clientId, operation: kind, code, ms, documentHash }, 'slow operation');
}
