import type { TasksPaneQuery, TasksPaneQueryVariables } from '../../graphql/generated';

export type PaneTask = NonNullable<TasksPaneQuery['tasks']>['nodes'][number];

export type Group = 'all' | 'running' | 'waiting' | 'finished';
export const GROUPS: [group: Group, name: string][] = [
  ['all', 'All'],
  ['running', 'Running'],
  ['waiting', 'Waiting'],
  ['finished', 'Finished'],
];
const PANE_GROUP: Partial<Record<Group, number>> = { running: 0, waiting: 1, finished: 2 };

/** What of the queue is looked at. */
export interface Look {
  group: Group;
  /** Empty: every type. */
  taskType: string;
  isEverywhere: boolean;
  offset: number;
}

export const PAGE_SIZE = 50;

export function variablesOf(look: Look, projectId: string): TasksPaneQueryVariables {
  const paneGroup = PANE_GROUP[look.group];
  return {
    ...(look.isEverywhere ? {} : { projectId: { equalTo: projectId } }),
    ...(paneGroup === undefined ? {} : { paneGroup: { equalTo: paneGroup } }),
    ...(look.taskType ? { taskType: { equalTo: look.taskType } } : {}),
    first: PAGE_SIZE,
    offset: look.offset,
  };
}
