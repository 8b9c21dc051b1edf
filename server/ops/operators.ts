import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import { claimsOf } from '../auth/bearer';
import { KeysUnavailableError } from '../auth/keys';
import { TokenError, type VerifyToken } from '../auth/token';
import type { Settings } from '../config';
import type { PublicError } from '../errors';
import { refuse } from '../graphql/http';

export interface OperatorOptions {
  settings: Pick<Settings, 'environment' | 'metricsToken'>;
  verifyToken: VerifyToken;
  /** Tokens cannot be checked before. */
  isReady(): boolean;
}

/**
 * Lets in whoever watches over the gateway: who has METRICS_TOKEN, and services. Without that setting, everybody in
 * development; in production there is nothing at the address for anybody but services.
 */
export function forOperators(options: OperatorOptions): RequestHandler {
  const { environment, metricsToken } = options.settings;
  const isOpen = metricsToken === undefined && environment !== 'production';
  const isHidden = metricsToken === undefined && !isOpen;
  return async (request, response, next) => {
    const given = request.get('authorization');
    const refuseWith = (told: PublicError) => {
      if (isHidden) return next('route');
      if (told.code === 'UNAUTHENTICATED') response.set('www-authenticate', 'Bearer');
      refuse(response, told, told.code === 'FORBIDDEN' ? 403 : undefined);
    };
    if (given === undefined) {
      return isOpen
        ? next()
        : refuseWith({
            code: 'UNAUTHENTICATED',
            message: 'This is for whoever has METRICS_TOKEN, and for services.',
          });
    }
    if (metricsToken !== undefined && isSame(given.replace(/^Bearer +/i, ''), metricsToken)) return next();
    if (!options.isReady()) {
      response.set('retry-after', '1');
      return refuse(response, { code: 'UNAVAILABLE', message: 'The gateway is starting. Try again.' });
    }
    try {
      const { role } = await claimsOf(given, options.verifyToken);
      if (role === 'service_role' || isOpen) next();
      else
        refuseWith({
          code: 'FORBIDDEN',
          message: 'This is for whoever has METRICS_TOKEN, and for services.',
        });
    } catch (error) {
      // An issuer that is away must not tell that there is something at the address.
      if (isHidden && error instanceof KeysUnavailableError) return next('route');
      if (!(error instanceof TokenError)) return next(error);
      const { message, reason } = error;
      refuseWith({ code: 'UNAUTHENTICATED', message, extensions: { reason } });
    }
  };
}

/** In the same time, whatever was given: also when its length is another. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
