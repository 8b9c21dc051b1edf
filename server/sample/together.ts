import type { Pool, PoolClient } from 'pg';
import { withScope, type Scope } from '../auth/scope';

/**
 * Does pieces of work side by side, each in a transaction of its own. They commit when all are done, and none does
 * when one fails; a connection lost at the commit takes only its own along. Takes as many connections as there are
 * pieces.
 * @throws what the first that failed threw
 */
export async function commitTogether(
  pool: Pick<Pool, 'connect'>,
  scope: Scope,
  works: readonly ((client: PoolClient) => Promise<void>)[],
): Promise<void> {
  let missing = works.length;
  let meet = () => {};
  let part = (_reason: unknown) => {};
  const all = new Promise<void>((resolve, reject) => {
    meet = resolve;
    part = reject;
  });
  all.catch(() => undefined);
  const ended = works.map((work) =>
    withScope(pool, scope, async (client) => {
      await work(client);
      if (--missing === 0) meet();
      await all;
    }).catch((error: unknown) => {
      part(error);
      throw error;
    }),
  );
  // Every connection is given back before anything is said.
  await Promise.allSettled(ended);
  await all;
  await Promise.all(ended);
}
