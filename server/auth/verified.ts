import { LRUCache } from 'lru-cache';
import type { Claims } from './claims';

/** Long enough for the requests of one screen. */
const KEPT_MS = 20_000;
const KEPT_TOKENS = 5_000;

/**
 * What tokens of the gateway's own secret were found to say, for a while: a client sends the same one with each request, and checking its
 * signature was a twelfth of what a small query costs. One that expires meanwhile is checked again, and refused.
 */
export function rememberClaims(now = Date.now) {
  const kept = new LRUCache<string, { claims: Claims; until: number }>({ max: KEPT_TOKENS });
  return {
    get: (token: string): Claims | undefined => {
      const found = kept.get(token);
      if (!found) return undefined;
      if (now() < found.until) return found.claims;
      kept.delete(token);
      return undefined;
    },
    keep: (token: string, claims: Claims): void => {
      const until = Math.min(now() + KEPT_MS, (claims.exp ?? 0) * 1000);
      if (until > now()) kept.set(token, { claims, until });
    },
  };
}
