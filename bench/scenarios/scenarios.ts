import type { Scenario } from '../core/scenario';
import { delivery, idle } from './delivery';
import { faults } from './faults';
import { files } from './files';
import { queue } from './queue';
import { reads } from './reads';
import { rls } from './rls';
import { starting } from './starting';
import { writes } from './writes';

/** In the order of the targets. */
export const SCENARIOS: Scenario[] = [reads, rls, queue, writes, delivery, idle, faults, files, starting];
