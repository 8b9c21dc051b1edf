import { DUSTROADS } from './dustroads';
import { KETTLE } from './kettle';
import { LIGHTHOUSE } from './lighthouse';
import { LOOKBOOK } from './lookbook';
import { NIGHTBUS } from './nightbus';
import { OTTER } from './otter';
import { PAPERFOREST } from './paperforest';
import { PLANETS } from './planets';
import type { Story } from './story';

/** All projects of the sample data. */
export const STORIES: readonly Story[] = [
  OTTER,
  LIGHTHOUSE,
  NIGHTBUS,
  DUSTROADS,
  LOOKBOOK,
  KETTLE,
  PAPERFOREST,
  PLANETS,
];
