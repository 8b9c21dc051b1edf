import { GatewayError } from '../../client/errors';
import type { Connection } from '../../client/request';
import { fetchSampleToken } from './samplePeople';

/** Who uses this tab. A token that was typed in is forgotten with the tab; a sample user is remembered by his id. */
export type Session = { kind: 'sample'; userId: string } | { kind: 'token'; token: string };

const KEY = 'reigh.session';
/** A token is renewed before it ends: a request is on its way for a while. */
const EARLY_MS = 60_000;

/** That somebody signed out here: the next load is not to sign in whoever another tab has. */
const NOBODY = 'null';

/** This tab's own; a new tab begins as the last sample user did. */
export function readSession(): Session | undefined {
  const kept = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  if (!kept) return undefined;
  try {
    const session = (JSON.parse(kept) as Session | null) ?? undefined;
    if (session) sessionStorage.setItem(KEY, kept);
    return session;
  } catch {
    return undefined;
  }
}

/** @param left who was signed in here: what another tab keeps stays */
export function keepSession(session: Session | undefined, left?: Session): void {
  const kept = session ? JSON.stringify(session) : NOBODY;
  sessionStorage.setItem(KEY, kept);
  if (session?.kind === 'sample') localStorage.setItem(KEY, kept);
  else if (left && localStorage.getItem(KEY) === JSON.stringify(left)) localStorage.removeItem(KEY);
}

/** What a token says of itself; undefined: it is none. The gateway checks it; this only reads. */
function claimsIn(token: string): { exp?: number } | undefined {
  try {
    const [, payload = ''] = token.split('.');
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: number };
  } catch {
    return undefined;
  }
}

export const isToken = (text: string): boolean => claimsIn(text) !== undefined;

/** When it ends, in milliseconds since 1970; undefined: it does not say. */
export function endOf(token: string): number | undefined {
  const exp = claimsIn(token)?.exp;
  return exp === undefined ? undefined : exp * 1000;
}

/** @param onEnd why nobody is signed in any more */
export function connectAs(session: Session, onEnd: (reason: string) => void): Connection {
  const clientId = crypto.randomUUID();
  if (session.kind === 'token') {
    return {
      ...{ url: '', clientId },
      getToken: async () => session.token,
      onRefused: () => onEnd('Your token is not accepted any more. Sign in with a new one.'),
    };
  }
  let token: string | undefined;
  let renewal: Promise<string> | undefined;
  const lastsFor = (ms: number) => token !== undefined && Date.now() < (endOf(token) ?? Infinity) - ms;
  const renew = async () => {
    try {
      token = await fetchSampleToken(session.userId);
      return token;
    } catch (error) {
      // Refused, and will be: there is nobody to go on as.
      if (error instanceof GatewayError && !error.isRetryable) onEnd(error.message);
      // The old one is good for a while yet.
      if (token !== undefined && lastsFor(0)) return token;
      throw error;
    } finally {
      renewal = undefined;
    }
  };
  return {
    ...{ url: '', clientId },
    getToken: async () => (token !== undefined && lastsFor(EARLY_MS) ? token : (renewal ??= renew())),
    onRefused: () => (token = undefined),
  };
}
