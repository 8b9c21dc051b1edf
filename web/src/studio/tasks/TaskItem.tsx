import { useOpenItem } from '../frame/places';
import { Icon } from '../parts/Icon';
import { IconButton } from '../parts/IconButton';
import { Media } from '../parts/Media';
import { isOpenTask, STATUS } from '../parts/taskStatus';
import { credits, plain } from '../parts/words';
import type { PaneTask } from './paneTask';
import { TaskTime } from './TaskTime';

interface TaskItemProps {
  task: PaneTask;
  showsProject: boolean;
  onCancel(id: string): void;
}

export function TaskItem({ task, showsProject, onCancel }: TaskItemProps) {
  const { id, status, attempts, cost, errorMessage, children, completedChildren, project } = task;
  const { word, tone } = STATUS[status];
  const name = task.type?.displayName ?? plain(task.taskType);
  const [made] = task.generations.nodes;
  const what = made?.name || made?.prompt;
  const parts = children.totalCount;
  const done = completedChildren.totalCount;
  return (
    <li className={`task ${tone}`} tabIndex={-1} data-task={id}>
      <Result task={task} name={what || name} />
      <div className="task-body">
        <div className="task-title">
          <h3 className="clip">{name}</h3>
          {Number(cost ?? 0) > 0 && <span className="task-cost small number">{credits(cost ?? 0)} cr</span>}
        </div>
        {what && <p className="task-what small">{what}</p>}
        <p className="task-facts small number">
          <span className={`task-status ${tone}`}>{word}</span> <TaskTime task={task} />
          {attempts > 1 && ` · attempt ${attempts}`}
        </p>
        {showsProject && project && <p className="task-facts small clip">{project.name}</p>}
        {parts > 0 && (
          <p className="task-parts small number">
            <progress value={done} max={parts} aria-label={`Parts of ${name} that are done`} />
            {done} of {parts}
          </p>
        )}
        {errorMessage && <Fault message={errorMessage} isOpen={isOpenTask(task)} />}
      </div>
      {isOpenTask(task) && (
        <IconButton
          icon="close"
          label={`Cancel ${name}`}
          size={18}
          onClick={(event) => {
            // The button goes; the focus stays where it was.
            event.currentTarget.closest('li')?.focus();
            onCancel(id);
          }}
        />
      )}
    </li>
  );
}

/** A short one is read as it is; a long one when somebody wants to. */
function Fault({ message, isOpen }: { message: string; isOpen: boolean }) {
  // Of one that is tried again it is what went wrong before.
  const tone = isOpen ? 'task-error before' : 'task-error';
  if (message.length <= 60) return <p className={`${tone} small`}>{message}</p>;
  return (
    <details className={`${tone} small`}>
      <summary>
        <span className="task-error-start">{message}</span>
      </summary>
    </details>
  );
}

function Result({ task, name }: { task: PaneTask; name: string }) {
  const [, openItem] = useOpenItem();
  const [made] = task.generations.nodes;
  const isVideo = task.type?.contentType === 'VIDEO';
  const row = made ?? { type: isVideo ? 'video' : 'image', location: task.outputLocation };
  const target = made?.id ?? task.targetGenerationId;
  if (task.status !== 'COMPLETE' || !row.location || !target) {
    return (
      <span className="task-picture" aria-hidden="true">
        {task.status === 'IN_PROGRESS' ? (
          <span className="spinner" />
        ) : (
          <Icon name={task.status === 'FAILED' ? 'warning' : isVideo ? 'play' : 'gallery'} />
        )}
      </span>
    );
  }
  return (
    <button
      type="button"
      className="task-picture"
      aria-label={`Open ${name}`}
      onClick={() => openItem(target)}
    >
      <Media row={row} alt="" />
    </button>
  );
}
