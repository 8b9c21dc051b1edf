import type { IncomingMessage } from 'node:http';
import { claimsOf } from '../../auth/bearer';
import { ANONYMOUS, type Claims } from '../../auth/claims';
import { TokenError, type VerifyToken } from '../../auth/token';
import { authorizationOf } from '../../graphql/http';
import type { Rates } from '../../rates/rates';
import type { Access } from './routes';

export interface Identifying {
  verifyToken: VerifyToken;
  rates: Rates;
  /** Where a request comes from. */
  addressOf: (request: IncomingMessage) => string;
}

/**
 * Who asks; counts him, or of what anybody may read the address he reads from.
 * @throws TokenError, KeysUnavailableError, RequestError
 */
export async function identify(
  { verifyToken, rates, addressOf }: Identifying,
  request: IncomingMessage,
  access: Access,
): Promise<Claims> {
  const address = addressOf(request);
  // A token beside a public or signed address decides nothing there, and one that has run out is no reason to refuse.
  if (access === 'anyone') {
    await rates.countRead(address);
    return ANONYMOUS;
  }
  const claims = await claimsOf(authorizationOf(request), verifyToken).catch(async (error: unknown) => {
    if (error instanceof TokenError) await rates.countGuess(address);
    throw error;
  });
  await rates.count(claims, address);
  return claims;
}
