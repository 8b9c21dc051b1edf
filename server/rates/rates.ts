import { callerName } from '../auth/callerName';
import { ROLES, type Claims, type Role } from '../auth/claims';
import { RequestError } from '../errors';
import type { RateLimits } from '../limitSettings';
import { Leases, type Take } from './leases';

export interface Rates {
  /** Counts an operation of a caller. @throws RequestError when he has had too many */
  count(claims: Claims, address: string): Promise<void>;
  /** Counts a token that was refused, as an operation of where it came from: guessing must not be free. */
  countGuess(address: string): Promise<void>;
  /** Counts a file that anybody may read, by where it is read from. @throws RequestError */
  countRead(address: string): Promise<void>;
}

/** @param taker makes what takes points of which each caller has so many in a window */
export function createRates(
  { windowSeconds, max, reads }: RateLimits,
  taker: (points: number, windowSeconds: number) => Take,
): Rates {
  const leases = new Map<Role, Leases>(
    ROLES.filter((role) => max[role] > 0).map((role) => [
      role,
      new Leases(taker(max[role], windowSeconds), max[role], windowSeconds * 1000),
    ]),
  );
  const count = async (claims: Claims, address: string) => {
    const { role } = claims;
    const waitMs = (await leases.get(role)?.spend(callerName(claims, address))) ?? 0;
    if (waitMs > 0) throw rateLimited(`${max[role]} operations in ${windowSeconds} s`, waitMs);
  };
  const reading =
    reads > 0 ? new Leases(taker(reads, windowSeconds), reads, windowSeconds * 1000) : undefined;
  const countRead = async (address: string) => {
    const waitMs = (await reading?.spend(`reads at ${address}`)) ?? 0;
    if (waitMs > 0) throw rateLimited(`${reads} downloads in ${windowSeconds} s`, waitMs);
  };
  return { count, countRead, countGuess: (address) => count({ role: 'anon' }, address) };
}

function rateLimited(limit: string, waitMs: number): RequestError {
  const retryAfterMs = Math.ceil(waitMs);
  const words = `A caller like you can begin ${limit}. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`;
  return new RequestError('RATE_LIMITED', words, { retryAfterMs });
}
