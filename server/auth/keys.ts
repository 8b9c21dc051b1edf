import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { messageOf } from '../faults';

/** The keys cannot be had now: not the caller's fault, and worth another try. */
export class KeysUnavailableError extends Error {
  constructor(cause: unknown) {
    super(`The keys at JWT_JWKS_URL cannot be read: ${messageOf(cause)}`, { cause });
    this.name = 'KeysUnavailableError';
  }
}

/**
 * `old`: the issuer cannot be reached, and those it gave before are used. `expired`: they are too old for that.
 * `missing`: it has never been reached.
 */
export type KeysState = 'usable' | 'old' | 'expired' | 'missing';

export interface IssuerKeys {
  /** @throws KeysUnavailableError, or jose's error for a token that none of them has signed */
  find: JWTVerifyGetKey;
  /** Tries to read them when that is due. */
  state(): Promise<KeysState>;
}

export interface KeysOptions {
  /** For how long an unknown key is not asked for again. */
  cooldownMs: number;
  /** After which they are read again, beside the requests. */
  refreshMs: number;
  /** For how long they are used though the issuer cannot be reached: as long as a token of his usually lives. */
  lifeMs: number;
  /** After a failure, for how long nobody waits for the issuer. */
  pauseMs: number;
  timeoutMs: number;
}

const USUAL: KeysOptions = {
  cooldownMs: 5_000,
  refreshMs: 600_000,
  lifeMs: 3_600_000,
  pauseMs: 1_000,
  timeoutMs: 5_000,
};

/** Whoever asks how the keys are is not kept as long as an issuer may take. */
const STATE_MS = 1_500;

/** The keys of an issuer, read when they are first needed and kept. An issuer that is away for less than their life is not missed. */
export function createIssuerKeys(url: string, given: Partial<KeysOptions> = {}): IssuerKeys {
  const options = { ...USUAL, ...given };
  const keys = createRemoteJWKSet(new URL(url), {
    cooldownDuration: options.cooldownMs,
    timeoutDuration: options.timeoutMs,
    cacheMaxAge: options.lifeMs,
  });
  let readAt: number | undefined;
  let failed: { at: number; reason: KeysUnavailableError } | undefined;

  const read = async (): Promise<void> => {
    if (failed && Date.now() < failed.at + options.pauseMs) throw failed.reason;
    try {
      await keys.reload();
      readAt = Date.now();
      failed = undefined;
    } catch (error) {
      failed = { at: Date.now(), reason: new KeysUnavailableError(error) };
      throw failed.reason;
    }
  };
  const isDue = () => readAt === undefined || Date.now() >= readAt + options.refreshMs;

  const find: JWTVerifyGetKey = async (header, token) => {
    if (!keys.fresh) await read();
    else if (isDue()) void read().catch(() => undefined);
    try {
      return await keys(header, token);
    } catch (error) {
      if (isAboutToken(error)) throw error;
      // The issuer does not answer, or not with keys.
      throw new KeysUnavailableError(error);
    }
  };
  return {
    find,
    state: async () => {
      if (isDue()) await Promise.race([read().catch(() => undefined), after(keys.fresh ? 0 : STATE_MS)]);
      if (keys.fresh) return failed ? 'old' : 'usable';
      return readAt === undefined ? 'missing' : 'expired';
    },
  };
}

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref());

function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}
