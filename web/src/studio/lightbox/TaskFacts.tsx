import type { TaskRowFragment } from '../../graphql/generated';
import { useDesk } from '../frame/project';
import { STATUS } from '../parts/taskStatus';
import { ago, credits, plain, span } from '../parts/words';

interface TaskFactsProps {
  /** What made it. */
  task: TaskRowFragment | null;
  /** What will change it. */
  openTasks: readonly TaskRowFragment[];
}

export function TaskFacts({ task, openTasks }: TaskFactsProps) {
  const { taskTypes } = useDesk();
  const nameOf = (type: string) => taskTypes.find(({ name }) => name === type)?.displayName ?? plain(type);
  if (!task && openTasks.length === 0) return null;
  return (
    <section className="lightbox-section" aria-label="Tasks">
      {openTasks.length > 0 && (
        <>
          <h3>At work on it</h3>
          <ul className="task-list">
            {openTasks.map(({ id, taskType, status, createdAt, generationStartedAt }) => (
              <li key={id}>
                <span className="clip">{nameOf(taskType)}</span>
                <span className="badge">{STATUS[status].word}</span>
                <span className="small muted number">
                  {status === 'IN_PROGRESS' && generationStartedAt
                    ? `since ${span(generationStartedAt)}`
                    : ago(createdAt)}
                </span>
              </li>
            ))}
          </ul>
        </>
      )}
      {task && (
        <>
          <h3>Made by</h3>
          <dl className="facts">
            <dt>Task</dt>
            <dd>{nameOf(task.taskType)}</dd>
            <dt>Status</dt>
            <dd>{STATUS[task.status].word}</dd>
            {task.cost !== null && (
              <>
                <dt>Cost</dt>
                <dd className="number">{credits(task.cost)} credits</dd>
              </>
            )}
            {task.generationStartedAt && task.generationProcessedAt && (
              <>
                <dt>Time</dt>
                <dd className="number">{span(task.generationStartedAt, task.generationProcessedAt)}</dd>
              </>
            )}
          </dl>
          {task.errorMessage && <p className="small">{task.errorMessage}</p>}
        </>
      )}
    </section>
  );
}
