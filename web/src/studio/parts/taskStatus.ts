import type { TaskStatus } from '../../graphql/generated';

/** How a status is said and drawn. */
export const STATUS: Record<
  TaskStatus,
  { word: string; tone: 'running' | 'waiting' | 'good' | 'bad' | 'off' }
> = {
  IN_PROGRESS: { word: 'Running', tone: 'running' },
  QUEUED: { word: 'Waiting', tone: 'waiting' },
  COMPLETE: { word: 'Done', tone: 'good' },
  FAILED: { word: 'Failed', tone: 'bad' },
  CANCELLED: { word: 'Cancelled', tone: 'off' },
};

export const isOpenTask = ({ status }: { status: TaskStatus }) =>
  status === 'IN_PROGRESS' || status === 'QUEUED';
