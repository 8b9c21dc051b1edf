import { hkdfSync } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { Claims } from '../auth/claims';
import { StorageError } from './errors';

const TYPE = 'storage-url+jwt';
const AUDIENCE = 'storage';
/** Part of the key. Changed, all signed URLs there are end. */
const PURPOSE = 'reigh-gateway signed storage URL, 1';
/** A hundred years: addresses that are to last are written into pages and rows. */
const LONGEST_SECONDS = 100 * 365 * 24 * 60 * 60;
/** A name of 1,024 bytes, a transform and claims fit in well; what is longer is not worth a hash. */
const MAX_TOKEN = 8_192;

/** `render`: the image as the token's transform says, and not the object itself. */
export type SignedAct = 'read' | 'render' | 'upload';

export interface Signed {
  bucket: string;
  /** Not the version: the URL follows the name when the object is replaced. */
  name: string;
  act: SignedAct;
  /** Only as the signer asked; what stands in the URL beside the token counts for nothing. */
  transform?: Record<string, string | number>;
  /** For whom an upload is done. Whoever has the token can read it, so no more than decides. */
  claims?: Pick<Claims, 'role' | 'sub' | 'worker_id'>;
  upsert?: boolean;
}

export interface Signer {
  /**
   * @param expiresInSeconds 1 to a hundred years
   * @throws StorageError InvalidRequest
   */
  sign(signed: Signed, expiresInSeconds: number): Promise<string>;
  /**
   * @returns what was signed, and until when (seconds since 1970)
   * @throws StorageError InvalidJWT for a token that is not ours, changed or expired, InvalidSignature for one of
   * another object or act: as Supabase tells them apart
   */
  verify(token: string, asked: Pick<Signed, 'bucket' | 'name' | 'act'>): Promise<Signed & { exp: number }>;
}

/**
 * Signs URLs. The key is derived from the secret and never the secret itself, and the type and audience are others
 * than an access token's: so neither can be used as the other, even when both have the same secret.
 * @param secret STORAGE_SIGNING_SECRET when there is one, else JWT_SECRET
 * @param clock milliseconds since 1970
 */
export function createSigner(secret: string, clock: () => number = Date.now): Signer {
  if (secret === '') throw new Error('a signer needs a secret');
  const key = new Uint8Array(hkdfSync('sha256', secret, '', PURPOSE, 32));
  return {
    sign: async ({ bucket, name, act, transform, claims, upsert }, expiresInSeconds) => {
      checkExpiry(expiresInSeconds);
      const now = Math.floor(clock() / 1000);
      return new SignJWT({ bucket, name, act, transform, claims, upsert })
        .setProtectedHeader({ alg: 'HS256', typ: TYPE })
        .setAudience(AUDIENCE)
        .setIssuedAt(now)
        .setExpirationTime(now + expiresInSeconds)
        .sign(key);
    },
    verify: async (token, asked) => {
      if (!isCanonical(token)) throw new StorageError('InvalidJWT', 'signature verification failed');
      const { payload } = await jwtVerify<Signed & { exp: number }>(token, key, {
        algorithms: ['HS256'],
        typ: TYPE,
        audience: AUDIENCE,
        requiredClaims: ['exp'],
        currentDate: new Date(clock()),
      }).catch((error: unknown) => {
        throw error instanceof errors.JOSEError ? new StorageError('InvalidJWT', explain(error)) : error;
      });
      const { bucket, name, act, transform, claims, upsert, exp } = payload;
      if (bucket !== asked.bucket || name !== asked.name || act !== asked.act)
        throw new StorageError('InvalidSignature');
      return { bucket, name, act, transform, claims, upsert, exp };
    },
  };
}

/** The words in which Supabase's users know them. What exactly is wrong with a forged token is nobody's business. */
function explain(error: errors.JOSEError): string {
  return error instanceof errors.JWTExpired
    ? '"exp" claim timestamp check failed'
    : 'signature verification failed';
}

function checkExpiry(seconds: unknown): void {
  if (typeof seconds !== 'number' || !Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_SECONDS)
    throw new StorageError(
      'InvalidRequest',
      `expiresIn must be a whole number of seconds from 1 to ${LONGEST_SECONDS} (a hundred years).`,
    );
}

/**
 * The last character of a base64url text has bits that decoders drop: four spellings of one signature. Only the one
 * that an encoder writes is taken, so that a changed token is never the same token.
 */
function isCanonical(token: string): boolean {
  if (token.length > MAX_TOKEN) return false;
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);
}
