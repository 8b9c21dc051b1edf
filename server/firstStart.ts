import type { Settings } from './config';
import type { Logger } from './log';
import { isFirstStart, rememberFirstStart } from './postgres/open';
import type { DatabaseUrls } from './postgres/setup';

/**
 * How an embedded database gets its sample data, once; undefined where it does not. What needs no database is done
 * here, so that it can be while PostgreSQL makes one.
 */
export async function planFirstStart(
  settings: Settings,
  log: Logger,
): Promise<((urls: DatabaseUrls) => Promise<void>) | undefined> {
  const { database, environment } = settings;
  if (database.kind !== 'embedded' || environment === 'production' || !isFirstStart(settings))
    return undefined;
  const { loadSideBySide, planSampleData } = await import('./sample/load.ts');
  const plans = planSampleData();
  return async (urls) => {
    await loadSideBySide(urls, plans);
    await rememberFirstStart(settings);
    log.info('loaded the sample data');
  };
}
