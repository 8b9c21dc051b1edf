import { randomBytes } from 'node:crypto';
import { signToken } from '../../server/auth/token';

/** Drawn, as production wants it. */
export const SECRET = randomBytes(48).toString('base64');

const known = new Map<string, Promise<string>>();
const settings = { audience: 'authenticated', issuer: undefined, secret: SECRET };

/** The header of a user; the same one each time. */
export function authorizationOf(userId: string): Promise<string> {
  const token =
    known.get(userId) ??
    signToken({ role: 'authenticated', sub: userId, expires: '3h' }, settings).then(
      (text) => `Bearer ${text}`,
    );
  known.set(userId, token);
  return token;
}

export async function authorizationOfWorker(id: string): Promise<string> {
  return `Bearer ${await signToken({ role: 'worker', worker_id: id, expires: '3h' }, settings)}`;
}
