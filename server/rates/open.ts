import { OWN_CONNECTIONS } from '../postgres/connections';
import { createPool } from '../postgres/pool';
import type { RateLimits } from '../limitSettings';
import type { Logger } from '../log';
import { createRates, type Rates } from './rates';
import { createStore } from './store';

export interface OpenRates extends Rates {
  stop(): Promise<void>;
}

/** Longer than this no request waits to be counted; it is counted in memory instead. */
const ANSWER_MS = 1_000;

/** Counts the operations of callers in the database. Connects when the first one comes. */
export function openRates(url: string, limits: RateLimits, log: Logger): OpenRates {
  const times = { connectTimeoutMs: ANSWER_MS, answerTimeoutMs: ANSWER_MS };
  const pool = createPool({ url, size: OWN_CONNECTIONS.rates, ...times }, log);
  const store = createStore(pool, log.child({ part: 'rates' }));
  return { ...createRates(limits, store.taker), stop: () => pool.end() };
}
