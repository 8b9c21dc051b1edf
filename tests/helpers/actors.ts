import { randomBytes } from 'node:crypto';
import type { Claims } from '../../server/auth/claims';
import { signToken } from '../../server/auth/token';

/** Who does something in a test. */
export type Actor =
  | { kind: 'user'; id: string; email: string }
  | { kind: 'worker'; id: string }
  | { kind: 'service' }
  | { kind: 'anonymous' };

export type User = Extract<Actor, { kind: 'user' }>;

export const alice: User = {
  kind: 'user',
  id: 'a11ce000-0000-4000-8000-0000000000aa',
  email: 'alice@test.example',
};
export const bob: User = {
  kind: 'user',
  id: 'b0b00000-0000-4000-8000-0000000000bb',
  email: 'bob@test.example',
};
export const gpu1: Actor = { kind: 'worker', id: 'gpu-1' };
export const gpu2: Actor = { kind: 'worker', id: 'gpu-2' };
export const service: Actor = { kind: 'service' };
export const anonymous: Actor = { kind: 'anonymous' };

export function claimsFor(actor: Actor): Claims {
  switch (actor.kind) {
    case 'user':
      return { role: 'authenticated', sub: actor.id, email: actor.email };
    case 'worker':
      return { role: 'worker', worker_id: actor.id };
    case 'service':
      return { role: 'service_role' };
    case 'anonymous':
      return { role: 'anon' };
  }
}

/** Drawn, so that a gateway of a test starts in production too. */
export const TEST_SECRET = randomBytes(48).toString('hex');

/** The `Authorization` header an actor sends; undefined for the anonymous one. */
export async function authorizationOf(actor: Actor, secret = TEST_SECRET): Promise<string | undefined> {
  if (actor.kind === 'anonymous') return undefined;
  const { role, sub, email, worker_id } = claimsFor(actor);
  const token = await signToken(
    {
      role,
      expires: '5m',
      ...(sub ? { sub } : {}),
      ...(email ? { email } : {}),
      ...(worker_id ? { worker_id } : {}),
    },
    { audience: 'authenticated', issuer: undefined, secret },
  );
  return `Bearer ${token}`;
}
