import { useTaskStatusCountsQuery } from '../../graphql/hooks';
import { useDesk } from '../frame/project';

/** How many tasks are open: the number on the button of the tasks pane. */
export function TasksBadge() {
  const { project } = useDesk();
  const { data } = useTaskStatusCountsQuery({ projectId: project.id });
  const processing = data?.taskStatusCounts?.processing ?? 0;
  if (processing === 0) return null;
  return <span className="badge accent">{processing}</span>;
}
