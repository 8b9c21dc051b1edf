import { ANONYMOUS, type Claims } from './claims';
import { TokenError, type VerifyToken } from './token';

/**
 * Who an `Authorization` header says is calling. No header is an anonymous caller; a header that is
 * not understood is refused and never taken for none.
 * @throws TokenError, KeysUnavailableError
 */
export async function claimsOf(authorization: string | undefined, verify: VerifyToken): Promise<Claims> {
  if (authorization === undefined) return ANONYMOUS;
  const match = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(authorization.trim());
  if (!match?.[1]) throw new TokenError('TOKEN_MALFORMED');
  return verify(match[1]);
}
