import { createContext, useContext } from 'react';
import type { AppBootQuery } from '../../graphql/generated';

export type Me = NonNullable<AppBootQuery['me']>;
export type Project = NonNullable<AppBootQuery['projects']>['nodes'][number];
export type TaskType = NonNullable<AppBootQuery['taskTypes']>['nodes'][number];

/** What every screen knows: who looks, at which project, and what can be ordered. */
export interface Desk {
  me: Me;
  project: Project;
  projects: readonly Project[];
  taskTypes: readonly TaskType[];
}

export const DeskContext = createContext<Desk | undefined>(undefined);

/** @throws Error outside of a project */
export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('useDesk works within a project only.');
  return desk;
}
