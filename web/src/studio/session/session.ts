import type { Connection } from '../../client/request';
import { fetchSampleToken } from './samplePeople';

/** Who uses this window. A token that was typed in is forgotten with the window; a sample user is remembered by his id. */
export type Session = { kind: 'sample'; userId: string } | { kind: 'token'; token: string };

const KEY = 'reigh.session';
/** A token is renewed before it ends: a request is on its way for a while. */
const EARLY_MS = 60_000;

export function readSession(): Session | undefined {
  const kept = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  if (!kept) return undefined;
  try {
    return JSON.parse(kept) as Session;
  } catch {
    return undefined;
  }
}

export function keepSession(session: Session | undefined): void {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
  if (!session) return;
  (session.kind === 'token' ? sessionStorage : localStorage).setItem(KEY, JSON.stringify(session));
}

/** When it ends, in milliseconds since 1970. The gateway checks it; this only reads. */
export function endOf(token: string): number | undefined {
  try {
    const [, payload = ''] = token.split('.');
    const claims = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: number };
    return claims.exp === undefined ? undefined : claims.exp * 1000;
  } catch {
    return undefined;
  }
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
  let current: Promise<string> | undefined;
  let endsAt = 0;
  const renew = () => {
    endsAt = Infinity;
    current = fetchSampleToken(session.userId);
    current.then(
      (token) => (endsAt = endOf(token) ?? Infinity),
      () => (current = undefined),
    );
    return current;
  };
  return {
    ...{ url: '', clientId },
    getToken: () => (current && Date.now() < endsAt - EARLY_MS ? current : renew()),
    onRefused: () => (current = undefined),
  };
}
