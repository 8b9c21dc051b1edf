import { claimsOf } from '../../auth/bearer';
import { callerName } from '../../auth/callerName';
import type { Claims } from '../../auth/claims';
import { readClientId } from '../../auth/clientId';
import { KeysUnavailableError } from '../../auth/keys';
import { TokenError, type VerifyToken } from '../../auth/token';
import { RequestError } from '../../errors';
import type { Rates } from '../../rates/rates';
import { CLOSE } from './closing';

export interface Caller {
  claims: Claims;
  /** By what his sockets and operations are counted together. */
  name: string;
  clientId: string | undefined;
  /** Milliseconds since 1970 at which his token ends. */
  expiresAt: number | undefined;
}

/** A socket that has to be closed, and what it is told. */
export class SocketRefusal extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
    this.name = 'SocketRefusal';
  }
}

export const EXPIRED = new SocketRefusal(CLOSE.token, textOf(new TokenError('TOKEN_EXPIRED')));

/**
 * Who the payload of connection_init says is calling.
 * @throws SocketRefusal
 */
export async function readCaller(
  params: Record<string, unknown> | undefined,
  verify: VerifyToken,
  address: string,
  rates: Rates,
): Promise<Caller> {
  try {
    const clientId = readClientId(paramOf(params, ['clientid', 'x-client-id']));
    const authorization = paramOf(params, ['authorization']);
    if (authorization !== undefined && typeof authorization !== 'string') {
      throw new TokenError('TOKEN_MALFORMED');
    }
    const claims = await claimsOf(authorization, verify);
    const name = callerName(claims, address);
    const expiresAt = claims.exp === undefined ? undefined : claims.exp * 1000;
    // The skew that is forgiven elsewhere would let a socket live on that has to close at once.
    if (expiresAt !== undefined && expiresAt <= Date.now()) throw new TokenError('TOKEN_EXPIRED');
    return { claims, name, clientId, expiresAt };
  } catch (error) {
    if (error instanceof TokenError) {
      await rates.countGuess(address).catch((limited: Error) => {
        throw new SocketRefusal(CLOSE.overload, `RATE_LIMITED: ${limited.message}`);
      });
      throw new SocketRefusal(CLOSE.token, textOf(error));
    }
    if (error instanceof RequestError) throw new SocketRefusal(CLOSE.badMessage, error.message);
    if (error instanceof KeysUnavailableError) {
      throw new SocketRefusal(
        CLOSE.overload,
        'Tokens cannot be checked now: their issuer does not answer. Try again.',
      );
    }
    throw error;
  }
}

function textOf({ reason, message }: TokenError): string {
  return `${reason}: ${message}`;
}

/** By any of its names, in any case: clients pass on what is the name of a header elsewhere. null is nothing. */
function paramOf(params: Record<string, unknown> | undefined, names: string[]): unknown {
  const given = Object.entries(params ?? {}).filter(
    ([name, value]) => names.includes(name.toLowerCase()) && value !== null,
  );
  if (given.length > 1) throw new RequestError('BAD_REQUEST', `${names[0]} is given more than once.`);
  return given[0]?.[1];
}
