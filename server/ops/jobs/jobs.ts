import type { Settings } from '../../config';
import type { Backend } from '../../storage/backends/backend';
import type { Job } from '../maintenance';
import { clearRateLimits } from './clearRateLimits';
import { countObjects } from './countObjects';
import { pruneChangeLog } from './pruneChangeLog';
import { releaseObjects } from './releaseObjects';
import { requeueStaleTasks } from './requeueStaleTasks';
import { sweepStorage } from './sweepStorage';
import { sweepStorageDeeply } from './sweepStorageDeeply';

type JobSettings = Pick<Settings, 'maintenanceIntervalMs' | 'realtimeLogHours'> & {
  storage: Pick<Settings['storage'], 'deepSweepHours'>;
};

const MAKERS: ((settings: JobSettings, backend: Backend) => Job)[] = [
  ({ maintenanceIntervalMs }) => requeueStaleTasks(maintenanceIntervalMs),
  ({ maintenanceIntervalMs, realtimeLogHours }) => pruneChangeLog(maintenanceIntervalMs, realtimeLogHours),
  ({ maintenanceIntervalMs }) => clearRateLimits(maintenanceIntervalMs),
  ({ maintenanceIntervalMs }, backend) => sweepStorage(maintenanceIntervalMs, backend),
  ({ maintenanceIntervalMs }) => releaseObjects(maintenanceIntervalMs),
  ({ storage }, backend) => sweepStorageDeeply(backend, storage.deepSweepHours),
  () => countObjects(),
];

/** How many there are: each has a connection of its own, so that none waits for another. */
export const JOBS = MAKERS.length;

/** What the gateway does by itself. */
export function jobsOf(settings: JobSettings, backend: Backend): Job[] {
  if (settings.maintenanceIntervalMs === 0) return [];
  return MAKERS.map((make) => make(settings, backend));
}
