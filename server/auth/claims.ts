import { z } from 'zod';

export const ROLES = ['anon', 'authenticated', 'worker', 'service_role'] as const;
export type Role = (typeof ROLES)[number];

/**
 * The claims that decide something, as on Supabase. What else a token says (app_metadata,
 * user_metadata, …) is kept, because policies may read it by auth.jwt().
 */
const claims = z
  .looseObject({
    role: z.enum(ROLES),
    sub: z.uuid().optional(),
    email: z.string().optional(),
    worker_id: z.string().min(1).max(100).optional(),
    exp: z.number().optional(),
    iat: z.number().optional(),
  })
  .refine((value) => value.role !== 'authenticated' || value.sub !== undefined, {
    message: 'a user token needs a sub that is a uuid',
  })
  .refine((value) => value.role !== 'worker' || value.worker_id !== undefined, {
    message: 'a worker token needs a worker_id',
  });

export type Claims = z.infer<typeof claims>;

/** Who calls without a token. */
export const ANONYMOUS: Claims = { role: 'anon' };

/** Checks the claims of a verified token. Returns the reason in words when they do not do. */
export function readClaims(payload: unknown): { claims: Claims } | { reason: string } {
  // Neither can be kept by PostgreSQL: without this every field would fail for a reason that is the token's.
  const text = JSON.stringify(payload);
  if (/\\u0000|\\ud[89a-f][0-9a-f]{2}/i.test(text))
    return { reason: 'a claim has characters that cannot be kept' };
  const parsed = claims.safeParse(payload);
  if (parsed.success) return { claims: parsed.data };
  const issue = parsed.error.issues[0];
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : '';
  return { reason: `${where}${issue?.message ?? 'unreadable claims'}` };
}
