import { Router } from 'express';
import type { Readiness } from './readiness';

export interface Health {
  readiness(): Promise<Readiness>;
  isDraining(): boolean;
}

/**
 * /healthz: the process lives. /readyz: it can serve; when not, 503 and the parts it lacks. For anybody: so the names
 * of the parts are all it says.
 */
export function health({ readiness }: Health): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const { failing, degraded } = await readiness();
    const lacking = degraded.length > 0 ? { degraded } : {};
    if (failing.length > 0) response.status(503).json({ status: 'unready', failing, ...lacking });
    else response.json({ status: degraded.length > 0 ? 'degraded' : 'ready', ...lacking });
  });
  return router;
}
