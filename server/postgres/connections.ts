import { JOBS } from '../ops/jobs/jobs';

/** The gateway's own connections, by what they are for: what is opened, and what `npm run doctor` reckons with. */
export const OWN_CONNECTIONS = {
  /** Counting requests. Of their own: who fills the others must not be counted later for it. */
  rates: 2,
  maintenance: JOBS,
  /** When all others are taken is when somebody measures. */
  metrics: 1,
  /** Reads the change log. */
  tail: 1,
  /** Hears of changes. */
  listener: 1,
  /** Looks whether the database is there. */
  readiness: 1,
};

/** What subscriptions read with, beside so many for requests. */
export const forSubscriptions = (poolSize: number): number => Math.max(2, Math.ceil(poolSize / 4));

/** The most that one gateway opens. With a replica, one more asks the primary how far it is. */
export const connectionsOf = ({
  poolSize,
  replica,
}: {
  poolSize: number;
  replica: { url?: unknown };
}): number =>
  poolSize +
  forSubscriptions(poolSize) +
  Object.values(OWN_CONNECTIONS).reduce((sum, each) => sum + each, 0) +
  (replica.url ? 1 : 0);
