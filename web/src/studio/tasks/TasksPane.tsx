import { keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { useTasksPaneQuery } from '../../graphql/hooks';
import { useDesk } from '../frame/project';
import { Fault, Loading, Notice } from '../parts/Notice';
import { useCancelTasks } from './cancelling';
import { CancelWaitingDialog } from './CancelWaitingDialog';
import { CreditsButton } from './CreditsButton';
import { GROUPS, PAGE_SIZE, variablesOf, type Look } from './paneTask';
import { TaskCounts } from './TaskCounts';
import { TaskItem } from './TaskItem';
import { TaskPager } from './TaskPager';
import './Tasks.css';

/** Other projects' changes are told to nobody who looks at this one. */
const ELSEWHERE_MS = 10_000;
const EMPTY = {
  all: 'Nothing was ordered yet.',
  running: 'Nothing runs at the moment.',
  waiting: 'Nothing waits.',
  finished: 'Nothing is finished yet.',
};

export function TasksPane() {
  const { project, taskTypes } = useDesk();
  const [look, setLook] = useState<Look>({ group: 'all', taskType: '', isEverywhere: false, offset: 0 });
  const [isClearing, setIsClearing] = useState(false);
  const variables = variablesOf(look, project.id);
  const tasks = useTasksPaneQuery(variables, {
    placeholderData: keepPreviousData,
    refetchInterval: look.isEverywhere ? ELSEWHERE_MS : false,
  });
  const { mutate: cancel } = useCancelTasks();
  const page = tasks.data?.tasks;
  const total = page?.totalCount ?? 0;
  const change = (patch: Partial<Look>) => setLook((before) => ({ ...before, offset: 0, ...patch }));
  // What was there has ended or moved on.
  if (page && !tasks.isPlaceholderData && look.offset > 0 && look.offset >= total) {
    change({ offset: Math.max(0, (Math.ceil(total / PAGE_SIZE) - 1) * PAGE_SIZE) });
  }
  const types = [...taskTypes].sort((one, other) => one.displayName.localeCompare(other.displayName));

  return (
    <section className="tasks" aria-label="Tasks">
      <header className="tasks-head">
        <div className="tasks-title">
          <h2>Tasks</h2>
          <CreditsButton className="narrow-only" />
        </div>
        <TaskCounts />
        <div className="tasks-groups" role="group" aria-label="Which tasks">
          {GROUPS.map(([group, name]) => (
            <button
              key={group}
              type="button"
              className="tasks-group"
              aria-pressed={look.group === group}
              onClick={() => change({ group })}
            >
              {name}
            </button>
          ))}
        </div>
        <div className="tasks-filters">
          <select
            className="select"
            aria-label="Type"
            value={look.taskType}
            onChange={(event) => change({ taskType: event.target.value })}
          >
            <option value="">Every type</option>
            {types.map(({ id, name, displayName }) => (
              <option key={id} value={name}>
                {displayName}
              </option>
            ))}
          </select>
          <select
            className="select"
            aria-label="Whose"
            value={look.isEverywhere ? 'all' : 'project'}
            onChange={(event) => change({ isEverywhere: event.target.value === 'all' })}
          >
            <option value="project">This project</option>
            <option value="all">All mine</option>
          </select>
        </div>
        {look.group === 'waiting' && total > 0 && (
          <button type="button" className="button" onClick={() => setIsClearing(true)}>
            Cancel all {total.toLocaleString('en')}
          </button>
        )}
      </header>
      {!page && tasks.error ? (
        <Fault reason={tasks.error} onRetry={() => void tasks.refetch()} />
      ) : !page ? (
        <Loading what="Asking for the tasks" />
      ) : total === 0 ? (
        <Notice icon="tasks" title={EMPTY[look.group]}>
          {look.taskType ? 'Of this type, that is.' : 'What you create shows here how far it is.'}
        </Notice>
      ) : (
        <>
          <ul className="tasks-list" aria-label="Tasks" aria-busy={tasks.isPlaceholderData}>
            {page.nodes.map((task) => (
              <TaskItem
                key={task.id}
                task={task}
                showsProject={look.isEverywhere}
                onCancel={(id) => cancel({ ids: [id] })}
              />
            ))}
          </ul>
          <TaskPager offset={look.offset} total={total} onGo={(offset) => change({ offset })} />
        </>
      )}
      {isClearing && (
        <CancelWaitingDialog variables={variables} many={total} onClose={() => setIsClearing(false)} />
      )}
    </section>
  );
}
