import { decodeProtectedHeader, errors, jwtVerify, SignJWT } from 'jose';
import type { JwtSettings } from '../config';
import { readClaims, type Claims } from './claims';
import { rememberClaims } from './verified';
import { createIssuerKeys, KeysUnavailableError, type IssuerKeys } from './keys';

const CLOCK_SKEW_SECONDS = 30;
const ASYMMETRIC = ['RS256', 'ES256'];

/** Classes of refusal, as `extensions.reason` and in `WWW-Authenticate`. */
export type TokenFault =
  | 'TOKEN_MALFORMED'
  | 'TOKEN_ALGORITHM'
  | 'TOKEN_SIGNATURE'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_NOT_YET_VALID'
  | 'TOKEN_AUDIENCE'
  | 'TOKEN_ISSUER'
  | 'TOKEN_CLAIMS';

const WORDS: Record<TokenFault, string> = {
  TOKEN_MALFORMED: 'The token is not a JWT.',
  TOKEN_ALGORITHM: 'The token is signed by an algorithm that is not accepted here.',
  TOKEN_SIGNATURE: 'The token is not signed by a key that is trusted here.',
  TOKEN_EXPIRED: 'The token has expired. Get a new one.',
  TOKEN_NOT_YET_VALID: 'The token is not valid yet.',
  TOKEN_AUDIENCE: 'The token was issued for another audience.',
  TOKEN_ISSUER: 'The token was issued by somebody who is not trusted here.',
  TOKEN_CLAIMS: 'The token lacks what is needed here',
};

/** A token that is not accepted. Its message can be shown; it holds nothing of the token. */
export class TokenError extends Error {
  constructor(
    readonly reason: TokenFault,
    detail?: string,
  ) {
    super(detail ? `${WORDS[reason]}: ${detail}.` : WORDS[reason]);
    this.name = 'TokenError';
  }
}

export type VerifyToken = (token: string) => Promise<Claims>;

/**
 * Makes the function that turns a token into claims.
 *
 * The key decides the algorithm, never the token: HS256 is only ever checked with the secret, RS256
 * and ES256 only with the issuer's keys, so a token signed with a public key as if it were a secret
 * fails. Source: RFC 8725, 3.1 and 3.2.
 * @param keys the issuer's, when there is one
 * @throws TokenError from the returned function for a token that is refused, KeysUnavailableError when
 * the issuer cannot be reached.
 */
export function createTokenVerifier(
  settings: JwtSettings,
  keys: IssuerKeys | undefined = settings.jwksUrl ? createIssuerKeys(settings.jwksUrl) : undefined,
): VerifyToken {
  const secret = settings.secret === undefined ? undefined : new TextEncoder().encode(settings.secret);
  const options = {
    audience: settings.audience,
    clockTolerance: CLOCK_SKEW_SECONDS,
    requiredClaims: ['exp'],
    ...(settings.issuer ? { issuer: settings.issuer } : {}),
  };

  const verify = async (token: string) => {
    const { alg } = decodeProtectedHeader(token);
    if (alg === 'HS256' && secret) return jwtVerify(token, secret, { ...options, algorithms: ['HS256'] });
    if (alg !== undefined && ASYMMETRIC.includes(alg) && keys) {
      return jwtVerify(token, keys.find, { ...options, algorithms: ASYMMETRIC }).catch((error: Error) => {
        // A key that cannot be used, as one that is too short, is the issuer's fault and not the token's.
        throw error.name === 'TypeError' ? new KeysUnavailableError(error) : error;
      });
    }
    throw new TokenError('TOKEN_ALGORITHM');
  };

  const verified = rememberClaims();
  return async (token) => {
    const known = verified.get(token);
    if (known) return known;
    const payload = await verify(token).then(
      (result) => result.payload,
      (error: unknown) => {
        throw explain(error);
      },
    );
    const read = readClaims(payload);
    if ('reason' in read) throw new TokenError('TOKEN_CLAIMS', read.reason);
    // Keys of an issuer are taken away; who has signed with one must not be let in by what was remembered.
    if (decodeProtectedHeader(token).alg === 'HS256') verified.keep(token, read.claims);
    return read.claims;
  };
}

function explain(error: unknown): Error {
  if (error instanceof TokenError) return error;
  if (error instanceof errors.JWTExpired) return new TokenError('TOKEN_EXPIRED');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return new TokenError('TOKEN_AUDIENCE');
    if (error.claim === 'iss') return new TokenError('TOKEN_ISSUER');
    if (error.claim === 'nbf') return new TokenError('TOKEN_NOT_YET_VALID');
    return new TokenError(
      'TOKEN_CLAIMS',
      error.reason === 'missing' ? `${error.claim} is missing` : error.claim,
    );
  }
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  ) {
    return new TokenError('TOKEN_SIGNATURE');
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return new TokenError('TOKEN_ALGORITHM');
  if (
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JOSENotSupported ||
    (error instanceof TypeError && /invalid token/i.test(error.message))
  ) {
    return new TokenError('TOKEN_MALFORMED');
  }
  return error instanceof Error ? error : new Error(String(error));
}

export interface NewToken {
  role: string;
  sub?: string;
  email?: string;
  worker_id?: string;
  /** Seconds from now, or a span such as `1h`. */
  expires: string | number;
}

/** Signs a token with the secret, for development, tests and workers. */
export async function signToken(
  token: NewToken,
  settings: Pick<JwtSettings, 'audience' | 'issuer'> & { secret: string },
): Promise<string> {
  const { expires, ...claims } = token;
  const jwt = new SignJWT({ ...claims, aud: settings.audience })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime(typeof expires === 'number' ? Math.floor(Date.now() / 1000) + expires : expires);
  if (settings.issuer) jwt.setIssuer(settings.issuer);
  return jwt.sign(new TextEncoder().encode(settings.secret));
}
