import { Router } from 'express';
import type { Pool } from 'pg';

export interface Health {
  /** Parts that readiness depends on, by name; each resolves, or rejects with why not. */
  checks: Record<string, () => Promise<unknown>>;
  isDraining(): boolean;
}

const CHECK_TIMEOUT_MS = 2_000;

/** Asks the database something, through a connection of the pool. */
export function databaseCheck(pool: () => Pool | undefined): () => Promise<unknown> {
  return async () => {
    const current = pool();
    if (!current) throw new Error('starting');
    await current.query('select 1');
  };
}

/** /healthz: the process lives. /readyz: it can serve; when not, 503 and the part that cannot. For anybody. */
export function health({ checks, isDraining }: Health): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const failing: string[] = isDraining() ? ['shutdown'] : [];
    await Promise.all(
      Object.entries(checks).map(([name, check]) =>
        withTimeout(check()).catch(() => {
          failing.push(name);
        }),
      ),
    );
    response
      .status(failing.length > 0 ? 503 : 200)
      .json(failing.length > 0 ? { status: 'unready', failing } : { status: 'ready' });
  });
  return router;
}

async function withTimeout(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CHECK_TIMEOUT_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
